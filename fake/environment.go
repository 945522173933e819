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

// Environment is the world that one API key opens, isolated from every other: its own connections,
// switches and clock. Whatever is done to it is in force when the call returns.
//
// A mistake (an unknown scenario, a bad state) fails the test of Start, and panics where there is none.
type Environment struct {
	server *Server
	name   string
	t      TB
}

// world is the environment of the name; it is made anew if it was deleted.
func (e *Environment) world() *environment.Environment {
	world, err := e.server.server.Environments().Open(e.name, clock.Wire())
	if err != nil {
		e.t.Helper()
		e.t.Fatalf("pipesfake: %s", mistake(err))
	}
	return world
}

// noTest stands for the test where there is none.
type noTest struct{}

func (noTest) Helper()             {}
func (noTest) Cleanup(func())      {}
func (noTest) Failed() bool        { return false }
func (noTest) Logf(string, ...any) {}
func (noTest) Fatalf(format string, args ...any) {
	panic(fmt.Sprintf(format, args...))
}

// State is what UseState puts connections into; see package scenarios for its fields.
type State = scenarios.State

// Never is the ExpiresIn of a token that does not expire.
const Never = scenarios.Never

// Place narrows what a switch, a fault or a question covers; without one it covers everybody. Several narrow it
// together: Provider with User is that user's connections with that provider. Each kind stands once. An empty name is
// a mistake, not everybody.
type Place func(*model.Place) error

// Provider means the connections with one provider.
func Provider(slug string) Place {
	return func(p *model.Place) error {
		if p.Provider != "" {
			return twice("Provider", slug, p.Provider)
		}
		p.Provider = slug
		return named("Provider", slug)
	}
}

// User means the connections of one user, with and without an organization.
func User(id string) Place {
	return func(p *model.Place) error {
		if p.User != "" {
			return twice("User", id, p.User)
		}
		p.User = id
		return named("User", id)
	}
}

// Organization means the connections in one organization.
func Organization(id string) Place {
	return func(p *model.Place) error {
		switch {
		case p.Organization != "":
			return twice("Organization", id, p.Organization)
		case p.NoOrganization:
			return withAndWithout(id)
		}
		p.Organization = id
		return named("Organization", id)
	}
}

// NoOrganization means the connections without an organization.
func NoOrganization() Place {
	return func(p *model.Place) error {
		if p.Organization != "" {
			return withAndWithout(p.Organization)
		}
		p.NoOrganization = true
		return nil
	}
}

// OrganizationOwned means the connections that an organization owns, and its members share; Organization
// narrows it to one.
func OrganizationOwned() Place {
	return func(p *model.Place) error {
		p.Shared = true
		return nil
	}
}

func twice(place, id, before string) error {
	return fmt.Errorf("fake.%s is given twice (%q, and %q before): places narrow together, so make two calls, one for each",
		place, scenarios.Abridge(id), scenarios.Abridge(before))
}

func withAndWithout(organization string) error {
	return fmt.Errorf("fake.Organization(%q) and fake.NoOrganization are given together: places narrow together, so make two calls, one for each",
		scenarios.Abridge(organization))
}

func named(place, id string) error {
	if problem := scenarios.CheckID(id); problem != "" {
		return fmt.Errorf("fake.%s(%q): it %s", place, scenarios.Abridge(id), problem)
	}
	return nil
}

// APIKey opens this environment.
func (e *Environment) APIKey() string {
	return environment.KeyOf(e.name)
}

// Use switches to a scenario, for everybody or for the connections of a place. The last switch that
// covers a connection decides, whatever came before it.
func (e *Environment) Use(scenario string, places ...Place) {
	e.t.Helper()
	found, err := e.world().Scenarios().Scenario(scenario)
	if err == nil {
		err = e.use(found, places)
	}
	if err != nil {
		e.t.Fatalf("pipesfake: %s", mistake(err))
	}
}

// UseState switches to a state that needs no name.
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
	if err := narrow(&place, places); err != nil {
		return err
	}
	_, err := e.world().Switch(place, scenario, 0)
	return err
}

func narrow(place *model.Place, places []Place) error {
	for _, one := range places {
		if err := one(place); err != nil {
			return err
		}
	}
	if problems := place.Check(); len(problems) > 0 {
		return problems
	}
	return nil
}

// Advance moves the environment's time forwards, or (negative) backwards: tokens grow old, and are refreshed
// or die; steps and switches end. Backwards, nothing that happened is undone. More than a hundred years from the
// start fails the test.
func (e *Environment) Advance(by time.Duration) {
	e.t.Helper()
	if !e.world().Advance(by) {
		e.t.Fatalf("pipesfake: Advance(%v): it leads more than a hundred years from the start", by)
	}
}

// Now is the environment's time.
func (e *Environment) Now() time.Time {
	now, _ := e.world().Time()
	return now
}

// SetTime moves the environment's time to an instant, as Advance does, and within the same bounds.
func (e *Environment) SetTime(to time.Time) {
	e.t.Helper()
	if !e.world().SetClock(&to, nil) {
		e.t.Fatalf("pipesfake: SetTime(%v): it is more than a hundred years from the start", to)
	}
}

// Freeze lets the environment's time stand still until Unfreeze.
func (e *Environment) Freeze() { e.world().SetClock(nil, new(true)) }

// Unfreeze lets it run on with real time, from where it stands.
func (e *Environment) Unfreeze() { e.world().SetClock(nil, new(false)) }

// Fault is a way to break answers; see package scenarios for its fields.
type Fault = scenarios.Fault

// RateLimit lets so many calls per time through, and is that of a Fault.
type RateLimit = scenarios.RateLimit

// Delay is how long a Fault keeps an answer back, in real time.
type Delay = scenarios.Delay

// Fault lays a fault over the answers: of all calls, or those about the connections of a place. Of several
// that are about a call, the last one strikes. It lies until it struck as often as it says, until lift is
// called, or until the next reset.
func (e *Environment) Fault(f Fault, places ...Place) (lift func()) {
	e.t.Helper()
	var laid fault.Active
	err := narrow(&f.Place, places)
	if err == nil {
		if problems := f.Check(); len(problems) > 0 {
			err = problems
		} else {
			laid, err = e.world().AddFault(f)
		}
	}
	if err != nil {
		e.t.Fatalf("pipesfake: %s", mistake(err))
		return func() {}
	}
	return func() { _ = e.world().RemoveFault(laid.ID) } // it may have struck its last
}

// Reset puts everything back to the start: switches, connections, clock. The journal is empty then, and ids of
// requests count from one again.
func (e *Environment) Reset() { e.world().Reset(nil) }

// mistake is what a person has to know of an error.
func mistake(err error) string {
	var wire *pipes.Error
	if errors.As(err, &wire) {
		return wire.Message
	}
	return err.Error()
}
