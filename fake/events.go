package fake

import (
	"slices"
	"strings"
	"time"

	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// longestRange is what one call may ask about (source: docs).
const longestRange = 30 * 24 * time.Hour

// listEvents answers GET /events.
func listEvents(c call) (reply, error) {
	p := c.parameters()
	page := p.page()
	filter := model.EventFilter{Names: p.eventNames(), Organization: p.id("organization_id"), From: p.date("range_start"), Until: p.date("range_end")}
	if err := p.err(); err != nil {
		return reply{}, err
	}
	if err := checkRange(page, filter); err != nil {
		return reply{}, err
	}
	events, err := c.environment.Events(page, filter)
	list := paged(events, event)
	list.Metadata = pipes.AfterCursor{After: orNull(events.After)}
	return ok(list), err
}

// eventNames reads a list with commas, or the parameter several times.
func (p *parameters) eventNames() []string {
	var names []string
	known := pipes.EventNames()
	for _, value := range slices.Concat(p.values["events"], p.values["events[]"]) {
		for name := range strings.SplitSeq(value, ",") {
			if name = strings.TrimSpace(name); name == "" {
				continue
			}
			if !slices.Contains(known, name) {
				p.refuse("events", "names "+quoted(name)+", which is not an event of WorkOS"+scenarios.DidYouMean(name, known))
			}
			names = append(names, name)
		}
	}
	return names
}

// checkRange finds ranges that can be read and not answered (source: docs).
func checkRange(page model.Page, f model.EventFilter) error {
	refuse := func(field, message string) error {
		return &pipes.Error{Code: pipes.InvalidRange, Message: "Validation failed: " + message + ".",
			Errors: []pipes.FieldError{{Field: field, Code: "invalid", Message: message}}}
	}
	switch {
	case page.After != "" && f.From != nil:
		return refuse("range_start", "range_start and after exclude each other")
	case f.From != nil && f.Until != nil && f.Until.Before(*f.From):
		return refuse("range_end", "range_end is before range_start")
	case f.From != nil && f.Until != nil && f.Until.Sub(*f.From) > longestRange:
		return refuse("range_end", "a range spans 30 days at the most")
	}
	return nil
}

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
