package model

import "time"

// Time returns the environment's time, and whether it is frozen.
func (e *Environment) Time() (now time.Time, frozen bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.clock.Now(), e.clock.Frozen()
}

// TimeAt returns the environment's time at a real time, which was just now.
func (e *Environment) TimeAt(wire time.Time) time.Time { return e.clock.TimeAt(wire) }

// SetClock moves the environment's time (nil: it stays), and freezes it or lets it run (nil: as it does). It reports
// whether it could; if not, nothing has changed. What becomes due on the way happens at its own time; when the clock is
// set back, nothing that happened is undone.
func (e *Environment) SetClock(to *time.Time, frozen *bool) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	now, before := e.advanceAndEmit(), e.clock.Frozen()
	defer e.armWakeup()
	if frozen != nil {
		e.clock.Freeze(*frozen)
	}
	if to == nil || e.setTime(*to, now) {
		e.MarkChanged()
		return true
	}
	e.clock.Freeze(before)
	return false
}

// Advance moves the environment's time by a duration, forwards or (negative) backwards. It reports whether it could.
func (e *Environment) Advance(by time.Duration) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.advanceAndEmit()
	if !e.setTime(now.Add(by), now) {
		return false
	}
	e.MarkChanged()
	return true
}

func (e *Environment) setTime(to, now time.Time) bool {
	if !e.clock.Set(to) {
		return false
	}
	if to.After(now) && e.hasSubscribers() {
		e.advanceAndEmit()
	}
	e.armWakeup()
	if to.Before(now) {
		e.state.RewindCount++
		e.state.Rewinds = e.state.Rewinds.Add(e.state.RewindCount, now)
	}
	return true
}
