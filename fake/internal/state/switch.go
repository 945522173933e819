package state

import (
	"time"

	"example.com/pipesfake/fake/internal/schedule"
	"example.com/pipesfake/fake/internal/script"
	"example.com/pipesfake/scenarios"
)

// Switch puts a scenario in force for the connections of a place. It is one record, however many connections there are.
// Decisions hold on to it: what JSON holds never changes, the rest changes only under the lock of the environment.
type Switch struct {
	Number   uint64 // switches count from one
	Sequence uint64 // its number among all directives
	Rewinds  uint64 `json:"Backs"` // how often the clock had been set back
	Place    Place
	Scenario script.Reference
	At       time.Time
	TTL      time.Duration      // zero: until something newer
	Position scenarios.Position // in the file; zero for a switch that a call made

	Ending *schedule.Timer `json:"-"` // of one that has a TTL
	Gone   bool            `json:"-"` // whether it was removed
	set    *scenarios.Set  // that Position is in
	inline int             // the size of its inline scenario, in bytes

	decision *Decision // which all decisions by the switch share, or nil
}

func (s *Switch) partName() string { return numberedPart(switchParts, s.Number) }

// EndsAt returns when the switch ends, or the zero time if it has no TTL.
func (s *Switch) EndsAt() time.Time {
	if s.TTL == 0 {
		return time.Time{}
	}
	return s.At.Add(s.TTL)
}

// Outlives reports whether the switch is in force after a time.
func (s *Switch) Outlives(after time.Time) bool { return s.TTL == 0 || s.EndsAt().After(after) }

// Where returns the switch's place in the file as file:line:col, or the empty string if a call made it.
func (s *Switch) Where() string {
	if s.isOfCall() {
		return ""
	}
	return s.set.Where(s.Position)
}

func (s *Switch) isOfCall() bool { return s.Position.Line == 0 }

// inlineSize returns the size of an inline scenario in bytes. A name has none of its own.
func inlineSize(s *scenarios.Scenario) int {
	if s.Name != "" {
		return 0
	}
	text, err := s.Text()
	if err != nil {
		return 0 // it cannot be saved either
	}
	return len(text)
}
