// Package clock is the time of an environment: real time unless a test changes it. It is the only package that reads
// the machine's clock.
package clock

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// Clock runs with real time at an offset, or is frozen. It is safe for concurrent use. Its time is read without a lock,
// because each request reads it.
type Clock struct {
	start time.Time // where it starts frozen; zero for a clock that starts running

	mu      sync.Mutex // for those who change the setting
	setting atomic.Pointer[Saved]
}

func newClock(start time.Time, setting Saved) *Clock {
	c := &Clock{start: start}
	c.setting.Store(&setting)
	return c
}

// Running returns a clock that follows real time (inside testing/synctest: the bubble's).
func Running() *Clock { return newClock(time.Time{}, Saved{}) }

// FrozenAt returns a clock that starts frozen at a time.
func FrozenAt(at time.Time) *Clock { return newClock(at, Saved{Frozen: true, At: at}) }

// Now returns the environment's time.
func (c *Clock) Now() time.Time { return c.setting.Load().at(realTime()) }

// TimeAt returns the environment's time at an instant of real time, which must be just now: if the clock was changed
// since, the new setting counts.
func (c *Clock) TimeAt(wire time.Time) time.Time { return c.setting.Load().at(wire.Round(0)) }

// realTime returns the wall time. Without its monotonic part, it is later after the machine has slept.
func realTime() time.Time { return time.Now().Round(0) }

// Frozen reports whether the clock is frozen.
func (c *Clock) Frozen() bool { return c.setting.Load().Frozen }

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
	c.setting.Store(&Saved{Frozen: c.Frozen(), At: to, Offset: to.Sub(real)})
	return true
}

// Freeze stops the clock, or lets it run on from its time.
func (c *Clock) Freeze(frozen bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	real := realTime()
	now := c.setting.Load().at(real)
	c.setting.Store(&Saved{Frozen: frozen, At: now, Offset: now.Sub(real)})
}

// Saved is the setting of a clock.
type Saved struct {
	Frozen bool
	At     time.Time     // its time while it is frozen
	Offset time.Duration // from real time while it runs
}

// at returns the time of a clock with the setting.
func (s *Saved) at(real time.Time) time.Time {
	if s.Frozen {
		return s.At
	}
	return real.Add(s.Offset)
}

// Save returns the setting of the clock.
func (c *Clock) Save() Saved { return *c.setting.Load() }

// Restore sets the clock as it was saved: a frozen clock to its time then, a running one as far from real time.
func (c *Clock) Restore(s Saved) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.setting.Store(&s)
}

// Reset returns the clock to its start.
func (c *Clock) Reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.setting.Store(&Saved{Frozen: !c.start.IsZero(), At: c.start})
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

// RealNowAfter returns RealNow, computed from an earlier result of it. It takes half as long, because it reads only the
// monotonic clock, and it does not count time for which the machine slept.
func RealNowAfter(earlier time.Time) time.Time { return earlier.Add(time.Since(earlier)) }
