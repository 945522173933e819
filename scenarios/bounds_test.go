package scenarios_test

import (
	"fmt"
	"strings"
	"testing"

	"example.com/pipesfake/scenarios"
)

// A list may have a maximal number of items, and an error says so as soon as there is one more.
func TestListsHaveLimits(t *testing.T) {
	t.Parallel()
	const removeSome = "at most 1000 are allowed: remove some"
	faults := func(n int) string {
		return "faults:\n" + numbered(n, "  - {status: 503, user_id: u@}\n")
	}
	webhooks := func(n int) string {
		return "webhooks:\n" + numbered(n, `  - {url: "http://localhost/@"}`+"\n")
	}
	steps := func(n int) string {
		return "scenarios:\n  s:\n    steps:\n" + numbered(n-1, "      - {scenario: active, times: 1}\n") +
			"      - {scenario: expired}\n"
	}
	scopes := func(n int) string {
		return "scenarios:\n  s: {scopes: " + flowList(n, "scope_@") + "}\n"
	}
	for name, c := range map[string]struct{ text, want string }{
		"1000 faults":                 {faults(1000), ""},
		"1001 faults":                 {faults(1001), "f.yaml:3:3: faults has 1001 entries; " + removeSome},
		"1000 webhooks":               {webhooks(1000), ""},
		"1001 webhooks":               {webhooks(1001), "f.yaml:3:3: webhooks has 1001 entries; " + removeSome},
		"1002 steps, as in an export": {steps(1002), ""},
		"1003 steps": {steps(1003),
			"f.yaml:5:7: steps has 1003 steps; at most 1000 are allowed: repeat plays the same ones again"},
		"1000 scopes": {scopes(1000), ""},
		"1001 scopes": {scopes(1001), "f.yaml:3:15: scopes names 1001 scopes; at most 1000 are allowed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := ""
			if _, err := scenarios.Parse("f.yaml", []byte("version: 1\n"+c.text)); err != nil {
				got = err.Error()
			}
			if got != c.want {
				t.Errorf("the error is %.300q, not %q", got, c.want)
			}
		})
	}
}

// The order is that of the file, not that in which the mistakes are found.
func TestProblemsListEveryMistakeInOrder(t *testing.T) {
	t.Parallel()
	_, err := scenarios.Parse("f.yaml", []byte("strict: 1\nseed: a\nversion: 2\n"))
	want := []string{
		"f.yaml:1:9: strict must be true or false, not the number 1",
		`f.yaml:2:7: seed must be a whole number, not "a"`,
		"f.yaml:3:10: version 2 is unknown: this pipesfake reads version 1",
	}
	if got := fmt.Sprint(err); got != strings.Join(want, "\n") {
		t.Errorf("got:\n%s\nwant:\n%s", got, strings.Join(want, "\n"))
	}
}
