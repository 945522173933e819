package fake_test

import (
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake"
	"example.com/pipesfake/scenarios"
)

// exportCase describes an environment, by a file and calls (METHOD /path body), and a text that its export must
// contain.
type exportCase struct {
	file  string
	calls []string
	says  string
}

// Calls and values that several cases use.
const (
	putScenario = "PUT /_control/scenario "
	advance     = "POST /_control/clock/advance "
	askForAlice = `POST /data-integrations/github/token {"user_id": "alice"}`
	noScopes    = `PUT /user_management/users/alice/connected_accounts/github {"scopes": []}`
	deleteIt    = "DELETE /data-integrations/github"
	century     = "876000h"
	strictFile  = "strict: true\nproviders: {github: {scopes: [repo]}, slack: }\n"
)

// After any calls, the export succeeds, can be loaded, and lists what it leaves out.
func TestEveryExportLoads(t *testing.T) {
	t.Parallel()
	for _, cases := range []map[string]exportCase{
		exportsOfScripts(), exportsOfStrictFiles(), exportsOfLongTimes(), exportsOfOddCalls(),
	} {
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				c.check(t)
			})
		}
	}
}

func (c exportCase) check(t *testing.T) {
	w := withFile(t, "version: 1\n"+c.file, fake.WithTime(noon))
	for _, call := range c.calls {
		method, rest, _ := strings.Cut(call, " ")
		path, body, _ := strings.Cut(rest, " ")
		if a := w.do(method, path, body); a.status > 299 && a.status != 503 {
			t.Fatalf("%s answers %d %s", call, a.status, a.body)
		}
	}
	exported := w.exported()
	if !strings.Contains(exported, c.says) {
		t.Errorf("the export lacks %q:\n%s", c.says, exported)
	}
	set, err := scenarios.Parse("the export", []byte(exported))
	if err != nil {
		t.Fatalf("%v\n%s", err, exported)
	}
	twice := start(t, fake.WithScenarios(set), fake.WithTime(w.Now())).exported()
	if _, err := scenarios.Parse("the export of the export", []byte(twice)); err != nil {
		t.Errorf("%v\n%s", err, twice)
	}
}

// exported returns the export over HTTP.
func (w world) exported() string {
	w.t.Helper()
	a := w.do("GET", "/_control/export", "")
	if a.status != 200 {
		w.t.Fatalf("the export answers %d %s", a.status, a.body)
	}
	return string(a.body)
}

func exportsOfScripts() map[string]exportCase {
	return map[string]exportCase{
		"a script ends in a fault": {
			"scenarios: {a: {steps: [{scenario: active, times: 1}, {fault: {status: 503}}]}}\n",
			[]string{putScenario + `{"scenario": "a"}`, askForAlice}, "times: 1000000000",
		},
		"a script repeats and ends in a fault": {"", []string{
			putScenario + `{"scenario": {"repeat": 1, "steps": [` +
				`{"scenario": "expired", "times": 1}, {"fault": {"status": 503}, "times": 1}]}}`,
			askForAlice,
		}, "repeat: 1"},
		"a script within a script ends in a fault": {"", []string{
			putScenario + `{"scenario": {"steps": [{"scenario": {"steps": [` +
				`{"scenario": "active", "for": "1m"}, {"fault": {"status": 503}}]}, "for": "1h"}, ` +
				`{"scenario": "active"}]}}`,
			askForAlice, advance + `{"by": "5m"}`,
		}, ""},
		"a step ends in less than a millisecond": {"", []string{
			putScenario + `{"scenario": {"steps": [{"scenario": {"steps": [` +
				`{"scenario": "active", "times": 1}, {"scenario": "expired"}]}, "for": "1s"}, ` +
				`{"scenario": "active"}]}}`,
			advance + `{"by": "999999us"}`, askForAlice,
		}, "for: 1ms"},
	}
}

func exportsOfStrictFiles() map[string]exportCase {
	return map[string]exportCase{
		"a switch names what was deleted": {strictFile,
			[]string{putScenario + `{"scenario": "expired", "provider": "github"}`, deleteIt},
			`switch 1, for provider "github"`,
		},
		"a fault does": {strictFile,
			[]string{`POST /_control/faults {"status": 503, "provider": "github", "operation": "token"}`, deleteIt},
			`the fault fault_1 (status), for provider "github"`,
		},
		"a connection of the file does": {strictFile + "connections:\n" +
			"  - {provider: github, user_id: a, scenario: active}\n" +
			"  - {provider: slack, user_id: a, scenario: expired}\n",
			[]string{deleteIt}, "the connections to github",
		},
		"a connection that was seen does": {strictFile, []string{askForAlice, deleteIt}, ""},
		"nothing is left behind a comment": {
			"strict: true\nproviders: # ours\n  github: \n", []string{deleteIt}, "",
		},
		"what a call made was deleted": {strictFile, []string{
			`POST /data-integrations {"provider": "linear", "auth_methods": ["api_key"]}`,
			putScenario + `{"scenario": "expired", "provider": "linear"}`, `DELETE /data-integrations/linear`,
		}, "switch 1"},
	}
}

