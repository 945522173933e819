package fake_test

import (
	"encoding/json"
	"log/slog"
	"strconv"
	"strings"
	"testing"

	"example.com/pipesfake/fake"
)

// damages lists changes that somebody could make to an environment in a state file: the place, and its new value as
// JSON.
var damages = map[string]struct{ place, value string }{
	"nothing":                         {"", `null`},
	"a number":                        {"", `5`},
	"a list":                          {"", `[]`},
	"an empty environment":            {"", `{}`},
	"no scenario file":                {"Scenarios", `""`},
	"a date that is none":             {"Now", `"yesterday"`},
	"switches that are none":          {"Switches", `[null]`},
	"a switch to no scenario":         {"Switches.0.Scenario", `null`},
	"a switch to an unknown scenario": {"Switches.0.Scenario", `"gone"`},
	"a switch to a number":            {"Switches.0.Scenario", `7`},
	"a switch to an unknown state":    {"Switches.0.Scenario", `{"state": "gone"}`},
	"a switch at no place":            {"Switches.0.Place.Provider", `"a b"`},
	"a switch that ended":             {"Switches.0.TTL", `-1`},
	"a fault that is none":            {"Faults.Laid", `[null]`},
	"a fault without a way":           {"Faults.Laid.0.Status", `0`},
	"a fault of an unknown status":    {"Faults.Laid.0.Status", `99999`},
	"a connection that is none":       {"Records.0", `null`},
	"a connection to nobody":          {"Records.0.Key.Provider", `""`},
	"a connection of nobody":          {"Records.0.Key.User", `"\u0007"`},
	"a run without steps":             {"Records.1.Runs.0.Frames", `[]`},
	"a run in a step that is none":    {"Records.1.Runs.0.Frames.0.Step", `99`},
	"a run before its first step":     {"Records.1.Runs.0.Frames.0.Step", `-1`},
	"a run in no state":               {"Records.1.Runs.0.State", `null`},
	"a run that counts backwards":     {"Records.1.Runs.0.Frames.0.Round", `-5`},
	"a write of an unknown state":     {"Records.2.Account.Word.State.State", `"gone"`},
	"a write by an unknown method":    {"Records.2.Account.Method", `"gone"`},
	"an integration that is none":     {"Catalog.Integrations", `[{}]`},
	"an integration without a method": {"Catalog.Integrations.0.Provider.AuthMethods", `[]`},
	"an integration of nobody":        {"Catalog.Integrations.0.Ownership", `"gone"`},
	"a deletion of nothing":           {"Catalog.Removed", `[{}]`},
	"an endpoint that is none":        {"Endpoints", `[{}]`},
	"an endpoint at no address":       {"Endpoints.0.URL", `"nowhere"`},
	"an event that is none":           {"Events", `[{}]`},
	"a page of nobody":                {"Consents", `[{"Opaque": "a"}]`},
}

// damaged returns JSON with another value at a place.
func damaged(t *testing.T, text []byte, place, value string) []byte {
	t.Helper()
	var root, other any
	if err := json.Unmarshal(text, &root); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(value), &other); err != nil {
		t.Fatal(err)
	}
	at, parts := root, strings.Split(place, ".")
	for i, part := range parts {
		isLast := i == len(parts)-1
		switch v := at.(type) {
		case map[string]any:
			if isLast {
				v[part] = other
			}
			at = v[part]
		case []any:
			n, err := strconv.Atoi(part)
			if err != nil || n >= len(v) {
				t.Fatalf("%s is not in %s", place, text)
			}
			if isLast {
				v[n] = other
			}
			at = v[n]
		default:
			t.Fatalf("%s is not in %s", place, text)
		}
	}
	made, err := json.Marshal(root)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

const damagedFile = "version: 1\nscenarios: {flaky: {steps: [{fault: {status: 503}, times: 2}, {scenario: active}]}}\n"

