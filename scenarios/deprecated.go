package scenarios

import (
	"encoding/json"
	"slices"
	"strings"

	"example.com/pipesfake/internal/exportnotes"
	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/internal/names"
	"example.com/pipesfake/internal/operations"
)

// This file contains what programs outside of this module may still use, although it was never meant for them.

// Abridge shortens a long text, for quotation in an error.
//
// Deprecated: It is a helper of this module, which no longer uses it.
func Abridge(s string) string { return fields.Abridge(s) }

// DidYouMean returns " (did you mean x?)" with the candidate that is most like the word, or "" if none is like it.
//
// Deprecated: It is a helper of this module, which no longer uses it.
func DidYouMean(word string, candidates []string) string { return fields.DidYouMean(word, candidates) }

// Distance returns the number of letters that must change to turn one text into the other, ignoring case.
//
// Deprecated: It is a helper of this module, which no longer uses it.
func Distance(one, other string) int { return fields.Distance(one, other) }

// NotOneOf returns the message for a word that is none of the allowed values. It suggests the most similar one, and
// lists all of them unless they are many.
//
// Deprecated: It is a helper of this module, which no longer uses it.
func NotOneOf(word string, allowed []string) string { return fields.NotOneOf(word, allowed) }

// CheckScopeList returns what is wrong with a list of scopes, or "".
//
// Deprecated: It is a helper of this module, which no longer uses it.
func CheckScopeList(scopes []string) string { return names.CheckScopeList(scopes) }

// CheckSlug returns what is wrong with the slug of a provider, or "".
//
// Deprecated: It is a helper of this module, which no longer uses it.
func CheckSlug(slug string) string { return names.CheckSlug(slug) }

// CheckID returns what is wrong with the id of a user or an organization, or "".
//
// Deprecated: It is a helper of this module, which no longer uses it.
func CheckID(id string) string { return names.CheckID(id) }

// IsName reports whether a text is allowed as the name of a scenario, a config field or a snapshot.
//
// Deprecated: It is a helper of this module, which no longer uses it.
func IsName(name string) bool { return names.IsName(name) }

// IsWebURL reports whether a text is an absolute http or https URL without credentials or spaces.
//
// Deprecated: It is a helper of this module, which no longer uses it.
func IsWebURL(text string) bool { return names.IsWebURL(text) }

// SimilarOperations returns what to say after an unknown operation: which ones are similar, and where all are.
//
// Deprecated: It is a helper of this module, which no longer uses it.
func SimilarOperations(name string) string { return operations.Similar(name) }

// Comments returns lines as YAML comments.
//
// Deprecated: It is a helper of this module, which no longer uses it.
func Comments(lines []string) (text []byte) { return exportnotes.Comments(lines) }

// Notes returns the comments at the beginning of an export.
//
// Deprecated: It is a helper of this module, which no longer uses it.
func Notes(environment, at string, lines []string) []byte {
	return exportnotes.Write(environment, at, lines)
}

// PlaceFields returns the descriptions of the fields of a place, for other mappings that contain one. In a query,
// organization_id is none for connections without one.
//
// Deprecated: It is a helper of this module, which no longer uses it.
func PlaceFields() []fields.Field[Place] { return slices.Clone(placeFields()) }

// FaultSchema returns the JSON Schema of a fault without references, for the description of the control plane. It
// accepts a fault with several ways to break responses, which ParseFault refuses.
//
// Deprecated: It is a helper of this module, which no longer uses it.
func FaultSchema() []byte { return faultMapping().SchemaAlone() }

// ScenarioSchema returns the JSON Schema of a scenario for the description of the control plane. Scenario and stepFault
// are the references to use for a scenario within a scenario, and for the fault of a step.
//
// Deprecated: It is a helper of this module, which no longer uses it.
func ScenarioSchema(scenario, stepFault string) []byte {
	text := strings.ReplaceAll(string(scenarioMapping().SchemaAlone()),
		`{"$ref":"#/definitions/step"}`, string(stepMapping().SchemaAlone()))
	references := strings.NewReplacer(`"#/definitions/scenario"`, `"`+scenario+`"`, `"#/definitions/step_fault"`,
		`"`+stepFault+`"`)
	return []byte(references.Replace(text))
}

// ParseReference reads what Scenario.Text returned for a scenario of the same set.
//
// Deprecated: Use ParseInline.
func ParseReference(set *Set, text []byte) (*Scenario, error) {
	var name string
	if json.Unmarshal(text, &name) == nil {
		return set.Scenario(name)
	}
	return ParseInline(set, text)
}

// ReadReference reads the name of a scenario, or an inline scenario, as the value of a field at path. It adds the
// mistakes to those of the reader.
//
// Deprecated: Use ParseInline.
func ReadReference(r *fields.Reader, set *Set, n *fields.Node, path string) *Scenario {
	d := newInlineDecoder(set)
	scenario := d.reference(n, path)
	r.Mistakes = append(r.Mistakes, d.Mistakes...)
	return scenario
}

// CheckLacking returns what is wrong with a scenario that lacks scopes if its provider asks for none, or "".
//
// Deprecated: Use Scenario.Lacking.
func CheckLacking(scenario *Scenario, slug string, asked []string) string {
	return checkLacking(scenario, slug, asked, map[*Scenario]*Scenario{})
}

// WaysToBreak returns the keys of all kinds of faults.
//
// Deprecated: Use the names of FaultKinds.
func WaysToBreak() (names []string) { return waysToBreak() }
