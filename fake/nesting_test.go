package fake_test

import (
	"fmt"
	"strings"
	"testing"

	"example.com/pipesfake/fake"
	"example.com/pipesfake/scenarios"
)

// nestedScript returns an inline scenario of scripts nested to a depth.
func nestedScript(depth int) string {
	return strings.Repeat(`{"steps": [{"scenario": "active", "times": 1}, {"scenario": `, depth) +
		`{"refresh": "fails"}` + strings.Repeat("}]}", depth)
}

// A switch accepts scripts nested as deep as in files. Deeper ones are an error that names the place and the fix.
func TestSwitchToNestedScripts(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.tries(
		try{"at the limit", "PUT /_control/scenario", `{"scenario": ` + nestedScript(100) + `}`, 200, `"steps"`},
		try{"beyond it", "PUT /_control/scenario", `{"scenario": ` + nestedScript(120) + `}`, 422,
			"scripts are nested more than 100 deep here: write these steps into the script around them"},
		try{"far beyond it", "PUT /_control/scenario", `{"scenario": ` + nestedScript(3300) + `}`, 422,
			"nested more than 100 deep"},
	)
	w.token("github", "user_1")
	w.Snapshot("nested")
	w.Use("not_installed")
	w.Restore("nested")
	expect(t, "the token after a restore", w.token("github", "user_1").says(), "active")
	if _, err := scenarios.Parse("export.yaml", w.Export()); err != nil {
		t.Errorf("the export does not load: %v", err)
	}
}

// An export replaces names of scenarios by their content if a connection has another auth method than they set. If
// scripts name scripts that name scripts, the content can be too large for any file: they keep their names.
func TestExportOfScriptsThatNameScripts(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString("version: 1\nscenarios:\n  s60: {refresh: fails}\n")
	for i := 1; i < 60; i++ {
		fmt.Fprintf(&text, "  s%d: {steps: [{scenario: s%d, times: 1000}, {scenario: s%d}]}\n", i, i+1, i+1)
	}
	w := withFile(t, text.String(), fake.WithTime(noon))
	w.put(`{"scenario": {"auth_method": "api_key"}, "user_id": "user_1"}`)
	w.tries(try{"installed by a key", "PUT /data-integrations/github/api-key",
		`{"user_id": "user_1", "secret": "the-key-of-user-1"}`, 200, "api_key"})
	w.Use("s1")
	w.tries(try{"and still so", "POST /data-integrations/github/credentials", `{"user_id": "user_1"}`, 200, "api_key"})
	if exported := w.Export(); len(exported) > 20_000 {
		t.Errorf("the export has %d bytes", len(exported))
	}
}

// A snapshot takes time in proportion to the size of its scripts, however deeply they are nested.
func BenchmarkSnapshotOfNestedScripts(b *testing.B) {
	for _, depth := range []int{1, 10, 100} {
		b.Run(fmt.Sprint(depth), func(b *testing.B) {
			w := start(b)
			step := `{"scenario": {"expires_in": "5m"}, "times": 1}, `
			inner := `{"steps": [` + strings.Repeat(step, 900) + `{"scenario": "active"}]}`
			script := strings.Replace(nestedScript(depth-1), `{"refresh": "fails"}`, inner, 1)
			for i := range 20 {
				w.put(fmt.Sprintf(`{"scenario": %s, "user_id": "user_%d"}`, script, i))
			}
			for b.Loop() {
				w.Snapshot("nested")
			}
		})
	}
}
