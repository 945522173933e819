package fake_test

import (
	"testing"

	"example.com/pipesfake/fake"
)

// The control plane lists what the Go API returns, so that a client has the same methods.
func TestControlLists(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithTime(noon))
	w.token("github", "alice")
	w.Use("needs_reauthorization", fake.User("alice"))
	w.Use("active", fake.User("alice"))
	const event = `"event": "pipes.connected_account.reauthorization_needed"`
	const name = "pipes.connected_account.connected"
	w.tries(
		try{"in full", "GET /_control/requests?full=true", "", 200, `"response_body": "{`},
		try{"in short", "GET /_control/requests?full=false", "", 200, `"user_id": "alice"`},
		try{"the last event", "GET /_control/events?format=json&limit=1", "", 200, `"next": "2"`},
		try{"the one before", "GET /_control/events?format=json&next=2", "", 200, event},
		try{"no more", "GET /_control/events?format=json&next=2", "", 200, `"next": null`},
		try{"no format", "GET /_control/events?format=yaml", "", 422, `\"yaml\"`},
		try{"an event", "POST /_control/verify", `{"event": "` + name + `", "count": 1}`, 200, ""},
		try{"no webhook", "POST /_control/verify", `{"webhook": "` + name + `"}`, 409, "No webhook endpoint exists"},
		try{"both", "POST /_control/verify", `{"webhook": "` + name + `", "event": "` + name + `"}`, 422, "leave"},
		try{"many", "GET /_control/webhooks?limit=10000", "", 200, `"count": 0`},
		try{"too many", "GET /_control/webhooks?limit=10001", "", 422, "from 1 to 10000"},
	)
}

func TestEnvironmentsOfTests(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.tries(
		try{"the first", "POST /_control/environments", `{"test": "TestA"}`, 201, `"api_key": "sk_env_test-TestA"`},
		try{"the second", "POST /_control/environments", `{"test": "TestA"}`, 201, `"name": "test-TestA-2"`},
		try{"no name", "POST /_control/environments", `{}`, 422, `write {\"test\": \"TestReconnect\"}`},
		try{"an empty one", "POST /_control/environments", `{"test": ""}`, 422, "must not be empty"},
		try{"gone", "DELETE /_control/environments/test-TestA-2", "", 200, ""},
		try{"free again", "POST /_control/environments", `{"test": "TestA"}`, 201, `"name": "test-TestA-2"`},
	)
}

// A control call for an endpoint is not in the journal, and no fault applies to it.
func TestControlEndpoints(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.Fault(fake.Fault{Status: 503})
	const endpoints = "POST /_control/webhook_endpoints"
	const body = `{"endpoint_url": "http://127.0.0.1:9/", "events": ["pipes.connected_account.connected"]}`
	made := decode[struct{ ID string }](t, w.do("POST", "/_control/webhook_endpoints", body), 201)
	path := " /_control/webhook_endpoints/" + made.ID
	w.tries(
		try{"listed", "GET /_control/webhook_endpoints?limit=100&order=asc", "", 200, made.ID},
		try{"again", endpoints, body, 409, "duplicate_endpoint"},
		try{"no URL", endpoints, `{"events": []}`, 422, "endpoint_url"},
		try{"changed", "PATCH" + path, `{"status": "disabled"}`, 200, `"disabled"`},
		try{"not changed", "PATCH" + path, `{"status": "off"}`, 422, "status"},
		try{"removed", "DELETE" + path, "", 204, ""},
		try{"gone", "DELETE" + path, "", 404, ""},
		try{"not recorded", "GET /_control/requests", "", 200, `"requests": []`},
	)
}
