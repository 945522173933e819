package fake

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"example.com/pipesfake/fake/internal/control"
	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/redact"
)

// Request describes a call that the environment received, with what it answered and why. It contains no secrets.
type Request struct {
	ID                           string // X-Request-ID
	Method, Path                 string // the path with its query, without the secrets in it
	Operation                    string // such as token or credentials; empty if the path is not one of the API
	Provider, User, Organization string
	Status                       int           // 0 if a fault prevented the response
	Because                      string        // why the response is what it is
	Changed                      string        // what the call changed; empty if nothing
	Fault                        string        // the kind and the name of the fault that applied, if any
	Time                         time.Time     // of the environment's clock
	Took                         time.Duration // in real time
}

// Requests returns the last calls that the environment answered, the oldest first: at most 1,000, or as many as
// WithJournal says. Control calls are not among them.
func (e *Environment) Requests() []Request {
	opened := e.open()
	entries, _ := opened.Journal.Last(0, 0, func(*journal.Entry) bool { return true })
	requests := make([]Request, len(entries))
	redactor := journal.NewRedactor(opened.Environment)
	for i := range entries {
		requests[len(entries)-1-i] = requestOf(redactor, &entries[i])
	}
	return requests
}

func requestOf(r redact.Redactor, e *journal.Entry) Request {
	shown := journal.LineOf(r, e)
	return Request{
		ID:           e.RequestID,
		Method:       shown.Method,
		Path:         shown.Path,
		Operation:    e.Operation,
		Provider:     shown.Provider,
		User:         shown.User,
		Organization: shown.Organization,
		Status:       e.Status,
		Because:      shown.Because,
		Changed:      e.Changed,
		Fault:        e.Fault,
		Time:         e.APITime,
		Took:         e.Took,
	}
}

// Called describes calls, and how many of them are expected: at least one, unless Count, AtLeast or AtMost says
// otherwise. A field that is zero matches any call.
type Called struct {
	Operation              string  // such as token or credentials
	Event, Webhook         string  // the name of an event: counts events, or accepted webhooks of it, instead of calls
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
	err := narrow(&x.Place, slices.Concat(c.Places, places))
	if problems := x.Check(); err == nil && len(problems) > 0 {
		err = problems
	}
	return x, err
}

// verdictError returns why a verdict failed, with the nearest misses, or nil if it holds.
func verdictError(v journal.Verdict) error {
	if v.OK {
		return nil
	}
	return errors.New(strings.Join(slices.Concat([]string{v.Why}, v.NearMisses), "\n\t"))
}

// asControl returns a control call in the environment.
func (e *Environment) asControl() control.Call { return e.server.server.ControlCall(e.open()) }

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
func (e *Environment) RequireOrder(t TB, calls ...Called) {
	t.Helper()
	var filters []journal.Filter
	for i, c := range calls {
		x, err := c.expected(nil)
		if err == nil && (c.Event+c.Webhook != "" || c.Count != nil || c.AtLeast != nil || c.AtMost != nil) {
			err = errors.New("an order is of calls, each of which came or not: " +
				"leave Event, Webhook, Count, AtLeast and AtMost out")
		}
		if err != nil {
			t.Fatalf("pipesfake: order[%d]: %v", i, err)
			return
		}
		filters = append(filters, x.Filter)
	}
	if len(filters) == 0 {
		t.Fatalf("pipesfake: an order names at least one call")
		return
	}
	if err := verdictError(e.asControl().VerifyOrder(filters)); err != nil {
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

// String returns the request on one line: id, method, path, operation, owner, status and reason.
func (r Request) String() string {
	status := fmt.Sprint(r.Status)
	if r.Status == 0 {
		status = "no answer"
	}
	if r.Changed != "" {
		r.Because += " (" + r.Changed + ")"
	}
	what := r.Operation
	if owner := strings.Join(strings.Fields(r.User+" "+r.Organization), " in "); owner != "" {
		what += " for " + owner
	}
	if what = strings.TrimSpace(what); what != "" {
		what = " (" + what + ")"
	}
	const maxPath = 200 // bytes
	path := r.Path
	if len(path) > maxPath {
		path = strings.ToValidUTF8(path[:maxPath], "") + "…"
	}
	because := strings.TrimSpace(r.Because)
	line := fmt.Sprintf("%s %s %s%s → %s: %s", r.ID, r.Method, path, what, status, because)
	return strings.TrimRight(line, ": ")
}

// tailOfJournal is the number of requests in the log of a failed test.
const tailOfJournal = 10

// logTail logs the last requests for a test that failed: of the server's environment, and of those that the test
// opened by name.
func (s *Server) logTail() {
	if !s.own.t.Failed() {
		return
	}
	s.mu.Lock()
	used := maps.Clone(s.used)
	s.mu.Unlock()
	s.own.logTail()
	for _, one := range s.server.Environments().All() {
		if used[one.Name()] {
			e := &Environment{server: s, name: one.Name(), t: s.own.t}
			e.logTail()
		}
	}
}

// logTail logs the last requests of the environment, or, if there are none, which other environments got requests: the
// test may have used the wrong API key.
func (e *Environment) logTail() {
	requests := e.Requests()
	tail := requests[max(0, len(requests)-tailOfJournal):]
	if len(tail) == 0 {
		text := "nothing was asked in environment " + e.name
		for _, one := range e.server.server.Environments().Others(e.name, journal.Filter{}) {
			text += "; " + one.Environment + " got " + journal.Plural(one.Requests, "request")
		}
		e.t.Logf("pipesfake: %s", text)
		return
	}
	lines := make([]string, len(tail))
	for i, r := range tail {
		lines[i] = r.String()
	}
	e.t.Logf("pipesfake: the last %d of %s in environment %s:\n%s",
		len(tail), journal.Plural(len(requests), "request"), e.name, strings.Join(lines, "\n"))
}
