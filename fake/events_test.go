package fake_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake"
)

func TestSwitchesEmitEventsForSeenConnections(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithTime(noon))
	w.token("github", "alice")
	w.token("github", "alice", "acme")
	w.Use("needs_reauthorization")
	w.Use("missing_scopes")
	w.Use("active") // no change of state
	w.Use("not_installed", fake.User("alice"), fake.NoOrganization())
	expect(t, "events", w.eventsInWords(), "reauthorization_needed alice, reauthorization_needed alice, "+
		"connected alice, connected alice, disconnected alice")
	events := w.happened("").Data
	last := events[len(events)-1]
	expect(t, "the last state", last.Data.State, "connected")
	expect(t, "its scopes", strings.Join(last.Data.Scopes, " "), "repo user:email read:org")
	ids := map[string]bool{}
	for _, one := range events {
		ids[one.ID] = true
	}
	expect(t, "different ids", len(ids), len(events))
	w.token("slack", "bob")
	expect(t, "seen later, it is no change", len(w.happened("").Data), len(events))
}

// With many connections, events are emitted after the switch returns. Reading them returns all, in order.
func TestEventsOfManyConnections(t *testing.T) {
	t.Parallel()
	const users = 2500
	w := start(t, fake.WithTime(noon))
	for i := range users {
		w.token("github", fmt.Sprint("user_", i))
	}
	w.Use("needs_reauthorization")
	w.Use("active", fake.Provider("slack")) // changes nothing
	expect(t, "meanwhile", w.token("github", "user_0").Error, "needs_reauthorization")
	w.Use("not_installed")
	var told []string
	for after := ""; ; {
		page := w.happened(after)
		for _, one := range page.Data {
			told = append(told, one.Event[len("pipes.connected_account."):])
		}
		if page.ListMetadata.After == nil {
			break
		}
		after = "&after=" + *page.ListMetadata.After
	}
	expect(t, "events", len(told), 2*users)
	expect(t, "in order", slices.IsSortedFunc(told, func(a, b string) int { return strings.Compare(b, a) }), true)
	w.Use("active")
	w.Reset() // while their events are being emitted
	expect(t, "after a reset", len(w.happened("").Data), 0)
}

// Events of what time causes have the time at which it happened, and are in order, however late they are read.
func TestEventsHaveTheTimeOfTheirChange(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithTime(noon))
	w.token("github", "alice")
	w.put(`{"scenario": {"expires_in": "10m", "refresh": "fails"}, "user_id": "alice"}`)
	w.put(`{"scenario": "not_installed", "user_id": "alice", "ttl": "5m"}`)
	w.Advance(time.Hour)
	w.Use("active")
	var told []string
	for _, one := range w.happened("").Data {
		at, _ := time.Parse(time.RFC3339, one.CreatedAt)
		told = append(told, fmt.Sprint(one.Event[strings.LastIndexByte(one.Event, '.')+1:], " ", at.Sub(noon)))
	}
	expect(t, "events", strings.Join(told, ", "),
		"disconnected 0s, connected 5m0s, reauthorization_needed 10m0s, connected 1h0m0s")
}

func TestListEvents(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithTime(noon), fake.WithScenario("not_installed"))
	for i, organization := range []string{"", "acme", "acme", "umbrella"} {
		w.tries(try{
			"import",
			fmt.Sprintf("POST %s?organization_id=%s",
				accountPath(fmt.Sprint("user_", i), "github"), organization),
			`{"access_token": "t"}`,
			201, "",
		})
		w.Advance(time.Hour)
	}
	w.Use("needs_reauthorization", fake.Organization("acme"))
	ids := []string{}
	for _, one := range w.happened("").Data {
		ids = append(ids, one.ID)
	}
	expect(t, "all", len(ids), 6)
	count := func(query string) int {
		t.Helper()
		return len(decode[listed[happened]](t, w.do("GET", "/events"+query, ""), 200).Data)
	}
	for query, want := range map[string]int{
		"":         6,
		"?limit=4": 4,
		"?events=pipes.connected_account.connected":                                                4,
		"?events=pipes.connected_account.connected,pipes.connected_account.reauthorization_needed": 6,
		"?events=pipes.connected_account.connected&events=pipes.connected_account.disconnected":    4,
		"?events=user.created":                0,
		"?organization_id=acme":               4,
		"?organization_id=nobody":             0,
		"?range_start=2026-11-23T13:00:00Z":   5,
		"?range_end=2026-11-23T13:00:00.000Z": 2,
		"?range_start=2026-11-23T13:00:00%2B00:00&range_end=2026-11-23T14:00:00Z": 2,
		"?range_start=2026-11-23":        6,
		"?range_start=2026-11-23T13:00Z": 5,
		"?order=asc&after=" + ids[3]:     2,
		"?after=" + ids[3]:               3,
		"?before=" + ids[3]:              2,
		"?order=asc&limit=1&events=pipes.connected_account.reauthorization_needed&organization_id=acme": 1,
	} {
		expect(t, query, count(query), want)
	}
	oldest := w.do("GET", "/events?limit=1&order=asc&organization_id=acme", "")
	first := decode[listed[happened]](t, oldest, 200)
	if first.ListMetadata.After == nil || *first.ListMetadata.After != ids[1] {
		t.Errorf("the cursor is %v, not %s", first.ListMetadata.After, ids[1])
	}
	w.tries(
		try{"limit", "GET /events?limit=0", "", 400, `"field":"limit"`},
		try{
			"a misspelt name",
			"GET /events?events=pipes.connected_account.conected", "",
			400, "did you mean pipes.connected_account.connected",
		},
		try{"a cursor", "GET /events?after=event_x", "", 400, `"field":"after"`},
		try{"a cursor beyond", "GET /events?after=" + ids[0][:len(ids[0])-2] + "ZZ", "", 200, ""},
		try{"order", "GET /events?order=new", "", 400, `"field":"order"`},
		try{"a date", "GET /events?range_start=yesterday", "", 400, `"field":"range_start"`},
		try{"backwards", "GET /events?range_start=2026-11-24&range_end=2026-11-23", "", 422, `"field":"range_end"`},
		try{"too long", "GET /events?range_start=2026-01-01&range_end=2026-03-01", "", 422, "30 days"},
		try{"both ways", "GET /events?range_start=2026-11-23&after=" + ids[0], "", 422, "exclude each other"},
	)
}

