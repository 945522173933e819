package scenarios_test

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/scenarios"
)

// numbered returns a line n times, with @ replaced by the number of the line, in six digits.
func numbered(n int, line string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(line, "@", fmt.Sprintf("%06d", i)))
	}
	return b.String()
}

// flowList returns a list of n items on one line, with @ replaced as in numbered.
func flowList(n int, item string) string {
	return "[" + strings.TrimSuffix(numbered(n, item+", "), ", ") + "]"
}

// maxGrowth is how many times more one file may cost than eight files of an eighth of its length. In theory they cost
// the same if the work grows with the length, and one costs 8 times as much if the work grows with its square.
const maxGrowth = 4

// growsWithLength fails the test if the work for one file of size n costs far more than that for eight files of size
// n/8. It compares the processor time of its own thread, which other tests and programs hardly influence.
func growsWithLength(t *testing.T, n int, work func(n int)) {
	t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cost := func(n, times int) time.Duration {
		began := threadTime()
		for range times {
			work(n)
		}
		return threadTime() - began
	}
	work(n / 8) // so that what is computed only once is not measured
	eight, one := cost(n/8, 8), cost(n, 1)
	if one > maxGrowth*eight+20*time.Millisecond {
		t.Errorf("one file costs %s, and eight files of an eighth of it %s: the work grows faster than the file",
			one, eight)
	}
}

// largeFile is a kind of file with n of something.
type largeFile struct {
	name     string
	n        int
	text     func(n int) string
	problems func(n int) int
	first    string // the message of the first problem
}

// The work for a file grows in proportion to its length, whatever it contains and however many mistakes it has.
func TestLargeFilesAreReadInTime(t *testing.T) {
	t.Parallel()
	for _, c := range slices.Concat(misspelledFiles(), otherLargeFiles()) {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			growsWithLength(t, c.n, func(n int) {
				_, err := scenarios.Parse("large.yaml", []byte(c.text(n)))
				problems, _ := err.(scenarios.Problems)
				if want := c.problems(n); len(problems) != want || err != nil && problems[0].Message != c.first {
					t.Errorf("%d problems, want %d: %.300v", len(problems), want, err)
				}
			})
		})
	}
}

const many = 4_000

func aProblemEach(n int) int { return n }
func noProblem(int) int      { return 0 }
func oneProblem(int) int     { return 1 }

// connectionList returns connections: with n items.
func connectionList(n int, item string) string {
	return "connections:\n" + numbered(n, "  - {"+item+"}\n")
}

// misspelledFiles returns files with many names, and as many misspelled ones.
func misspelledFiles() []largeFile {
	const strict = "version: 1\nstrict: true\n"
	return []largeFile{
		{
			"scenarios", many, func(n int) string {
				return "version: 1\nscenarios:\n" + numbered(n, "  scenario_@: {}\n") +
					connectionList(n, "provider: github, user_id: u@, scenario: scenarix_@")
			}, aProblemEach, `unknown scenario "scenarix_000000" (did you mean scenario_000000?)`,
		},
		{
			"scenarios of steps", many, func(n int) string {
				return "version: 1\nscenarios:\n" + numbered(n, "  scenario_@: {steps: [{scenario: scenarix_@}]}\n")
			}, aProblemEach, `unknown scenario "scenarix_000000" (did you mean scenario_000000?)`,
		},
		{
			"providers", many, func(n int) string {
				return strict + "providers:\n" + numbered(n, "  provider_@:\n") +
					connectionList(n, "provider: providex_@, user_id: u@, scenario: active")
			}, aProblemEach, `unknown provider "providex_000000" (did you mean provider_000000?): ` +
				`with strict only the providers of large.yaml exist`,
		},
		{
			"users", many, func(n int) string {
				return strict + "providers: {github: }\nusers: " + flowList(10*n, "user_@") + "\n" +
					connectionList(n, "provider: github, user_id: usex_@, scenario: active")
			}, aProblemEach, `unknown user "usex_000000" (did you mean user_000000?): ` +
				`with strict only the users of large.yaml exist`,
		},
		{
			"organizations", many, func(n int) string {
				return strict + "organizations: " + flowList(n, "org_@") +
					"\nproviders:\n  p:\n    organizations:\n" + numbered(n, "      orx_@:\n")
			}, aProblemEach, `unknown organization "orx_000000" (did you mean org_000000?): ` +
				`with strict only the organizations of large.yaml exist`,
		},
		{
			"config", many, func(n int) string {
				return "version: 1\nproviders:\n  p:\n    config_fields:\n" + numbered(n, "      field_@:\n") +
					"    config:\n" + numbered(n, "      fielx_@: v\n")
			}, aProblemEach, `fielx_000000 is not a config field of this provider (did you mean field_000000?)`,
		},
		{
			"scopes", 104, func(n int) string { // of lists: a list has at most a thousand
				scopes := "[" + strings.TrimSuffix(numbered(1_000, "scope_@, "), ", ") + "]"
				wrongScopes := strings.ReplaceAll(scopes, "scope", "scopx")
				return "version: 1\nproviders:\n  p:\n    scopes: " + scopes + "\n    organizations:\n" +
					numbered(n, "      o@: {scopes: "+wrongScopes+"}\n")
			}, func(n int) int { return 1_000 * n },
			`scopes[0] is "scopx_000000", for which the provider does not ask (did you mean scope_000000?)`,
		},
		{
			"names of a hundred letters", many, func(n int) string {
				return "version: 1\nscenarios:\n" + numbered(n, "  "+strings.Repeat("s", 58)+"@: {}\n") +
					connectionList(n, "provider: github, user_id: u@, scenario: "+strings.Repeat("t", 94)+"@")
			}, aProblemEach, `unknown scenario "` + strings.Repeat("t", 60) + `…"`,
		},
		{
			"operations", scenarios.MaxFaults, func(n int) string {
				return "version: 1\nfaults:\n" +
					numbered(n, "  - {status: 503, operation: list_data_integrationx_@}\n")
			}, aProblemEach, `operation is "list_data_integrationx_000000", which is unknown ` +
				`(did you mean list_data_integrations?): docs/pipes-api.md and GET /_control/openapi.json list all`,
		},
	}
}

