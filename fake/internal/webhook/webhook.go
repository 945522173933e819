// Package webhook delivers events to webhook endpoints: in order at each endpoint, signed as WorkOS signs, and again
// when they fail. Whoever causes an event does not wait for its delivery. plan.go has the schedule of attempts and what
// faults change in it.
package webhook

import (
	"context"
	"net/http"
	"slices"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/model"
)

// New returns the sender of an environment. The client must follow no redirects. onFault is called for every fault that
// matches a delivery. Before a delivery, ready waits until its event may be delivered, and reports false if it may not
// any more; nil means that it may at once.
func New(
	client *http.Client, environment *model.Environment, onFault func(provider, way string),
	ready func(context.Context, *model.Event) bool,
) *Sender {
	c := &Sender{client: client, environment: environment, onFault: onFault, ready: ready}
	c.begin()
	environment.SetOutbox(outbox{c})
	return c
}

// Send queues an event for an endpoint, after everything that is queued for it already. It does not wait for the
// delivery.
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
	if !q.admits(clock.RealNow()) {
		made.State, made.Why = Dead, tooMany
		c.finish(made)
		return *made
	}
	q.add(made)
	if !q.working {
		q.working = true
		ctx := c.ctx
		c.working.Go(func() { c.work(ctx, q) })
	}
	return *made
}

// Redeliver sends the event of a delivery once more, as a new delivery. It reports false unless the delivery is
// remembered, has ended, and still has an endpoint.
func (c *Sender) Redeliver(number uint64) (again Delivery, isKnown bool) {
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

// Stop ends the sender. What is on its way stays pending.
func (c *Sender) Stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	c.cancel()
}

// Close ends the sender, and waits until nothing is on its way.
func (c *Sender) Close() {
	c.Stop()
	c.working.Wait()
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
	slices.SortFunc(list, byNumber)
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
