package fake

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"example.com/pipesfake/fake/internal/control"
	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/internal/calls"
	"example.com/pipesfake/internal/fields"
)

// Request describes a call that the environment received, with what it answered and why. It contains no secrets: in
// headers and bodies, too, an ellipsis takes the place of keys and tokens.
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
	Received                     time.Time     // in real time
	Took                         time.Duration // in real time
	RequestHeaders               http.Header   // one value for each name; several are joined by commas
	RequestBody                  string        // at most 16 KiB
	ResponseHeaders              http.Header   // empty if a fault prevented the response
	ResponseBody                 string        // at most 16 KiB
}

// Requests returns the last calls that the environment answered, the oldest first: at most 1,000, or as many as
// WithJournal says. Control calls are not among them.
func (e *Environment) Requests() []Request { return e.lastRequests(0) }

// ClearRequests removes all requests from the journal, so that RequireCalled and WaitFor count from here. Request ids
// go on.
func (e *Environment) ClearRequests() { e.open().Journal.Clear() }

// lastRequests returns the last calls, at most limit of them unless it is zero, the oldest first.
func (e *Environment) lastRequests(limit int) []Request {
	call := e.asControl()
	entries, _ := call.Environment.Journal.Last(0, limit, func(*journal.Entry) bool { return true })
	slices.Reverse(entries)
	requests := make([]Request, len(entries))
	for i, shown := range call.RequestDetails(entries) {
		requests[i] = requestOf(&entries[i], shown)
	}
	return requests
}

func requestOf(e *journal.Entry, shown control.RequestDetail) Request {
	return Request{
		ID:              e.RequestID,
		Method:          shown.Method,
		Path:            shown.Path,
		Operation:       e.Operation,
		Provider:        textOf(shown.Provider),
		User:            textOf(shown.UserID),
		Organization:    textOf(shown.OrganizationID),
		Status:          e.Status,
		Because:         shown.Because,
		Changed:         e.Changed,
		Fault:           e.Fault,
		Time:            e.APITime,
		Received:        e.Began,
		Took:            e.Took,
		RequestHeaders:  calls.Header(shown.Headers),
		RequestBody:     shown.Body,
		ResponseHeaders: calls.Header(shown.ResponseHeaders),
		ResponseBody:    shown.ResponseBody,
	}
}

// textOf returns a text, or the empty string for nil.
func textOf(text *string) string {
	if text == nil {
		return ""
	}
	return *text
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
	tail := e.lastRequests(tailOfJournal)
	if len(tail) == 0 {
		text := "nothing was asked in environment " + e.name
		for _, one := range e.server.server.Environments().Others(e.open(), journal.Filter{}) {
			text += "; " + one.Environment + " got " + fields.Plural(one.Requests, "request")
		}
		e.t.Logf("pipesfake: %s", text)
		if e.server.isShared && !e.server.server.Listens() {
			e.t.Logf("pipesfake: the shared server does not listen, so that only its Client reaches %s: "+
				"make it with New(WithAddress(\"127.0.0.1:0\")), or let the application use the Client", e.URL())
		}
		return
	}
	lines := make([]string, len(tail))
	for i, r := range tail {
		lines[i] = r.String()
	}
	all := fields.Plural(e.open().Journal.Count(journal.Filter{}), "request")
	e.t.Logf("pipesfake: the last %d of %s in environment %s:\n%s", len(tail), all, e.name, strings.Join(lines, "\n"))
}
