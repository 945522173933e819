package model

import (
	"fmt"

	"example.com/pipesfake/fake/internal/fault"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// AddFault lays a fault over answers. Its errors are about the place, and too_many_faults.
func (e *Environment) AddFault(made scenarios.Fault) (fault.Active, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.knowsPlace(made.Place); err != nil {
		return fault.Active{}, err
	}
	return e.lay(made)
}

func (e *Environment) lay(made scenarios.Fault) (fault.Active, error) {
	laid, room := e.faults.Add(made)
	if !room {
		return laid, &pipes.Error{Code: pipes.TooManyFaults, Message: fmt.Sprintf("%d faults lie in environment %s already: take some away (DELETE /_control/faults).", fault.Max, e.name)}
	}
	e.hasFaults.Store(true)
	e.MarkChanged()
	return laid, nil
}

// RemoveFault takes a fault away. Its error is entity_not_found.
func (e *Environment) RemoveFault(id string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.faults.Remove(id) {
		return notFound("No fault %q lies in environment %s: it was taken away, or struck as often as it should", scenarios.Abridge(id), e.name)
	}
	e.hasFaults.Store(!e.faults.None())
	e.MarkChanged()
	return nil
}

// RemoveFaults takes every fault away, and tells how many there were.
func (e *Environment) RemoveFaults() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.hasFaults.Store(false)
	e.MarkChanged()
	return e.faults.RemoveAll()
}

// Faults are those that lie, the oldest first, and the set that the file's stand in.
func (e *Environment) Faults() ([]fault.Active, *scenarios.Set) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.faults.All(), e.set
}

// located tells where the file has the fault of a strike, if it does.
func (e *Environment) located(s *fault.Match) *fault.Match {
	if s != nil && s.Position.Line > 0 {
		s.Where = e.set.Where(s.Position)
	}
	return s
}

// HasFaults tells whether any fault lies; without one a call need not ask.
func (e *Environment) HasFaults() bool { return e.hasFaults.Load() }

// MatchFault finds the fault that strikes a call, nil: none.
func (e *Environment) MatchFault(c fault.Call) *fault.Match {
	e.mu.Lock()
	defer e.mu.Unlock()
	c.Now = e.clock.Now()
	struck := e.located(e.faults.Strike(c, e.mint.Fraction))
	e.hasFaults.Store(!e.faults.None())
	e.MarkChanged()
	return struck
}
