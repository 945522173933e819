package clock

import (
	"slices"
	"time"
)

// Rewind records the time that a clock had reached before it was set back. Timers that had fired by then count as fired
// for everything that began before the rewind.
type Rewind struct {
	Number uint64 // rewinds count from one
	At     time.Time
}

// Rewinds lists the rewinds of a clock, the oldest first.
type Rewinds []Rewind

// maxRewinds is how many rewinds are kept.
const maxRewinds = 100

// Add returns the rewinds with one more: the clock is set back from a time. Rewinds from earlier times no longer
// matter.
func (r Rewinds) Add(number uint64, from time.Time) Rewinds {
	for len(r) > 0 && !r[len(r)-1].At.After(from) {
		r = r[:len(r)-1]
	}
	kept := r[max(0, len(r)-maxRewinds+1):]
	return append(slices.Clone(kept), Rewind{number, from}) // a copy, because a snapshot may have r
}

// Reached returns the latest time that the clock has reached since something began: the present time, or the time of a
// later rewind. The parameter rewinds is how many rewinds there were when it began.
func (r Rewinds) Reached(rewinds uint64, now time.Time) time.Time {
	for _, one := range r {
		if one.Number > rewinds && one.At.After(now) {
			now = one.At
		}
	}
	return now
}