func exportsOfLongTimes() map[string]exportCase {
	return map[string]exportCase{
		"a ttl of a hundred years, and the clock set back": {"",
			[]string{putScenario + `{"scenario": "expired", "ttl": "` + century + `"}`, advance + `{"by": "-1h"}`},
			"a hundred years away",
		},
		"a ttl of a hundred years, half of which is over": {"",
			[]string{putScenario + `{"scenario": "expired", "ttl": "` + century + `"}`, advance + `{"by": "438000h"}`},
			"ttl: " + century,
		},
		"an expiry in a hundred years, and the clock set back": {"", []string{
			putScenario + `{"scenario": {"expires_in": "` + century + `"}}`, askForAlice, noScopes,
			advance + `{"by": "-1h"}`,
		}, "never expires"},
		"an expiry a hundred years ago": {"", []string{
			putScenario + `{"scenario": {"expires_in": "-` + century + `"}}`, advance + `{"by": "1h"}`, noScopes,
		}, "a hundred years away"},
		"a life of more than a hundred years, most of which is over": {"", []string{
			advance + `{"by": "-` + century + `"}`, askForAlice, noScopes, advance + `{"by": "` + century + `"}`,
		}, "expires_in: " + century + "}, age: 875999h}"},
		"a life that ended before the clock was set back": {"", []string{
			putScenario + `{"scenario": {"steps": [{"scenario": {"expires_in": "30m", "refresh": "fails"}, ` +
				`"for": "5m"}, ` +
				`{"fault": {"status": 503}}]}}`,
			askForAlice, advance + `{"by": "2h"}`, askForAlice, advance + `{"by": "-2h"}`,
		}, "state: needs_reauthorization"},
		"an age of a hundred years": {
			"age: " + century + "\nconnections: [{provider: github, user_id: a, scenario: active, age: 875999h}]\n",
			[]string{advance + `{"by": "2h"}`}, "age: " + century,
		},
		"two hundred years": {"", []string{
			advance + `{"by": "-` + century + `"}`, putScenario + `{"scenario": "expired"}`,
			advance + `{"by": "` + century + `"}`, advance + `{"by": "` + century + `"}`,
		}, "age: " + century},
		"an import that expires in 2500": {"", []string{
			putScenario + `{"scenario": "not_installed"}`,
			`POST /user_management/users/a/connected_accounts/github ` +
				`{"access_token": "ttttttttt", "refresh_token": "r", "expires_at": "2500-01-01T00:00:00Z"}`,
		}, "2500-01-01"},
	}
}

func exportsOfOddCalls() map[string]exportCase {
	const ours = "providers: {github: {credentials: custom}}\n"
	return map[string]exportCase{
		"names that no file takes": {"", []string{
			`POST /data-integrations {"provider": "github", "credentials": {"type": "organization"}, ` +
				`"config": {"a b": "c", "": "d", "e": "f"}}`,
			`PUT /organizations/acme/data_integration_configurations/github {"config": {"g h": "i"}}`,
		}, `the "a b" in the config of the data integration github`},
		"credentials that organizations do not give any more": {
			"providers: {github: {credentials: organization, organizations: {acme: {client_id: a, " +
				"client_secret: b}}}}\n",
			[]string{`PUT /data-integrations/github ` +
				`{"credentials": {"type": "custom", "client_id": "c", "client_secret": "d"}}`},
			"which takes none from organizations now",
		},
		"no scopes, and a scenario that lacks some": {ours,
			[]string{putScenario + `{"scenario": "missing_scopes"}`, `PUT /data-integrations/github {"scopes": []}`},
			"that github asks for no scopes",
		},
		"an event twice": {"", []string{`POST /webhook_endpoints {"endpoint_url": "https://a.example/", "events": [` +
			`"pipes.connected_account.connected", "pipes.connected_account.connected"]}`}, "named twice"},
		"a change in the first instant": {ours,
			[]string{`PUT /data-integrations/github {"description": "Changed: at once"}`}, "Changed: at once",
		},
		"a change before the beginning": {"webhooks: [{url: \"https://a.example/\"}]\n", []string{
			advance + `{"by": "-1h"}`,
			`POST /webhook_endpoints {"endpoint_url": "https://b.example/", ` +
				`"events": ["pipes.connected_account.connected"]}`,
		}, "https://b.example/"},
		"made again after a deletion": {"providers: {github: }\n",
			[]string{deleteIt, `POST /data-integrations {"provider": "github", "auth_methods": ["api_key"]}`},
			"{provider: github, scenario: {state: not_installed}",
		},
	}
}

// The comments of the file stay where they are, except those that an earlier export wrote.
func TestExportsKeepComments(t *testing.T) {
	t.Parallel()
	file := "# A header.\n\n# The first line.\nversion: 1\nusers:\n  - a # one\n\n# The end.\n"
	w := withFile(t, file, fake.WithTime(noon))
	w.Use("expired")
	exported := string(withFile(t, string(w.Export()), fake.WithTime(noon)).Export())
	for _, comment := range []string{
		"# A header.\n\n", "# The first line.\nversion", "a # one", "# The end.", "exported by pipesfake", "Left out",
	} {
		expect(t, comment, strings.Count(exported, comment), 1)
	}
}

// Exporting an export again and again does not make it larger.
func TestRepeatedExportsDoNotGrow(t *testing.T) {
	t.Parallel()
	w := withFile(t, "version: 1\n", fake.WithTime(noon))
	w.put(`{"scenario": {"repeat": true, "steps": [{"scenario": "active", "for": "7m"}, ` +
		`{"fault": {"status": 503}, "times": 2}, {"scenario": "expired", "times": 1}]}}`)
	sizes := []int{}
	for range 12 {
		for range 3 {
			w.do("POST", "/data-integrations/github/token", `{"user_id": "alice"}`)
		}
		w.Advance(8 * time.Minute)
		w.do("POST", "/data-integrations/github/token", `{"user_id": "alice"}`)
		exported := string(w.Export())
		sizes = append(sizes, len(exported))
		w = withFile(t, exported, fake.WithTime(w.Now()))
	}
	if last := sizes[len(sizes)-1]; last > 2*sizes[1] {
		t.Errorf("the exports grow: %v\n%s", sizes, w.Export())
	}
}
