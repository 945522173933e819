package fake_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake"
)

const sessionFile = `version: 1
seed: 7
providers:
  github: {scopes: [repo, gist]}
  acme-crm: {credentials: custom, config_fields: {key: {secret: true}, region: {}}} 
scenarios:
  dies: {expires_in: 30m, refresh: fails}
  flaky:
    steps:
      - {fault: {status: 503}, times: 2}
      - {scenario: active, for: 10m}
      - {scenario: missing_scopes, times: 3}
      - {scenario: expired}
  loop: {repeat: true, steps: [{scenario: active, for: 7m}, {scenario: not_installed, for: 3m}]}
# ours
connections:
  - {provider: github, user_id: eve, scenario: dies} # she dies
  - {provider: github, user_id: mallory, scenario: dies, age: 10m}
faults:
  - {delay: 1ms, operation: authorize}
  - {status: 500, operation: list_events, times: 3}
`

// session does what a tester does in an afternoon.
func (w world) session() {
	w.t.Helper()
	for _, user := range []string{"alice", "bob", "carol", "eve"} {
		w.token("github", user)
	}
	w.token("slack", "alice", "acme")
	w.Advance(5 * time.Minute)
	w.Use("missing_scopes", fake.Provider("github"), fake.User("bob"))
	w.put(`{"scenario": "needs_reauthorization", "provider": "slack", "ttl": "20m"}`)
	w.Use("flaky", fake.User("carol"))
	w.Use("loop", fake.User("lola"), fake.Provider("slack"))
	w.token("github", "lola")
	for range 3 {
		w.do("POST", "/data-integrations/github/token", `{"user_id": "carol"}`)
	}
	w.UseState(fake.State{Scopes: []string{"gist"}, ExpiresIn: time.Hour}, fake.User("ivan"))
	w.put(`{"scenario": "not_installed", "user_id": "dave"}`)
	w.put(`{"scenario": "not_installed", "user_id": "erin"}`)
	w.do("POST", accountPath("erin", "slack"), `{}`)
	w.do("POST", accountPath("dave", "xero"), `{"access_token": "xoxb-imported-by-dave", `+
		`"refresh_token": "refresh-of-dave", "expires_at": "2026-11-23T12:30:00Z", "scopes": ["a"]}`)
	w.do("PUT", accountPath("dave", "xero"), `{"scopes": ["a", "b"]}`)
	w.Use("not_installed", fake.User("grace"))
	w.do("DELETE", accountPath("alice", "github"), "")
	w.Advance(50 * time.Minute)
	w.token("github", "heidi") // refreshed a minute later
	w.Advance(56 * time.Minute)
	w.token("github", "heidi")
	w.do("POST", "/data-integrations", `{"provider": "intercom", "credentials": {"type": "custom", `+
		`"client_id": "i", "client_secret": "secret-of-intercom"}, "scopes": ["read"], `+
		`"description": "For support."}`)
	w.token("acme-crm", "alice")
	w.do("PUT", "/data-integrations/acme-crm", `{"scopes": ["contacts"]}`)
	w.do("PUT", "/organizations/acme/data_integration_configurations/github", `{"scopes": ["repo"]}`)
	w.do("POST", "/webhook_endpoints",
		`{"endpoint_url": "https://example.com/hook", "events": ["pipes.connected_account.connected"]}`)
	w.do("GET", "/events", "")
	w.token("intercom", "alice")
	w.token("slack", "lola")
}

