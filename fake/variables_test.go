package fake_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"example.com/pipesfake/fake"
	"example.com/pipesfake/scenarios"
)

// A changed file is read with the same variables as the first time.
func TestWatchUsesTheSameVariables(t *testing.T) {
	t.Parallel()
	loadContracts(t)
	file := filepath.Join(t.TempDir(), "s.yaml")
	lookup := func(name string) (string, bool) { return "needs_reauthorization", name == "START" }
	synctest.Test(t, func(t *testing.T) {
		write := func(text string) {
			t.Helper()
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		write("version: 1\n")
		set, err := scenarios.LoadWith(file, lookup)
		if err != nil {
			t.Fatal(err)
		}
		server, err := fake.New(fake.WithScenarios(set))
		if err != nil {
			t.Fatal(err)
		}
		defer server.Close()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go server.Watch(ctx, file)
		w := worldOf(t, server)
		write("version: 1\nstart: ${START}\n")
		<-time.After(2 * time.Second)
		expect(t, "a variable that is set", w.token("github", "alice").says(), "needs_reauthorization")

		write("version: 1\nstart: ${OTHER}\n")
		<-time.After(2 * time.Second)
		expect(t, "a file with another changes nothing", w.token("github", "alice").says(), "needs_reauthorization")
		health := string(w.do("GET", "/health", "").body)
		if !strings.Contains(health, "s.yaml:2:8: the environment variable OTHER is not set") {
			t.Errorf("health says %s", health)
		}
	})
}

// A secret that the file takes from a variable is served, and shown nowhere. An export names the variable.
func TestSecretsFromVariablesAreNotShown(t *testing.T) {
	t.Parallel()
	set, err := scenarios.ParseWith("s.yaml", []byte(`version: 1
providers:
  zendesk:
    credentials: organization
    config_fields: {pin: {secret: true}}
    config: {pin: "${PIN}"}
    organizations: {org_acme: {client_id: id, client_secret: "${CLIENT}"}}
scenarios:
  mine: {access_token: "${TOKEN}", description: "with $${literal}"}
connections:
  - {provider: github, user_id: alice, scenario: mine}
switches:
  - {provider: slack, scenario: {access_token: "x${TOKEN}"}}
webhooks:
  - {url: "http://127.0.0.1:9/", secret: "${HOOK}"}
`), func(name string) (string, bool) { return "VERYSECRET" + name, true })
	if err != nil {
		t.Fatal(err)
	}
	w := start(t, fake.WithScenarios(set), fake.WithTime(noon))
	expect(t, "the token", w.token("github", "alice").AccessToken.AccessToken, "VERYSECRETTOKEN")
	w.put(`{"provider": "github", "user_id": "bob", "scenario": "mine"}`)
	exported := string(w.Export())
	for _, want := range []string{
		`pin: "${PIN}"`, `client_secret: "${CLIENT}"`, `access_token: "${TOKEN}"`, "x${TOKEN}", `secret: "${HOOK}"`,
		"with $${literal}",
	} {
		if !strings.Contains(exported, want) {
			t.Errorf("the export lacks %s", want)
		}
	}
	shown := w.everywhere()
	shown["the export"] = exported
	for _, path := range []string{
		"/_ui/", "/_ui/file", "/_ui/events", "/_control/state", "/_control/switches",
		"/_control/webhooks",
	} {
		shown[path] = string(w.do("GET", path, "").body)
	}
	for where, text := range shown {
		if strings.Contains(text, "VERYSECRET") || text == "" {
			t.Errorf("%s shows:\n%s", where, text)
		}
	}
}
