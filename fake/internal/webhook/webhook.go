// Package webhook tells endpoints what happened: in order at each of them, signed as WorkOS signs, again when
// they fail. Whoever causes an event waits for none of it.
package webhook

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/scenarios"
)

// The states of a delivery.
const (
	Pending   = "pending"
	Delivered = "delivered"
	Dead      = "dead"    // it was tried as often as it is
	Dropped   = "dropped" // its endpoint is gone or disabled
)

// Delivery is an event on its way to an endpoint.
type Delivery struct {
	Number   uint64 // they count from one
	Endpoint string // its id
	URL      string
	Event    *model.Event
	State    string
	Why      string // it is dead or dropped
	Attempts []Attempt
	Next     time.Time // when it is tried again, in real time; zero: not
	inOrder  bool      // it is late already, or came before a late one; written under the lock, since lists copy it
	over     uint64    // which one it was to be so; zero: it is not
}

// Attempt is one try.
type Attempt struct {
	At     time.Time // real time
	Took   time.Duration
	Status int    // zero: no answer
	Error  string // empty: it was taken
	Fault  string // what broke it on purpose
}

// The bounds.
const (
	maxFinished  = 1_000   // deliveries that are remembered, of each state
	maxPending   = 100_000 // at one endpoint
	maxPerMinute = 50_000  // deliveries to one endpoint: more looks like a loop
	timeout      = 5 * time.Second
)

// waits are how long it waits before each try, in real time.
func waits() []time.Duration {
	return []time.Duration{0, 100 * time.Millisecond, 500 * time.Millisecond, 2 * time.Second}
}

// Sender delivers the events of one environment. It is safe for concurrent use.
type Sender struct {
	client      *http.Client
	environment *model.Environment
	onFault     func(provider, way string) // is told of the faults that strike
	working     sync.WaitGroup

	mu      sync.Mutex
	ctx     context.Context // ends with what is on its way at a reset
	cancel  context.CancelFunc
	queues  map[string]*queue
	done    []*Delivery // delivered, the oldest first
	dead    []*Delivery // dead or dropped
	last    uint64
	ended   uint64        // how many are over
	waiting chan struct{} // closed when a delivery is done; nil: nobody waits
	closed  bool
}

// queue is what waits for one endpoint.
type queue struct {
	list    []*Delivery // the next first
	working bool
	minute  time.Time // since when it counts
	count   int
	more    chan struct{} // gets one when more comes
}

// New is the courier of an environment. The client follows no redirects; struck is told of the faults that strike.
func New(client *http.Client, world *model.Environment, struck func(provider, way string)) *Sender {
	c := &Sender{client: client, environment: world, onFault: struck}
	c.begin()
	world.SetOutbox(outbox{c})
	return c
}

func (c *Sender) begin() {
	c.ctx, c.cancel = context.WithCancel(context.Background())
	c.queues, c.done, c.dead, c.last = map[string]*queue{}, nil, nil, 0
}

// Send tells an endpoint of an event, behind what it is still to be told. It does not wait.
func (c *Sender) Send(endpoint *model.Endpoint, event *model.Event) (sent Delivery) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last++
	made := &Delivery{Number: c.last, Endpoint: endpoint.ID, URL: endpoint.URL, Event: event, State: Pending}
	if c.closed {
		return *made
	}
	q := c.queues[endpoint.ID]
	if q == nil {
		q = &queue{more: make(chan struct{}, 1)}
		c.queues[endpoint.ID] = q
	}
	now := clock.Wire()
	if now.Sub(q.minute) > time.Minute {
		q.minute, q.count = now, 0
	}
	if q.count++; q.count > maxPerMinute || len(q.list) >= maxPending {
		made.State, made.Why = Dead, "more than 50000 events in a minute, or 100000 that wait: is the receiver in a loop?"
		c.finish(made)
		return *made
	}
	q.list = append(q.list, made)
	select {
	case q.more <- struct{}{}:
	default:
	}
	if !q.working {
		q.working = true
		ctx := c.ctx
		c.working.Go(func() { c.work(ctx, q) })
	}
	return *made
}

// finish remembers a delivery that is over.
func (c *Sender) finish(d *Delivery) {
	c.ended++
	d.over = c.ended
	kept := &c.done
	if d.State != Delivered {
		kept = &c.dead
	}
	if *kept = append(*kept, d); len(*kept) > 2*maxFinished {
		*kept = slices.Clone((*kept)[len(*kept)-maxFinished:])
	}
	if c.waiting != nil {
		close(c.waiting)
		c.waiting = nil
	}
}

