package fake_test

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake"
)

// decided is the response of GET /_control/scenario.
type decided struct {
	State, Scenario, Because string
	DecidedBy                struct {
		Kind   string
		Where  string
		Switch struct {
			Number int
			Covers string
		}
	} `json:"decided_by"`
	OrganizationID *string `json:"organization_id"`
}

func (w world) why(provider, user, organization string) decided {
	w.t.Helper()
	query := url.Values{"provider": {provider}, "user_id": {user}, "organization_id": {organization}}
	return decode[decided](w.t, w.control("GET", "scenario?"+query.Encode(), ""), 200)
}

func TestScenarioCallNamesTheReason(t *testing.T) {
	t.Parallel()
	w := withFile(t, `version: 1
start: expired
connections:
  - {provider: github, user_id: alice, scenario: not_installed}
`, fake.WithTime(noon))
	expect(t, "the start", w.why("github", "bob", "none").Because, "expired by start of test.yaml:2:8")
	alice := w.why("github", "alice", "")
	expect(t, "an entry", alice.DecidedBy.Where, "test.yaml:4:5")
	expect(t, "its state", alice.State, "not_installed")
	expect(t, "its sentence", alice.Because, "not_installed by test.yaml:4:5")
	w.put(`{"scenario": "needs_reauthorization", "user_id": "alice"}`)
	alice = w.why("github", "alice", "acme")
	expect(t, "a switch", alice.DecidedBy.Switch.Number, 1)
	expect(t, "its sentence", alice.Because,
		`needs_reauthorization since switch 1 of 2026-11-23T12:00:00.000Z, for user "alice"`)
	expect(t, "its organization", *alice.OrganizationID, "acme")
	w.put(`{"scenario": {"scopes": ["repo"]}, "organization_id": null}`)
	expect(t, "an inline scenario", w.why("github", "alice", "none").Because,
		`{scopes: [repo]} since switch 2 of 2026-11-23T12:00:00.000Z, for no organization`)
}

func TestReadingTheStateChangesNothing(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithTime(noon))
	first := w.token("github", "alice").AccessToken.AccessToken
	w.Advance(2 * time.Hour)
	w.why("github", "alice", "none")
	w.why("github", "never-asked", "none")
	state := decode[struct {
		Connections []struct {
			Provider  string
			UserID    string `json:"user_id"`
			ExpiresAt string `json:"expires_at"`
		}
	}](t, w.control("GET", "state", ""), 200)
	expect(t, "connections", fmt.Sprint(state.Connections), "[{github alice 2026-11-23T13:00:00.000Z}]")
	if w.token("github", "alice").AccessToken.AccessToken == first {
		t.Error("the token was not refreshed")
	}
}

func TestListOfScenarios(t *testing.T) {
	t.Parallel()
	w := withFile(t, "version: 1\nstart: mine\nscenarios: {mine: {description: My own., expires_in: 5m}}\n")
	list := decode[struct {
		Start     struct{ Name string }
		Scenarios []struct {
			Name, Description string
			DefinedAt         *string `json:"defined_at"`
		}
	}](t, w.control("GET", "scenarios", ""), 200)
	var names []string
	for _, s := range list.Scenarios {
		names = append(names, s.Name)
	}
	expect(t, "names", strings.Join(names, " "),
		"active not_installed needs_reauthorization missing_scopes expired mine")
	expect(t, "start", list.Start.Name, "mine")
	mine := list.Scenarios[5]
	expect(t, "mine", mine.Description+" "+*mine.DefinedAt, "My own. test.yaml:3:13")
}

