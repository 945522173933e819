package fake_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake"
)

func TestVerify(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithTime(noon))
	for range 3 {
		w.token("github", "user_bob")
	}
	w.token("slack", "user_alice", "acme")
	w.do("POST", "/data-integrations/github/token", `{"user": "x"}`)
	for name, c := range map[string]struct {
		body   string
		status int
		says   string
	}{
		"anything":        {`{}`, 200, `"count": 5`},
		"at least one":    {`{"operation": "token", "user_id": "user_bob"}`, 200, `"count": 3`},
		"exactly":         {`{"user_id": "user_bob", "count": 3}`, 200, `"ok": true`},
		"never":           {`{"operation": "credentials", "count": 0}`, 200, `"count": 0`},
		"by status":       {`{"status": 400}`, 200, `"count": 1`},
		"no organization": {`{"organization_id": null, "at_most": 3}`, 200, `"count": 3`},
		"between":         {`{"provider": "github", "at_least": 2, "at_most": 4}`, 200, `"count": 4`},
		"another user": {
			`{"operation": "token", "user_id": "user_bobby"}`,
			409, `3 calls with user_id \"user_bob\", you asked for \"user_bobby\"`,
		},
		"another operation": {
			`{"operation": "credentials", "user_id": "user_alice"}`,
			409, `1 call with operation \"token\", you asked for \"credentials\"`,
		},
		"nothing near": {
			`{"operation": "authorize", "user_id": "zoe"}`,
			409,
			`1 call with operation \"token\" and user_id \"user_alice\", ` +
				`you asked for \"authorize\" and \"zoe\"`,
		},
		"too many": {
			`{"user_id": "user_bob", "at_most": 2}`,
			409, `Expected at most 2 calls for user \"user_bob\"; there were 3.`,
		},
		"which they were": {
			`{"user_id": "user_bob", "count": 0}`,
			409, `"req_default_000003 at 2026-11-23T12:00:00.000Z was such a call"`,
		},
		"too few": {`{"count": 6}`, 409, "Expected exactly 6 calls; there were 5."},
		"one of two": {
			`{"user_id": "user_alice", "at_least": 2, "at_most": 1}`,
			422, "at_most 1 is less than at_least 2",
		},
		"just one": {
			`{"status": 400, "at_least": 1, "at_most": 1, "user_id": "x"}`,
			409, `Expected at least 1 and at most 1 call for user \"x\" answered 400; there were 0.`,
		},
		"there was one": {
			`{"status": 400, "count": 2}`,
			409, `Expected exactly 2 calls answered 400; there was 1.`,
		},
		"another status": {
			`{"operation": "token", "user_id": "user_bob", "status": 503}`,
			409, `3 calls with status 200, you asked for 503`,
		},
		"no answer":         {`{"status": null}`, 409, `Expected at least 1 call without an answer; there were 0.`},
		"answers, not none": {`{"status": null}`, 409, `4 calls with status 200, you asked for none`},
		"no organization's": {
			`{"organization_id": null, "user_id": "user_alice"}`,
			409, `1 call with organization_id \"acme\", you asked for none`,
		},
		"in order": {
			`{"order": [{"user_id": "user_bob"}, {"user_id": "user_bob"}, {"provider": "slack"}, ` +
				`{"status": 400}]}`,
			200, `"count": 4`,
		},
		"out of order": {
			`{"order": [{"provider": "slack"}, {"user_id": "user_bob"}]}`,
			409,
			`order[1] was not matched: after order[0], ` +
				`which was req_default_000004, there was no call for user \"user_bob\".`,
		},
		"what came before": {
			`{"order": [{"provider": "slack"}, {"user_id": "user_bob"}]}`,
			409, `3 such calls came before: req_default_000001, req_default_000002, req_default_000003`,
		},
		"near in an order": {
			`{"order": [{"user_id": "user_bobby"}]}`,
			409, `3 calls with user_id \"user_bob\", you asked for \"user_bobby\"`,
		},
		"the same once more": {
			`{"order": [{"status": 400}, {"status": 400}]}`,
			409, `4 calls with status 200, you asked for 400`,
		},
		"no item": {`{"order": []}`, 422, "order must name at least one call"},
		"an item's operation": {
			`{"order": [{}, {"operation": "tokens"}]}`,
			422, "order[1]: no operation is called \\\"tokens\\\" (did you mean token?)",
		},
		"no status":            {`{"status": 99}`, 422, "status must be a whole number from 200 to 599"},
		"a zero status":        {`{"status": 0}`, 422, "status must be a whole number from 200 to 599"},
		"no slug":              {`{"provider": "a b"}`, 422, "is not a slug"},
		"an unknown field":     {`{"user": "x"}`, 422, "did you mean user_id?"},
		"an unknown operation": {`{"operation": "tokens"}`, 422, "did you mean token?"},
		"count and more":       {`{"count": 1, "at_least": 1}`, 422, "count cannot be combined"},
		"a negative count":     {`{"count": -1}`, 422, "whole number"},
		"half a call":          {`{"count": 0.5}`, 422, "whole number"},
		"order and more":       {`{"order": [], "count": 1}`, 422, "count has no effect together with order"},
		"an order of texts":    {`{"order": ["token"]}`, 422, "order[0] must be a mapping"},
		"no order":             {`{"order": "token"}`, 422, "array of objects"},
		"an order of unknowns": {`{"order": [{"user": "x"}]}`, 422, "order[0].user"},
		"no JSON":              {`{`, 400, "not valid JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := w.in(t).do("POST", "/_control/verify", c.body)
			if a.status != c.status || !strings.Contains(string(a.body), c.says) {
				t.Errorf("%d %s\nnot %d with %s", a.status, a.body, c.status, c.says)
			}
		})
	}
}

