package state

import (
	"encoding/json"
	"errors"
	"time"

	"example.com/pipesfake/fake/internal/script"
	"example.com/pipesfake/scenarios"
)

// savedDecision is what JSON holds of a decision: what the journal shows, except for the switch, which many decisions
// share.
type savedDecision struct {
	By       By
	At       time.Time
	Scenario string // its name
	Because  string
	Call     string             `json:",omitempty"`
	Entry    scenarios.Position `json:",omitzero"`
	Steps    []script.Step      `json:",omitempty"`
}

// MarshalJSON returns what a journal shows of the decision. Only Restore makes that a decision again.
func (d Decision) MarshalJSON() ([]byte, error) {
	saved := savedDecision{By: d.By, At: d.At, Call: d.Call, Entry: d.entry, Steps: d.Steps}
	if d.Scenario != nil {
		saved.Scenario, saved.Because = d.Scenario.Name, d.Because()
	}
	return json.Marshal(saved)
}

// UnmarshalJSON reads what MarshalJSON returned.
func (d *Decision) UnmarshalJSON(text []byte) error {
	var saved savedDecision
	if err := json.Unmarshal(text, &saved); err != nil {
		return err
	}
	*d = Decision{By: saved.By, At: saved.At, Call: saved.Call, entry: saved.Entry, Steps: saved.Steps}
	if saved.Because != "" {
		d.Scenario, d.reason = &scenarios.Scenario{Name: saved.Scenario}, []string{saved.Because}
	}
	return nil
}

// Restore completes a decision that was read from JSON with its set and, for BySwitch, its switch.
func (d *Decision) Restore(set *scenarios.Set, by *Switch) error {
	d.set, d.Switch = set, by
	if by == nil {
		if d.By == BySwitch {
			return errors.New("a decision by a switch has none")
		}
		return nil
	}
	by.set = set
	return by.Scenario.Resolve(set)
}
