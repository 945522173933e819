package scenarios_test

import (
	"fmt"
	"strings"
	"testing"

	"example.com/pipesfake/scenarios"
)

// nested is an inline scenario of scripts within scripts, so many deep, the state at the bottom included.
func nested(depth int) string {
	return strings.Repeat(`{steps: [{scenario: active, times: 1}, {scenario: `, depth-1) + "{refresh: fails}" +
		strings.Repeat("}]}", depth-1)
}

// chain defines scripts s1, s2, …, of which each leads to the next one, and the last to the state active: so many deep.
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

func TestScriptsAreNestedOnlySoDeep(t *testing.T) {
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
		{"inline over names",
			"scenarios:\n" + chain(60) + "switches:\n  - {scenario: " + strings.Replace(nested(60), "{refresh: fails}",
				"s1", 1) + "}\n", "more than 100 scripts"},
		{"the start over names",
			"scenarios:\n" + chain(60) + "start: " + strings.Replace(nested(60), "{refresh: fails}", "s1", 1) + "\n",
			"more than 100 scripts"},
		{"a wide net of names",
			"scenarios:\n" + strings.ReplaceAll(chain(100), "scenario: active, times", "scenario: expired, times"), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := scenarios.Parse("f.yaml", []byte("version: 1\n"+test.text))
			switch {
			case test.want == "" && err != nil:
				t.Errorf("it is refused: %.300v", err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("the error is %.300v, without %q", err, test.want)
			case err != nil && strings.Count(err.Error(), "\n") > 0:
				t.Errorf("one mistake is told more than once: %.600v", err)
			}
		})
	}
}

// A script of which each step names the next script twice stands for 2^99 steps: nothing may count them one by one.
func TestNetsOfNamesAreRead(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString("version: 1\nscenarios:\n  s100: {refresh: fails}\n")
	for i := 1; i < 100; i++ {
		fmt.Fprintf(&text, "  s%d: {steps: [{scenario: s%d, times: 1}, {scenario: s%d}]}\n", i, i+1, i+1)
	}
	text.WriteString("switches:\n  - {scenario: s1}\n")
	if _, err := scenarios.Parse("f.yaml", []byte(text.String())); err != nil {
		t.Error(err)
	}
}

func TestInlineScenariosAreNestedOnlySoDeep(t *testing.T) {
	t.Parallel()
	inline := func(depth int) []byte {
		return []byte(strings.Repeat(`{"steps": [{"scenario": "active", "times": 1}, {"scenario": `, depth-1) +
			`{"refresh": "fails"}` + strings.Repeat("}]}", depth-1))
	}
	if _, err := scenarios.ParseInline(scenarios.Builtin(), inline(100)); err != nil {
		t.Errorf("at the limit: %.300v", err)
	}
	_, err := scenarios.ParseInline(scenarios.Builtin(), inline(3300))
	if err == nil || !strings.Contains(err.Error(), "nested more than 100 deep") {
		t.Errorf("beyond it: %.300v", err)
	}
}

// The text of a script takes time in proportion to its length, however deep it is.
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