// visibleState returns everything that can be seen of an environment, except the journal.
func (w world) visibleState() string {
	w.t.Helper()
	var text strings.Builder
	for _, path := range []string{"state", "faults", "clock"} {
		text.Write(w.control("GET", path, "").body)
	}
	for _, path := range []string{
		"/events?limit=100&order=asc", "/data-integrations", "/webhook_endpoints",
		"/organizations/acme/data_integration_configurations",
	} {
		a := w.do("GET", path, "")
		fmt.Fprintf(&text, "%s %d %s", path, a.status, a.body)
	}
	for _, user := range []string{
		"alice", "bob", "carol", "dave", "erin", "eve", "heidi", "ivan", "lola", "mallory", "nobody",
	} {
		for _, slug := range []string{"github", "slack", "intercom"} {
			a := w.do("POST", "/data-integrations/"+slug+"/token", `{"user_id": "`+user+`"}`)
			fmt.Fprintf(&text, "%s %s %d %s", user, slug, a.status, a.body)
			fmt.Fprintf(&text, "%s", w.do("GET", accountPath(user, slug), "").body)
		}
	}
	return strings.ReplaceAll(text.String(), w.URL(), "URL")
}

func sameText(t *testing.T, what, got, want string) {
	t.Helper()
	g, n := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(n)) {
		if g[i] != n[i] {
			t.Fatalf("%s: line %d: got\n%s\nwant\n%s", what, i,
				strings.Join(g[max(0, i-6):min(len(g), i+3)], "\n"),
				strings.Join(n[max(0, i-6):min(len(n), i+3)], "\n"))
		}
	}
	if len(g) != len(n) {
		t.Fatalf("%s: %d lines, not %d", what, len(g), len(n))
	}
}

func TestSnapshotsRestoreEverything(t *testing.T) {
	t.Parallel()
	w := withFile(t, sessionFile, fake.WithTime(noon))
	w.session()
	w.Snapshot("afternoon")
	again := withFile(t, sessionFile, fake.WithTime(noon))
	again.session()
	again.Snapshot("afternoon") // it changes nothing
	first := again.visibleState()
	sameText(t, "the same session is the same", w.visibleState(), first)

	w.Reset()
	w.Advance(-time.Hour)
	w.Use("expired")
	w.token("github", "zoe")
	w.Restore("afternoon")
	sameText(t, "what a reset cleared is there again", w.visibleState(), first)
	w.Advance(40 * time.Minute)
	w.Advance(-20 * time.Minute)
	changed := w.visibleState()
	w.Restore("afternoon")
	sameText(t, "as often as wanted", w.visibleState(), first)
	w.Advance(40 * time.Minute)
	w.Advance(-20 * time.Minute)
	sameText(t, "and it goes on in the same way", w.visibleState(), changed)
}

func TestSnapshotCalls(t *testing.T) {
	t.Parallel()
	w := withFile(t, "version: 1\n", fake.WithTime(noon))
	long := strings.Repeat("x", 10_000)
	w.tries(
		try{"none", "GET /_control/snapshots", "", 200, `"snapshots": []`},
		try{"take one", "POST /_control/snapshots", `{"name": "a"}`, 201, `"taken_at": "2026-11-23T12:00:00.000Z"`},
		try{"over it", "POST /_control/snapshots", `{"name": "a"}`, 201, `"name": "a"`},
		try{"listed", "GET /_control/snapshots", "", 200, `"name": "a"`},
		try{"restore", "POST /_control/snapshots/a/restore", "", 200, `"restored": "a"`},
		try{"another's", "POST /_control/snapshots/a/restore?environment=b", "", 404, "has no snapshot"},
		try{"near", "POST /_control/snapshots/A/restore", "", 404, "did you mean a?"},
		try{"no body", "POST /_control/snapshots", "", 400, "invalid_json"},
		try{"no name", "POST /_control/snapshots", "{}", 422, "name is missing"},
		try{"empty", "POST /_control/snapshots", `{"name": ""}`, 422, `"name"`},
		try{"a number", "POST /_control/snapshots", `{"name": 1}`, 422, "name"},
		try{"a path", "POST /_control/snapshots", `{"name": "../etc/passwd"}`, 422, "letters, digits"},
		try{"unicode", "POST /_control/snapshots", `{"name": "grüße"}`, 422, "name"},
		try{"long", "POST /_control/snapshots", `{"name": "` + long + `"}`, 422, "xxx…"},
		try{"unknown field", "POST /_control/snapshots", `{"name": "b", "nam": "c"}`, 422, "nam"},
		try{"query", "POST /_control/snapshots?name=b", `{"name": "b"}`, 422, "unknown query parameter name"},
		try{"method", "PUT /_control/snapshots", `{"name": "b"}`, 405, "GET, HEAD, POST"},
		try{"method of restore", "GET /_control/snapshots/a/restore", "", 405, "POST"},
		try{"forget", "DELETE /_control/snapshots/a", "", 200, `"deleted": "a"`},
		try{"once", "DELETE /_control/snapshots/a", "", 404, "entity_not_found"},
		try{"export takes nothing", "GET /_control/export?format=json", "", 422, "format"},
	)
	for i := range 100 {
		w.Snapshot(fmt.Sprint("s", i))
	}
	w.tries(
		try{"too many", "POST /_control/snapshots", `{"name": "more"}`, 409, "too_many_snapshots"},
		try{"over an old one", "POST /_control/snapshots", `{"name": "s7"}`, 201, "s7"},
		try{"reset", "POST /_control/reset", "", 200, ""},
		try{"they stay", "POST /_control/snapshots/s7/restore", "", 200, "s7"},
	)
	w.Reload(parse(t, "version: 1\nseed: 2\n"))
	w.tries(try{"of another file", "POST /_control/snapshots/s7/restore", "", 409, "snapshot_of_another_file"})
}

