package client

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"example.com/pipesfake/fake"
	"example.com/pipesfake/internal/calls"
	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/internal/narrow"
	"example.com/pipesfake/scenarios"
)

// RequireCalled fails the test t unless there were as many calls as expected, as fake.Environment.RequireCalled does.
func (e *Environment) RequireCalled(t fake.TB, c fake.Called, places ...fake.Place) {
	t.Helper()
	body, err := expectation(c, places)
	if err == nil {
		err = e.do("POST", "/verify", body, nil)
	}
	if err != nil {
		t.Fatalf("pipesfake: %v", err)
	}
}

// RequireOrder fails the test t unless the calls came in this order, as fake.Environment.RequireOrder does.
func (e *Environment) RequireOrder(t fake.TB, expected ...fake.Called) {
	t.Helper()
	order, err := calls.InOrder(expected, inOrder)
	if err == nil {
		err = e.do("POST", "/verify", fields.Tree{{Key: "order", Value: order}}, nil)
	}
	if err != nil {
		t.Fatalf("pipesfake: %s", calls.InGo(err.Error()))
	}
}

// inOrder returns what the body of POST /_control/verify says for a call of an order.
func inOrder(c fake.Called) (fields.Tree, error) {
	one, err := expectation(c, nil)
	return one, cmp.Or(err, calls.CheckInOrder(c.Event+c.Webhook, c.Count, c.AtLeast, c.AtMost))
}

// How long a single call for /_control/wait lasts. The client ends it before the server does, so that a refusal of the
// server means that the server leaves. Proxies may end calls that last longer.
const (
	serverWait = 50 * time.Second
	clientWait = 40 * time.Second
)

// WaitFor waits until there were as many calls as expected. Earlier calls count, too. Use a context with a timeout:
// when it ends, the error wraps the context's, and a *VerificationError with the calls that came near. WaitFor also
// returns when the server shuts down or does not answer: every 40 seconds it asks whether the server is there.
func (e *Environment) WaitFor(ctx context.Context, c fake.Called, places ...fake.Place) error {
	expected, err := expectation(c, places)
	if err != nil {
		return err
	}
	query := queryOf(expected)
	query.Set("environment", e.name)
	query.Set("timeout", scenarios.FormatDuration(serverWait))
	for ctx.Err() == nil {
		limited, cancel := context.WithTimeout(ctx, clientWait)
		err := e.control.do(limited, "GET", "/_control/wait", query, nil, nil)
		isOver := limited.Err() != nil
		cancel()
		if !isOver {
			return err
		}
		missing := new(VerificationError)
		err = e.Call(withoutDeadline{ctx}, "POST", "/verify", expected, nil)
		if ctx.Err() == nil && !errors.As(err, &missing) {
			return err
		}
	}
	err = e.Call(context.WithoutCancel(ctx), "POST", "/verify", expected, nil)
	if err != nil {
		err = fmt.Errorf("%w: %w", ctx.Err(), err)
	}
	return err
}

// withoutDeadline is a context that ends as another one, but has no deadline, so that the timeout of a call applies.
type withoutDeadline struct{ context.Context }

func (withoutDeadline) Deadline() (deadline time.Time, hasDeadline bool) { return time.Time{}, false }

// expectation returns what the body of POST /_control/verify says for a Called.
func expectation(c fake.Called, places []fake.Place) (fields.Tree, error) {
	var place scenarios.Place
	if err := narrow.To(&place, slices.Concat(c.Places, places)); err != nil {
		return nil, err
	}
	if c.Status != 0 && c.NoAnswer {
		return nil, errors.New("a call without an answer has no status: leave one of them out")
	}
	var body fields.Tree
	body.Add(c.Operation != "", "operation", c.Operation)
	body.Add(c.Event != "", "event", c.Event)
	body.Add(c.Webhook != "", "webhook", c.Webhook)
	body.Add(c.Status != 0, "status", c.Status)
	body.Add(c.NoAnswer, "status", nil)
	body = append(body, place.Tree()...)
	body.Add(c.Count != nil, "count", c.Count)
	body.Add(c.AtLeast != nil, "at_least", c.AtLeast)
	body.Add(c.AtMost != nil, "at_most", c.AtMost)
	return body, nil
}

// queryOf returns an expectation as the query of GET /_control/wait.
func queryOf(expected fields.Tree) url.Values {
	query := url.Values{}
	for _, member := range expected {
		switch value := member.Value.(type) {
		case nil:
			query.Set(member.Key, "none")
		case *int:
			query.Set(member.Key, fmt.Sprint(*value))
		default:
			query.Set(member.Key, fmt.Sprint(value))
		}
	}
	return query
}
