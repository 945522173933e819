package fake

import (
	"slices"
	"time"

	"example.com/pipesfake/fake/internal/model"
)

// Event describes a change of a connection's state, as the event of the API does.
type Event struct {
	ID                           string
	Name                         string    // such as pipes.connected_account.connected
	Provider, User, Organization string    // User is empty if the organization owns the connection
	ConnectedAccount             string    // the connection's id
	DataIntegration              string    // the id of its integration
	State                        string    // of the connection; if it is gone, its last state
	Time                         time.Time // of the environment's clock

	// Of the connection. They are zero if it was not made: see ErrorCode.
	Scopes               []string
	AuthMethod           string // oauth, api_key or client_credentials
	Role                 string // standard or compatibility, the value of connection_role
	AccountIdentifier    string // of the account at the provider, such as an e-mail address
	AccountDisplayName   string
	APIKeyLast4          string // the end of its key, if it has one
	EstablishedBy        string // the id of the user who connected it
	CreatedAt, UpdatedAt time.Time

	// Of an attempt to connect that failed. They are empty for other events.
	ErrorCode, ErrorReason                  string
	ProviderError, ProviderErrorDescription string
}

// Events returns the last 100,000 events of the environment, the oldest first. It includes the events of every change
// that was made before the call. There are events only for connections that a call, a switch or the scenario file
// named.
func (e *Environment) Events() []Event {
	all := e.open().AllEvents()
	events := make([]Event, len(all))
	for i, one := range all {
		events[i] = eventOf(one)
	}
	return events
}

func eventOf(one *model.Event) Event {
	event := Event{
		ID:               one.EventID(),
		Name:             one.Name,
		Provider:         one.Provider,
		User:             one.User,
		Organization:     one.Organization,
		ConnectedAccount: one.ID(),
		DataIntegration:  one.IntegrationID(),
		State:            one.State,
		Time:             one.At,
	}
	if failure := one.Failure; failure != nil {
		event.ErrorCode, event.ErrorReason = failure.Code, failure.Reason
		event.ProviderError, event.ProviderErrorDescription = failure.ProviderError, failure.ProviderDescription
		event.AccountIdentifier = failure.Identifier
		return event
	}
	event.Scopes, event.CreatedAt, event.UpdatedAt = slices.Clone(one.Scopes), one.Created, one.Updated
	if details := one.Details; details != nil {
		event.Role, event.AuthMethod, event.APIKeyLast4 = one.Role(), details.AuthMethod, details.APIKeyLast4
		event.AccountIdentifier, event.AccountDisplayName = details.Identifier, details.DisplayName
		event.EstablishedBy = details.EstablishedBy
	}
	return event
}
