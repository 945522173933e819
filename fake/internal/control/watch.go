package control

import (
	"iter"
	"math"
	"slices"

	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/webhook"
)

// watch counts the calls, events or webhooks that a filter matches, as they come.
type watch struct {
	next  func() <-chan struct{} // ready when there may be more
	count func() (n int, forgotten uint64)
	all   iter.Seq[*journal.Entry] // the oldest first; events and webhooks look like calls
	end   func()
}

func (c Call) watch(f journal.Filter) watch {
	switch {
	case f.Event != "":
		return c.watchEvents(f)
	case f.Webhook != "":
		return c.watchWebhooks(f)
	}
	w := c.Environment.Journal.Watch(f)
	return watch{next: w.Changed, count: w.Count, all: c.Environment.Journal.All(), end: w.Stop}
}

func (c Call) watchEvents(f journal.Filter) watch {
	changed, end := c.Environment.Subscribe()
	matches := func(e *model.Event) bool { return e.Name == f.Event && f.Covers(e.Key) }
	return watch{
		next:  func() <-chan struct{} { return changed },
		count: func() (n int, forgotten uint64) { return c.Environment.CountEvents(matches), 0 },
		all: func(yield func(*journal.Entry) bool) {
			for _, e := range c.Environment.AllEvents() {
				if !yield(&journal.Entry{RequestID: e.EventID(), Operation: e.Name, Key: e.Key, APITime: e.At}) {
					return
				}
			}
		},
		end: end,
	}
}

// watchWebhooks watches the webhooks that an endpoint accepted.
func (c Call) watchWebhooks(f journal.Filter) watch {
	isDelivered := func(d *webhook.Delivery) bool { return d.State == webhook.Delivered }
	return watch{
		next: c.Environment.Webhooks.Finished,
		count: func() (n int, forgotten uint64) {
			_, n = c.Environment.Webhooks.List(0, func(d *webhook.Delivery) bool {
				return isDelivered(d) && d.Event.Name == f.Webhook && f.Covers(d.Event.Key)
			})
			return n, 0
		},
		all: func(yield func(*journal.Entry) bool) {
			list, _ := c.Environment.Webhooks.List(math.MaxInt, isDelivered)
			for _, d := range slices.Backward(list) {
				event := d.Event
				if !yield(&journal.Entry{
					RequestID: deliveryID(d.Number), Operation: event.Name, Key: event.Key, APITime: event.At,
				}) {
					return
				}
			}
		},
		end: func() {},
	}
}
