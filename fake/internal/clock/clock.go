// Package clock is the time of an environment: real time unless a test holds it. It is the only place
// that reads the machine's clock for what the API says.
package clock

import (
	"sync"
	"time"
)

// Clock runs with real time at an offset, or stands still. It is safe for concurrent use.
type Clock struct {
	start time.Time // where it stands still; zero: it runs

	mu      sync.Mutex
	advance time.Duration
}

// Running follows real time (inside testing/synctest: the bubble's).
func Running() *Clock { return &Clock{} }

// Standing starts at an instant and moves by Advance alone.
func Standing(at time.Time) *Clock { return &Clock{start: at} }

// Now is the environment's time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.start.IsZero() {
		return time.Now().Round(0).Add(c.advance) // wall time: a machine that slept is later
	}
	return c.start.Add(c.advance)
}

// Furthest is how far time can be advanced in all, so that every date stays one that clients can read.
const Furthest = 100 * 365 * 24 * time.Hour

// Advance moves time forwards, and tells whether it could: not backwards, and not beyond Furthest.
func (c *Clock) Advance(by time.Duration) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if by < 0 || by > Furthest-c.advance {
		return false
	}
	c.advance += by
	return true
}

// Reset takes every Advance back.
func (c *Clock) Reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.advance = 0
}
