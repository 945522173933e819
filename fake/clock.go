package fake

import "time"

// Advance moves the environment's clock forwards, or backwards if the duration is negative. Moving forwards, tokens
// expire, connections whose refresh fails need reauthorization, and steps and switches end, each at its own time and
// with its own events. A token that can be refreshed is refreshed by the next call for it. Moving backwards undoes
// nothing. A time more than a hundred years from where the clock started fails the test.
func (e *Environment) Advance(by time.Duration) {
	e.t.Helper()
	if !e.open().Advance(by) {
		e.t.Fatalf("pipesfake: Advance(%v): it leads more than a hundred years from the start", by)
	}
}

// Now returns the time of the environment's clock.
func (e *Environment) Now() time.Time {
	now, _ := e.open().Time()
	return now
}

// SetTime does what Advance does, with the time to move to in place of a duration. Unless the clock is frozen, it runs
// on from there.
func (e *Environment) SetTime(to time.Time) {
	e.t.Helper()
	if !e.open().SetClock(&to, nil) {
		e.t.Fatalf("pipesfake: SetTime(%v): it is more than a hundred years from the start", to)
	}
}

// Frozen reports whether the environment's clock stands still.
func (e *Environment) Frozen() bool {
	_, frozen := e.open().Time()
	return frozen
}

// Freeze stops the environment's clock. Advance and SetTime still move it.
func (e *Environment) Freeze() { e.open().SetClock(nil, new(true)) }

// Unfreeze lets the environment's clock run with real time, from the time it shows.
func (e *Environment) Unfreeze() { e.open().SetClock(nil, new(false)) }
