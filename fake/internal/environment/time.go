package environment

import "time"

// peak is an instant that time was at before it was set back: what fired by then stays so, for what had
// begun by then.
type peak struct {
	number uint64 // they count from one
	at     time.Time
}

// mostPeaks is how many are remembered.
const mostPeaks = 100

// Time is the environment's, and whether it stands still.
func (e *Environment) Time() (now time.Time, frozen bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.clock.Now(), e.clock.Frozen()
}

// TimeOn is the environment's time at an instant of real time that was just now.
func (e *Environment) TimeOn(wire time.Time) time.Time { return e.clock.On(wire) }

// SetClock moves the environment's time to an instant (zero: it stays), and lets it stand still or run (nil:
// as it does). It tells whether it could; if not, nothing has changed. What becomes due on the way happens
// at its own instant; backwards, nothing that happened is undone.
func (e *Environment) SetClock(to time.Time, frozen *bool) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	now, before := e.change(), e.clock.Frozen()
	defer e.arm()
	if frozen != nil {
		e.clock.Freeze(*frozen)
	}
	if to.IsZero() || e.setTime(to, now) {
		return true
	}
	e.clock.Freeze(before)
	return false
}

// Advance moves it by a duration, forwards or (negative) backwards.
func (e *Environment) Advance(by time.Duration) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.change()
	return e.setTime(now.Add(by), now)
}

func (e *Environment) setTime(to, now time.Time) bool {
	if !e.clock.Set(to) {
		return false
	}
	if to.After(now) && e.isHeard() {
		e.upToNow()
	}
	e.arm()
	if to.Before(now) {
		for len(e.peaks) > 0 && !e.peaks[len(e.peaks)-1].at.After(now) {
			e.peaks = e.peaks[:len(e.peaks)-1]
		}
		e.backs++
		e.peaks = append(e.peaks[max(0, len(e.peaks)-mostPeaks+1):], peak{e.backs, now})
	}
	return true
}

// reached is the furthest that time was at since something began, after it had been set back so often.
func (e *Environment) reached(backs uint64, now time.Time) time.Time {
	for _, peak := range e.peaks {
		if peak.number > backs && peak.at.After(now) {
			now = peak.at
		}
	}
	return now
}
