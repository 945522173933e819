package client

import (
	"cmp"
	"encoding/json"
	"fmt"
	"time"

	"example.com/pipesfake/fake"
	"example.com/pipesfake/internal/narrow"
	"example.com/pipesfake/scenarios"
)

// connection is a connection, as GET /_control/scenario shows it.
type connection struct {
	Provider         string
	User             string `json:"user_id"`
	Organization     string `json:"organization_id"`
	ConnectedAccount string `json:"connected_account_id"`
	State            string
	AuthMethod       string     `json:"auth_method"`
	Scopes           []string   `json:"scopes"`
	MissingScopes    []string   `json:"missing_scopes"`
	ExpiresAt        *time.Time `json:"expires_at"`
	Because          string
	Role             string `json:"connection_role"`
	Scenario         string
	Steps            []step
}

// step is a step of a script, as control calls show it.
type step struct {
	Script              string
	Number, Of          int
	Round, Calls, Times int
	Until               *time.Time
	Fault               map[string]json.RawMessage
}

func (c connection) connection() (fake.Connection, error) {
	view := fake.Connection{
		Provider:         c.Provider,
		User:             c.User,
		Organization:     c.Organization,
		ConnectedAccount: c.ConnectedAccount,
		State:            c.State,
		AuthMethod:       c.AuthMethod,
		Scopes:           c.Scopes,
		MissingScopes:    c.MissingScopes,
		Because:          c.Because,
		Role:             c.Role,
		Scenario:         c.Scenario,
	}
	for _, one := range c.Steps {
		step := fake.Step{
			Script: one.Script, Number: one.Number, Of: one.Of, Round: one.Round, Calls: one.Calls, Times: one.Times,
		}
		if one.Until != nil {
			step.Until = *one.Until
		}
		if one.Fault != nil {
			fault, err := faultOf(one.Fault)
			if err != nil {
				return view, err
			}
			step.Fault = &fault
		}
		view.Steps = append(view.Steps, step)
	}
	if c.ExpiresAt != nil {
		view.ExpiresAt = *c.ExpiresAt
	}
	return view, nil
}

// Explain returns a connection and why it is as it is, as fake.Environment.Explain does.
func (e *Environment) Explain(places ...fake.Place) fake.Connection {
	e.t.Helper()
	var place scenarios.Place
	err := narrow.To(&place, places)
	if err == nil {
		err = narrow.CheckOne(place)
	}
	var found connection
	if err == nil {
		err = e.do("GET", "/scenario?"+queryOf(place.Tree()).Encode(), nil, &found)
	}
	view, unread := found.connection()
	if err = cmp.Or(err, unread); err != nil {
		e.fail(fmt.Errorf("Explain: %w", err))
	}
	return view
}

// Connections returns the connections of the environment, as fake.Environment.Connections does.
func (e *Environment) Connections() []fake.Connection {
	e.t.Helper()
	var connections []fake.Connection
	for next := ""; ; {
		var page struct {
			Connections []connection
			Next        string
		}
		if err := e.do("GET", "/state?limit=1000"+next, nil, &page); err != nil {
			e.fail(err)
			return nil
		}
		for _, one := range page.Connections {
			view, err := one.connection()
			if err != nil {
				e.fail(err)
				return nil
			}
			connections = append(connections, view)
		}
		if page.Next == "" {
			return connections
		}
		next = "&next=" + page.Next
	}
}

// oneSwitch is a switch, as GET /_control/state shows it.
type oneSwitch struct {
	Scenario, Covers string
	At               time.Time
	EndsAt           *time.Time `json:"ends_at"`
}

func (s oneSwitch) toSwitch() fake.Switch {
	made := fake.Switch{Scenario: s.Scenario, Covers: s.Covers, Time: s.At}
	if s.EndsAt != nil {
		made.EndsAt = *s.EndsAt
	}
	return made
}

// Switches returns the switches in force, the oldest first, as fake.Environment.Switches does.
func (e *Environment) Switches() []fake.Switch {
	e.t.Helper()
	var switches []fake.Switch
	for next := ""; ; {
		var page struct {
			Switches []oneSwitch
			Next     string `json:"next_switch"`
		}
		if err := e.do("GET", "/state?limit=1"+next, nil, &page); err != nil {
			e.fail(err)
			return nil
		}
		for _, one := range page.Switches {
			switches = append(switches, one.toSwitch())
		}
		if page.Next == "" {
			return switches
		}
		next = "&next_switch=" + page.Next
	}
}
