package fake

import (
	"errors"
	"time"

	"example.com/pipesfake/fake/internal/model"
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
}

// Explain returns a connection and why it is as it is. The places name it: a [Provider] with a [User], in an
// [Organization] if it is in one; or a Provider with an Organization and [OrganizationOwned]. Asking leaves no trace:
// no token is refreshed, and the connection does not count as seen.
func (e *Environment) Explain(places ...Place) Connection {
	e.t.Helper()
	opened := e.open()
	var place model.Place
	err := narrow(&place, places)
	if err == nil {
		err = checkOne(place)
	}
	if err == nil {
		err = opened.CheckPlace(place)
	}
	if err != nil {
		e.t.Fatalf("pipesfake: Explain: %s", mistake(err))
		return Connection{}
	}
	v := opened.Inspect(scenarios.Key{Provider: place.Provider, User: place.User, Organization: place.Organization})
	return Connection{
		Provider:         v.Provider,
		User:             v.User,
		Organization:     v.Organization,
		ConnectedAccount: v.ID(),
		State:            v.State,
		AuthMethod:       v.AuthMethod,
		Scopes:           v.Scopes,
		MissingScopes:    v.MissingScopes,
		ExpiresAt:        v.ExpiresAt,
		Because:          v.Decision.Because(),
	}
}

// checkOne checks that a place names one connection.
func checkOne(place model.Place) error {
	switch {
	case place.Provider == "":
		return errors.New("fake.Provider is missing: name one connection")
	case place.Shared && place.Organization == "":
		return errors.New("fake.Organization is missing: name the one that owns the connection")
	case !place.Shared && place.User == "":
		return errors.New("fake.User is missing: name one connection")
	}
	return nil
}
