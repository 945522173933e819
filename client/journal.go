package client

import (
	"errors"
	"slices"
	"strings"
	"time"

	"example.com/pipesfake/fake"
	"example.com/pipesfake/internal/calls"
	"example.com/pipesfake/internal/fields"
)

// request is a call, as GET /_control/requests shows it.
type request struct {
	ID, Method, Path, Operation, Provider string
	User                                  string `json:"user_id"`
	Organization                          string `json:"organization_id"`
	Status                                int
	Because, Changed, Fault               string
	At                                    time.Time
	Received                              time.Time         `json:"received_at"`
	DurationMS                            float64           `json:"duration_ms"`
	Headers                               map[string]string `json:"headers"`
	Body                                  string            `json:"body"`
	ResponseHeaders                       map[string]string `json:"response_headers"`
	ResponseBody                          string            `json:"response_body"`
}

// brief returns the request without headers and bodies.
func (r request) brief() fake.Request {
	shown := r.request()
	shown.RequestHeaders, shown.ResponseHeaders = nil, nil
	return shown
}

func (r request) request() fake.Request {
	return fake.Request{
		ID:           r.ID,
		Method:       r.Method,
		Path:         r.Path,
		Operation:    r.Operation,
		Provider:     r.Provider,
		User:         r.User,
		Organization: r.Organization,
		Status:       r.Status,
		Because:      r.Because,
		Changed:      r.Changed,
		Fault:        r.Fault,
		Time:         r.At,
		Took:         milliseconds(r.DurationMS),

		Received:        r.Received,
		RequestHeaders:  calls.Header(r.Headers),
		RequestBody:     r.Body,
		ResponseHeaders: calls.Header(r.ResponseHeaders),
		ResponseBody:    r.ResponseBody,
	}
}

// milliseconds returns a number of milliseconds as a duration.
func milliseconds(n float64) time.Duration { return time.Duration(n * float64(time.Millisecond)) }

// Requests returns the last calls that the environment answered, the oldest first, as fake.Environment.Requests does.
func (e *Environment) Requests() []fake.Request {
	e.t.Helper()
	requests := []fake.Request{}
	path := "/requests?full=true&limit=100"
	for next := ""; ; {
		page, before, err := e.requests(path + next)
		if err != nil {
			e.fail(err)
			return nil
		}
		requests = append(requests, page...)
		if before == "" {
			slices.Reverse(requests)
			return requests
		}
		next = "&next=" + before
	}
}

// ClearRequests removes all requests from the journal. Request ids go on.
func (e *Environment) ClearRequests() {
	e.t.Helper()
	if err := e.do("DELETE", "/requests", nil, nil); err != nil {
		e.fail(err)
	}
}

// requests returns a page of the journal, the newest first, and the parameter next of the page before it.
func (e *Environment) requests(path string) (page []fake.Request, next string, err error) {
	var list struct {
		Requests []request
		Next     string
	}
	err = e.do("GET", path, nil, &list)
	for _, one := range list.Requests {
		page = append(page, one.request())
	}
	return page, list.Next, err
}

// logTail logs the last requests of the environment, or, if there are none, which other environments got requests: the
// test may have used the wrong API key.
func (e *Environment) logTail() {
	tail, _, err := e.requests("/requests?limit=10")
	var counted struct{ Count int }
	if err == nil {
		err = e.do("POST", "/verify", map[string]int{"at_least": 0}, &counted)
	}
	switch {
	case err != nil:
		e.t.Logf("pipesfake: the last requests in environment %s are unknown: %v", e.name, err)
		return
	case len(tail) == 0:
		e.t.Logf("pipesfake: nothing was asked in environment %s%s", e.name, e.elsewhere())
		return
	}
	slices.Reverse(tail)
	lines := make([]string, len(tail))
	for i, r := range tail {
		lines[i] = r.String()
	}
	e.t.Logf("pipesfake: the last %d of %s in environment %s:\n%s",
		len(tail), fields.Plural(counted.Count, "request"), e.name, strings.Join(lines, "\n"))
}

// elsewhere says which other environments got requests, as the end of a sentence.
func (e *Environment) elsewhere() (text string) {
	var failed *VerificationError
	if err := e.do("POST", "/verify", struct{}{}, nil); errors.As(err, &failed) {
		for _, miss := range failed.NearMisses {
			text += "; " + miss
		}
	}
	return text
}
