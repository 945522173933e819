package state

import (
	"slices"
	"time"

	"example.com/pipesfake/fake/internal/mint"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// Event is a change of one connection's state. One that was emitted never changes.
type Event struct {
	Identity
	Name                 string // pipes.EventConnected …
	State                string
	Scopes               []string
	At                   time.Time
	Created, Updated     time.Time // of the connection
	Count                uint64    // its number among the events of the environment
	IntegrationDeletions int       `json:"Integration"` // how often the integration was deleted before
	Failure              *Failure  `json:",omitempty"`  // of an attempt that failed: there is no connection
	Details              *Details  `json:",omitempty"`  // of the connection; nil in states of older versions

	mint mint.Mint // makes the IDs when somebody reads them
}

// Failure is why a connection was not made. Empty parts are null.
type Failure struct {
	Code, Reason, ProviderError, ProviderDescription string

	Identifier string `json:",omitempty"` // of the account at the provider
}

// Details are what events show of a connection beside its state and scopes. Empty parts are null.
type Details struct {
	AuthMethod, APIKeyLast4, Identifier, DisplayName, EstablishedBy string
}

func (e *Event) partName() string { return numberedPart(eventParts, e.Count) }

// ListNumber returns its number among the events, for package listing.
func (e *Event) ListNumber() uint64 { return e.Count }

// ListID returns its ID, for package listing.
func (e *Event) ListID() string { return e.EventID() }

// EventID returns the ID of the event itself.
func (e *Event) EventID() string { return e.mint.EventID(e.Count) }

// ID returns the ID of the connected account.
func (e *Event) ID() string { return e.AccountID(e.mint) }

// IntegrationID returns the ID of the connection's data integration.
func (e *Event) IntegrationID() string {
	return e.mint.ID("data_integration", e.IntegrationDeletions, e.Provider, OwnershipOf(e.Key))
}

// EventFilter says which events a call asks for. What is left zero means any.
type EventFilter struct {
	Names        []string
	Organization string
	From, Until  *time.Time // nil: from the first one, until the last one
}

// Matches reports whether an event is one that the filter asks for.
func (f EventFilter) Matches(event *Event) bool {
	return (len(f.Names) == 0 || slices.Contains(f.Names, event.Name)) &&
		(f.Organization == "" || event.Organization == f.Organization) &&
		(f.From == nil || !event.At.Before(*f.From)) && (f.Until == nil || !event.At.After(*f.Until))
}

// Change returns the event that a connection's change of state makes: its name, and the state and scopes that it
// shows. The name is empty if the state is what events last said. A disconnected event shows the last state that the
// connection had, because the description knows no other (source: spec).
func (r *Connection) Change(to *View) (name, state string, scopes []string) {
	switch {
	case to.State == r.EmittedState:
		return "", "", nil
	case to.State == scenarios.NotInstalled:
		return pipes.EventDisconnected, r.EmittedState, r.EmittedScopes
	case to.State == scenarios.NeedsReauthorization:
		return pipes.EventReauthorizationNeeded, to.State, to.Scopes
	}
	return pipes.EventConnected, to.State, to.Scopes
}
