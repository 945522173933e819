package client

import (
	"fmt"
	"time"

	"example.com/pipesfake/scenarios"
)

// clock is the environment's clock, as control calls describe it.
type clock struct {
	Now    time.Time
	Frozen bool
}

// Now returns the time of the environment's clock.
func (e *Environment) Now() time.Time {
	e.t.Helper()
	return e.clock("GET", "/clock", nil, "Now").Now
}

// Frozen reports whether the environment's clock stands still.
func (e *Environment) Frozen() bool {
	e.t.Helper()
	return e.clock("GET", "/clock", nil, "Frozen").Frozen
}

// Advance moves the environment's clock, as fake.Environment.Advance does.
func (e *Environment) Advance(by time.Duration) {
	e.t.Helper()
	body := map[string]string{"by": scenarios.FormatDuration(by)}
	e.clock("POST", "/clock/advance", body, fmt.Sprintf("Advance(%v)", by))
}

// SetTime sets the environment's clock, as fake.Environment.SetTime does.
func (e *Environment) SetTime(to time.Time) {
	e.t.Helper()
	body := map[string]string{"now": to.UTC().Format(time.RFC3339Nano)}
	e.clock("PUT", "/clock", body, fmt.Sprintf("SetTime(%v)", to))
}

// Freeze stops the environment's clock. Advance and SetTime still move it.
func (e *Environment) Freeze() {
	e.t.Helper()
	e.clock("PUT", "/clock", map[string]bool{"frozen": true}, "Freeze")
}

// Unfreeze lets the environment's clock run with real time, from the time it shows.
func (e *Environment) Unfreeze() {
	e.t.Helper()
	e.clock("PUT", "/clock", map[string]bool{"frozen": false}, "Unfreeze")
}

// clock makes a call about the clock for a method, and returns what the clock then shows.
func (e *Environment) clock(httpMethod, path string, body any, method string) (now clock) {
	e.t.Helper()
	if err := e.do(httpMethod, path, body, &now); err != nil {
		e.fail(fmt.Errorf("%s: %w", method, err))
	}
	return now
}
