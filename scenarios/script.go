package scenarios

import (
	"math"
	"time"
)

// Step is a part of a script: a scenario that it puts in force, or a fault that lies over the answers
// while the state stays that of the step before (for a first one: of the next).
type Step struct {
	Scenario *Scenario // nil for a fault
	Fault    *Fault
	Times    int           // how many calls to token or credentials it lasts; 0: see For
	For      time.Duration // how long it lasts; 0 with Times 0: it stays
	Position Position
}

// Forever is the Repeat of a script that begins anew whenever it ends.
const Forever = -1

// First is the state that a scenario begins with.
func (s *Scenario) First() *Scenario {
	for s.Steps != nil {
		i := 0
		for s.Steps[i].Scenario == nil {
			i++
		}
		s = s.Steps[i].Scenario
	}
	return s
}

// Round is how long the steps take, zero where that depends on calls. More than 292 years are told as so many.
func (s *Scenario) Round() (round time.Duration) {
	for _, step := range s.Steps {
		if step.For == 0 {
			return 0
		}
		round += min(step.For, math.MaxInt64-round)
	}
	return round
}

// lacking finds the first state of a scenario that lacks scopes, nil: none does.
func (s *Scenario) lacking(seen map[*Scenario]bool) *Scenario {
	if s.Steps == nil && s.State.LacksScopes() {
		return s
	}
	for _, step := range s.Steps {
		if one := step.Scenario; one != nil && !seen[one] {
			seen[one] = true
			if found := one.lacking(seen); found != nil {
				return found
			}
		}
	}
	return nil
}