func TestAnExportLoadsToTheSameState(t *testing.T) {
	t.Parallel()
	w := withFile(t, sessionFile, fake.WithTime(noon))
	w.session()
	w.Use("expired", fake.Provider("slack"), fake.Organization("acme"))
	exported := string(w.Export())
	for _, keeps := range []string{
		"# ours", "# she dies", "age: 1h51m", "scenario: loop",
		"secret that was given for provider \"xero\", user \"dave\"", "https://example.com/hook",
		"scopes that acme-crm requests", "name: Intercom",
	} {
		if !strings.Contains(exported, keeps) {
			t.Errorf("the export lacks %q:\n%s", keeps, exported)
		}
	}
	for _, secret := range []string{"xoxb-imported-by-dave", "refresh-of-dave", "secret-of-intercom"} {
		if strings.Contains(exported, secret) {
			t.Errorf("the export has the secret %s", secret)
		}
	}
	if strings.Contains(exported, "how provider") {
		t.Errorf("something differs:\n%s", exported)
	}
	again := withFile(t, exported, fake.WithTime(noon.Add(111*time.Minute)))
	type connection struct {
		Provider, State, Because string
		UserID                   *string `json:"user_id"`
		OrganizationID           *string `json:"organization_id"`
		Scopes                   []string
		MissingScopes            []string `json:"missing_scopes"`
		ExpiresAt                *string  `json:"expires_at"`
		AuthMethod               string   `json:"auth_method"`
	}
	seen := decode[struct{ Connections []connection }](t, w.control("GET", "state", ""), 200).Connections
	if len(seen) < 12 {
		t.Fatalf("%d connections only", len(seen))
	}
	for _, c := range seen {
		query := "scenario?provider=" + c.Provider + "&user_id=" + *c.UserID
		if c.OrganizationID != nil {
			query += "&organization_id=" + *c.OrganizationID
		}
		got := decode[connection](t, again.control("GET", query, ""), 200)
		a, b := fmt.Sprint(c.State, c.Scopes, c.MissingScopes, orNever(c.ExpiresAt), c.AuthMethod),
			fmt.Sprint(got.State, got.Scopes, got.MissingScopes, orNever(got.ExpiresAt), got.AuthMethod)
		if a != b {
			t.Errorf("%s: %s (%s), loaded: %s (%s)", query, a, c.Because, b, got.Because)
		}
	}
	sameText(t, "tokens", tokensOf(w), tokensOf(again))
	w.Advance(9 * time.Minute)
	again.Advance(9 * time.Minute)
	sameText(t, "and it goes on in the same way", tokensOf(w), tokensOf(again))
	if twice := string(again.Export()); strings.Contains(twice, "how provider") {
		t.Errorf("an export of an export:\n%s", twice)
	}
}

