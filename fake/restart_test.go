package fake_test

import (
	"bytes"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"example.com/pipesfake/fake"
)

// With a small state, a killed process loses at most the last second: a token that was issued before that is known
// after the restart.
func TestTokensSurviveAKill(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	bubble(t, func(t *testing.T, w world) {
		w.do("GET", accountPath("alice", "github"), "") // so that the connection is known
		time.Sleep(time.Second)
		token := w.token("github", "alice").AccessToken.AccessToken
		time.Sleep(time.Second)
		left, err := os.ReadFile(filepath.Join(dir, "state"))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, "left"), left, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		server, err := fake.New(fake.WithState(filepath.Join(dir, "left")))
		if err != nil {
			t.Fatal(err)
		}
		defer server.Close()
		expect(t, "at the provider's side", worldOf(t, server).at("github", token, "GET /user").status, 200)
	}, fake.WithState(filepath.Join(dir, "state")))
}

// Close loses nothing, not even what changes no connection: request ids continue.
func TestRequestIDsContinueAfterARestart(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "state")
	begin := func() world {
		server, err := fake.New(fake.WithState(file))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(server.Close)
		return worldOf(t, server)
	}
	w := begin()
	w.token("github", "alice")
	w.Close()
	w = begin()
	w.token("github", "alice") // an answer that changes nothing
	before := w.Requests()
	w.Close()
	w = begin()
	w.token("github", "alice")
	expect(t, "the first after "+before[1].ID, w.Requests()[2].ID, "req_default_000003")
}

// A webhook that was delivered before a kill is not delivered again after it.
func TestDeliveriesAreNotRepeatedAfterAKill(t *testing.T) {
	t.Parallel()
	var down sync.Mutex
	down.Lock()
	r := receive(t, "s", func(int) int { down.Lock(); defer down.Unlock(); return 200 })
	file := filepath.Join(t.TempDir(), "state")
	w := withFile(t, webhookFile(r.URL), fake.WithState(file))
	isPending := func() bool {
		text, err := os.ReadFile(file)
		return err == nil && bytes.Contains(text, []byte(`"pending":[{`))
	}
	isDelivered := func() bool {
		text, err := os.ReadFile(file)
		return err == nil && !bytes.Contains(text, []byte(`"pending":[{`))
	}
	w.token("github", "alice")
	w.Use("not_installed")
	waitUntil(t, "the file has the pending delivery", isPending)
	down.Unlock()
	w.arrived("disconnected", 1)
	waitUntil(t, "the file has no pending delivery", isDelivered)
}

// startWith starts a server with a store.
func startOn(t *testing.T, store fake.Store) world {
	t.Helper()
	server, err := fake.New(fake.WithTime(noon), fake.WithStore(store))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return worldOf(t, server)
}

// What replaces the whole state keeps, over a restart, what it keeps without one.
func TestResetsKeepTheRestOverARestart(t *testing.T) {
	t.Parallel()
	for _, call := range []string{"reset", "snapshots/before/restore"} {
		store := newMemoryStore()
		w := startOn(t, store)
		w.TryScenarios("version: 1\nstart: expired\n")
		w.token("github", "alice")
		w.do("POST", "/_control/snapshots", `{"name": "before"}`)
		w.do("POST", "/_control/"+call, "")
		again := startOn(t, store.clone())
		for _, what := range []string{"snapshots", "coverage", "state"} {
			expect(t, what+" after "+call, string(again.do("GET", "/_control/"+what, "").body),
				string(w.do("GET", "/_control/"+what, "").body))
		}
	}
}

// A deleted connection, which its token still leads to, does not come back with a restart.
func TestDeletedConnectionsStayDeletedOverARestart(t *testing.T) {
	t.Parallel()
	store := newMemoryStore()
	w := startOn(t, store)
	second := decode[account](t, w.do("POST", alice, `{"access_token": "b", "connection_intent": "add"}`), 201)
	query := "?connected_account_id=" + second.ID
	w.do("POST", "/data-integrations/github/token", `{"user_id": "alice", "connected_account_id": "`+second.ID+`"}`)
	w.do("DELETE", alice+query, "")
	w.put(`{"scenario": "expired"}`)
	w.at("github", "b", "GET /user")
	w.put(`{"scenario": "active"}`) // saves what changed until then
	again := startOn(t, store.clone())
	const list = "/user_management/users/alice/data_providers?supports_multiple_connections=true"
	expect(t, "the connections", string(again.do("GET", list, "").body), string(w.do("GET", list, "").body))
}

// A deletion is saved before it is answered, also that of an environment which is made anew at once.
func TestDeletionsAreSavedBeforeTheirResponse(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"default", "other"} {
		store := newMemoryStore()
		w := startOn(t, store)
		place := "?environment=" + name
		w.do("PUT", "/_control/scenario"+place, `{"scenario": "expired"}`)
		w.do("DELETE", "/_control/environments/"+name, "")
		again := startOn(t, store.clone())
		state := decode[struct{ Switches []any }](t, again.do("GET", "/_control/state"+place, ""), 200)
		expect(t, "switches of "+name, len(state.Switches), 0)
	}
}
