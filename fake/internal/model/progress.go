package model

import (
	"time"

	"example.com/pipesfake/fake/internal/state"
)

// pendingChange is a change of the directives that cover a place, whose events are still to be emitted.
type pendingChange struct {
	place state.Place
	at    time.Time
	rest  []*state.Connection // that are still to be looked at; nil before the first of them
	begun bool
}

// maxAtOnce is how many connections are looked at before other calls get their turn.
const maxAtOnce = 1_000

// progress is how far catchUp is in a jump of the clock.
type progress struct {
	until   time.Time
	changes int // that were made so far, events and other things that were due
	looks   int // at connections, for switches that ended
	covered *state.PlaceIndex
}

// After maxChanges in a jump of the clock the rest happens at once, at its end. Loops of milliseconds could otherwise
// keep a caller waiting after an advance by hours. That many take some 0.2 s, and so do maxLooks for the ends of TTLs
// that change nothing.
const (
	maxChanges = 100_000
	maxLooks   = 300_000
)

// isLong reports whether the rest of a jump, in which so many changes are due, is to happen at once.
func (p *progress) isLong(due int) bool { return p.changes > due+maxChanges || p.looks > maxLooks }
