package fake

import (
	"time"
)

// Event is a change of a connection's state.
type Event struct {
	ID                           string
	Name                         string // pipes.connected_account.connected …
	Provider, User, Organization string // User is empty for a connection that its organization owns
	ConnectedAccount             string // its id
	State                        string // of the connection; where it is gone, the last that it had
	Time                         time.Time
}

// Events are those of the environment, the oldest first, with all that everything until now has caused: the
// last 100 000.
func (e *Environment) Events() []Event {
	all := e.world().AllEvents()
	events := make([]Event, len(all))
	for i, one := range all {
		events[i] = Event{one.EventID(), one.Name, one.Provider, one.User, one.Organization, one.ID(), one.State, one.At}
	}
	return events
}
