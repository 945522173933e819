package fake

import (
	"slices"
	"time"

	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/internal/narrow"
	"example.com/pipesfake/scenarios"
)

// Connection describes one connection as every call renders it, and says why it is so.
type Connection struct {
	Provider, User, Organization string
	ConnectedAccount             string // its id
	State                        string // connected, needs_reauthorization or not_installed
	AuthMethod                   string
	Scopes, MissingScopes        []string
	ExpiresAt                    time.Time // of its token; zero if it does not expire
	Because                      string    // which switch, call or line of the scenario file decided, and since when
	Role                         string    // compatibility, or standard for one that was added beside it
	Scenario                     string    // the name of the scenario in force; empty if it has none
	Steps                        []Step    // where it is in a script, the outermost script first; empty if in none
}

// Step says which step of a script a connection is in.
type Step struct {
	Script     string    // the name of the script; empty if it has none
	Number, Of int       // counts from one; zero if the script is over
	Round      int       // of a script that repeats; counts from one
	Calls      int       // how many calls the step has had
	Times      int       // how many calls it lasts; zero if calls do not end it
	Until      time.Time // when it ends; zero if time does not end it
	Fault      *Fault    // nil if the step is a scenario
}

// Explain returns a connection and why it is as it is. The places name it: a [Provider] with a [User], in an
// [Organization] if it is in one; or a Provider with an Organization and [OrganizationOwned]. Asking leaves no trace:
// no token is refreshed, and the connection does not count as seen.
func (e *Environment) Explain(places ...Place) Connection {
	e.t.Helper()
	opened := e.open()
	var place model.Place
	err := narrow.To(&place, places)
	if err == nil {
		err = narrow.CheckOne(place)
	}
	if err == nil {
		err = opened.CheckPlace(place)
	}
	if err != nil {
		e.t.Fatalf("pipesfake: Explain: %s", mistake(err))
		return Connection{}
	}
	key := scenarios.Key{Provider: place.Provider, User: place.User, Organization: place.Organization}
	return connectionOf(opened.Inspect(key))
}

// Connections returns the connections of the environment: those of the scenario file, then those that calls used or
// created, and those that a switch named exactly. Like Explain, it leaves no trace.
func (e *Environment) Connections() []Connection {
	var connections []Connection
	for _, one := range e.open().Overview(model.From{}, 0).Connections {
		connections = append(connections, connectionOf(one))
	}
	return connections
}

func connectionOf(v model.View) Connection {
	c := Connection{
		Provider:         v.Provider,
		User:             v.User,
		Organization:     v.Organization,
		ConnectedAccount: v.ID(),
		State:            v.State,
		AuthMethod:       v.AuthMethod,
		Scopes:           slices.Clone(v.Scopes),
		MissingScopes:    slices.Clone(v.MissingScopes),
		ExpiresAt:        v.ExpiresAt,
		Because:          v.Decision.Because(),
		Role:             v.Role(),
		Scenario:         v.Decision.Scenario.Name,
	}
	for _, one := range v.Decision.Steps {
		c.Steps = append(c.Steps, Step{
			Script: one.Script.Name,
			Number: one.Number,
			Of:     one.Of,
			Round:  one.Round,
			Calls:  one.Calls,
			Times:  one.Times,
			Until:  one.Until,
			Fault:  one.Fault,
		})
	}
	return c
}

// Switch describes a switch that is in force.
type Switch struct {
	Scenario string    // its name; empty for the state of UseState and the scenario of UseInline
	Covers   string    // the connections that it covers, in words
	Time     time.Time // when it was made, by the environment's clock
	EndsAt   time.Time // of one with For; zero if it does not end by itself
}

// Switches returns the switches in force, the oldest first. For each connection the last one that covers it decides,
// unless a write through the API came after it. TakeBack removes the last one.
func (e *Environment) Switches() []Switch {
	var switches []Switch
	opened, begin := e.open(), model.From{}
	for {
		page := opened.Overview(begin, 1)
		for i := range page.Switches {
			switches = append(switches, switchOf(&page.Switches[i]))
		}
		if begin.Switch = page.NextSwitch; begin.Switch == 0 {
			return switches
		}
	}
}

func switchOf(one *model.Switch) Switch {
	return Switch{one.Scenario.Name, one.Place.String(), one.At, one.EndsAt()}
}