// savedState returns a store with a bit of everything in one environment, and the snapshot of it.
func savedState(t *testing.T) (store *memoryStore, saved []byte) {
	t.Helper()
	store = newMemoryStore()
	server, err := fake.New(fake.WithScenarios(parse(t, damagedFile)), fake.WithTime(noon), fake.WithStore(store))
	if err != nil {
		t.Fatal(err)
	}
	w := worldOf(t, server)
	w.token("github", "alice")
	w.Use("flaky", fake.User("bob"))
	w.do("POST", "/data-integrations/github/token", `{"user_id": "bob"}`)
	w.do("PUT", accountPath("carol", "github"), `{"scopes": []}`)
	w.do("POST", "/data-integrations", `{"provider": "linear", "auth_methods": ["api_key"]}`)
	w.do("POST", "/webhook_endpoints", `{"endpoint_url": "https://a.example/", "events": ["user.created"]}`)
	w.do("POST", "/_control/faults", `{"status": 503, "operation": "list_events"}`)
	w.Snapshot("kept")
	server.Close()
	var snapshot struct{ Saved json.RawMessage }
	if err := json.Unmarshal(store.environments["default"]["snapshot/kept"], &snapshot); err != nil {
		t.Fatal(err)
	}
	return store, snapshot.Saved
}

// Restoring a damaged snapshot is a 409 that says what to do, and changes nothing.
func TestDamagedSnapshots(t *testing.T) {
	t.Parallel()
	good, saved := savedState(t)
	for name, c := range damages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := good.clone()
			kept := store.environments["default"]["snapshot/kept"]
			place := strings.TrimSuffix("Saved."+c.place, ".")
			store.environments["default"]["snapshot/kept"] = damaged(t, kept, place, c.value)
			w, _ := startIn(t, store)
			before := string(w.control("GET", "state", "").body)
			a := w.do("POST", "/_control/snapshots/kept/restore", "")
			if a.status != 409 || !a.says("snapshot_damaged") || !a.says(`Snapshot \"kept\"`) ||
				!a.says("DELETE /_control/snapshots/kept") {
				t.Errorf("it answers %d %s", a.status, a.body)
			}
			sameText(t, "the environment", string(w.control("GET", "state", "").body), before)
			expect(t, "taken anew", w.do("POST", "/_control/snapshots", `{"name": "kept"}`).status, 201)
			w.control("POST", "snapshots/kept/restore", "")
		})
	}
	if len(saved) == 0 {
		t.Error("the snapshot is empty")
	}
}

// A store with a damaged environment is set aside. An environment can be whole in one part, as older versions saved it.
func TestDamagedStates(t *testing.T) {
	t.Parallel()
	_, saved := savedState(t)
	wholeIn := func(head []byte) *memoryStore {
		store := newMemoryStore()
		store.environments["default"] = map[string][]byte{"head": head}
		return store
	}
	for name, c := range damages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			head := []byte(c.value)
			if c.place != "" {
				head = damaged(t, saved, c.place, c.value)
			}
			w, log := startIn(t, wholeIn(head))
			if !strings.Contains(log.String(), "state set aside") {
				t.Errorf("nothing is logged: %s", log.String())
			}
			expect(t, "what begins anew", w.control("GET", "state", "").says(`"user_id": "bob"`), false)
			expect(t, "a call", w.do("POST", "/data-integrations/github/token", `{"user_id": "bob"}`).status, 200)
		})
	}
	w, log := startIn(t, wholeIn(saved))
	expect(t, "what is not damaged", w.control("GET", "state", "").says(`"user_id": "bob"`), true)
	expect(t, "the log", log.String(), "")
}

// startIn starts a server with what a store holds.
func startIn(t *testing.T, store *memoryStore) (world, *sharedLog) {
	t.Helper()
	log := &sharedLog{}
	server, err := fake.New(fake.WithScenarios(parse(t, damagedFile)), fake.WithTime(noon), fake.WithStore(store),
		fake.WithLogger(slog.New(slog.NewTextHandler(log, nil))))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return worldOf(t, server), log
}
