package scenarios_test

import (
	"fmt"
	"strings"
	"testing"

	"example.com/pipesfake/scenarios"
)

// nested returns an inline scenario with depth-1 scripts within each other, and a state in the innermost one.
func nested(depth int) string { return nestedAround(depth, "{refresh: fails}") }

// nestedAround is nested with another scenario in the innermost script.
func nestedAround(depth int, innermost string) string {
	const script = `{steps: [{scenario: active, times: 1}, {scenario: `
	return strings.Repeat(script, depth-1) + innermost + strings.Repeat("}]}", depth-1)
}

// chain returns depth-1 scripts s1, s2 and so on. Each names the next one, and the last one names active.
func chain(depth int) string {
	var text strings.Builder
	for i := 1; i < depth; i++ {
		next := fmt.Sprintf("s%d", i+1)
		if i == depth-1 {
			next = "active"
		}
		fmt.Fprintf(&text, "  s%d: {steps: [{scenario: active, times: 1}, {scenario: %s}]}\n", i, next)
	}
	return text.String()
}

func TestNestingOfScriptsHasALimit(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, text, want string }{
		{"inline, at the limit", "switches:\n  - {scenario: " + nested(100) + "}\n", ""},
		{"inline, beyond it", "switches:\n  - {scenario: " + nested(120) + "}\n",
			"scripts are nested more than 100 deep"},
		{"inline, far beyond it", "switches:\n  - {scenario: " + nested(3300) + "}\n",
			"scripts are nested more than 100 deep"},
		{"of a connection", "connections:\n  - {provider: github, user_id: u, scenario: " + nested(120) + "}\n",
			"f.yaml:3:"},
		{"by name, at the limit", "scenarios:\n" + chain(100), ""},
		{"by name, beyond it", "scenarios:\n" + chain(120), "f.yaml:11:46: s9 leads through more than 100 scripts"},
		{"by name, far beyond it", "scenarios:\n" + chain(5000), "leads through more than 100 scripts"},
		{"inline around names", "scenarios:\n" + chain(60) +
			"switches:\n  - {scenario: " + nestedAround(60, "s1") + "}\n", "more than 100 scripts"},
		{"the start around names", "scenarios:\n" + chain(60) +
			"start: " + nestedAround(60, "s1") + "\n", "more than 100 scripts"},
		{"by name, at the limit, with other steps",
			"scenarios:\n" + strings.ReplaceAll(chain(100), "scenario: active, times", "scenario: expired, times"), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := scenarios.Parse("f.yaml", []byte("version: 1\n"+test.text))
			switch {
			case test.want == "" && err != nil:
				t.Errorf("the file is refused: %.300v", err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("the error is %.300v, without %q", err, test.want)
			case err != nil && strings.Count(err.Error(), "\n") > 0:
				t.Errorf("one mistake is reported more than once: %.600v", err)
			}
		})
	}
}

// net returns depth-1 scripts s1, s2 and so on. Each names the next one twice, so s1 contains 2^depth - 1 scenarios.
func net(depth int) string {
	var text strings.Builder
	for i := 1; i < depth; i++ {
		fmt.Fprintf(&text, "  s%d: {steps: [{scenario: s%d, times: 1}, {scenario: s%d}]}\n", i, i+1, i+1)
	}
	return text.String() + fmt.Sprintf("  s%d: {refresh: fails}\n", depth)
}

// Nothing may visit the scenarios of a net one by one, because there can be 2^100 of them.
func TestNetsOfNamesAreRead(t *testing.T) {
	t.Parallel()
	text := "version: 1\nscenarios:\n" + net(100) + "switches:\n  - {scenario: s1}\n"
	if _, err := scenarios.Parse("f.yaml", []byte(text)); err != nil {
		t.Error(err)
	}
}

func TestIsShorterThan(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		scenarios, scenario string
		limit               int
		want                bool
	}{
		"a state, below the limit":      {"", "active", 2, true},
		"a state, at the limit":         {"", "active", 1, false},
		"a net of 7, below the limit":   {net(3), "s1", 8, true},
		"a net of 7, at the limit":      {net(3), "s1", 7, false},
		"a net that fills no memory":    {net(100), "s1", 100_000, false},
		"an inner script of a long net": {net(100), "s98", 8, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			set := parse(t, "version: 1\nscenarios:\n"+c.scenarios)
			scenario, err := set.Scenario(c.scenario)
			if err != nil {
				t.Fatal(err)
			}
			if got := scenario.IsShorterThan(c.limit); got != c.want {
				t.Errorf("IsShorterThan(%d) is %v", c.limit, got)
			}
		})
	}
}

func TestNestingOfInlineScenariosHasALimit(t *testing.T) {
	t.Parallel()
	inline := func(depth int) []byte {
		return []byte(strings.Repeat(`{"steps": [{"scenario": "active", "times": 1}, {"scenario": `,
			depth-1) + `{"refresh": "fails"}` + strings.Repeat("}]}", depth-1))
	}
	if _, err := scenarios.ParseInline(scenarios.Builtin(), inline(100)); err != nil {
		t.Errorf("at the limit: %.300v", err)
	}
	_, err := scenarios.ParseInline(scenarios.Builtin(), inline(3300))
	if err == nil || !strings.Contains(err.Error(), "nested more than 100 deep") {
		t.Errorf("beyond it: %.300v", err)
	}
}

// BenchmarkTextOfNestedScripts shows that the time for a text grows with its length, not with the depth of scripts.
func BenchmarkTextOfNestedScripts(b *testing.B) {
	for _, depth := range []int{1, 10, 100} {
		b.Run(fmt.Sprint(depth), func(b *testing.B) {
			steps := strings.Repeat(`{"scenario": {"expires_in": "5m"}, "times": 1}, `, 900)
			text := `{"refresh": "fails"}`
			for range depth {
				text = `{"steps": [{"scenario": {"expires_in": "5m"}, "times": 1}, {"scenario": ` + text + "}]}"
			}
			text = strings.Replace(text, `{"refresh": "fails"}`, `{"steps": [`+steps+`{"scenario": "active"}]}`, 1)
			scenario, err := scenarios.ParseInline(scenarios.Builtin(), []byte(text))
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := scenario.Text(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
