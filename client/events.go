package client

import (
	"slices"
	"time"

	"example.com/pipesfake/fake"
)

// event is an event, as GET /_control/events?format=json shows it.
type event struct {
	ID           string
	Name         string `json:"event"`
	Provider     string
	User         string `json:"user_id"`
	Organization string `json:"organization_id"`
	Account      string `json:"connected_account_id"`
	State        string
	At           time.Time
}

func (e event) event() fake.Event {
	return fake.Event{
		ID:               e.ID,
		Name:             e.Name,
		Provider:         e.Provider,
		User:             e.User,
		Organization:     e.Organization,
		ConnectedAccount: e.Account,
		State:            e.State,
		Time:             e.At,
	}
}

// Events returns the last 100,000 events of the environment, the oldest first, as fake.Environment.Events does.
func (e *Environment) Events() []fake.Event {
	e.t.Helper()
	events := []fake.Event{}
	path := "/events?format=json&limit=1000"
	for next := ""; ; {
		var page struct {
			Events []event
			Next   string
		}
		if err := e.do("GET", path+next, nil, &page); err != nil {
			e.fail(err)
			return nil
		}
		for _, one := range page.Events {
			events = append(events, one.event())
		}
		if page.Next == "" {
			slices.Reverse(events)
			return events
		}
		next = "&next=" + page.Next
	}
}
