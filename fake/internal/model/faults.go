package model

import (
	"fmt"

	"example.com/pipesfake/fake/internal/fault"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/fake/internal/state"
	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/scenarios"
)

// AddFault adds a fault. Its errors are about the place, and too_many_faults.
func (e *Environment) AddFault(made scenarios.Fault) (fault.Active, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.checkPlace(made.Place); err != nil {
		return fault.Active{}, err
	}
	added, hasRoom := e.state.Faults.Add(made)
	if !hasRoom {
		return added, &pipes.Error{Code: pipes.TooManyFaults, Message: fmt.Sprintf(
			"%d faults are active in environment %s already: remove some (DELETE /_control/faults).",
			fault.Max, e.name)}
	}
	e.faultSerial = e.state.Faults.Number(e.faultSerial)
	added.Serial = e.faultSerial
	e.noteFaults()
	return added, nil
}

// noteFaults notes whether there are faults, after a change of them.
func (e *Environment) noteFaults() {
	e.hasFaults.Store(!e.state.Faults.None())
	e.MarkChanged()
}

// RemoveFault removes a fault. A serial other than zero spares another fault that has the id since a reset. Its error
// is entity_not_found.
func (e *Environment) RemoveFault(id string, serial int) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.state.Faults.Remove(id, serial) {
		return state.NotFound("No fault %q is active in environment %s: it was removed, or has matched as often as "+
			"its times say", fields.Abridge(id), e.name)
	}
	e.noteFaults()
	return nil
}

// RemoveFaults removes all faults, and returns how many there were.
func (e *Environment) RemoveFaults() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	removed := e.state.Faults.RemoveAll()
	e.noteFaults()
	return removed
}

// Faults returns the active faults, the oldest first, and the set that the positions of the file's are in.
func (e *Environment) Faults() ([]fault.Active, *scenarios.Set) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.state.Faults.All(), e.state.Set
}

// HasFaults reports whether any fault is active; without one a call need not look for a match.
func (e *Environment) HasFaults() bool { return e.hasFaults.Load() }

// MatchFault returns the match of a call with a fault, or nil.
func (e *Environment) MatchFault(c fault.Call) *fault.Match {
	e.mu.Lock()
	defer e.mu.Unlock()
	c.Now = e.clock.Now()
	match := e.withPlace(e.state.Faults.Match(c, e.state.Mint.Fraction))
	e.noteFaults()
	return match
}

// withPlace adds to a match where the file has its fault, if it does.
func (e *Environment) withPlace(match *fault.Match) *fault.Match {
	if match != nil && match.Position.Line > 0 {
		match.Where = e.state.Set.Where(match.Position)
	}
	return match
}
