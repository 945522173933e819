package scenarios_test

import (
	"strings"
	"testing"

	"example.com/pipesfake/scenarios"
)

// Whatever ids and bodies a session has, its export reads as it was.
func FuzzExport(f *testing.F) {
	for _, text := range []string{"a", "<<", "\n", "\n\n", "\na", "a\n", " a", "a ", "a: b", "# a", "null", "1e3", "~", "- a", "\t", "\x00\x7f", "\u0085\u2028\ufeff", "'\"\\", "é😀", "yes", "a #b", "[x", strings.Repeat("x", 255)} {
		f.Add(text, text)
	}
	f.Fuzz(func(t *testing.T, id, body string) {
		place := scenarios.Place{Provider: "github", User: id}
		fault := scenarios.Fault{Status: 503, Body: &body, Place: place, Probability: 0.5}
		if scenarios.CheckID(id) != "" || len(fault.Check()) > 0 || len(body) > 1000 {
			return
		}
		changed := scenarios.Builtin().Implied("github")
		changed.Description, changed.Metadata = body, map[string]string{"k": body}
		changed.Organizations = map[string]scenarios.Override{id: {Enabled: new(false)}}
		if scenarios.CheckScopeList([]string{id}) == "" {
			changed.Scopes = []string{id}
		}
		export, err := scenarios.Builtin().Export(scenarios.Session{
			Switches:  []scenarios.Switch{{Place: place, Scenario: &scenarios.Scenario{Description: body}}},
			Faults:    []scenarios.Fault{fault},
			Providers: map[string]*scenarios.Provider{"github": &changed},
		})
		if err != nil {
			t.Fatal(err)
		}
		text, err := export.Text()
		if err != nil {
			t.Fatal(err)
		}
		text = append(scenarios.Notes("default", "now", []string{body}), text...)
		set, err := scenarios.Parse("export", text)
		if err != nil {
			t.Fatalf("%v:\n%s", err, text)
		}
		one, laid := set.Switches()[0], set.Faults()[0]
		provider, _ := set.Declared("github")
		_, named := provider.Organizations[id]
		if one.User != id || one.Scenario.Description != body || *laid.Body != body || laid.User != id || laid.Probability != 0.5 ||
			provider.Description != body || provider.Metadata["k"] != body || !named || changed.Scopes != nil && provider.Scopes[0] != id {
			t.Fatalf("%q, %q becomes:\n%s", id, body, text)
		}
	})
}
