package fake_test

import (
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake"
)

const triedText = "version: 1\nstart: gone\nscenarios:\n  gone: {state: not_installed}\n"

// starts returns the name of the file in force in an environment, and the scenario that connections start in.
func (w world) starts() string {
	w.t.Helper()
	var result struct {
		Scenarios string
		Start     struct{ Name string }
	}
	if err := json.Unmarshal(w.control("POST", "reset", "").body, &result); err != nil {
		w.t.Fatal(err)
	}
	return result.Scenarios + " " + result.Start.Name
}

// A text takes the place of the scenario file in one environment, over resets, until it is taken back.
func TestTryingScenarios(t *testing.T) {
	t.Parallel()
	w := withFile(t, "version: 1\nstart: expired\n")
	one := w.as("sk_env_one")
	one.put(`{"scenario": "active"}`)
	tried := one.do("PUT", "/_control/scenarios", triedText)
	expect(t, "the status", tried.status, 200)
	expect(t, "the start of it", tried.says(`"gone"`), true)
	expect(t, "what it is called", tried.says("test.yaml (tried)"), true)
	expect(t, "the token endpoint", one.token("github", "alice").Error, "not_installed")
	expect(t, "the line", one.do("GET", "/_control/scenario?provider=github&user_id=alice", "").
		says("test.yaml (tried):2:8"), true)
	expect(t, "after a reset", one.starts(), "test.yaml (tried) gone")
	expect(t, "in another environment", w.starts(), "test.yaml expired")
	expect(t, "the health", one.do("GET", "/health", "").says("tried"), false)
	expect(t, "taken back", one.do("DELETE", "/_control/scenarios", "").says(`"test.yaml"`), true)
	expect(t, "after another reset", one.starts(), "test.yaml expired")
	one.do("PUT", "/_control/scenarios", "version: 1\nstart: expired\n")
	expect(t, "the text of the file itself", one.starts(), "test.yaml expired")

	one.do("PUT", "/_control/scenarios", triedText)
	w.Reload(parse(t, "version: 1\nstart: missing_scopes\n"))
	expect(t, "the file was loaded anew", one.starts(), "test.yaml missing_scopes")
}

// The options that override the start and the seed of the file also apply to a text.
func TestOptionsApplyToTriedScenarios(t *testing.T) {
	t.Parallel()
	w := withFile(t, "version: 1\nscenarios: {mine: {expires_in: 5m}}\n", fake.WithScenario("mine"))
	w.tries(
		try{
			"without the start", "PUT /_control/scenarios", triedText,
			422, `Line 1, column 1: unknown scenario \"mine\"`,
		},
		try{
			"with it", "PUT /_control/scenarios", strings.ReplaceAll(triedText, "gone", "mine"),
			200, `"name": "mine"`,
		},
	)
}

// A text with mistakes is refused with all of them, and changes nothing. Checking one changes nothing either way.
func TestMistakesInTriedScenarios(t *testing.T) {
	t.Parallel()
	w := withFile(t, "version: 1\nstart: expired\n"+
		"webhooks: [{url: \"http://127.0.0.1:1/\", secret: whsec_VERYSECRET}]\n")
	for name, c := range map[string]struct{ text, problem string }{
		"nothing":          {"\n", `"message": "`},
		"not YAML":         {"version: [", `"line": 1`},
		"a tab":            {"version: 1\nscenarios:\n\ta: {}\n", `"line": 3`},
		"an unknown state": {"version: 1\nstart: expird\n", `did you mean expired`},
		"two":              {"version: 1\nstart: expird\nseed: x\n", `"line": 3`},
		"a secret of ours": {"version: 1\nstart: whsec_VERYSECRET\n", `"line": 2`},
		"not UTF-8":        {"version: 1\nstart: \xff\n", `"line": `},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := w.in(t)
			refused := w.do("PUT", "/_control/scenarios", c.text)
			expect(t, "refused", refused.status, 422)
			expect(t, "the code", refused.says(`"code": "invalid_scenarios"`), true)
			checked := w.do("POST", "/_control/scenarios/check", c.text)
			expect(t, "checked", checked.status, 200)
			expect(t, "not valid", checked.says(`"ok": false`), true)
			for _, got := range []answer{refused, checked} {
				if !got.says(c.problem) || got.says("VERYSECRET") {
					t.Errorf("the answer is %s", got.body)
				}
			}
		})
	}
	checked := w.do("POST", "/_control/scenarios/check", triedText)
	expect(t, "a valid one", checked.says(`"ok": true`) && checked.says(`"count": 0`), true)
	many := w.do("POST", "/_control/scenarios/check", "version: 1\nconnections:\n"+strings.Repeat("  - {x: 1}\n", 300))
	expect(t, "a hundred are listed", strings.Count(string(many.body), `"line"`), 100)
	expect(t, "a single line", w.do("PUT", "/_control/scenarios", "version: 1start: expired").
		says("curl -d removes line breaks"), true)
	expect(t, "too large", w.do("PUT", "/_control/scenarios", strings.Repeat("#", 1<<20+1)).status, 413)
	expect(t, "nothing has changed", w.starts(), "test.yaml expired")
}

