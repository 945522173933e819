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
		return time.Now().Add(c.advance)
	}
	return c.start.Add(c.advance)
}

// Advance moves time forwards.
func (c *Clock) Advance(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.advance += by
}

// Reset takes every Advance back.
func (c *Clock) Reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.advance = 0
}
