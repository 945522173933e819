package client

import (
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
}

func (c connection) connection() fake.Connection {
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
	}
	if c.ExpiresAt != nil {
		view.ExpiresAt = *c.ExpiresAt
	}
	return view
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
	if err != nil {
		e.fail(fmt.Errorf("Explain: %w", err))
	}
	return found.connection()
}