func TestWait(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, w world) {
		waited := func(query string, meanwhile func()) (status int, took time.Duration) {
			began := time.Now()
			done := make(chan int)
			go func() { done <- w.do("GET", "/_control/wait?"+query, "").status }()
			<-time.After(time.Second)
			meanwhile()
			return <-done, time.Since(began)
		}
		check := func(what string, status int, took time.Duration, wantStatus int, want time.Duration) {
			t.Helper()
			expect(t, what, fmt.Sprint(status, took), fmt.Sprint(wantStatus, want))
		}
		nothing := func() {}
		status, took := waited("operation=token&user_id=alice", func() { w.token("github", "alice") })
		check("a request that comes", status, took, 200, time.Second)
		status, took = waited("operation=token&user_id=alice&timeout=5s", nothing)
		check("one that was there", status, took, 200, time.Second)
		status, took = waited("operation=token&user_id=bob&timeout=5s", nothing)
		check("none", status, took, 409, 5*time.Second)
		status, took = waited("user_id=bob", nothing)
		check("no timeout", status, took, 409, 10*time.Second)
		status, took = waited("user_id=alice&at_least=3", func() {
			w.token("github", "alice")
			w.token("github", "alice")
		})
		check("several", status, took, 200, time.Second)
		status, took = waited("event=pipes.connected_account.disconnected&user_id=alice", func() {
			w.Use("not_installed")
		})
		if status != 200 || took > 1100*time.Millisecond {
			t.Errorf("an event: %d after %s", status, took)
		}
		status, took = waited("event=pipes.connected_account.disconnected&user_id=bob&timeout=2s", nothing)
		check("nobody's event", status, took, 409, 2*time.Second)
		status, took = waited("operation=credentials&count=0&at_least=0", nothing)
		check("two numbers", status, took, 422, time.Second)
		w.UseState(fake.State{ExpiresIn: 3 * time.Second, Refresh: "fails"}, fake.User("carol"))
		w.token("github", "carol")
		status, took = waited("event=pipes.connected_account.reauthorization_needed", nothing)
		check("an event that time causes", status, took, 200, 3*time.Second)

		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		err := w.WaitFor(ctx, fake.Called{Operation: "credentials"}, fake.User("alice"))
		if !errors.Is(err, context.DeadlineExceeded) ||
			!strings.Contains(err.Error(), `3 calls with operation "token", you asked for "credentials"`) {
			t.Errorf("WaitFor says %v", err)
		}
		for query, says := range map[string]string{
			"event=pipes.connected_account.disconnected&user_id=bob&count=2": `Expected exactly 2 events ` +
				`of pipes.connected_account.disconnected for user \"bob\" within 1s; there were 0.`,
			"event=pipes.connected_account.reauthorization_needed&user_id=carole": `1 event ` +
				`with user_id \"carol\", you asked for \"carole\"`,
			"webhook=pipes.connected_account.connected": `webhook of pipes.connected_account.connected ` +
				`within 1s; there were 0. No webhook endpoint exists`,
		} {
			w.tries(try{"said", "GET /_control/wait?timeout=1s&" + query, "", 409, says})
		}
		expect(t, "an event in Go",
			w.WaitFor(ctx, fake.Called{Event: "pipes.connected_account.reauthorization_needed"},
				fake.User("carol")), error(nil))
		expect(t, "in Go",
			w.WaitFor(context.Background(), fake.Called{Operation: "token", AtLeast: new(2)}), error(nil))
		status, took = waited("user_id=alice&count=1", func() {
			w.control("DELETE", "requests", "")
			w.token("github", "alice")
		})
		check("from where it was emptied", status, took, 200, time.Second)
	})
}

