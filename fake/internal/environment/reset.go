package environment

import (
	"maps"
	"slices"
	"time"

	"example.com/pipesfake/scenarios"
)

// Reset returns everything but the snapshots to the start of a set, or of the set in force if set is nil. It returns
// the time of the start and the set.
//
// There is no other reset: the control plane, the Go API and a reload of the scenario file all come here. No call is
// in between: one is answered and recorded either before the reset or after it, and a token of the new start is found
// from the first call that can return it.
func (e *Environment) Reset(set *scenarios.Set) (started time.Time, inForce *scenarios.Set) {
	e.answering.Lock()
	defer e.answering.Unlock()
	started, inForce = e.Environment.Reset(set)
	e.onReset(e, e.Journal.Reset())
	return started, inForce
}

// ResetAll resets every environment to the start of a new set, which new environments start with as well. Those of
// tests that brought a set keep it.
func (r *Registry) ResetAll(set *scenarios.Set) {
	r.mu.Lock()
	r.set = set
	all := slices.Collect(maps.Values(r.byName))
	r.mu.Unlock() // Reset waits for calls, and calls open environments
	for _, one := range all {
		one.Reset(r.StartOf(one))
	}
}
