package scenarios_test

import (
	"slices"
	"strings"
	"testing"

	"example.com/pipesfake/internal/exportnotes"
	"example.com/pipesfake/internal/names"
	"example.com/pipesfake/scenarios"
)

// An export reads as the session it was made from, whatever characters its ids and texts contain.
func FuzzExport(f *testing.F) {
	for _, text := range []string{
		"a", "<<", "\n", "\n\n", "\na", "a\n", " a", "a ", "a: b", "# a", "null", "1e3", "~", "- a", "\t", "\x00\x7f",
		"\u0085\u2028\ufeff", "'\"\\", "é😀", "yes", "a #b", "[x", "${a}", "$${a}$", "$$${", strings.Repeat("x", 255),
	} {
		f.Add(text, text)
	}
	f.Fuzz(func(t *testing.T, id, body string) {
		place := scenarios.Place{Provider: "github", User: id}
		fault := scenarios.Fault{Status: 503, Body: &body, Place: place, Probability: 0.5}
		if names.CheckID(id) != "" || len(fault.Check()) > 0 || len(body) > 1000 {
			return
		}
		changed := scenarios.Builtin().Implied("github")
		changed.Description, changed.Metadata = body, map[string]string{"k": body}
		changed.Organizations = map[string]scenarios.Override{id: {Enabled: new(false)}}
		if names.CheckScopeList([]string{id}) == "" {
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
		text = append(exportnotes.Write("default", "now", []string{body}), text...)
		set, err := scenarios.ParseWith("export", text, nil)
		if err != nil {
			t.Fatalf("%v:\n%s", err, text)
		}
		for what, good := range readsAs(set, id, body, changed.Scopes) {
			if !good {
				t.Errorf("%s of %q, %q becomes:\n%s", what, id, body, text)
			}
		}
	})
}

// readsAs reports for each part of an export whether it was read as it was written.
func readsAs(set *scenarios.Set, id, body string, scopes []string) map[string]bool {
	first, fault := set.Switches()[0], set.Faults()[0]
	provider, _ := set.Declared("github")
	_, named := provider.Organizations[id]
	return map[string]bool{
		"the user of a switch": first.User == id, "its description": first.Scenario.Description == body,
		"the body of a fault": *fault.Body == body, "the user of a fault": fault.User == id,
		"a probability":         fault.Probability == 0.5,
		"a description":         provider.Description == body,
		"metadata":              provider.Metadata["k"] == body,
		"an organization":       named,
		"a scope of a provider": slices.Equal(provider.Scopes, scopes),
	}
}
