package control

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/fake/internal/webhook"
)

// How often a live stream looks, how much it tells of each kind at a time, and how long a reader may take.
const (
	livePulse  = 250 * time.Millisecond
	mostAtOnce = 20
	slowest    = 5 * time.Second
)

// Live is a stream of what happens: requests, switches, events and webhooks, as server-sent events.
type Live struct{ call Call }

// GetEvents answers a stream.
func GetEvents(c Call) (any, error) { return Live{c}, nil }

// live is how far a stream has told.
type live struct {
	request, sent, happened uint64
	switched, changes       uint64
}

// Happened is an event of the API in short.
type Happened struct {
	ID             string  `json:"id"`
	Event          string  `json:"event"`
	Provider       string  `json:"provider"`
	UserID         *string `json:"user_id"`
	OrganizationID *string `json:"organization_id"`
	State          string  `json:"state"`
	At             string  `json:"at"` // the environment's time
}

// Stream tells until the client or the server leaves, or nobody reads: what is not read is not kept.
func (l Live) Stream(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)
	out := http.NewResponseController(w)
	defer l.call.Environment.Listen()()
	at := l.call.stand()
	ticker := time.NewTicker(livePulse)
	defer ticker.Stop()
	for text := []byte(": pipesfake\n\n"); ; text = l.call.news(&at) {
		if len(text) > 0 {
			_ = out.SetWriteDeadline(clock.Wire().Add(slowest))
			if _, err := w.Write(text); err != nil || out.Flush() != nil {
				return
			}
		}
		select {
		case <-ticker.C:
		case <-r.Context().Done():
			return
		case <-l.call.Leaving:
			return
		}
	}
}

// stand is where everything is now.
func (c Call) stand() (at live) {
	if last, _ := c.Journal.Last(0, 1, func(*journal.Entry) bool { return true }); len(last) > 0 {
		at.request = last[0].Number
	}
	at.switched, at.happened = c.Environment.Counts()
	at.sent, at.changes = c.Courier.Count(), c.Environment.Changes()
	return at
}

// news is what happened since.
func (c Call) news(at *live) (text []byte) {
	tell := func(name string, of any) {
		if data, err := json.Marshal(of); err == nil {
			text = append(text, fmt.Sprintf("event: %s\ndata: %s\n\n", name, data)...)
		}
	}
	entries, _ := c.Journal.Last(0, mostAtOnce, func(e *journal.Entry) bool { return e.Number > at.request })
	for i := len(entries) - 1; i >= 0; i-- {
		tell("request", requestOf(&entries[i]))
		at.request = entries[i].Number
	}
	if changes := c.Environment.Changes(); changes != at.changes {
		at.changes = changes
		switched, happened := c.Environment.Counts()
		if switched != at.switched {
			at.switched = switched
			if whole := c.Environment.Whole(0, 1); len(whole.Switches) > 0 {
				tell("switch", switchOf(&whole.Switches[len(whole.Switches)-1]))
			}
		}
		if happened != at.happened {
			for _, one := range c.Environment.LastEvents(min(happened-at.happened, mostAtOnce)) {
				tell("event", Happened{one.EventID(), one.Name, one.Provider, orNull(one.User), orNull(one.Organization), one.State, pipes.Timestamp(one.At)})
			}
			at.happened = happened
		}
		tell("change", map[string]uint64{"changes": changes})
	}
	if sent := c.Courier.Count(); sent != at.sent {
		over, _ := c.Courier.List(int(min(sent-at.sent, mostAtOnce)), func(d *webhook.Delivery) bool { return d.State != webhook.Pending })
		for _, one := range slices.Backward(over) {
			tell("webhook", ViewDelivery(one))
		}
		at.sent = sent
	}
	return text
}