// otherLargeFiles returns files in which many entries depend on many others.
func otherLargeFiles() []largeFile {
	webhooks := func(n int) string { return "version: 1\nwebhooks:\n" + numbered(n, "  - {url: \"http://app/@\"}\n") }
	switches := func(n int) string {
		return "switches:\n" + numbered(n, "  - {scenario: missing_scopes, user_id: u@}\n")
	}
	return []largeFile{
		{
			"switches beside providers", many, func(n int) string {
				return "version: 1\nproviders:\n" + numbered(n, "  provider_@:\n") + switches(n)
			}, noProblem, "",
		},
		{
			"switches that lack scopes", many, func(n int) string {
				return "version: 1\nproviders:\n" + numbered(n, "  provider_@: {scopes: []}\n") + switches(n)
			}, aProblemEach, "missing_scopes lacks scopes, but provider_000000 asks for none: " +
				"give it scopes under providers, or name another provider",
		},
		{
			"connections with a long script", many, func(n int) string {
				return "version: 1\nproviders: {p: {scopes: []}}\nscenarios:\n" + longScripts(n/20) +
					connectionList(n, "provider: p, user_id: u@, scenario: script_0")
			}, noProblem, "",
		},
		{"webhooks", scenarios.MaxWebhooks, webhooks, noProblem, ""},
		{
			"webhooks twice", scenarios.MaxWebhooks, func(n int) string {
				return webhooks(n-1) + "  - {url: \"http://app/000007\"}\n"
			}, oneProblem, "this url is listed twice (first in line 10)",
		},
	}
}

// longScripts returns 90 scripts with the given number of steps. Each has a step that names the next script.
func longScripts(steps int) string {
	var b strings.Builder
	for i := range 90 {
		fmt.Fprintf(&b, "  script_%d:\n    steps:\n", i)
		for range steps - 2 {
			b.WriteString("      - {scenario: {expires_in: 5m}, times: 1}\n")
		}
		fmt.Fprintf(&b, "      - {scenario: script_%d, times: 1}\n      - {scenario: active}\n", i+1)
	}
	return b.String() + "  script_90: {}\n"
}

// The work for hiding secrets grows in proportion to the length of the file, even if they are all in one line.
func TestLinesWithManySecretsAreListedInTime(t *testing.T) {
	t.Parallel()
	files := map[int]*scenarios.Set{}
	const n = 30_000
	for _, n := range []int{n, n / 8} {
		set, err := scenarios.Parse("large.yaml", []byte("version: 1\nconnections: "+
			flowList(n, `{provider: github, user_id: "é@", scenario: {access_token: "s@"}}`)+"\n"))
		if err != nil {
			t.Fatal(err)
		}
		files[n] = set
	}
	growsWithLength(t, n, func(n int) {
		lines := files[n].Lines(10)
		if len(lines) != 2 || strings.Count(lines[1], "token: …}") != n || strings.Contains(lines[1], `"s0`) {
			t.Errorf("%d lines with %d secrets hidden", len(lines), strings.Count(lines[1], "token: …}"))
		}
	})
}
