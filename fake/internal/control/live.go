package control

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"example.com/pipesfake/fake/internal/clock"
)

// writeTimeout is how long a reader may take.
const writeTimeout = 5 * time.Second

// EventStream is a stream of requests, switches, events and webhooks, as server-sent events.
type EventStream struct {
	call   Call
	atOnce int // how many of a kind are sent at once; the others are counted
}

// GetEvents returns a stream, or with format=json a list. A reader that needs to know only that something happened,
// such as the page, asks for a limit of one.
func GetEvents(c Call) (any, error) {
	var p eventParameters
	err := readQuery(c, eventsQuery(), &p, nil)
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
	follower := s.call.Follow(s.atOnce)
	if !write([]byte(": pipesfake\n\n")) {
		return
	}
	err := follower.Run(r.Context(), func(u Updates) bool {
		text := s.call.views().messages(u)
		return len(text) == 0 || write(text)
	})
	if errors.Is(err, ErrDeleted) { // a page reloads, and connects again
		write([]byte("event: change\ndata: {}\n\n"))
	}
}

// messages returns updates as server-sent events.
func (v views) messages(u Updates) (out messages) {
	for i := range u.Requests {
		out.add("request", v.request(&u.Requests[i]))
	}
	for _, one := range v.switches(u.Switches) {
		out.add("switch", one)
	}
	for _, one := range u.Events {
		out.add("event", v.event(one))
	}
	if u.Revision != 0 {
		out.add("change", map[string]uint64{"changes": u.Revision})
	}
	for _, one := range v.deliveries(u.Webhooks) {
		out.add("webhook", one)
	}
	if u.LeftOut != (LeftOut{}) {
		out.add("left_out", u.LeftOut)
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
