package fake

import (
	"fmt"
	"time"

	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// Environment is the world that one API key opens, isolated from every other: its own connections,
// switches and clock. Whatever is done to it is in force when the call returns.
//
// A mistake (an unknown scenario, a bad state) fails the test of Start, and panics where there is none.
type Environment struct {
	world *environment.Environment
	t     TB     // nil with New
	name  string // where it could not be made
}

// State is what UseState puts connections into; see package scenarios for its fields.
type State = scenarios.State

// Never is the ExpiresIn of a token that does not expire.
const Never = scenarios.Never

// Place narrows what a switch covers; without one it covers everybody.
type Place func(*environment.Place)

// Provider means the connections with one provider.
func Provider(slug string) Place { return func(p *environment.Place) { p.Provider = slug } }

// User means the connections of one user, with and without an organization.
func User(id string) Place { return func(p *environment.Place) { p.User = id } }

// Organization means the connections in one organization.
func Organization(id string) Place {
	return func(p *environment.Place) { p.Organization, p.NoOrganization = id, false }
}

// NoOrganization means the connections without an organization.
func NoOrganization() Place {
	return func(p *environment.Place) { p.Organization, p.NoOrganization = "", true }
}

// APIKey opens this environment.
func (e *Environment) APIKey() string {
	if e.world.Name() == defaultEnvironment {
		return defaultKey
	}
	return environmentKey + e.world.Name()
}

// Use switches to a scenario, for everybody or for the connections of a place. The last switch that
// covers a connection decides, whatever came before it.
func (e *Environment) Use(scenario string, places ...Place) {
	e.help()
	found, err := e.world.Scenarios().Scenario(scenario)
	if err != nil {
		e.fail(err)
		return
	}
	e.use(found, places)
}

// UseState switches to a state that needs no name.
func (e *Environment) UseState(state State, places ...Place) {
	e.help()
	if problems := state.Check(); len(problems) > 0 {
		e.fail(problems)
		return
	}
	e.use(&scenarios.Scenario{State: state}, places)
}

func (e *Environment) use(scenario *scenarios.Scenario, places []Place) {
	e.help()
	var place environment.Place
	for _, narrow := range places {
		narrow(&place)
	}
	if _, err := e.world.Switch(place, scenario, 0); err != nil {
		e.fail(err)
	}
}

// Advance moves the environment's time forwards: tokens grow old, and are refreshed or die.
func (e *Environment) Advance(by time.Duration) {
	e.help()
	if by < 0 {
		e.fail(fmt.Errorf("Advance(%v): time moves forwards here", by))
		return
	}
	e.world.Advance(by)
}

// Reset puts everything back to the start: switches, connections, clock.
func (e *Environment) Reset() { e.world.Reset(nil) }

func (e *Environment) help() {
	if e.t != nil {
		e.t.Helper()
	}
}

func (e *Environment) fail(err error) {
	e.help()
	message := err.Error()
	if wire := asError(err); wire.Code != pipes.InternalError {
		message = wire.Message
	}
	if e.t == nil {
		panic("pipesfake: " + message)
	}
	e.t.Fatalf("pipesfake: %s", message)
}
