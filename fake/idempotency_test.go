package fake_test

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"example.com/pipesfake/fake"
)

// sendOnce makes a call with an idempotency key in its header.
func (w world) sendOnce(path, body, key string) (status int, answer string) {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.URL()+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+w.key)
	r.Header.Set("Idempotency-Key", key)
	response, err := w.client.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

// A client that lost the response sends the call again, with the same idempotency key, and gets the same response.
func TestIdempotencyKeys(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct{ path, body, other string }{
		"an import": {alice, `{"access_token": "first"}`, `{"access_token": "second"}`},
		"another account": {
			"/data-integrations/keyed/api-key",
			`{"user_id": "alice", "secret": "12345", "connection_intent": "add", "account_display_name": "a<b>"}`,
			`{"user_id": "alice", "secret": "67890", "connection_intent": "add"}`,
		},
		"client credentials": {
			"/data-integrations/machine/client-credentials",
			`{"user_id": "alice", "client_id": "i", "client_secret": "12345", "connection_intent": "add"}`,
			`{"user_id": "bob", "client_id": "i", "client_secret": "12345", "connection_intent": "add"}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := withFile(t, `version: 1
start: not_installed
providers: {github: {}, keyed: {auth_methods: [api_key]}, machine: {auth_methods: [client_credentials]}}
`, fake.WithTime(noon))
			status, first := w.sendOnce(one.path, one.body, "k1")
			expect(t, first, status, 201)
			events := len(w.Events())
			w.do("POST", "/_control/snapshots", `{"name": "s"}`)
			status, again := w.sendOnce(one.path, one.body, "k1")
			expect(t, "the status of the same call again", status, 201)
			expect(t, "its response", again, first)
			expect(t, "events", len(w.Events()), events)
			status, conflict := w.sendOnce(one.path, one.other, "k1")
			if status != 409 || !strings.Contains(conflict, "idempotency_key_conflict") {
				t.Errorf("another call: %d %s", status, conflict)
			}
			w.control("POST", "reset", "")
			w.control("POST", "snapshots/s/restore", "")
			status, again = w.sendOnce(one.path, one.body, "k1")
			expect(t, "after a restore", status, 201)
			expect(t, "its response", again, first)
			w.control("POST", "reset", "")
			status, _ = w.sendOnce(one.path, one.other, "k1")
			expect(t, "a reset forgets the keys", status, 201)
		})
	}
}

func TestIdempotencyKeysInBodies(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithTime(noon), fake.WithScenario("not_installed"))
	long := strings.Repeat("k", 256)
	w.tries(
		try{"import", "POST " + alice, `{"access_token": "a", "idempotency_key": "k"}`, 201, "connected"},
		try{"again", "POST " + alice, `{"access_token": "a", "idempotency_key": "k"}`, 201, "connected"},
		try{
			"another", "POST " + alice, `{"access_token": "b", "idempotency_key": "k"}`,
			409, "idempotency_key_conflict",
		},
		try{"without", "POST " + alice, `{"access_token": "a"}`, 409, "entity_already_exists"},
		try{"too long", "POST " + alice, `{"idempotency_key": "` + long + `"}`, 422, "longer than 255 bytes"},
		try{"empty", "POST " + alice, `{"idempotency_key": ""}`, 422, "must not be empty"},
	)
	if journal := w.control("GET", "requests", ""); !journal.says("the first call with this idempotency key") {
		t.Errorf("the journal says %s", journal.body)
	}
}

// A refused call is not remembered, and calls at the same time make one connection.
func TestIdempotencyKeysOfCallsAtOnce(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithScenario("not_installed"))
	status, _ := w.sendOnce(alice, `{"refresh_token": "a"}`, "k")
	expect(t, "refused", status, 422)
	var all sync.WaitGroup
	answers := make([]string, 8)
	for i := range answers {
		all.Go(func() { _, answers[i] = w.sendOnce(alice, `{"access_token": "a"}`, "k") })
	}
	all.Wait()
	for _, answer := range answers {
		expect(t, "each", answer, answers[0])
	}
}
