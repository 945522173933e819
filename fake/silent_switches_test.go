package fake_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"example.com/pipesfake/fake"
)

// The near misses of an event that did not come name the switches that emitted none, and why.
func TestSwitchesWithoutEvents(t *testing.T) {
	t.Parallel()
	const (
		forUser = `{"scenario": "needs_reauthorization", "user_id": "alice"}`
		fix     = "name the provider and the user in the switch, or request the token before it"
		unseen  = `switch 1 (needs_reauthorization for user "alice") emitted no event: ` +
			"no call has requested or changed a connection that it covers: " + fix
		anEvent = `1 event with user_id "alice", you asked for "bob"`
	)
	type calls []string // the body of a switch, or the users whose tokens are asked for
	for name, c := range map[string]struct {
		calls calls
		want  string // of the event for alice, unless it is for another user
		user  string
		near  []string
	}{
		"no switch":              {calls{"alice"}, "reauthorization_needed", "alice", nil},
		"nobody asked":           {calls{forUser}, "reauthorization_needed", "alice", []string{unseen}},
		"only others were asked": {calls{"bob", forUser}, "reauthorization_needed", "alice", []string{unseen}},
		"asked for only after it": {
			calls{forUser, "alice"}, "reauthorization_needed", "alice",
			[]string{`switch 1 (needs_reauthorization for user "alice") emitted no event: ` +
				"the connection that it covers was seen only after it: " + fix},
		},
		"several asked for only after it": {
			calls{`{"scenario": "not_installed"}`, "alice", "bob"}, "disconnected", "",
			[]string{"switch 1 (not_installed for everybody) emitted no event: " +
				"the 2 connections that it covers were seen only after it: " + fix},
		},
		"in this state before": {
			calls{`{"scenario": "active", "provider": "github", "user_id": "alice"}`}, "connected", "alice",
			[]string{`switch 1 (active for provider "github", user "alice") emitted no event: ` +
				"the connection that it covers had this state before"},
		},
		"several in this state before": {
			calls{"alice", "bob", `{"scenario": {"expires_in": "5m"}}`}, "connected", "",
			[]string{`switch 1 ({expires_in: 5m} for everybody) emitted no event: ` +
				"the 2 connections that it covers had this state before"},
		},
		"of another place":      {calls{forUser}, "reauthorization_needed", "bob", nil},
		"to another state":      {calls{forUser}, "disconnected", "alice", nil},
		"an event of another":   {calls{"alice", forUser}, "reauthorization_needed", "bob", []string{anEvent}},
		"at most three of them": {slices.Repeat(calls{forUser}, 5), "reauthorization_needed", "alice", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t, fake.WithTime(noon))
			for _, one := range c.calls {
				if strings.HasPrefix(one, "{") {
					w.put(one)
					continue
				}
				w.do("POST", "/data-integrations/github/token", `{"user_id": "`+one+`"}`)
			}
			query := url.Values{"event": {"pipes.connected_account." + c.want}, "timeout": {"1ms"}}
			if c.user != "" {
				query.Set("user_id", c.user)
			}
			type failed struct {
				NearMisses []string `json:"near_misses"`
			}
			near := decode[failed](t, w.do("GET", "/_control/wait?"+query.Encode(), ""), 409).NearMisses
			if name == "at most three of them" {
				expect(t, "so many", len(near), 3)
				expect(t, "the newest first", strings.HasPrefix(near[0], "switch 5 "), true)
				return
			}
			if !slices.Equal(near, c.near) {
				t.Errorf("got:\n%s\nwant:\n%s", strings.Join(near, "\n"), strings.Join(c.near, "\n"))
			}
		})
	}
}

// A missing webhook and a check in Go tell the same; a switch of the file, or an event that came, is no near miss.
func TestSwitchesWithoutEventsElsewhere(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithTime(noon))
	w.put(`{"scenario": "needs_reauthorization", "user_id": "alice"}`)
	const event = "pipes.connected_account.reauthorization_needed"
	const wait, says = "GET /_control/wait?timeout=1ms&", `emitted no event: no call has`
	w.tries(
		try{"a webhook", wait + "webhook=" + event, "", 409, says},
		try{"no event", wait + "at_most=0&event=" + event, "", 200, `"count": 0`},
		try{"calls", wait + "operation=token", "", 409, `"near_misses": []`},
	)
	var r recorder
	w.RequireCalled(&r, fake.Called{Event: event})
	expect(t, "in Go", strings.Contains(r.fatal, says), true)
	w.Reset()
	w.token("github", "alice")
	w.put(`{"scenario": "needs_reauthorization", "user_id": "alice"}`)
	w.tries(
		try{"it came", wait + "event=" + event, "", 200, `"count": 1`},
		try{"but not twice", wait + "count=2&event=" + event, "", 409, `"near_misses": []`},
	)
	file := withFile(t, "version: 1\nswitches: [{scenario: needs_reauthorization}]\n")
	file.tries(try{"a file", wait + "event=" + event, "", 409, `"near_misses": []`})
}
