package fake

import "time"

// Event describes a change of a connection's state, as the event of the API does.
type Event struct {
	ID                           string
	Name                         string    // such as pipes.connected_account.connected
	Provider, User, Organization string    // User is empty if the organization owns the connection
	ConnectedAccount             string    // the connection's id
	State                        string    // of the connection; if it is gone, its last state
	Time                         time.Time // of the environment's clock
}

// Events returns the last 100,000 events of the environment, the oldest first. It includes the events of every change
// that was made before the call. There are events only for connections that a call, a switch or the scenario file
// named.
func (e *Environment) Events() []Event {
	all := e.open().AllEvents()
	events := make([]Event, len(all))
	for i, one := range all {
		events[i] = Event{
			ID:               one.EventID(),
			Name:             one.Name,
			Provider:         one.Provider,
			User:             one.User,
			Organization:     one.Organization,
			ConnectedAccount: one.ID(),
			State:            one.State,
			Time:             one.At,
		}
	}
	return events
}
