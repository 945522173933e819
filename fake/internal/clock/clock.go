// Package clock is the time of an environment: real time unless a test changes it. It is the only package that reads
// the machine's clock.
package clock

import (
	"context"
	"sync"
	"time"
)

// Clock runs with real time at an offset, or is frozen. It is safe for concurrent use.
type Clock struct {
	start time.Time // where it starts frozen; zero for a clock that starts running

	mu     sync.Mutex
	frozen bool
	at     time.Time     // its time while it is frozen
	offset time.Duration // from real time while it runs
}

// Running returns a clock that follows real time (inside testing/synctest: the bubble's).
func Running() *Clock { return &Clock{} }

// FrozenAt returns a clock that starts frozen at a time.
func FrozenAt(at time.Time) *Clock { return &Clock{start: at, frozen: true, at: at} }

// Now returns the environment's time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.nowAt(realTime())
}

// TimeAt returns the environment's time at an instant of real time, which must be just now: if the clock was changed
// since, the new setting counts.
func (c *Clock) TimeAt(wire time.Time) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.nowAt(wire.Round(0))
}

func (c *Clock) nowAt(real time.Time) time.Time {
	if c.frozen {
		return c.at
	}
	return real.Add(c.offset)
}

// realTime returns the wall time. Without its monotonic part, it is later after the machine has slept.
func realTime() time.Time { return time.Now().Round(0) }

// Frozen reports whether the clock is frozen.
func (c *Clock) Frozen() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.frozen
}

// Furthest is how far time can be moved from the start, or from real time if the clock started running, so that clients
// can read every date.
const Furthest = 100 * 365 * 24 * time.Hour

// Set moves the clock to a time, forwards or backwards. It reports whether the time is within Furthest.
func (c *Clock) Set(to time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	real := realTime()
	origin := c.start
	if origin.IsZero() {
		origin = real
	}
	if distance := to.Sub(origin); distance > Furthest || distance < -Furthest {
		return false
	}
	c.at, c.offset = to, to.Sub(real)
	return true
}

// Freeze stops the clock, or lets it run on from its time.
func (c *Clock) Freeze(frozen bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	real := realTime()
	now := c.nowAt(real)
	c.at, c.offset, c.frozen = now, now.Sub(real), frozen
}

// Saved is the setting of a clock.
type Saved struct {
	Frozen bool
	At     time.Time
	Offset time.Duration
}

// Save returns the setting of the clock.
func (c *Clock) Save() Saved {
	c.mu.Lock()
	defer c.mu.Unlock()
	return Saved{c.frozen, c.at, c.offset}
}

// Restore sets the clock as it was saved: a frozen clock to its time then, a running one as far from real time.
func (c *Clock) Restore(s Saved) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.frozen, c.at, c.offset = s.Frozen, s.At, s.Offset
}

// Reset returns the clock to its start.
func (c *Clock) Reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at, c.offset, c.frozen = c.start, 0, !c.start.IsZero()
}

// Sleep waits in real time, and reports whether ctx has not ended meanwhile.
func Sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// RealNow returns real time, for what happens on the wire: how long a call took, and when something was used last.
func RealNow() time.Time { return time.Now() }