// The calls that the journal forgot might match: only what holds in either case holds.
func TestVerifyAfterTheJournalForgot(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithJournal(5))
	for range 8 {
		w.token("github", "alice")
	}
	const forgot = "but the journal has dropped 3 earlier requests since it was last emptied (store more with --journal"
	w.tries(
		try{
			"as many as are kept", "POST /_control/verify", `{"count": 5}`,
			409, "Expected exactly 5 calls; there were 5, " + forgot,
		},
		try{"as many as there were", "POST /_control/verify", `{"count": 8}`, 409, "there were 5, " + forgot},
		try{
			"more than there can be", "POST /_control/verify", `{"count": 9}`,
			409, "Expected exactly 9 calls; there were 5.",
		},
		try{
			"fewer than are kept", "POST /_control/verify", `{"at_most": 4}`,
			409, "Expected at most 4 calls; there were 5.",
		},
		try{"perhaps more", "POST /_control/verify", `{"at_most": 5}`, 409, forgot},
		try{"not more", "POST /_control/verify", `{"at_most": 8}`, 200, `"count": 5`},
		try{"enough", "POST /_control/verify", `{"at_least": 5}`, 200, `"count": 5`},
		try{"perhaps enough", "POST /_control/verify", `{"at_least": 6}`, 409, forgot},
		try{
			"none, or before", "POST /_control/verify", `{"user_id": "bob", "count": 0}`,
			409, "there were 0, " + forgot,
		},
		try{"an order", "POST /_control/verify", `{"order": [{"user_id": "alice"}, {}]}`, 200, ""},
		try{"perhaps an order", "POST /_control/verify", `{"order": [{"user_id": "bob"}]}`, 409, forgot},
		try{"and waits", "GET /_control/wait?count=0&user_id=bob&timeout=1ms", "", 409, forgot},
		try{"emptied", "DELETE /_control/requests", "", 200, `"deleted": 5`},
	)
	w.token("github", "alice")
	w.tries(try{"from there on", "POST /_control/verify", `{"count": 1}`, 200, ""})

	none := start(t, fake.WithJournal(0))
	none.token("github", "alice")
	none.tries(try{
		"nothing is kept", "POST /_control/verify", `{}`,
		409, "there were 0, but the journal has dropped 1 earlier request since",
	})
}

// Long paths and users do not displace other requests.
func TestJournalCutsLongNames(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.token("github", "alice")
	long := strings.Repeat("x", 900_000)
	for range 6 {
		w.do("GET", accountPath(long, "github"), "")
		w.do("POST", "/data-integrations/github/token", `{"user_id": "`+long+`"}`)
	}
	all, _ := w.noted("?limit=1000")
	expect(t, "all are there", len(all), 13)
	for _, one := range all {
		if len(one.Path) > 5000 || one.UserID != nil && len(*one.UserID) > 5000 {
			t.Errorf("%s keeps %d bytes of the path", one.ID, len(one.Path))
		}
	}
	w.do("GET", accountPath("bob", "github"), "", "X-Long", strings.Repeat("y", 17<<10))
	one := decode[noted](t, w.control("GET", "requests/"+w.Requests()[13].ID, ""), 200)
	expect(t, "headers that are not kept", one.Headers["left out"], "more than 16 KiB")
}

// Near misses are sorted by how similar their text is, not by how many there are.
func TestNearMisses(t *testing.T) {
	t.Parallel()
	w := start(t)
	for i := range 8 {
		for range 5 {
			w.token("github", fmt.Sprint("user_alice_", i))
		}
	}
	for range 3 {
		w.token("github", "user_bob")
	}
	v := decode[struct {
		NearMisses []string `json:"near_misses"`
	}](t, w.do("POST", "/_control/verify", `{"operation": "token", "user_id": "user_bobby"}`), 409)
	expect(t, "so many", len(v.NearMisses), 5)
	expect(t, "the nearest", v.NearMisses[0], `3 calls with user_id "user_bob", you asked for "user_bobby"`)
	w.tries(try{
		"in two things", "POST /_control/verify",
		`{"operation": "credentials", "user_id": "user_bob", "provider": "gitlab"}`,
		409,
		`3 calls with operation \"token\" and provider \"github\", ` +
			`you asked for \"credentials\" and \"gitlab\"`,
	})
}
