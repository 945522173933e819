package scenarios_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/scenarios"
)

// numbered repeats a line n times, with @ replaced by a number of six digits.
func numbered(n int, line string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(line, "@", fmt.Sprintf("%06d", i)))
	}
	return b.String()
}

// flowList is the same as a list on one line.
func flowList(n int, item string) string {
	return "[" + strings.TrimSuffix(numbered(n, item+", "), ", ") + "]"
}

// ends fails the test when work takes far longer than it may on any machine.
func ends(t *testing.T, work func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		work()
	}()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatal("it takes longer than 10 s: the work grows with the square of the file")
	}
}

// The time that a file takes grows with its length, whatever is in it and whatever is wrong with it.
func TestLargeFilesAreReadInTime(t *testing.T) {
	t.Parallel()
	const n = 10_000
	connections := func(item string) string { return "connections:\n" + numbered(n, "  - {"+item+"}\n") }
	thousandScopes := "[" + strings.TrimSuffix(numbered(1_000, "scope_@, "), ", ") + "]"
	for _, c := range []struct {
		name, text string
		problems   int
		first      string // the message of the first problem
	}{
		{
			"misspelled scenarios", "version: 1\nscenarios:\n" + numbered(n,
				"  scenario_@: {}\n") + connections("provider: github, user_id: u@, scenario: scenarix_@"),
			n, `unknown scenario "scenarix_000000" (did you mean scenario_000000?)`,
		},
		{
			"misspelled scenarios of steps", "version: 1\nscenarios:\n" + numbered(n,
				"  scenario_@: {steps: [{scenario: scenarix_@}]}\n"),
			n, `unknown scenario "scenarix_000000" (did you mean scenario_000000?)`,
		},
		{
			"misspelled providers", "version: 1\nstrict: true\nproviders:\n" + numbered(n,
				"  provider_@:\n") + connections("provider: providex_@, user_id: u@, scenario: active"),
			n,
			`unknown provider "providex_000000" (did you mean provider_000000?): with strict only the providers of large.yaml exist`,
		},
		{
			"misspelled users", "version: 1\nstrict: true\nproviders: {github: }\nusers: " + flowList(10*n,
				"user_@") + "\n" + connections("provider: github, user_id: usex_@, scenario: active"),
			n,
			`unknown user "usex_000000" (did you mean user_000000?): with strict only the users of large.yaml exist`,
		},
		{
			"misspelled organizations", "version: 1\nstrict: true\norganizations: " + flowList(n,
				"org_@") + "\nproviders:\n  p:\n    organizations:\n" + numbered(n, "      orx_@:\n"),
			n,
			`unknown organization "orx_000000" (did you mean org_000000?): with strict only the organizations of large.yaml exist`,
		},
		{
			"misspelled config", "version: 1\nproviders:\n  p:\n    config_fields:\n" + numbered(n,
				"      field_@:\n") + "    config:\n" + numbered(n, "      fielx_@: v\n"),
			n, `fielx_000000 is not a config field of this provider (did you mean field_000000?)`,
		},
		{
			"misspelled scopes",
			"version: 1\nproviders:\n  p:\n    scopes: " + thousandScopes + "\n    organizations:\n" +
				numbered(100, "      o@: {scopes: "+strings.ReplaceAll(thousandScopes, "scope", "scopx")+"}\n"),
			100_000, `scopes[0] is "scopx_000000", for which the provider does not ask (did you mean scope_000000?)`,
		},
		{
			"words of a hundred letters", "version: 1\nscenarios:\n" + numbered(n, "  "+strings.Repeat("s",
				58)+"@: {}\n") +
				connections("provider: github, user_id: u@, scenario: "+strings.Repeat("t", 94)+"@"),
			n, `unknown scenario "` + strings.Repeat("t", 60) + `…"`,
		},
		{
			"misspelled operations", "version: 1\nfaults:\n" + numbered(n,
				"  - {status: 503, operation: list_data_integrationx_@}\n"),
			n,
			`operation is "list_data_integrationx_000000", which is none (did you mean list_data_integrations?): GET /_control/openapi.json lists them`,
		},
		{
			"switches beside providers", "version: 1\nproviders:\n" + numbered(n,
				"  provider_@:\n") + "switches:\n" + numbered(n, "  - {scenario: missing_scopes, user_id: u@}\n"),
			0, "",
		},
		{
			"switches that lack scopes", "version: 1\nproviders:\n" + numbered(n,
				"  provider_@: {scopes: []}\n") + "switches:\n" + numbered(n,
				"  - {scenario: missing_scopes, user_id: u@}\n"),
			n,
			"missing_scopes lacks scopes, but provider_000000 asks for none: give it scopes under providers, or name another provider",
		},
		{
			"connections with a long script",
			"version: 1\nproviders: {p: {scopes: []}}\nscenarios:\n" + longScripts() + connections("provider: p, user_id: u@, scenario: script_0"),
			0, "",
		},
		{"webhooks", "version: 1\nwebhooks:\n" + numbered(10*n, "  - {url: \"http://app/@\"}\n"), 0, ""},
		{
			"webhooks twice", "version: 1\nwebhooks:\n" + numbered(10*n,
				"  - {url: \"http://app/@\"}\n") + "  - {url: \"http://app/000007\"}\n",
			1, "this url stands here twice (first in line 10)",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			ends(t, func() {
				_, err := scenarios.Parse("large.yaml", []byte(c.text))
				problems, _ := err.(scenarios.Problems)
				if len(problems) != c.problems || err != nil && problems[0].Message != c.first {
					t.Errorf("%d problems, want %d: %.300v", len(problems), c.problems, err)
				}
			})
		})
	}
}

// longScripts are 200 scripts of 500 steps, each of which plays the next script.
func longScripts() string {
	var b strings.Builder
	for i := range 200 {
		fmt.Fprintf(&b, "  script_%d:\n    steps:\n", i)
		for range 498 {
			b.WriteString("      - {scenario: {expires_in: 5m}, times: 1}\n")
		}
		fmt.Fprintf(&b, "      - {scenario: script_%d, times: 1}\n      - {scenario: active}\n", i+1)
	}
	return b.String() + "  script_200: {}\n"
}

// What the page lists of a file takes as long as the file is, also where all its secrets stand on one line.
func TestLinesWithManySecretsAreListedInTime(t *testing.T) {
	t.Parallel()
	const n = 30_000
	set, err := scenarios.Parse("large.yaml", []byte("version: 1\nwebhooks: "+flowList(n,
		`{url: "http://app/é/@", secret: "s@"}`)+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	ends(t, func() {
		lines := set.Lines(10)
		if len(lines) != 2 || strings.Count(lines[1], "secret: …}") != n || strings.Contains(lines[1], `"s0`) {
			t.Errorf("%d lines with %d secrets hidden", len(lines), strings.Count(lines[1], "secret: …}"))
		}
	})
}
