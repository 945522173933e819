package script

import (
	"encoding/json"
	"slices"

	"example.com/pipesfake/scenarios"
)

// Reference is a scenario that JSON holds as its text. One that was read from JSON has no scenario until Resolve.
type Reference struct {
	*scenarios.Scenario
	text json.RawMessage
}

// MarshalJSON returns the name of the scenario, or the text of an inline one.
func (r Reference) MarshalJSON() ([]byte, error) { return r.Text() }

// UnmarshalJSON keeps the text until Resolve.
func (r *Reference) UnmarshalJSON(text []byte) error {
	r.text = slices.Clone(text)
	return nil
}

// Resolve finds the scenario in a set, if it was read from JSON.
func (r *Reference) Resolve(set *scenarios.Set) (err error) {
	if r.Scenario == nil {
		r.Scenario, err = scenarios.ParseInline(set, r.text)
	}
	return err
}
