package ui

import (
	"slices"
	"strconv"
	"strings"

	"example.com/pipesfake/fake/internal/control"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/fake/internal/webhook"
)

// told is the events and where they went.
type told struct {
	Events     []happened
	Deliveries []sent
	Count      int // of all events
	Sent       int // of all deliveries
}

type happened struct {
	ID, Name, At, Time, Provider, Whose, State, Payload, Place string
}

// sent is a delivery, with its last attempt in a few words.
type sent struct {
	control.Delivery
	Name, Class, Last string
}

func events(r Request) (any, error) {
	_, count := r.Environment.Counts()
	t := told{Count: int(count)}
	for _, one := range slices.Backward(r.Environment.LastEvents(rowsOfPage)) {
		payload, err := webhook.Payload(one)
		if err != nil {
			return t, err
		}
		at := pipes.Timestamp(one.At)
		_, time, _ := strings.Cut(strings.TrimSuffix(at, "Z"), "T")
		key := r.shown(one.Key)
		t.Events = append(t.Events, happened{
			one.EventID(), short(one.Name), at, time, key.Provider, whose(key), one.State, r.Hide(indented(string(payload))), place(key),
		})
	}
	deliveries, sentUntilNow := r.Environment.Webhooks.List(rowsOfPage, func(*webhook.Delivery) bool { return true })
	t.Sent = sentUntilNow
	for _, one := range r.Deliveries(deliveries) {
		t.Deliveries = append(t.Deliveries, sentOf(one))
	}
	return t, nil
}

func short(event string) string { return strings.TrimPrefix(event, "pipes.connected_account.") }

func sentOf(d control.Delivery) sent {
	s := sent{Delivery: d, Name: short(d.Event), Class: map[string]string{webhook.Delivered: "good", webhook.Pending: "warn"}[d.State]}
	if s.Class == "" {
		s.Class = "bad"
	}
	if len(d.Attempts) == 0 {
		s.Last = "no attempt yet"
		return s
	}
	last := d.Attempts[len(d.Attempts)-1]
	switch {
	case last.Status != nil:
		s.Last = "answered " + strconv.Itoa(*last.Status)
	case last.Error != nil:
		s.Last = gist(*last.Error)
	}
	if n := len(d.Attempts); n > 1 {
		s.Last += ", " + strconv.Itoa(n) + " attempts"
	}
	return s
}

// gist is the end of a long error of the network, which says what was wrong.
func gist(text string) string {
	if i := strings.LastIndex(text, ": "); i >= 0 {
		return text[i+2:]
	}
	return text
}