func TestWebhookEndpoints(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithTime(noon))
	const path, connected = "POST /webhook_endpoints", `"events": ["pipes.connected_account.connected"]`
	made := decode[struct{ ID, Secret, Status string }](t,
		w.do("POST", "/webhook_endpoints", `{"endpoint_url": "http://app:3000/webhooks", `+connected+`}`), 201)
	expect(t, "status", made.Status, "enabled")
	w.tries(
		try{
			"twice", path,
			`{"endpoint_url": "http://app:3000/webhooks", ` + connected + `}`,
			409, "duplicate_endpoint",
		},
		try{"another", path, `{"endpoint_url": "https://app.example.com/webhooks", "events": []}`, 201, `"events":[]`},
		try{"listed", "GET /webhook_endpoints?order=asc&limit=1", "", 200, made.Secret},
		try{"no URL", path, `{` + connected + `}`, 422, "invalid_request_parameters"},
		try{"not a URL", path, `{"endpoint_url": "app", ` + connected + `}`, 422, "invalid_url"},
		try{"no web URL", path, `{"endpoint_url": "ftp://app/webhooks", ` + connected + `}`, 422, "invalid_url"},
		try{"no events", path, `{"endpoint_url": "http://app"}`, 422, "events is required"},
		try{
			"misspelt", path,
			`{"endpoint_url": "http://app", "events": ["pipes.connected_account.conected"]}`,
			422, "unknown_event_type",
		},
		try{"a number", path, `{"endpoint_url": 1, "events": []}`, 422, "invalid_request_parameters"},
		try{"no JSON", path, `{`, 422, `"errors":[{"field":"body"`},
		try{"disable", "PATCH /webhook_endpoints/" + made.ID, `{"status": "disabled"}`, 200, `"status":"disabled"`},
		try{"the rest stays", "GET /webhook_endpoints", "", 200, "http://app:3000/webhooks"},
		try{
			"move", "PATCH /webhook_endpoints/" + made.ID,
			`{"endpoint_url": "http://app:3001/webhooks", "status": "enabled", "events": ["user.created"]}`,
			200, "3001",
		},
		try{
			"onto another", "PATCH /webhook_endpoints/" + made.ID,
			`{"endpoint_url": "https://app.example.com/webhooks"}`,
			409, "duplicate_endpoint",
		},
		try{
			"a strange status", "PATCH /webhook_endpoints/" + made.ID, `{"status": "paused"}`,
			422, "not one of enabled, disabled",
		},
		try{
			"nowhere", "PATCH /webhook_endpoints/" + made.ID, `{"endpoint_url": "javascript:alert(1)"}`,
			422, "invalid_url",
		},
		try{"an unknown one", "PATCH /webhook_endpoints/we_x", `{}`, 404, "entity_not_found"},
		try{"a strange cursor", "GET /webhook_endpoints?after=we_x", "", 400, "invalid_request_parameters"},
		try{"delete", "DELETE /webhook_endpoints/" + made.ID, "", 204, ""},
		try{"twice", "DELETE /webhook_endpoints/" + made.ID, "", 404, "entity_not_found"},
		try{"its URL is free", path, `{"endpoint_url": "http://app:3001/webhooks", ` + connected + `}`, 201, ""},
	)
	w.Reset()
	w.tries(try{"reset", "GET /webhook_endpoints", "", 200, `"data":[]`})
}

// A reset undoes everything that calls did, and the same calls have the same results afterwards.
func TestResetUndoesEverything(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithTime(noon), fake.WithScenario("not_installed"))
	play := func() string {
		w.tries(
			try{"create", "POST /data-integrations", `{"provider": "github", ` + custom + `}`, 201, ""},
			try{"import", "POST " + alice, `{"access_token": "t"}`, 201, ""},
			try{"endpoint", "POST /webhook_endpoints", `{"endpoint_url": "http://app", "events": []}`, 201, ""},
			try{"delete", "DELETE /data-integrations/github", "", 204, ""},
		)
		return string(w.do("GET", "/events", "").body) + string(w.do("GET", "/webhook_endpoints", "").body)
	}
	first := play()
	w.Reset()
	w.tries(
		try{"no events", "GET /events", "", 200, `"data":[]`},
		try{"no integrations", "GET /data-integrations", "", 200, `"data":[]`},
		try{"nothing is deleted", "POST /data-integrations/github/token", `{"user_id": "alice"}`, 200, "not_installed"},
	)
	w.Reset()
	expect(t, "the same again", play(), first)
}
