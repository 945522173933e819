package webhook

import (
	"context"
	"fmt"
	"slices"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/fault"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/scenarios"
)

// maxLate is how long a late delivery waits for another one to go first.
const maxLate = 500 * time.Millisecond

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

// deliver attempts a delivery until the endpoint takes it or the plan is at its end. If a fault makes it late, it is
// still in the queue afterwards, and the next one is first.
func (c *Sender) deliver(ctx context.Context, q *queue, d *Delivery) {
	matched, isNow := c.matchFault(ctx, q, d)
	if !isNow {
		return
	}
	body, err := Payload(d.Event)
	if err != nil {
		c.end(ctx, q, d, Dead, err.Error())
		return
	}
	p := planOf(matched)
	for _, wait := range p.waits {
		if !c.pause(ctx, d, wait) || c.ready != nil && !c.ready(ctx, d.Event) {
			return
		}
		endpoint := c.environment.Endpoint(d.Endpoint)
		if !isWanted(endpoint) {
			c.end(ctx, q, d, Dropped, "its endpoint was deleted or disabled")
			return
		}
		if !c.attempt(ctx, d, endpoint, body, p) {
			continue
		}
		if p.isTwice {
			c.attempt(ctx, d, endpoint, body, p)
		}
		c.end(ctx, q, d, Delivered, "")
		return
	}
	c.end(ctx, q, d, Dead, fmt.Sprintf("%d attempts failed", len(p.waits)))
}

// matchFault returns the fault that breaks a delivery, or nil, and reports whether it is the delivery's turn: a fault
// can make it late, so that the next one goes first.
func (c *Sender) matchFault(ctx context.Context, q *queue, d *Delivery) (matched *fault.Match, isNow bool) {
	call := fault.Call{Operation: scenarios.Webhooks, Key: d.Event.Key, InOrder: d.inOrder}
	matched = c.environment.MatchFault(call)
	if matched == nil {
		return nil, true
	}
	c.onFault(d.Event.Provider, matched.Way())
	if !matched.Late {
		return matched, true
	}
	if c.isLate(ctx, q) {
		return nil, false
	}
	c.mu.Lock()
	d.inOrder = true
	c.mu.Unlock()
	call.InOrder = true
	return c.environment.MatchFault(call), true // another fault can break it
}

// isLate waits for another delivery to the endpoint and lets it go first. It reports false if none came in time.
func (c *Sender) isLate(ctx context.Context, q *queue) bool {
	timer := time.NewTimer(maxLate)
	defer timer.Stop()
	for {
		c.mu.Lock()
		isLate := ctx.Err() == nil && q.letNextGoFirst()
		c.mu.Unlock()
		if isLate {
			return true
		}
		select {
		case <-q.more:
		case <-timer.C:
			return false
		case <-ctx.Done():
			return true
		}
	}
}

// pause waits before an attempt, and reports whether the attempt is still to be made.
func (c *Sender) pause(ctx context.Context, d *Delivery, wait time.Duration) bool {
	if wait <= 0 {
		return ctx.Err() == nil
	}
	c.mu.Lock()
	d.Next = clock.RealNow().Add(wait)
	c.mu.Unlock()
	return clock.Sleep(ctx, wait)
}

// end ends a delivery and removes it from its queue, unless a reset came first.
func (c *Sender) end(ctx context.Context, q *queue, d *Delivery, state, why string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if ctx.Err() != nil {
		return
	}
	q.list = slices.DeleteFunc(q.list, func(other *Delivery) bool { return other == d })
	d.State, d.Why, d.Next = state, why, time.Time{}
	c.finish(d)
	c.environment.MarkChanged() // so that the saved state does not send it again
}

// isWanted reports whether an endpoint still receives webhooks.
func isWanted(endpoint *model.Endpoint) bool { return endpoint != nil && endpoint.Enabled }
