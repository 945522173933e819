package lint_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.com/pipesfake/scenarios"
	"example.com/pipesfake/scenarios/lint"
)

// warningsOf returns the warnings of a file whose first line is the version, without the file's name.
func warningsOf(t *testing.T, text string) (lines []string) {
	t.Helper()
	set, err := scenarios.Parse("x.yaml", []byte("version: 1\n"+text))
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range lint.Warnings(set) {
		lines = append(lines, strings.TrimPrefix(one.String(), "x.yaml:"))
	}
	return lines
}

func TestWarnings(t *testing.T) {
	t.Parallel()
	const github = "providers: {github: {scopes: [repo, 'user:email']}}\n"
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"nothing": {"", nil},
		"a missing scope with a typo": {
			github + "scenarios:\n  a: {missing_scopes: [rep]}\n" +
				"connections: [{provider: github, user_id: u, scenario: a}]\n",
			[]string{`4:3: warning: missing_scopes of scenario a names "rep", for which github does not ask ` +
				`(did you mean repo?): correct it, or add it to the scopes of github under providers`},
		},
		"a granted scope that is not like another": {
			github + "connections: [{provider: github, user_id: u, scenario: {scopes: [gist]}}]\n",
			[]string{`3:56: warning: scopes of this scenario names "gist", for which github does not ask: ` +
				`correct it, or add it to the scopes of github under providers`},
		},
		"a scenario that several connections use warns once": {
			github + "scenarios: {a: {scopes: [rep]}}\nconnections:\n" +
				"  - {provider: github, user_id: u, scenario: a}\n  - {provider: github, user_id: v, scenario: a}\n",
			[]string{`3:13: warning: scopes of scenario a names "rep", for which github does not ask ` +
				`(did you mean repo?): correct it, or add it to the scopes of github under providers`},
		},
		"a scenario of another provider warns at the connection": {
			"providers: {github: {scopes: [repo]}, slack: {scopes: [chat]}}\n" +
				"scenarios: {a: {missing_scopes: [repo]}}\n" +
				"connections:\n  - {provider: github, user_id: u, scenario: a}\n" +
				"  - {provider: slack, user_id: u, scenario: a}\n",
			[]string{`6:5: warning: missing_scopes of scenario a names "repo", for which slack does not ask: ` +
				`correct it, or add it to the scopes of slack under providers`},
		},
		"a scope of a switch for everybody": {
			github + "switches: [{scenario: {scopes: [repo, 'user:emial']}}]\n",
			[]string{`3:23: warning: scopes of this scenario names "user:emial", for which no provider asks ` +
				`(did you mean user:email?): correct it, or add it to the scopes of a provider`},
		},
		"a scope in a step of a scenario that nothing uses": {
			github + "scenarios:\n  a: {steps: [{scenario: {scopes: [rep]}, times: 1}, {scenario: active}]}\n",
			[]string{`4:26: warning: scopes of this scenario names "rep", for which no provider asks ` +
				`(did you mean repo?): correct it, or add it to the scopes of a provider`},
		},
		"a scope that differs in case": {
			"start: {scopes: [mail.read]}\n",
			[]string{`2:8: warning: scopes of this scenario names "mail.read", for which no provider asks ` +
				`(did you mean Mail.Read?): correct it, or add it to the scopes of a provider`},
		},
		"a strict file lists all scopes": {
			"strict: true\n" + github + "scenarios: {a: {scopes: [gist]}}\n",
			[]string{`4:13: warning: scopes of scenario a names "gist", for which no provider asks: ` +
				`correct it, or add it to the scopes of a provider`},
		},
		"a strict file without providers":      {"strict: true\nscenarios: {a: {scopes: [gist]}}\n", nil},
		"a scope of a provider without scopes": {"start: {scopes: ['crm:write']}\n", nil},
		"scopes of a provider without an entry": {
			"switches: [{provider: linear, scenario: {scopes: [issues]}}]\n", nil,
		},
		"a typo in such scopes": {
			"switches: [{provider: gitlab, scenario: {missing_scopes: [read_ap]}}]\n",
			[]string{`2:41: warning: missing_scopes of this scenario names "read_ap", for which gitlab does not ask ` +
				`(did you mean read_api?): correct it, or add it to the scopes of gitlab under providers`},
		},
		"users without a list": {"connections: [{provider: github, user_id: u, scenario: expired}]\n", nil},
		"users and organizations that are not listed": {
			"users: [user_1]\norganizations: [org_acme]\nconnections:\n" +
				"  - {provider: github, user_id: user_l, organization_id: org_acme, scenario: expired}\n" +
				"  - {provider: slack, user_id: user_l, scenario: expired}\n" +
				"faults: [{status: 500, organization_id: other}]\n",
			[]string{
				`5:5: warning: user "user_l" is not in users (did you mean user_1?): correct it, or add it to the list`,
				`7:10: warning: organization "other" is not in organizations: correct it, or add it to the list`,
			},
		},
		"a connection that an organization owns": {
			"users: []\nconnections:\n" +
				"  - {provider: github, organization_id: o, connection_owner: organization, scenario: expired}\n", nil,
		},
		"an undeclared provider with a typo": {
			"providers: {my-crm: }\nfaults:\n  - {status: 500, provider: gihub}\n  - {status: 500, provider: my-crn}\n",
			[]string{
				`4:5: warning: provider "gihub" is nearly "github": write github, ` +
					`or add gihub to providers, with a name of its own, if it is another provider`,
				`5:5: warning: provider "my-crn" is nearly "my-crm": write my-crm, ` +
					`or add my-crn to providers, with a name of its own, if it is another provider`,
			},
		},
		"a declared provider with two letters swapped": {
			"providers: {gihtub: {scopes: [repo]}}\n",
			[]string{`2:13: warning: provider "gihtub" is nearly "github": write github, ` +
				`or give gihtub a name of its own if it is another provider`},
		},
		"a slug in capitals": {
			"faults: [{status: 500, provider: GitHub}]\n",
			[]string{`2:10: warning: provider "GitHub" is nearly "github": write github, ` +
				`or add GitHub to providers, with a name of its own, if it is another provider`},
		},
		"a declared provider with a name of its own": {"providers: {motion: {name: Motion (calendar)}}\n", nil},
		"providers with numbers":                     {"providers: {github-2: , crm-1: , crm-2: }\n", nil},
		"declared providers that are alike":          {"providers: {crm-us: , crm-uk: }\n", nil},
		"short slugs":                                {"faults: [{status: 500, provider: fox}]\n", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := warningsOf(t, c.text); !slices.Equal(got, c.want) {
				t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

// The files that show the language have no warnings, except for the one that is about lists.
func TestGoodFilesHaveNoWarnings(t *testing.T) {
	t.Parallel()
	var files []string
	for _, pattern := range []string{
		"../testdata/good/*.yaml", "../../scenarios.yaml", "../../internal/command/*.yaml",
	} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("no files match %s (%v)", pattern, err)
		}
		files = append(files, found...)
	}
	for _, file := range files {
		set, err := scenarios.Load(file)
		if err != nil {
			t.Fatal(err)
		}
		got := lint.Warnings(set)
		if isAboutLists := filepath.Base(file) == "lists_without_strict.yaml"; isAboutLists != (len(got) > 0) {
			t.Errorf("%s: %v", file, got)
		}
	}
}

// Everybody starts in a scenario; a Set without a file has nothing to warn of.
func TestBuiltinHasNoWarnings(t *testing.T) {
	t.Parallel()
	if got := lint.Warnings(scenarios.Builtin()); len(got) > 0 {
		t.Error(got)
	}
}

// A log has at most so many lines, and says how many warnings are left out.
func TestLines(t *testing.T) {
	t.Parallel()
	text := "version: 1\nusers: []\nfaults:\n"
	for i := range 5 {
		text += fmt.Sprintf("  - {status: 500, user_id: user_%d}\n", i)
	}
	set, err := scenarios.Parse("x.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for limit, last := range map[int]string{
		3: "x.yaml: 2 more warnings: pipesfake check lists them",
		4: "x.yaml: 1 more warning: pipesfake check lists it",
		5: `x.yaml:8:5: warning: user "user_4" is not in users: correct it, or add it to the list`,
	} {
		if lines := lint.Lines(set, limit); lines[len(lines)-1] != last || len(lines) != min(limit+1, 5) {
			t.Errorf("%d: %q", limit, lines)
		}
	}
}
