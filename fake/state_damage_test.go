package fake_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
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

// rewritten changes a line of a state file, and its checksum.
func rewritten(t *testing.T, file []byte, change func(line []byte) []byte) []byte {
	t.Helper()
	sums := sha256.New()
	var body []byte
	for line := range bytes.Lines(file[bytes.IndexByte(file, '\n')+1:]) {
		line = append(bytes.Clone(bytes.TrimSpace(change(line))), '\n')
		sum := sha256.Sum256(line)
		sums.Write(sum[:])
		body = append(body, line...)
	}
	return append(fmt.Appendf(nil, `{"pipesfake_state":2,"sha256":"%x"}`+"\n", sums.Sum(nil)), body...)
}

const damagedFile = "version: 1\nscenarios: {flaky: {steps: [{fault: {status: 503}, times: 2}, {scenario: active}]}}\n"

// savedState returns a state file with a bit of everything, and a snapshot.
func savedState(t *testing.T, file string) []byte {
	t.Helper()
	server, err := fake.New(fake.WithScenarios(parse(t, damagedFile)), fake.WithTime(noon), fake.WithState(file))
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
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// Restoring a damaged snapshot is a 409 that says what to do, and changes nothing.
func TestDamagedSnapshots(t *testing.T) {
	t.Parallel()
	good := savedState(t, filepath.Join(t.TempDir(), "state"))
	for name, c := range damages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, _ := withDamage(t, good, `"Snapshot":`, strings.TrimSuffix("Snapshot.Saved."+c.place, "."), c.value)
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
}

// A state file with a damaged environment is renamed.
func TestDamagedStateFiles(t *testing.T) {
	t.Parallel()
	good := savedState(t, filepath.Join(t.TempDir(), "state"))
	for name, c := range damages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.place == "" && c.value == "null" {
				t.Skip("a line may be about something else")
			}
			w, log := withDamage(t, good, `"Covered":`, strings.TrimSuffix("Saved."+c.place, "."), c.value)
			if !strings.Contains(log.String(), "state file set aside") {
				t.Errorf("nothing is logged: %s", log.String())
			}
			expect(t, "what begins anew", w.control("GET", "state", "").says("flaky since"), false)
			expect(t, "a call", w.do("POST", "/data-integrations/github/token", `{"user_id": "bob"}`).status, 200)
		})
	}
}

// withDamage starts a server with a state file in which lines of a kind are damaged.
func withDamage(t *testing.T, good []byte, kind, place, value string) (world, *sharedLog) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "state")
	text := rewritten(t, good, func(line []byte) []byte {
		if !bytes.Contains(line, []byte(kind)) {
			return line
		}
		return damaged(t, line, place, value)
	})
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	log := &sharedLog{}
	server, err := fake.New(fake.WithScenarios(parse(t, damagedFile)), fake.WithTime(noon), fake.WithState(file),
		fake.WithLogger(slog.New(slog.NewTextHandler(log, nil))))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return worldOf(t, server), log
}
