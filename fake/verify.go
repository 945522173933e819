package fake

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/internal/calls"
	"example.com/pipesfake/internal/narrow"
)

// Called describes calls, and how many of them are expected: at least one, unless Count, AtLeast or AtMost says
// otherwise. A field that is zero matches any call.
type Called struct {
	Operation string // such as token or credentials; scenarios.Operations lists them
	// Event and Webhook are the name of an event; scenarios.Events lists them. They count events, or accepted webhooks
	// of it, instead of calls.
	Event, Webhook         string
	Status                 int     // of the response
	NoAnswer               bool    // a fault prevented the response; excludes Status
	Places                 []Place // added to those that are given beside the Called
	Count, AtLeast, AtMost *int    // Count excludes the other two
}

func (c Called) expected(places []Place) (journal.Expected, error) {
	x := journal.Expected{
		Filter: journal.Filter{
			Operation: c.Operation,
			Event:     c.Event,
			Webhook:   c.Webhook,
			Status:    c.Status,
			NoAnswer:  c.NoAnswer,
		},
		Count:   c.Count,
		AtLeast: c.AtLeast,
		AtMost:  c.AtMost,
	}
	err := narrow.To(&x.Place, slices.Concat(c.Places, places))
	if problems := x.Check(); err == nil && len(problems) > 0 {
		err = problems
	}
	return x, err
}

// inOrder returns the filter of a call of an order.
func (c Called) inOrder() (journal.Filter, error) {
	x, err := c.expected(nil)
	return x.Filter, cmp.Or(err, calls.CheckInOrder(c.Event+c.Webhook, c.Count, c.AtLeast, c.AtMost))
}

// verdictError returns why a verdict failed, with the nearest misses, or nil if it holds.
func verdictError(v journal.Verdict) error {
	if v.OK {
		return nil
	}
	return errors.New(strings.Join(slices.Concat([]string{v.Why}, v.NearMisses), "\n\t"))
}

// RequireCalled fails the test t unless there were as many calls as expected. The message names the calls that came
// near, and what differs in them.
func (e *Environment) RequireCalled(t TB, c Called, places ...Place) {
	t.Helper()
	x, err := c.expected(places)
	if err == nil {
		err = verdictError(e.asControl().Verify(x))
	}
	if err != nil {
		t.Fatalf("pipesfake: %v", err)
	}
}

// RequireOrder fails the test t unless the calls came in this order. Other calls may have come between them. The
// message names the first call that is missing. Event, Webhook, Count, AtLeast and AtMost must be zero.
func (e *Environment) RequireOrder(t TB, expected ...Called) {
	t.Helper()
	filters, err := calls.InOrder(expected, Called.inOrder)
	if err == nil {
		v := e.asControl().VerifyOrder(filters)
		v.Why = calls.InGo(v.Why)
		err = verdictError(v)
	}
	if err != nil {
		t.Fatalf("pipesfake: %v", err)
	}
}

// WaitFor waits until there were as many calls as expected. Earlier calls count, too. Use a context with a timeout:
// when it ends, the error wraps the context's and names the calls that came near. WaitFor also returns when the
// server closes.
func (e *Environment) WaitFor(ctx context.Context, c Called, places ...Place) error {
	x, err := c.expected(places)
	if err != nil {
		return err
	}
	for {
		opened := e.open()
		opened.Enter()
		v, gone := e.server.server.ControlCall(opened).Wait(ctx, x)
		opened.Leave()
		if gone {
			continue // the environment was deleted: wait in the one that is created in its place
		}
		err := verdictError(v)
		if err != nil && ctx.Err() != nil {
			err = fmt.Errorf("%w: %w", ctx.Err(), err)
		}
		return err
	}
}