// An environment with a text of its own is the same after a restart, and so are the others.
func TestTriedScenariosSurviveARestart(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "state")
	begin := func() world {
		server, err := fake.New(fake.WithState(file), fake.WithScenarios(parse(t, "version: 1\nstart: expired\n")))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(server.Close)
		return worldOf(t, server)
	}
	w := begin()
	one := w.as("sk_env_one")
	one.do("PUT", "/_control/scenarios", triedText)
	one.put(`{"scenario": "active", "user_id": "alice"}`)
	w.put(`{"scenario": "not_installed", "user_id": "alice"}`)
	w.Close()
	w = begin()
	one = w.as("sk_env_one")
	expect(t, "the switch in it", one.token("github", "alice").Error, "")
	expect(t, "its start", one.token("github", "bob").Error, "not_installed")
	expect(t, "the other environment", w.token("github", "alice").Error, "not_installed")
	expect(t, "its reset", one.starts(), "test.yaml (tried) gone")
	expect(t, "the other one's", w.starts(), "test.yaml expired")
}

// A trial belongs to the file that it took the place of: after a start with another one, environments start from that,
// and the log says so. If the new file is the text that was tried, the state goes on as one of the file.
func TestTriedScenariosOfAnotherFile(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ file, start, log string }{
		"the same file": {"version: 1\nstart: expired\n", "test.yaml (tried) gone", ""},
		"another file": {
			"version: 1\nstart: missing_scopes\n", "test.yaml missing_scopes",
			"it tried a text in place of another state of the scenario file than that of test.yaml now",
		},
		"the text": {triedText, "test.yaml gone", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			state := filepath.Join(t.TempDir(), "state")
			var log sharedLog
			begin := func(text string) world {
				server, err := fake.New(fake.WithState(state), fake.WithScenarios(parse(t, text)),
					fake.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(server.Close)
				return worldOf(t, server)
			}
			w := begin("version: 1\nstart: expired\n")
			w.do("PUT", "/_control/scenarios", triedText)
			w.put(`{"scenario": "active", "user_id": "alice"}`)
			w.Close()
			w = begin(c.file)
			reason := w.do("GET", accountPath("alice", "github"), "").header.Get("X-Pipesfake-Decision")
			expect(t, "the switch is kept: "+reason, strings.HasPrefix(reason, "active since switch"), c.log == "")
			expect(t, "its start", w.starts(), c.start)
			expect(t, "the page", w.do("GET", "/_ui/file", "").says("(tried)"), strings.Contains(c.start, "(tried)"))
			expect(t, "the log has a line", strings.Contains(log.String(), "state set aside"), c.log != "")
			expect(t, "it says why", strings.Contains(log.String(), c.log), true)
		})
	}
}

// A changed file on the disk ends what was tried.
func TestAChangedFileEndsTriedScenarios(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "scenarios.yaml")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("version: 1\nstart: expired\n")
	w := start(t, fake.WithScenarioFile(file))
	go w.Watch(t.Context(), file)
	w.do("PUT", "/_control/scenarios", triedText)
	w.do("PUT", "/_control/clock", `{"now": "`+noon.Format(time.RFC3339)+`"}`)
	write("version: 1\nstart: missing_scopes\n")
	waitUntil(t, "the file is in force", func() bool {
		return w.do("GET", "/_control/scenarios", "").says(`"name": "missing_scopes"`) &&
			!w.do("GET", "/_control/scenarios", "").says("gone")
	})
}

// A text can use the variables that the file of the server names, and no others of the process.
func TestVariablesInTriedScenarios(t *testing.T) {
	t.Setenv("PIPESFAKE_TEST_SEED", "7")
	t.Setenv("PIPESFAKE_TEST_OTHER", "VERYSECRET")
	t.Setenv("PIPESFAKE_TEST_HOOK", "whsec_VERYSECRET")
	w := withFile(t, "version: 1\nseed: ${PIPESFAKE_TEST_SEED}\n"+
		"webhooks: [{url: \"http://127.0.0.1:1/\", secret: \"${PIPESFAKE_TEST_HOOK}\"}]\n")
	w.tries(
		try{"one of the file", "PUT /_control/scenarios", "version: 1\nseed: ${PIPESFAKE_TEST_SEED}\n", 200, ""},
		try{
			"another one", "PUT /_control/scenarios", "version: 1\nstart: ${PIPESFAKE_TEST_OTHER}\n",
			422, "${PIPESFAKE_TEST_OTHER} cannot be used here",
		},
		try{"back", "DELETE /_control/scenarios", "", 200, ""},
		try{"the editor names it", "GET /_ui/file/edit", "", 200, "${PIPESFAKE_TEST_HOOK}"},
	)
	expect(t, "the value is not shown", w.do("GET", "/_ui/file/edit", "").says("VERYSECRET"), false)
}
