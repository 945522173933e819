package environment

import (
	"fmt"

	"example.com/pipesfake/fake/internal/fault"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// Lay lays a fault over answers. Its errors are about the place, and too_many_faults.
func (e *Environment) Lay(made scenarios.Fault) (fault.Laid, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.knowsPlace(made.Place); err != nil {
		return fault.Laid{}, err
	}
	return e.lay(made)
}

func (e *Environment) lay(made scenarios.Fault) (fault.Laid, error) {
	laid, room := e.faults.Lay(made)
	if !room {
		return laid, &pipes.Error{Code: pipes.TooManyFaults, Message: fmt.Sprintf("%d faults lie in environment %s already: take some away (DELETE /_control/faults).", fault.Most, e.name)}
	}
	e.faulty.Store(true)
	e.Touch()
	return laid, nil
}

// Lift takes a fault away. Its error is entity_not_found.
func (e *Environment) Lift(id string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.faults.Lift(id) {
		return notFound("No fault %q lies in environment %s: it was taken away, or struck as often as it should", scenarios.Abridge(id), e.name)
	}
	e.faulty.Store(!e.faults.None())
	e.Touch()
	return nil
}

// LiftAll takes every fault away, and tells how many there were.
func (e *Environment) LiftAll() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.faulty.Store(false)
	e.Touch()
	return e.faults.LiftAll()
}

// Faults are those that lie, the oldest first, and the set that the file's stand in.
func (e *Environment) Faults() ([]fault.Laid, *scenarios.Set) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.faults.All(), e.set
}

// located tells where the file has the fault of a strike, if it does.
func (e *Environment) located(s *fault.Strike) *fault.Strike {
	if s != nil && s.Position.Line > 0 {
		s.Where = e.set.Where(s.Position)
	}
	return s
}

// Faulty tells whether any fault lies; without one a call need not ask.
func (e *Environment) Faulty() bool { return e.faulty.Load() }

// Strike finds the fault that strikes a call, nil: none.
func (e *Environment) Strike(c fault.Call) *fault.Strike {
	e.mu.Lock()
	defer e.mu.Unlock()
	c.Now = e.clock.Now()
	struck := e.located(e.faults.Strike(c, e.mint.Fraction))
	e.faulty.Store(!e.faults.None())
	e.Touch()
	return struck
}