func TestInvalidControlCalls(t *testing.T) {
	t.Parallel()
	w := withFile(t, "version: 1\nstrict: true\nproviders: {github: {}, notion: {scopes: []}}\n")
	for name, c := range map[string]struct {
		method, path, body string
		status             int
		fields             string // those complained of, in their order
		says               string
	}{
		"unknown scenario":  {"PUT", "scenario", `{"scenario": "expred"}`, 422, "scenario", "did you mean expired?"},
		"no scenario":       {"PUT", "scenario", `{}`, 422, "scenario", "scenario is missing"},
		"scenario a number": {"PUT", "scenario", `{"scenario": 1}`, 422, "scenario", "must be a scenario's name"},
		"scenario null":     {"PUT", "scenario", `{"scenario": null}`, 422, "scenario", "must be a scenario's name"},
		"unknown field": {
			"PUT", "scenario", `{"scenario": "active", "user": "alice"}`,
			422, "user", "did you mean user_id?",
		},
		"all at once": {
			"PUT", "scenario",
			`{"scenario": "x", "ttl": "-1h", "user_id": 1, "y": 1}`,
			422, "y scenario user_id ttl", "must be a string",
		},
		"ttl negative": {
			"PUT", "scenario", `{"scenario": "active", "ttl": "-1h"}`,
			422, "ttl", "longer than zero",
		},
		"ttl zero": {"PUT", "scenario", `{"scenario": "active", "ttl": "0s"}`, 422, "ttl", "longer than zero"},
		"ttl a number": {
			"PUT", "scenario", `{"scenario": "active", "ttl": 60}`,
			422, "ttl", "has no unit (write 60s",
		},
		"ttl without a unit": {"PUT", "scenario", `{"scenario": "active", "ttl": "60"}`, 422, "ttl", "60s"},
		"ttl of ages": {
			"PUT", "scenario", `{"scenario": "active", "ttl": "1000000h"}`,
			422, "ttl", "a hundred years",
		},
		"user null": {
			"PUT", "scenario", `{"scenario": "active", "user_id": null}`,
			422, "user_id", "leave it out",
		},
		"user empty":     {"PUT", "scenario", `{"scenario": "active", "user_id": ""}`, 422, "user_id", "empty"},
		"provider empty": {"PUT", "scenario", `{"scenario": "active", "provider": ""}`, 422, "provider", "empty"},
		"provider unknown": {
			"PUT", "scenario",
			`{"scenario": "active", "provider": "githb"}`,
			422, "provider", "did you mean github?",
		},
		"no scopes to lack": {
			"PUT", "scenario",
			`{"scenario": "missing_scopes", "provider": "notion"}`,
			422, "scenario", "asks for none",
		},
		"lacking everywhere": {
			"PUT", "scenario",
			`{"scenario": "missing_scopes", "user_id": "alice"}`,
			422, "scenario", "notion asks for none",
		},
		"a list of names": {"PUT", "scenario", `{"scenario": ["active"]}`, 422, "scenario", "name, or a scenario"},
		"inline: a flood": {
			"PUT", "scenario",
			`{"scenario": {"scopes": [` + strings.Repeat("1,", 400_000) + `1]}}`,
			422, strings.TrimSpace(strings.Repeat("scenario.scopes[] ", 20)),
			"must be a string",
		},
		"inline: many scopes": {
			"PUT", "scenario",
			`{"scenario": {"scopes": ["` + strings.Repeat(`a","`, 100_000) + `a"]}}`,
			422, "scenario.scopes", "at most 1000",
		},
		"inline: bad state": {
			"PUT", "scenario", `{"scenario": {"state": "conected"}}`,
			422, "scenario.state", "did you mean connected?",
		},
		"inline: bad fields": {
			"PUT", "scenario",
			`{"scenario": {"expires_in": 5, "scopez": []}}`,
			422, "scenario.scopez scenario.expires_in", "did you mean scopes?",
		},
		"inline: no steps": {
			"PUT", "scenario", `{"scenario": {"steps": []}}`,
			422, "scenario.steps", "at least one step must be one",
		},
		"inline: bad steps": {
			"PUT", "scenario",
			`{"scenario": {"steps": [{"scenario": "actve", "times": 0}, {"fault": {"status": 5}}]}}`,
			422, "scenario.steps[].times scenario.steps[].scenario scenario.steps[].fault.status",
			"did you mean active?",
		},
		"not JSON":       {"PUT", "scenario", `scenario=active`, 400, "", "not valid JSON"},
		"duplicate keys": {"PUT", "scenario", `{"scenario": "active", "scenario": "expired"}`, 400, "", "twice"},
		"duplicates inline": {
			"PUT", "scenario",
			`{"scenario": {"state": "connected", "state": "connected"}}`,
			400, "", "twice",
		},
		"empty body":    {"PUT", "scenario", ``, 400, "", "empty"},
		"over 1 MiB":    {"PUT", "scenario", strings.Repeat(" ", 1<<20+1), 413, "", "1 MiB"},
		"query":         {"PUT", "scenario?ttl=1h", `{"scenario": "active"}`, 422, "ttl", "unknown query parameter"},
		"no connection": {"GET", "scenario", "", 422, "provider user_id", "/_control/state"},
		"a strange provider": {
			"GET", "scenario?provider=githb&user_id=a", "",
			422, "provider", "did you mean github?",
		},
		"a user twice": {
			"GET",
			"scenario?provider=github&user_id=a&user_id=b", "",
			422, "user_id", "more than once",
		},
		"misspelt":            {"GET", "scenario?provider=github&userid=a", "", 422, "userid", "did you mean user_id?"},
		"environment: slash":  {"GET", "state?environment=a/b", "", 422, "environment", "letters, digits"},
		"environment: empty":  {"GET", "state?environment=", "", 422, "environment", "letters, digits"},
		"environment: twice":  {"GET", "state?environment=a&environment=b", "", 422, "environment", "one name"},
		"environment: umlaut": {"GET", "state?environment=%C3%BC", "", 422, "environment", "letters, digits"},
		"unknown method":      {"POST", "scenario", "", 405, "", "allowed: GET, HEAD, PUT, DELETE"},
		"unknown call":        {"GET", "scenarioo", "", 501, "", "openapi.json"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := w.in(t)
			f := decode[failure](t, w.do(c.method, "/_control/"+c.path, c.body), c.status)
			if !strings.Contains(f.Message, c.says) {
				t.Errorf("the message %q does not say %q", f.Message, c.says)
			}
			var fields []string
			for _, e := range f.Errors {
				fields = append(fields, regexp.MustCompile(`\[\d+\]`).ReplaceAllString(e.Field, "[]"))
			}
			expect(t, "fields", strings.Join(fields, " "), c.fields)
			expect(t, "nothing changed", w.token("github", "alice").says(), "active")
		})
	}
}
