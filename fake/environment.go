package fake

import (
	"errors"
	"fmt"
	"net/http"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/control"
	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/internal/apikey"
	"example.com/pipesfake/internal/narrow"
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

// asControl returns a control call in the environment.
func (e *Environment) asControl() control.Call { return e.server.server.ControlCall(e.open()) }

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
// scenarios declares the type:
//
//	type State struct {
//		State         string        // connected (also when empty), needs_reauthorization or not_installed
//		Scopes        []string      // granted; nil: what the provider asks for, without MissingScopes
//		MissingScopes []string      // asked for but not granted; nil: none, or what Scopes lack
//		Refresh       string        // when the token expires: works (also when empty) or fails
//		AccessToken   string        // served as it is; empty: derived from the seed
//		ExpiresIn     time.Duration // from the switch; 0: an hour; negative: expired already; Never
//		AuthMethod    string        // oauth, api_key or client_credentials; empty: as the connection was made
//	}
type State = scenarios.State

// Never is a State.ExpiresIn: the token does not expire.
const Never = scenarios.Never

// APIKey returns the key that selects this environment. Send it in the header "Authorization: Bearer <key>". A key
// sk_env_NAME selects the environment NAME, and any other that begins with sk_ selects "default".
func (e *Environment) APIKey() string {
	return apikey.Of(e.name)
}

// Name returns the name of the environment, such as "default".
func (e *Environment) Name() string { return e.name }

// URL returns the base URL for the client under test, as Server.URL does.
func (e *Environment) URL() string { return e.server.URL() }

// Client returns an HTTP client that reaches the server at its URL, as Server.Client does.
func (e *Environment) Client() *http.Client { return e.server.Client() }

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

// UseState does what Use does, with a state in place of the name of a scenario. If the places name a provider whose
// scopes the scenario file lists, a missing scope must be one of them.
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

// UseInline does what Use does, with a scenario in JSON, written as in a scenario file, in place of the name of one. It
// is for scripts: {"steps": [{"fault": {"status": 503}, "times": 2}, {"scenario": "active"}]}.
func (e *Environment) UseInline(scenario string, places ...Place) {
	e.t.Helper()
	read, err := scenarios.ParseInline(e.open().Scenarios(), []byte(scenario))
	if err == nil {
		err = e.use(read, places)
	}
	if err != nil {
		e.t.Fatalf("pipesfake: UseInline: %s", mistake(err))
	}
}

func (e *Environment) use(scenario *scenarios.Scenario, places []Place) error {
	var place model.Place
	ttl, err := narrow.Switch(&place, places)
	if err != nil {
		return err
	}
	_, err = e.open().Switch(place, scenario, ttl)
	return err
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
