package control

import (
	"cmp"
	"encoding/json"
	"net/http"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/model"
)

const (
	pollInterval = 250 * time.Millisecond // how often a stream looks for changes
	writeTimeout = 5 * time.Second        // how long a reader may take
)

// EventStream is a stream of requests, switches, events and webhooks, as server-sent events.
type EventStream struct {
	call   Call
	atOnce int // how many of a kind are sent at once; the others are counted
}

// GetEvents returns a stream, or with format=json a list. A reader that needs to know only that something happened,
// such as the page, asks for a limit of one.
func GetEvents(c Call) (any, error) {
	var p eventParameters
	err := readQuery(c, eventsQuery, &p, nil)
	limit := cmp.Or(p.limit, defaultAtOnce)
	if err == nil && p.format == "json" {
		return c.listEvents(uint64(p.next), limit), nil
	}
	return EventStream{c, limit}, err
}

// LeftOut counts what was not sent because there was too much at once. It came before what was sent.
type LeftOut struct {
	Requests uint64 `json:"requests,omitempty"`
	Switches uint64 `json:"switches,omitempty"`
	Events   uint64 `json:"events,omitempty"`
	Webhooks uint64 `json:"webhooks,omitempty"`
}

// Stream writes until the client, the server or the environment ends, or the client stops reading.
func (s EventStream) Stream(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no")
	w.Header().Set("Connection", "close") // its write deadline must not apply to a later call
	w.WriteHeader(http.StatusOK)
	out := http.NewResponseController(w)
	write := func(text []byte) bool {
		_ = out.SetWriteDeadline(clock.RealNow().Add(writeTimeout))
		_, err := w.Write(text)
		return err == nil && out.Flush() == nil
	}
	_, end := s.call.Environment.Subscribe()
	defer end()
	sent := s.call.position()
	ticker := time.NewTicker(pollInterval)
	defer ticker.Stop()
	for text := []byte(": pipesfake\n\n"); ; text = s.changesSince(&sent) {
		if len(text) > 0 && !write(text) {
			return
		}
		select {
		case <-ticker.C:
		case <-r.Context().Done():
			return
		case <-s.call.Draining:
			return
		case <-s.call.Environment.Gone: // a page reloads, and connects again
			write([]byte("event: change\ndata: {}\n\n"))
			return
		}
	}
}

// position is how much of everything was sent.
type position struct {
	requests, webhooks, revision uint64
	changes                      model.Cursor
}

// position returns the position of a stream that begins now.
func (c Call) position() (now position) {
	now.revision, now.changes = c.Environment.Revision(), c.Environment.ChangesSince(model.Cursor{}, 0).Until
	_, now.requests = c.Environment.Journal.Since(0, 0)
	_, now.webhooks = c.Environment.Webhooks.FinishedSince(0, 0)
	return now
}

// changesSince returns what happened since a position, the oldest of each kind first, and moves the position. It
// computes switches and events only if the environment has changed, so that an idle stream costs nothing.
func (s EventStream) changesSince(sent *position) []byte {
	var out messages
	var left LeftOut
	environment, views := s.call.Environment, s.call.views()
	requests, lastRequest := environment.Journal.Since(sent.requests, s.atOnce)
	left.Requests = lastRequest - sent.requests - uint64(len(requests))
	for i := range requests {
		out.add("request", views.request(&requests[i]))
	}
	sent.requests = lastRequest
	if revision := environment.Revision(); revision != sent.revision {
		changes := environment.ChangesSince(sent.changes, s.atOnce)
		left.Switches, left.Events = changes.EarlierSwitches, changes.EarlierEvents
		for _, one := range views.switches(changes.Switches) {
			out.add("switch", one)
		}
		for _, one := range changes.Events {
			out.add("event", views.event(one))
		}
		out.add("change", map[string]uint64{"changes": revision})
		sent.revision, sent.changes = revision, changes.Until
	}
	webhooks, finished := environment.Webhooks.FinishedSince(sent.webhooks, s.atOnce)
	left.Webhooks = finished - sent.webhooks - uint64(len(webhooks))
	for _, one := range views.deliveries(webhooks) {
		out.add("webhook", one)
	}
	sent.webhooks = finished
	if left != (LeftOut{}) {
		out.add("left_out", left)
	}
	return out
}

// messages is the text of server-sent events.
type messages []byte

func (m *messages) add(name string, content any) {
	if data, err := json.Marshal(content); err == nil {
		*m = append(append(append(*m, "event: "+name+"\ndata: "...), data...), "\n\n"...)
	}
}
