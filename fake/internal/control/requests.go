package control

import (
	"cmp"
	"strconv"

	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/fake/internal/redact"
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

// RequestDetail is an entry of the journal with its explanation.
type RequestDetail struct {
	Request
	Headers         map[string]string `json:"headers"`          // without secrets
	Body            string            `json:"body"`             // the same, at most 16 KiB
	ResponseHeaders map[string]string `json:"response_headers"` // without secrets
	ResponseBody    string            `json:"response_body"`    // the same, at most 16 KiB
	DecidedBy       *Decision         `json:"decided_by"`       // null: it was not about a connection's state
	Steps           []Step            `json:"steps"`
}

func requestOf(r redact.Redactor, e *journal.Entry) Request {
	shown := journal.LineOf(r, e)
	view := Request{
		ID: e.RequestID, Method: shown.Method, Path: shown.Path, Operation: pipes.TextOrNull(e.Operation), Provider: pipes.TextOrNull(shown.Provider), UserID: pipes.TextOrNull(shown.User),
		OrganizationID: pipes.TextOrNull(shown.Organization), Fault: pipes.TextOrNull(e.Fault), Because: shown.Because, Changed: pipes.TextOrNull(e.Changed), At: pipes.Timestamp(e.APITime), ReceivedAt: pipes.Timestamp(e.Began),
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
	}{requests, pipes.TextOrNull(next)}, nil
}

// ListRequests is a page of them, and what to ask for those before it; empty: there are none.
func ListRequests(c Call) (requests []Request, more string, err error) {
	var p requestParameters
	check := func() scenarios.Problems { return append(p.Place.Check(), p.Filter.Check()...) }
	if err := readQuery(c, requestsQuery, &p, check); err != nil {
		return nil, "", err
	}
	entries, older := c.Environment.Journal.Last(uint64(p.next), cmp.Or(p.limit, 100), p.Filter.Matches)
	requests = []Request{}
	redactor := journal.NewRedactor(c.Environment.Environment)
	for i := range entries {
		requests = append(requests, requestOf(redactor, &entries[i]))
	}
	if older {
		more = strconv.FormatUint(entries[len(entries)-1].Number, 10)
	}
	return requests, more, nil
}

// GetRequest tells one entry in full.
func GetRequest(c Call) (any, error) {
	entries, _ := c.Environment.Journal.Last(0, 1, func(e *journal.Entry) bool { return e.RequestID == c.Vars["id"] })
	if len(entries) == 0 {
		return nil, &pipes.Error{Code: pipes.EntityNotFound, Message: "The journal of environment " + c.Environment.Name() + " has no request \"" +
			scenarios.Abridge(c.Vars["id"]) + "\": it keeps the last ones, and reset clears it."}
	}
	e := &entries[0]
	redactor := journal.NewRedactor(c.Environment.Environment).ForCall(e.Header)
	view := RequestDetail{Request: requestOf(redactor, e), Headers: redactor.Header(e.Header), Body: redactor.Body(journal.WholeCharacters(e.Request)),
		ResponseHeaders: redactor.Header(e.ResponseHeader), ResponseBody: redactor.Body(journal.WholeCharacters(e.Response)), Steps: stepsOf(e.Decision.Steps)}
	for i := range view.Steps {
		c.hider().fault(view.Steps[i].Fault)
	}
	if e.LeftOut {
		view.Headers["left out"] = "more than 16 KiB"
	}
	if e.AnsweredLeftOut {
		view.ResponseHeaders["left out"] = "more than 16 KiB"
	}
	if e.Host != "" {
		view.Headers["Host"] = redactor.Text(e.Host) // net/http keeps it apart
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
	return struct {
		Deleted int `json:"deleted"`
	}{c.Environment.Journal.Clear()}, nil
}
