package fake

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/scenarios"
)

// mostRequests is how many requests an environment's journal keeps unless an option says otherwise.
const mostRequests = 1000

// record keeps a request in the journal, before its answer is written: who has the answer finds it there.
func (s *Server) record(x *exchange, answer reply, wrong error, body []byte) {
	if x.world == nil || x.route.control || strings.HasPrefix(x.request.URL.Path, "/_control") {
		return
	}
	path := x.request.RequestURI
	if path == "" { // it came from no connection
		path = x.request.URL.RequestURI()
	}
	e := journal.Entry{
		RequestID: x.requestID, Method: x.request.Method, Path: path, Operation: x.route.operation,
		Key: answer.key, Began: x.began, APITime: x.world.TimeOn(x.began), Status: x.status, Decision: answer.decision,
		Host: x.request.Host, Header: x.request.Header, Answered: x.Header(), Request: x.body, Response: body,
	}
	e.Answer, e.Changed = answer.answer, cmp.Or(answer.changed, answer.decision.Changed)
	if wrong != nil {
		e.Error, e.Code = wrong.Error(), string(asError(wrong).Code)
	} else if answer.struck == nil && e.Changed == "" && answer.decision.Scenario == nil && e.Operation != "" && x.route.whose == nil && x.request.Method != http.MethodGet && x.request.Method != http.MethodHead {
		e.Changed = strings.ReplaceAll(e.Operation, "_", " ") // what has no state
	}
	if struck := answer.struck; struck != nil {
		e.Fault, e.Struck, e.Way = struck.String(), struck.Sentence(x.status), struck.Way()
		e.Spoilt = e.Way != "delay" && e.Way != "drip"
	}
	x.entry = x.world.journal.Add(&e)
}

// recorded notes how long the answer took.
func (x *exchange) recorded() {
	if x.entry != 0 {
		x.world.journal.Done(x.entry, clock.Wire().Sub(x.began))
	}
}

// Request is a call that the environment answered.
type Request struct {
	ID                           string // X-Request-ID
	Method, Path                 string // the path with its query
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
	entries, _ := e.world().journal.Last(0, 0, func(*journal.Entry) bool { return true })
	requests := make([]Request, len(entries))
	for i := range entries {
		requests[len(entries)-1-i] = requestOf(&entries[i])
	}
	return requests
}

func requestOf(e *journal.Entry) Request {
	return Request{
		ID: e.RequestID, Method: e.Method, Path: e.Path, Operation: e.Operation, Provider: e.Provider, User: e.User, Organization: e.Organization,
		Status: e.Status, Because: e.Because(), Changed: e.Changed, Fault: e.Fault, Time: e.APITime, Took: e.Took,
	}
}

// Called says which calls are meant, and how many there should be: at least one unless Count, AtLeast or
// AtMost say otherwise. What is left zero means any.
type Called struct {
	Operation              string // token, credentials …
	Status                 int
	Count, AtLeast, AtMost *int
}

func (c Called) expected(places []Place) (journal.Expected, error) {
	x := journal.Expected{Filter: journal.Filter{Operation: c.Operation, Status: c.Status}, Count: c.Count, AtLeast: c.AtLeast, AtMost: c.AtMost}
	if c.Operation != "" && !slices.Contains(scenarios.Operations(), c.Operation) {
		return x, fmt.Errorf("no operation is called %q%s", c.Operation, scenarios.DidYouMean(c.Operation, scenarios.Operations()))
	}
	return x, narrow(&x.Place, places)
}

// RequireCalled fails the test unless there were as many calls as expected, and says what came near.
func (e *Environment) RequireCalled(t TB, c Called, places ...Place) {
	t.Helper()
	x, err := c.expected(places)
	if err == nil {
		err = e.verify(x)
	}
	if err != nil {
		t.Fatalf("pipesfake: %v", err)
	}
}

func (e *Environment) verify(x journal.Expected) error {
	v, holds := e.world().journal.Verify(x)
	if holds {
		return nil
	}
	return fmt.Errorf("there were %d; expected were %s%s", v.Count, x, strings.Join(append([]string{""}, v.Misses...), "\n\t"))
}

// WaitFor waits until there were as many calls as expected, those before it included. Its error is the
// context's, with what came near.
func (e *Environment) WaitFor(ctx context.Context, c Called, places ...Place) error {
	x, err := c.expected(places)
	if err != nil {
		return err
	}
	for {
		world := e.world()
		next := world.journal.Next()
		err := e.verify(x)
		if err == nil {
			return nil
		}
		select {
		case <-next:
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", ctx.Err(), err)
		}
	}
}

// String is a line for people.
func (r Request) String() string {
	status := fmt.Sprint(r.Status)
	if r.Status == 0 {
		status = "no answer"
	}
	owner := strings.Join(strings.Fields(r.User+" "+r.Organization), " in ")
	if r.Changed != "" {
		r.Because += " (" + r.Changed + ")"
	}
	return strings.Join(strings.Fields(fmt.Sprintf("%s %s %s %s %s → %s: %s", r.ID, r.Method, r.Path, owner, r.Operation, status, r.Because)), " ")
}

// tailOfJournal is how many requests a failed test has in its log.
const tailOfJournal = 10

// logTail tells a test that failed what was asked last.
func (e *Environment) logTail() {
	if !e.t.Failed() {
		return
	}
	requests := e.Requests()
	tail := requests[max(0, len(requests)-tailOfJournal):]
	if len(tail) == 0 {
		e.t.Logf("pipesfake: nothing was asked in environment %s", e.name)
		return
	}
	lines := make([]string, len(tail))
	for i, r := range tail {
		lines[i] = r.String()
	}
	e.t.Logf("pipesfake: the last %d of %d requests in environment %s:\n%s", len(tail), len(requests), e.name, strings.Join(lines, "\n"))
}
