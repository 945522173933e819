package fake

import (
	"example.com/pipesfake/fake/internal/fault"
	"example.com/pipesfake/internal/narrow"
	"example.com/pipesfake/scenarios"
)

// Fault is a way to break responses or webhook deliveries: a status, a rate limit, a delay, a closed connection, a
// damaged body. Package scenarios documents the fields.
type Fault = scenarios.Fault

// RateLimit is a Fault.RateLimit: it lets a number of calls through per duration of the environment's clock, and
// responds to the others with 429.
type RateLimit = scenarios.RateLimit

// Delay is a Fault.Delay: how long a response is held back, in real time.
type Delay = scenarios.Delay

// Fault adds a fault for all calls, or for those about the connections of the places. If several faults match a call,
// the last one applies. A fault is removed when it has applied f.Times times, when remove is called, or at the next
// Reset.
func (e *Environment) Fault(f Fault, places ...Place) (remove func()) {
	e.t.Helper()
	var added fault.Active
	err := narrow.To(&f.Place, places)
	if err == nil {
		if problems := f.Check(); len(problems) > 0 {
			err = problems
		} else {
			added, err = e.open().AddFault(f)
		}
	}
	if err != nil {
		e.t.Fatalf("pipesfake: %s", mistake(err))
		return func() {}
	}
	return func() { _ = e.open().RemoveFault(added.ID) } // an error means that it is gone already
}

// Faults returns the faults in force, the oldest first: those that Fault or a control call added, and those of the
// scenario file.
func (e *Environment) Faults() []Fault {
	active, _ := e.open().Faults()
	faults := make([]Fault, len(active))
	for i, one := range active {
		faults[i] = one.Fault
	}
	return faults
}

// RemoveFaults removes all faults, including those of the scenario file, until the next Reset. Faults that are steps of
// a scenario stay.
func (e *Environment) RemoveFaults() { e.open().RemoveFaults() }
