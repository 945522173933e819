package model

import "time"

// rewind is an instant that time was at before it was set back: what fired by then stays so, for what had
// begun by then.
type rewind struct {
	number uint64 // they count from one
	at     time.Time
}

// maxRewinds is how many are remembered.
const maxRewinds = 100

// Time is the environment's, and whether it stands still.
func (e *Environment) Time() (now time.Time, frozen bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.clock.Now(), e.clock.Frozen()
}

// TimeAt is the environment's time at an instant of real time that was just now.
func (e *Environment) TimeAt(wire time.Time) time.Time { return e.clock.On(wire) }

// SetClock moves the environment's time to an instant (nil: it stays), and lets it stand still or run (nil:
// as it does). It tells whether it could; if not, nothing has changed. What becomes due on the way happens
// at its own instant; backwards, nothing that happened is undone.
func (e *Environment) SetClock(to *time.Time, frozen *bool) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	now, before := e.beginChange(), e.clock.Frozen()
	defer e.armWakeup()
	if frozen != nil {
		e.clock.Freeze(*frozen)
	}
	if to == nil || e.setTime(*to, now) {
		return true
	}
	e.clock.Freeze(before)
	return false
}

// Advance moves it by a duration, forwards or (negative) backwards.
func (e *Environment) Advance(by time.Duration) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.beginChange()
	return e.setTime(now.Add(by), now)
}

func (e *Environment) setTime(to, now time.Time) bool {
	if !e.clock.Set(to) {
		return false
	}
	if to.After(now) && e.hasSubscribers() {
		e.upToNow()
	}
	e.armWakeup()
	if to.Before(now) {
		for len(e.rewinds) > 0 && !e.rewinds[len(e.rewinds)-1].at.After(now) {
			e.rewinds = e.rewinds[:len(e.rewinds)-1]
		}
		e.rewindCount++
		e.rewinds = append(e.rewinds[max(0, len(e.rewinds)-maxRewinds+1):], rewind{e.rewindCount, now})
	}
	return true
}

// reached is the furthest that time was at since something began, after it had been set back so often.
func (e *Environment) reached(backs uint64, now time.Time) time.Time {
	for _, peak := range e.rewinds {
		if peak.number > backs && peak.at.After(now) {
			now = peak.at
		}
	}
	return now
}
