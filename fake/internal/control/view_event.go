package control

import (
	"encoding/json"
	"slices"

	"example.com/pipesfake/fake/internal/listing"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/fake/internal/webhook"
)

// Event is an event of the API in short.
type Event struct {
	ID             string  `json:"id"`
	Event          string  `json:"event"`
	Provider       string  `json:"provider"`
	UserID         *string `json:"user_id"`
	OrganizationID *string `json:"organization_id"`
	State          string  `json:"state"`
	At             string  `json:"at"` // the environment's time
}

// EventDetail is an event of the API in full.
type EventDetail struct {
	Event
	ConnectedAccountID string `json:"connected_account_id"`
	Payload            any    `json:"payload"` // what GET /events shows, without secrets
}

func (v views) event(e *model.Event) Event {
	return Event{
		ID: e.EventID(), Event: e.Name, Provider: v.Hide(e.Provider), UserID: v.textOrNull(e.User),
		OrganizationID: v.textOrNull(e.Organization), State: e.State, At: pipes.Timestamp(e.At),
	}
}

func (v views) eventDetail(e *model.Event) EventDetail {
	var payload any
	if text, err := webhook.Payload(e); err == nil {
		_ = json.Unmarshal(text, &payload) // cannot fail: it was encoded just now
	}
	return EventDetail{v.event(e), e.ID(), v.hideIn(payload)}
}

// hideIn returns a value that was decoded from JSON with all its texts masked.
func (v views) hideIn(value any) any {
	switch value := value.(type) {
	case string:
		return v.Hide(value)
	case []any:
		for i := range value {
			value[i] = v.hideIn(value[i])
		}
	case map[string]any:
		for key := range value {
			value[key] = v.hideIn(value[key])
		}
	}
	return value
}

// eventList is a page of the events of an environment, the newest first.
type eventList struct {
	Events []EventDetail `json:"events"`
	Next   *string       `json:"next"` // the parameter next of the page before; null on the first one
}

// listEvents returns the last events that came before a number, at most limit of them. Zero means the last of all.
func (c Call) listEvents(before uint64, limit int) eventList {
	list, views := eventList{Events: []EventDetail{}}, c.views()
	all := c.Environment.AllEvents()
	if before != 0 {
		all = all[:listing.Index(all, before)]
	}
	page := all[max(0, len(all)-limit):]
	for _, e := range slices.Backward(page) {
		list.Events = append(list.Events, views.eventDetail(e))
	}
	if len(page) < len(all) {
		list.Next = cursor(page[0].Count)
	}
	return list
}
