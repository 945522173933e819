package control

import (
	"strconv"
	"time"

	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// Request is an entry of the journal in short.
type Request struct {
	ID             string  `json:"id"` // the answer's X-Request-ID
	Method         string  `json:"method"`
	Path           string  `json:"path"`
	Operation      *string `json:"operation"` // null: none of the API
	Provider       *string `json:"provider"`
	UserID         *string `json:"user_id"`
	OrganizationID *string `json:"organization_id"`
	Status         *int    `json:"status"` // null: no answer, by a fault
	Fault          *string `json:"fault"`  // what broke the answer
	Because        string  `json:"because"`
	Changed        *string `json:"changed"`     // by the call, in words; null: nothing
	At             string  `json:"at"`          // the environment's time
	ReceivedAt     string  `json:"received_at"` // real time
	DurationMS     float64 `json:"duration_ms"` // of real time
}

// RequestInFull is an entry of the journal with its explanation.
type RequestInFull struct {
	Request
	Headers         map[string]string `json:"headers"`          // without secrets
	Body            string            `json:"body"`             // the same, at most 16 KiB
	ResponseHeaders map[string]string `json:"response_headers"` // without secrets
	ResponseBody    string            `json:"response_body"`    // the same, at most 16 KiB
	DecidedBy       *Decision         `json:"decided_by"`       // null: it was not about a connection's state
	Steps           []Step            `json:"steps"`
}

func requestOf(e *journal.Entry) Request {
	view := Request{
		ID: e.RequestID, Method: e.Method, Path: e.Path, Operation: orNull(e.Operation), Provider: orNull(e.Provider), UserID: orNull(e.User),
		OrganizationID: orNull(e.Organization), Fault: orNull(e.Fault), Because: e.Because(), Changed: orNull(e.Changed), At: pipes.Timestamp(e.APITime), ReceivedAt: pipes.Timestamp(e.Began),
		DurationMS: float64(e.Took.Microseconds()) / 1000,
	}
	if e.Status != 0 {
		view.Status = &e.Status
	}
	return view
}

// GetRequests lists the journal, the newest first, a page at a time.
func GetRequests(c Call) (any, error) {
	requests, next, err := ListRequests(c)
	if err != nil {
		return nil, err
	}
	return struct {
		Requests []Request `json:"requests"`
		Next     *string   `json:"next"` // what to ask for those before; null: there are none
	}{requests, orNull(next)}, nil
}

// ListRequests is a page of them, and what to ask for those before it; empty: there are none.
func ListRequests(c Call) (requests []Request, more string, err error) {
	p := c.parameters()
	filter := p.filter()
	next, limit := p.number("next", 1, 1<<62), p.number("limit", 1, 1000)
	if limit == 0 {
		limit = 100
	}
	if err := p.err(); err != nil {
		return nil, "", err
	}
	entries, older := c.Journal.Last(uint64(next), limit, filter.Suits)
	requests = []Request{}
	for i := range entries {
		requests = append(requests, requestOf(&entries[i]))
	}
	if older {
		more = strconv.FormatUint(entries[len(entries)-1].Number, 10)
	}
	return requests, more, nil
}

// GetRequest tells one entry in full.
func GetRequest(c Call) (any, error) {
	entries, _ := c.Journal.Last(0, 1, func(e *journal.Entry) bool { return e.RequestID == c.Vars["id"] })
	if len(entries) == 0 {
		return nil, &pipes.Error{Code: pipes.EntityNotFound, Message: "The journal of environment " + c.Environment.Name() + " has no request \"" +
			scenarios.Abridge(c.Vars["id"]) + "\": it keeps the last ones, and reset clears it."}
	}
	e := &entries[0]
	secrets := c.Environment.Scenarios().SecretFields()
	view := RequestInFull{Request: requestOf(e), Headers: journal.ShownHeader(e.Header), Body: journal.Shown(e.Request, secrets),
		ResponseHeaders: journal.ShownHeader(e.Answered), ResponseBody: journal.Shown(e.Response, secrets), Steps: stepsOf(e.Decision.Steps)}
	if e.Host != "" {
		view.Headers["Host"] = e.Host // net/http keeps it apart
	}
	if e.Status == 0 {
		view.ResponseHeaders = map[string]string{} // nothing was sent
	}
	if e.Decision.Scenario != nil {
		decided := decisionOf(e.Decision)
		view.DecidedBy = &decided
	}
	return view, nil
}

// DeleteRequests empties the journal.
func DeleteRequests(c Call) (any, error) {
	entries, _ := c.Journal.Last(0, 0, func(*journal.Entry) bool { return true })
	c.Journal.Clear()
	return struct {
		Deleted int `json:"deleted"`
	}{len(entries)}, nil
}

// verdict is the answer of verify and wait.
type verdict struct {
	OK    bool `json:"ok"`
	Count int  `json:"count"`
}

// failed is that of an expectation that does not hold.
type failed struct {
	Code       pipes.Code `json:"code"`
	Message    string     `json:"message"`
	Count      int        `json:"count"`
	NearMisses []string   `json:"near_misses"`
}

// Status makes it a 409, which clients do not try again.
func (failed) Status() int { return 409 }

func failedOf(message string, v journal.Verdict) failed {
	answer := failed{pipes.VerificationFailed, message, v.Count, v.Misses}
	if v.Misses == nil {
		answer.NearMisses = []string{}
	}
	return answer
}

// PostVerify tells whether there were as many requests as expected, or some in an order.
func PostVerify(c Call) (any, error) {
	object, err := c.object(append([]string{"count", "at_least", "at_most", "status", "operation", "order"}, placeFields...)...)
	if err != nil {
		return nil, err
	}
	if object.Value("order") != nil {
		return verifyOrder(c, object)
	}
	expected := journal.Expected{Filter: readFilter(object), Count: object.Number("count"), AtLeast: object.Number("at_least"), AtMost: object.Number("at_most")}
	if expected.Count != nil && (expected.AtLeast != nil || expected.AtMost != nil) {
		object.Wrong("count", "invalid", "count says it all: leave at_least and at_most out, or count")
	}
	if err := object.Err(); err != nil {
		return nil, err
	}
	v, holds := c.Journal.Verify(expected)
	if !holds {
		return failedOf("There were "+strconv.Itoa(v.Count)+"; expected were "+expected.String()+".", v), nil
	}
	return verdict{true, v.Count}, nil
}

func verifyOrder(c Call, object *body.Object) (any, error) {
	object.Only("order")
	var filters []journal.Filter
	for _, one := range object.Objects("order") {
		one.Only(append([]string{"status", "operation"}, placeFields...)...)
		filters = append(filters, readFilter(one))
	}
	if err := object.Err(); err != nil {
		return nil, err
	}
	if met := c.Journal.InOrder(filters); met < len(filters) {
		missing := filters[met]
		v, _ := c.Journal.Verify(journal.Expected{Filter: missing})
		return failedOf("After "+strconv.Itoa(met)+" of "+strconv.Itoa(len(filters))+" in order there were no "+missing.String()+".", journal.Verdict{Count: met, Misses: v.Misses}), nil
	}
	return verdict{true, len(filters)}, nil
}

var placeFields = []string{"provider", "user_id", "organization_id", "connection_owner"}

func readFilter(object *body.Object) journal.Filter {
	filter := journal.Filter{Operation: object.OneOf("operation", scenarios.Operations()...), Place: readPlace(object)}
	if status := object.Number("status"); status != nil {
		filter.Status = *status
	}
	return filter
}

// How long a wait lasts unless it says so, and at most.
const (
	usualWait   = 10 * time.Second
	longestWait = 10 * time.Minute
	lookAgain   = 50 * time.Millisecond // for events, which time may cause
)

// GetWait answers when there were as many requests as expected, or an event.
func GetWait(c Call) (any, error) {
	p := c.parameters()
	expected := journal.Expected{Filter: p.filter(), Count: p.numberOrNil("count"), AtLeast: p.numberOrNil("at_least"), AtMost: p.numberOrNil("at_most")}
	event, told := p.oneOf("event", pipes.Events()...), p.oneOf("webhook", pipes.Events()...)
	if event != "" && told != "" {
		p.refuse("webhook", "is waited for by itself: leave event out")
	}
	timeout := p.timeout()
	if err := p.err(); err != nil {
		return nil, err
	}
	look := func() (journal.Verdict, bool) { return c.Journal.Verify(expected) }
	if event != "" {
		look = func() (journal.Verdict, bool) {
			n := c.Environment.CountEvents(func(e *environment.Event) bool { return e.Name == event && expected.Covers(e.Key) })
			return journal.Verdict{Count: n}, expected.Holds(n)
		}
	}
	if told != "" {
		look = func() (journal.Verdict, bool) {
			n := delivered(c, told, expected.Place)
			return journal.Verdict{Count: n}, expected.Holds(n)
		}
	}
	deadline := time.NewTimer(timeout)
	defer deadline.Stop()
	again := time.NewTicker(lookAgain)
	defer again.Stop()
	for {
		next := c.Journal.Next()
		v, holds := look()
		if holds {
			return verdict{true, v.Count}, nil
		}
		select {
		case <-next:
		case <-again.C:
		case <-deadline.C:
			what := expected.String()
			if event+told != "" {
				what = event + told + " for " + expected.Place.String()
			}
			return failedOf("Within "+scenarios.FormatDuration(timeout)+" there were "+strconv.Itoa(v.Count)+"; expected were "+what+".", v), nil
		case <-c.Context.Done():
			return failedOf("The client left.", v), nil
		case <-c.Leaving:
			return failedOf("The server left.", v), nil
		}
	}
}
