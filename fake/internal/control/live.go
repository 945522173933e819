package control

import (
	"cmp"
	"encoding/json"
	"net/http"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
)

// How often a live stream looks, how much it tells of each kind at a time unless it is asked for another limit, and how
// long a reader may take.
const (
	livePulse   = 250 * time.Millisecond
	usualAtOnce = 200
	slowest     = 5 * time.Second
)

// EventStream is a stream of what happens: requests, switches, events and webhooks, as server-sent events. What is too much
// is counted.
type EventStream struct {
	call   Call
	atOnce int
}

// GetEvents answers a stream. Who only wants to know that something happened, as the page, asks for a limit of one.
func GetEvents(c Call) (any, error) {
	var p page
	err := readQuery(c, eventsQuery, &p, nil)
	return EventStream{c, cmp.Or(p.limit, usualAtOnce)}, err
}

// live is how far a stream has told.
type live struct {
	request, over, changes uint64
	mark                   model.Cursor
}

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

// LeftOut is how much was not told, of what came before that which was.
type LeftOut struct {
	Requests uint64 `json:"requests,omitempty"`
	Switches uint64 `json:"switches,omitempty"`
	Events   uint64 `json:"events,omitempty"`
	Webhooks uint64 `json:"webhooks,omitempty"`
}

// Stream tells until the client, the server or the environment leaves, or nobody reads: what is not read is not kept.
func (l EventStream) Stream(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no")
	w.Header().Set("Connection", "close") // it has a deadline that the next call does not
	w.WriteHeader(http.StatusOK)
	out := http.NewResponseController(w)
	write := func(text []byte) bool {
		_ = out.SetWriteDeadline(clock.Wire().Add(slowest))
		_, err := w.Write(text)
		return err == nil && out.Flush() == nil
	}
	_, end := l.call.Environment.Subscribe()
	defer end()
	at := l.call.stand()
	ticker := time.NewTicker(livePulse)
	defer ticker.Stop()
	for text := []byte(": pipesfake\n\n"); ; text = l.news(&at) {
		if len(text) > 0 && !write(text) {
			return
		}
		select {
		case <-ticker.C:
		case <-r.Context().Done():
			return
		case <-l.call.Draining:
			return
		case <-l.call.Environment.Gone: // a page looks again, and comes back
			write([]byte("event: change\ndata: {}\n\n"))
			return
		}
	}
}

// stand is where everything is now.
func (c Call) stand() (at live) {
	at.changes, at.mark = c.Environment.Revision(), c.Environment.ChangesSince(model.Cursor{}, 0).Until
	_, at.request = c.Environment.Journal.Since(0, 0)
	_, at.over = c.Environment.Webhooks.FinishedSince(0, 0)
	return at
}

// news is what happened since, the oldest of each kind first. The environment is asked only if it changed.
func (l EventStream) news(at *live) (text []byte) {
	c := l.call
	tell := func(name string, of any) {
		if data, err := json.Marshal(of); err == nil {
			text = append(append(append(text, "event: "+name+"\ndata: "...), data...), "\n\n"...)
		}
	}
	var left LeftOut
	requests, newest := c.Environment.Journal.Since(at.request, l.atOnce)
	left.Requests = newest - at.request - uint64(len(requests))
	if len(requests) > 0 { // a redactor asks the environment, which an idle stream leaves alone
		redactor := journal.NewRedactor(c.Environment.Environment)
		for i := range requests {
			tell("request", requestOf(redactor, &requests[i]))
		}
	}
	at.request = newest
	if changes := c.Environment.Revision(); changes != at.changes {
		news := c.Environment.ChangesSince(at.mark, l.atOnce)
		left.Switches, left.Events = news.EarlierSwitches, news.EarlierEvents
		for i := range news.Switches {
			tell("switch", c.hider().switchOf(&news.Switches[i]))
		}
		for _, one := range news.Events {
			tell("event", Event{
				one.EventID(), one.Name, c.Hide(one.Provider), pipes.TextOrNull(c.Hide(one.User)), pipes.TextOrNull(c.Hide(one.Organization)),
				one.State, pipes.Timestamp(one.At),
			})
		}
		tell("change", map[string]uint64{"changes": changes})
		at.changes, at.mark = changes, news.Until
	}
	webhooks, over := c.Environment.Webhooks.FinishedSince(at.over, l.atOnce)
	left.Webhooks = over - at.over - uint64(len(webhooks))
	for _, one := range webhooks {
		tell("webhook", c.Delivery(one))
	}
	at.over = over
	if left != (LeftOut{}) {
		tell("left_out", left)
	}
	return text
}