func tokensOf(w world) string {
	var text strings.Builder
	for _, user := range []string{
		"alice", "bob", "carol", "erin", "eve", "heidi", "ivan", "lola", "mallory", "nobody",
	} {
		for _, slug := range []string{"github", "slack"} {
			fmt.Fprintf(&text, "%s %s %s", user, slug,
				w.do("POST", "/data-integrations/"+slug+"/token", `{"user_id": "`+user+`"}`).body)
		}
	}
	return text.String()
}

func orNever(text *string) string {
	if text == nil {
		return "never"
	}
	return *text
}

func TestStateSurvivesARestart(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "state")
	set := parse(t, sessionFile)
	begin := func(t *testing.T, opts ...fake.Option) (world, *fake.Server) {
		server, err := fake.New(append(
			[]fake.Option{fake.WithScenarios(set), fake.WithTime(noon), fake.WithState(file)}, opts...)...)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(server.Close)
		return worldOf(t, server), server
	}
	w, server := begin(t)
	w.session()
	w.as("sk_env_other").put(`{"scenario": "expired"}`)
	w.Snapshot("kept")
	server.Close()
	w, server = begin(t)
	fresh := withFile(t, sessionFile, fake.WithTime(noon))
	fresh.session()
	sameText(t, "as before", w.visibleState(), fresh.visibleState())
	expect(t, "other environments, too", w.as("sk_env_other").control("GET", "state", "").says("expired"), true)
	w.Reset()
	w.Restore("kept")
	fresh.Reset()
	fresh.session()
	sameText(t, "and their snapshots", w.visibleState(), fresh.visibleState())
	w.control("DELETE", "environments/other", "")
	server.Close()
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file holds secrets, and its mode is %v (%v)", info.Mode(), err)
	}

	w, server = begin(t)
	expect(t, "one that was deleted is gone", w.environments(), "default sk_fake_default")
	w.Use("expired")
	server.Close()
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for name, damage := range map[string]func() []byte{
		"cut off":  func() []byte { return good[:len(good)-10] },
		"a bit":    func() []byte { return bytes.Replace(good, []byte(`"Words":1`), []byte(`"Words":2`), 1) },
		"empty":    func() []byte { return nil },
		"not ours": func() []byte { return []byte("hello\n") },
		"a newer one": func() []byte {
			return bytes.Replace(good, []byte(`"pipesfake_state":3`), []byte(`"pipesfake_state":4`), 1)
		},
		"half a header": func() []byte { return good[:5] },
	} {
		if err := os.WriteFile(file, damage(), 0o600); err != nil {
			t.Fatal(err)
		}
		var log bytes.Buffer
		w, server := begin(t, fake.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
		expect(t, name+": it begins anew", w.control("GET", "state", "").says("expired since"), false)
		if !strings.Contains(log.String(), "state set aside") {
			t.Errorf("%s: nothing is logged: %s", name, log.String())
		}
		server.Close()
	}
	aside, _ := filepath.Glob(file + ".aside-*")
	expect(t, "all were set aside", len(aside), 6)
	if err := os.WriteFile(file, good, 0o600); err != nil {
		t.Fatal(err)
	}
	set = parse(t, strings.Replace(sessionFile, "seed: 7", "seed: 8", 1))
	w, _ = begin(t)
	expect(t, "of another scenario file", w.control("GET", "state", "").says("expired since"), false)
	if _, err := fake.New(fake.WithState(t.TempDir())); err == nil || !strings.Contains(err.Error(), "not a file") {
		t.Errorf("a directory is no state file: %v", err)
	}
}
