package fake

import (
	"errors"
	"fmt"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/fake/internal/fault"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// Environment is what one API key selects: connections, switches, faults, a clock and a journal, isolated from every
// other environment. A change is in force when the method that makes it returns. An Environment is safe for concurrent
// use.
//
// A mistake, such as an unknown scenario, fails the test that was given to Start. On a server from New it panics.
type Environment struct {
	server *Server
	name   string
	t      TB
}

// open returns the environment of this name. It is created again if it was deleted.
func (e *Environment) open() *environment.Environment {
	opened, err := e.server.server.Environments().Open(e.name, clock.RealNow())
	if err != nil {
		e.t.Helper()
		e.t.Fatalf("pipesfake: %s", mistake(err))
	}
	return opened
}

// noTest takes the place of the test on a server from New: it panics where a test would fail.
type noTest struct{}

func (noTest) Helper()             {}
func (noTest) Cleanup(func())      {}
func (noTest) Failed() bool        { return false }
func (noTest) Logf(string, ...any) {}
func (noTest) Fatalf(format string, args ...any) {
	panic(fmt.Sprintf(format, args...))
}

// State describes a connection: whether it is connected, its scopes, and how long its token lasts. The zero State is
// connected, has every scope that the provider asks for, and a token that lasts an hour and is refreshed. Package
// scenarios documents the fields.
type State = scenarios.State

// Never is a State.ExpiresIn: the token does not expire.
const Never = scenarios.Never

// APIKey returns the key that selects this environment. Send it in the header "Authorization: Bearer <key>".
func (e *Environment) APIKey() string {
	return environment.KeyOf(e.name)
}

// Use switches to a scenario, for all connections or for those of the places. The last switch that covers a
// connection decides, so a switch for all connections replaces every earlier one. The scenario starts at its first
// step, even if it was already in force. A connection keeps its id, and its imported token unless the scenario names
// one.
func (e *Environment) Use(scenario string, places ...Place) {
	e.t.Helper()
	found, err := e.open().Scenarios().Scenario(scenario)
	if err == nil {
		err = e.use(found, places)
	}
	if err != nil {
		e.t.Fatalf("pipesfake: %s", mistake(err))
	}
}

// TakeBack removes the last switch, so that what was in force before it decides again. If no switch is in force, the
// test fails.
func (e *Environment) TakeBack() {
	e.t.Helper()
	if _, _, err := e.open().TakeBack(); err != nil {
		e.t.Fatalf("pipesfake: %s", mistake(err))
	}
}

// UseState does what Use does, with a state in place of the name of a scenario.
func (e *Environment) UseState(state State, places ...Place) {
	e.t.Helper()
	var err error
	if problems := state.Check(); len(problems) > 0 {
		err = problems
	} else {
		err = e.use(&scenarios.Scenario{State: state}, places)
	}
	if err != nil {
		e.t.Fatalf("pipesfake: %s", mistake(err))
	}
}

func (e *Environment) use(scenario *scenarios.Scenario, places []Place) error {
	var place model.Place
	ttl, err := narrowSwitch(&place, places)
	if err != nil {
		return err
	}
	_, err = e.open().Switch(place, scenario, ttl)
	return err
}

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

// SetTime does what Advance does, with the time to move to in place of a duration.
func (e *Environment) SetTime(to time.Time) {
	e.t.Helper()
	if !e.open().SetClock(&to, nil) {
		e.t.Fatalf("pipesfake: SetTime(%v): it is more than a hundred years from the start", to)
	}
}

// Freeze stops the environment's clock. Advance and SetTime still move it.
func (e *Environment) Freeze() { e.open().SetClock(nil, new(true)) }

// Unfreeze lets the environment's clock run with real time, from the time it shows.
func (e *Environment) Unfreeze() { e.open().SetClock(nil, new(false)) }

// Fault is a way to break responses or webhook deliveries: a status, a rate limit, a delay, a closed connection, a
// damaged body. Package scenarios documents the fields.
type Fault = scenarios.Fault

// RateLimit is a Fault.RateLimit: it lets a number of calls through per duration of the environment's clock, and
// responds to the others with 429.
type RateLimit = scenarios.RateLimit

// Delay is a Fault.Delay: how long a response is held back, in real time.
type Delay = scenarios.Delay

// Fault adds a fault for all calls, or for those about the connections of the places. If several faults match a call,
// the last one applies. A fault is removed when it has applied f.Times times, when remove is called, or at the next
// Reset.
func (e *Environment) Fault(f Fault, places ...Place) (remove func()) {
	e.t.Helper()
	var added fault.Active
	err := narrow(&f.Place, places)
	if err == nil {
		if problems := f.Check(); len(problems) > 0 {
			err = problems
		} else {
			added, err = e.open().AddFault(f)
		}
	}
	if err != nil {
		e.t.Fatalf("pipesfake: %s", mistake(err))
		return func() {}
	}
	return func() { _ = e.open().RemoveFault(added.ID) } // an error means that it is gone already
}

// Reset returns the environment to its starting state: connections, switches, faults, events, the journal and the
// clock. Request ids count from one again. Snapshots stay.
func (e *Environment) Reset() { e.open().Reset(nil) }

// mistake returns the message of an error, without the code and status of an API error.
func mistake(err error) string {
	var wire *pipes.Error
	if errors.As(err, &wire) {
		return wire.Message
	}
	return err.Error()
}
