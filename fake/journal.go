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

// Request is a call that the environment answered.
type Request struct {
	ID                           string // X-Request-ID
	Method, Path                 string // the path with its query, without the secrets in it
	Operation                    string // token, credentials …; empty for a call of none
	Provider, User, Organization string
	Status                       int           // 0: no answer, by a fault
	Because                      string        // why it was answered so
	Changed                      string        // what the call changed; empty: nothing
	Fault                        string        // that broke the answer: its way and its name
	Time                         time.Time     // of the environment
	Took                         time.Duration // in real time
}

// Requests are the last calls that the environment answered, the oldest first: up to 1 000 unless WithJournal
// says otherwise.
func (e *Environment) Requests() []Request {
	world := e.world()
	entries, _ := world.Journal.Last(0, 0, func(*journal.Entry) bool { return true })
	requests := make([]Request, len(entries))
	redactor := journal.NewRedactor(world.Environment)
	for i := range entries {
		requests[len(entries)-1-i] = requestOf(redactor, &entries[i])
	}
	return requests
}

func requestOf(r redact.Redactor, e *journal.Entry) Request {
	shown := journal.LineOf(r, e)
	return Request{
		ID: e.RequestID, Method: shown.Method, Path: shown.Path, Operation: e.Operation, Provider: shown.Provider, User: shown.User, Organization: shown.Organization,
		Status: e.Status, Because: shown.Because, Changed: e.Changed, Fault: e.Fault, Time: e.APITime, Took: e.Took,
	}
}

// Called says which calls are meant, and how many there should be: at least one unless Count, AtLeast or
// AtMost say otherwise. What is left zero means any.
type Called struct {
	Operation              string // token, credentials …
	Event, Webhook         string // in place of a call: an event, or one that an endpoint took, by the event's name
	Status                 int
	NoAnswer               bool    // by a fault, in place of a status
	Places                 []Place // beside those of the call
	Count, AtLeast, AtMost *int
}

func (c Called) expected(places []Place) (journal.Expected, error) {
	x := journal.Expected{
		Filter: journal.Filter{Operation: c.Operation, Event: c.Event, Webhook: c.Webhook, Status: c.Status, NoAnswer: c.NoAnswer},
		Count:  c.Count, AtLeast: c.AtLeast, AtMost: c.AtMost,
	}
	err := narrow(&x.Place, slices.Concat(c.Places, places))
	if problems := x.Check(); err == nil && len(problems) > 0 {
		err = problems
	}
	return x, err
}

// wrong is what an error of a verdict says; nil where it holds.
func wrong(v journal.Verdict) error {
	if v.OK {
		return nil
	}
	return errors.New(strings.Join(slices.Concat([]string{v.Why}, v.NearMisses), "\n\t"))
}

// asControl is a control call in the environment.
func (e *Environment) asControl() control.Call { return e.server.server.ControlCall(e.world()) }

// RequireCalled fails the test unless there were as many calls as expected, and says what came near.
func (e *Environment) RequireCalled(t TB, c Called, places ...Place) {
	t.Helper()
	x, err := c.expected(places)
	if err == nil {
		err = wrong(e.asControl().Verify(x))
	}
	if err != nil {
		t.Fatalf("pipesfake: %v", err)
	}
}

// RequireOrder fails the test unless such calls came one after another, with any others between, and says
// which did not. Their numbers are not asked.
func (e *Environment) RequireOrder(t TB, calls ...Called) {
	t.Helper()
	var filters []journal.Filter
	for i, c := range calls {
		x, err := c.expected(nil)
		if err == nil && (c.Event+c.Webhook != "" || c.Count != nil || c.AtLeast != nil || c.AtMost != nil) {
			err = errors.New("an order is of calls, each of which came or not: leave Event, Webhook, Count, AtLeast and AtMost out")
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
	if err := wrong(e.asControl().VerifyOrder(filters)); err != nil {
		t.Fatalf("pipesfake: %v", err)
	}
}

// WaitFor waits until there were as many calls as expected, those before it included; use a context with a
// timeout. Its error is the context's, with what came near.
func (e *Environment) WaitFor(ctx context.Context, c Called, places ...Place) error {
	x, err := c.expected(places)
	if err != nil {
		return err
	}
	for {
		world := e.world()
		world.Enter()
		v, gone := e.server.server.ControlCall(world).Wait(ctx, x)
		world.Leave()
		if gone {
			continue // it goes on in the one that is made anew
		}
		err := wrong(v)
		if err != nil && ctx.Err() != nil {
			err = fmt.Errorf("%w: %w", ctx.Err(), err)
		}
		return err
	}
}

// String is a line for people.
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
	const longest = 200 // of a path
	path := r.Path
	if len(path) > longest {
		path = strings.ToValidUTF8(path[:longest], "") + "…"
	}
	return strings.TrimRight(fmt.Sprintf("%s %s %s%s → %s: %s", r.ID, r.Method, path, what, status, strings.TrimSpace(r.Because)), ": ")
}

// tailOfJournal is how many requests a failed test has in its log.
const tailOfJournal = 10

// logTail tells a test that failed what was asked last: in the environment of its server, and in those that it
// asked for by name; where nothing was in the first, also where else.
func (s *Server) logTail() {
	if !s.t.Failed() {
		return
	}
	s.mu.Lock()
	used := maps.Clone(s.used)
	s.mu.Unlock()
	s.inDefault.logTail()
	for _, world := range s.server.Environments().All() {
		if used[world.Name()] {
			e := &Environment{server: s, name: world.Name(), t: s.t}
			e.logTail()
		}
	}
}

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
	e.t.Logf("pipesfake: the last %d of %s in environment %s:\n%s", len(tail), journal.Plural(len(requests), "request"), e.name, strings.Join(lines, "\n"))
}