// work empties a queue.
func (c *Sender) work(ctx context.Context, q *queue) {
	for {
		c.mu.Lock()
		if len(q.list) == 0 || ctx.Err() != nil {
			q.working = false
			c.mu.Unlock()
			return
		}
		d := q.list[0]
		c.mu.Unlock()
		c.deliver(ctx, q, d)
	}
}

// end ends a delivery and takes it out of its queue, unless a reset came first.
func (c *Sender) end(ctx context.Context, q *queue, d *Delivery, state, why string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if ctx.Err() != nil {
		return
	}
	q.list = slices.DeleteFunc(q.list, func(other *Delivery) bool { return other == d })
	d.State, d.Why, d.Next = state, why, time.Time{}
	c.finish(d)
	c.environment.MarkChanged() // it is not to be sent again
}

// List are the newest deliveries to keep, up to limit, the newest first, and how many there are in all: all that are
// pending, and the last of the others.
func (c *Sender) List(limit int, keep func(*Delivery) bool) (list []Delivery, count int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var kept []*Delivery
	add := func(all []*Delivery) {
		for _, d := range all {
			if keep(d) {
				kept = append(kept, d)
			}
		}
	}
	add(c.done)
	add(c.dead)
	for _, q := range c.queues {
		add(q.list)
	}
	slices.SortFunc(kept, func(a, b *Delivery) int { return cmp.Compare(b.Number, a.Number) })
	for _, d := range kept[:min(limit, len(kept))] {
		list = append(list, d.shown())
	}
	return list, len(kept)
}

// shown is a copy.
func (d *Delivery) shown() Delivery {
	shown := *d
	shown.Attempts = slices.Clone(d.Attempts)
	return shown
}

// FinishedSince are the deliveries that were over after the first so many: the last ones of them, up to most, as they came to
// their end; and how many are over now.
func (c *Sender) FinishedSince(after uint64, most int) (list []Delivery, now uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, all := range [][]*Delivery{c.done, c.dead} {
		for _, d := range all[max(0, len(all)-most):] {
			if d.over > after {
				list = append(list, d.shown())
			}
		}
	}
	slices.SortFunc(list, func(a, b Delivery) int { return cmp.Compare(a.over, b.over) })
	return list[max(0, len(list)-most):], c.ended
}

// Redeliver sends what was sent before. It tells whether it is still remembered, and has an end and an endpoint.
func (c *Sender) Redeliver(number uint64) (again Delivery, known bool) {
	list, _ := c.List(1, func(d *Delivery) bool { return d.Number == number && d.State != Pending })
	if len(list) == 0 {
		return Delivery{}, false
	}
	endpoint := c.environment.Endpoint(list[0].Endpoint)
	if endpoint == nil {
		return Delivery{}, false
	}
	return c.Send(endpoint, list[0].Event), true
}

// Finished is closed when the next delivery is over.
func (c *Sender) Finished() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waiting == nil {
		c.waiting = make(chan struct{})
	}
	return c.waiting
}

// outbox is the sender as the model sees it.
type outbox struct{ sender *Sender }

func (o outbox) Send(to *model.Endpoint, event *model.Event) { o.sender.Send(to, event) }

func (o outbox) Pending() (pending []model.Delivery) {
	o.sender.mu.Lock()
	defer o.sender.mu.Unlock()
	var list []*Delivery
	for _, q := range o.sender.queues {
		list = append(list, q.list...)
	}
	slices.SortFunc(list, func(a, b *Delivery) int { return cmp.Compare(a.Number, b.Number) })
	for _, d := range list {
		pending = append(pending, model.Delivery{To: &model.Endpoint{ID: d.Endpoint, URL: d.URL}, Event: d.Event})
	}
	return pending
}

func (o outbox) Replace(deliveries []model.Delivery) {
	o.sender.mu.Lock()
	o.sender.cancel()
	o.sender.begin()
	o.sender.mu.Unlock()
	for _, one := range deliveries {
		o.sender.Send(one.To, one.Event)
	}
}

// Stop ends the sender. What is on its way stays pending.
func (c *Sender) Stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	c.cancel()
}

// Close ends it, and waits until nothing is on its way.
func (c *Sender) Close() {
	c.Stop()
	c.working.Wait()
}

// isWanted tells whether an endpoint still wants to be told.
func isWanted(endpoint *model.Endpoint) bool { return endpoint != nil && endpoint.Enabled }

// operation is that of faults on deliveries.
const operation = scenarios.Webhooks
