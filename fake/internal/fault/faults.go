package fault

import (
	"fmt"
	"slices"

	"example.com/pipesfake/scenarios"
)

// Faults holds the active faults of an environment. The zero Faults has none.
type Faults struct {
	Active []*Active `json:"Laid,omitempty"` // the oldest first
	Count  int       // of the faults ever added; ids derive from it
}

// Max is how many faults can be active at once.
const Max = scenarios.MaxFaults

// Add makes a fault active. It reports whether there was room.
func (f *Faults) Add(made scenarios.Fault) (Active, bool) {
	if len(f.Active) >= Max {
		return Active{}, false
	}
	f.Count++
	added := &Active{Fault: made, ID: fmt.Sprintf("fault_%d", f.Count)}
	f.Active = append(f.Active, added)
	return *added, true
}

// Number gives the faults without a Serial those that follow the last one, and returns the new last one.
func (f *Faults) Number(last int) int {
	for _, one := range f.Active {
		last = max(last, one.Serial)
	}
	for _, one := range f.Active {
		if one.Serial == 0 {
			last++
			one.Serial = last
		}
	}
	return last
}

// Clone returns a copy that shares nothing that changes.
func (f *Faults) Clone() Faults {
	cloned := Faults{Count: f.Count}
	for _, one := range f.Active {
		cloned.Active = append(cloned.Active, one.Clone())
	}
	return cloned
}

// Remove removes the fault with an id, and reports whether it was active. A fault that has matched as many calls as its
// Times is active no more. A serial other than zero spares another fault that has the id since a reset.
func (f *Faults) Remove(id string, serial int) bool {
	before := len(f.Active)
	f.Active = slices.DeleteFunc(f.Active, func(one *Active) bool {
		return one.ID == id && (serial == 0 || one.Serial == serial)
	})
	return len(f.Active) < before
}

// RemoveAll removes all faults, and returns how many were active.
func (f *Faults) RemoveAll() int {
	removed := len(f.Active)
	f.Active = nil
	return removed
}

// All returns copies of the active faults, the oldest first.
func (f *Faults) All() []Active {
	all := make([]Active, len(f.Active))
	for i, one := range f.Active {
		all[i] = *one
	}
	return all
}

// None reports whether no fault is active.
func (f *Faults) None() bool { return len(f.Active) == 0 }

// Match returns the match of a call with the newest fault that does not spare it, or nil. It removes a fault that has
// matched as many calls as its Times.
func (f *Faults) Match(c Call, draw Draw) *Match {
	for _, one := range slices.Backward(f.Active) {
		if !one.isAbout(c) {
			continue
		}
		match := one.Try(c, draw)
		if match == nil {
			continue
		}
		if one.Times > 0 && one.Matches == one.Times {
			f.Remove(one.ID, 0)
		}
		return match
	}
	return nil
}
