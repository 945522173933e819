package webhook

import "time"

// The limits of what one endpoint receives.
const (
	maxPending   = 100_000
	maxPerMinute = 50_000 // more looks like a loop
	tooMany      = "more than 50000 events in a minute, or 100000 that wait: is the receiver in a loop?"
)

// queue holds the pending deliveries of one endpoint.
type queue struct {
	list    []*Delivery // the next one first
	working bool        // a goroutine empties it
	minute  time.Time   // when the count started
	count   int
	more    chan struct{} // gets a value when a delivery is added
}

// admits counts a delivery, and reports whether there is room for it.
func (q *queue) admits(now time.Time) bool {
	if now.Sub(q.minute) > time.Minute {
		q.minute, q.count = now, 0
	}
	q.count++
	return q.count <= maxPerMinute && len(q.list) < maxPending
}

func (q *queue) add(d *Delivery) {
	q.list = append(q.list, d)
	select {
	case q.more <- struct{}{}:
	default:
	}
}

// letNextGoFirst swaps the first two deliveries, and reports whether there are two. Neither of them is late again, so
// that the endpoint receives both in the end.
func (q *queue) letNextGoFirst() bool {
	if len(q.list) < 2 {
		return false
	}
	q.list[0], q.list[1] = q.list[1], q.list[0]
	q.list[0].inOrder, q.list[1].inOrder = true, true
	return true
}
