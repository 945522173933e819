package ui

import (
	"slices"
	"strconv"
	"strings"

	"example.com/pipesfake/fake/internal/control"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/fake/internal/webhook"
)

// eventsData is what the view of events and webhooks shows.
type eventsData struct {
	Events     []eventRow
	Deliveries []deliveryRow
	Count      int // of all events
	Sent       int // of all deliveries
}

// eventRow is an event of the list.
type eventRow struct {
	ID, Name, At, Time, Provider, Whose, State, Payload, Place string
}

// deliveryRow is a delivery of the list.
type deliveryRow struct {
	control.Delivery
	Name, Class, Last string // Last describes the last attempt in a few words
}

func events(r Request) (any, error) {
	_, count := r.Environment.Counts()
	t := eventsData{Count: int(count)}
	for _, one := range slices.Backward(r.Environment.LastEvents(rowsOfPage)) {
		payload, err := webhook.Payload(one)
		if err != nil {
			return t, err
		}
		at, key := pipes.Timestamp(one.At), r.shown(one.Key)
		t.Events = append(t.Events, eventRow{
			ID: one.EventID(), Name: shortName(one.Name), At: at, Time: timeOfDay(at), Provider: key.Provider,
			Whose: ownerName(key), State: one.State, Payload: r.Hide(indented(string(payload))), Place: place(key),
		})
	}
	deliveries, sentUntilNow := r.Environment.Webhooks.List(rowsOfPage, func(*webhook.Delivery) bool { return true })
	t.Sent = sentUntilNow
	for _, one := range r.Deliveries(deliveries) {
		t.Deliveries = append(t.Deliveries, sentOf(one))
	}
	return t, nil
}

// shortName returns the name of an event without what most names have in common.
func shortName(event string) string {
	return strings.TrimPrefix(strings.TrimPrefix(event, "pipes.connected_account."), "pipes.")
}

func sentOf(d control.Delivery) deliveryRow {
	row := deliveryRow{Delivery: d, Name: shortName(d.Event), Class: "bad", Last: lastAttempt(d.Attempts)}
	switch d.State {
	case webhook.Delivered:
		row.Class = "good"
	case webhook.Pending:
		row.Class = "warn"
	}
	return row
}

// lastAttempt describes the last attempt to deliver a webhook, and how many attempts there were.
func lastAttempt(attempts []control.Attempt) (text string) {
	if len(attempts) == 0 {
		return "no attempt yet"
	}
	last := attempts[len(attempts)-1]
	switch {
	case last.Status != nil:
		text = "status " + strconv.Itoa(*last.Status)
	case last.Error != nil:
		text = errorCause(*last.Error)
	}
	if n := len(attempts); n > 1 {
		text += ", " + strconv.Itoa(n) + " attempts"
	}
	return text
}

// errorCause returns the end of a long error of the network, which says what went wrong.
func errorCause(text string) string {
	if i := strings.LastIndex(text, ": "); i >= 0 {
		return text[i+2:]
	}
	return text
}
