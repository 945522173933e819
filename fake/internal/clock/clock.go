// Package clock is the time of an environment: real time unless a test holds it. It is the only place
// that reads the machine's clock for what the API says.
package clock

import (
	"sync"
	"time"
)

// Clock runs with real time at an offset, or stands still. It is safe for concurrent use.
type Clock struct {
	start time.Time // where it stands still at the start; zero: it runs

	mu     sync.Mutex
	frozen bool
	at     time.Time     // where it stands, frozen
	offset time.Duration // from real time, otherwise
}

// Running follows real time (inside testing/synctest: the bubble's).
func Running() *Clock { return &Clock{} }

// Standing starts frozen at an instant.
func Standing(at time.Time) *Clock { return &Clock{start: at, frozen: true, at: at} }

// Now is the environment's time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

func (c *Clock) now() time.Time {
	if c.frozen {
		return c.at
	}
	return time.Now().Round(0).Add(c.offset) // wall time: a machine that slept is later
}

// On is the environment's time at an instant of real time that was just now.
func (c *Clock) On(wire time.Time) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.frozen {
		return c.at
	}
	return wire.Round(0).Add(c.offset)
}

// Frozen tells whether it stands still.
func (c *Clock) Frozen() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.frozen
}

// Furthest is how far time can be moved from the start or, without one, from real time, so that every date
// stays one that clients can read.
const Furthest = 100 * 365 * 24 * time.Hour

// Set moves time to an instant, forwards or backwards, and tells whether it could: not beyond Furthest.
func (c *Clock) Set(to time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	real := time.Now().Round(0)
	origin := c.start
	if origin.IsZero() {
		origin = real
	}
	if away := to.Sub(origin); away > Furthest || away < -Furthest {
		return false
	}
	c.at, c.offset = to, to.Sub(real)
	return true
}

// Freeze lets time stand still, or run on from where it stands.
func (c *Clock) Freeze(frozen bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	c.at, c.offset, c.frozen = now, now.Sub(time.Now().Round(0)), frozen
}

// Saved is how a clock stands: where it is frozen, or how far it is from real time.
type Saved struct {
	Frozen bool
	At     time.Time
	Offset time.Duration
}

// Save tells how it stands.
func (c *Clock) Save() Saved {
	c.mu.Lock()
	defer c.mu.Unlock()
	return Saved{c.frozen, c.at, c.offset}
}

// Restore lets it stand as it did: a frozen clock where it was, another one as far from real time.
func (c *Clock) Restore(s Saved) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.frozen, c.at, c.offset = s.Frozen, s.At, s.Offset
}

// Reset puts everything back to the start.
func (c *Clock) Reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at, c.offset, c.frozen = c.start, 0, !c.start.IsZero()
}

// Wire is real time, for what happens on the wire: how long a call took, and when something was used last.
func Wire() time.Time { return time.Now() }
