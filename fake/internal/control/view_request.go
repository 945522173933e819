package control

import (
	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/pipes"
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

// RequestDetail is an entry of the journal with its explanation. Headers and bodies are without secrets.
type RequestDetail struct {
	Request
	Headers         map[string]string `json:"headers"`
	Body            string            `json:"body"` // at most 16 KiB
	ResponseHeaders map[string]string `json:"response_headers"`
	ResponseBody    string            `json:"response_body"` // at most 16 KiB
	DecidedBy       *Decision         `json:"decided_by"`    // null: it was not about a connection's state
	Steps           []Step            `json:"steps"`
}

func (v views) request(e *journal.Entry) Request {
	shown := journal.LineOf(v.Redactor, e)
	view := Request{
		ID: e.RequestID, Method: shown.Method, Path: shown.Path, Operation: pipes.TextOrNull(e.Operation),
		Provider: pipes.TextOrNull(shown.Provider), UserID: pipes.TextOrNull(shown.User),
		OrganizationID: pipes.TextOrNull(shown.Organization), Fault: pipes.TextOrNull(e.Fault),
		Because: shown.Because, Changed: pipes.TextOrNull(e.Changed), At: pipes.Timestamp(e.APITime),
		ReceivedAt: pipes.Timestamp(e.Began), DurationMS: float64(e.Took.Microseconds()) / 1000,
	}
	if e.Status != 0 {
		view.Status = &e.Status
	}
	return view
}

func (v views) requests(entries []journal.Entry) []Request {
	list := []Request{}
	for i := range entries {
		list = append(list, v.request(&entries[i]))
	}
	return list
}

// leftOut stands in the place of headers that the journal did not store.
const leftOut = "more than 16 KiB"

func (v views) requestDetail(e *journal.Entry) RequestDetail {
	v.Redactor = v.ForCall(e.Header)
	view := RequestDetail{
		Request: v.request(e), Steps: v.steps(nil),
		Headers: v.Header(e.Header), Body: v.Body(journal.WholeCharacters(e.Request)),
		ResponseHeaders: v.Header(e.ResponseHeader), ResponseBody: v.Body(journal.WholeCharacters(e.Response)),
	}
	if e.LeftOut {
		view.Headers["left out"] = leftOut
	}
	if e.AnsweredLeftOut {
		view.ResponseHeaders["left out"] = leftOut
	}
	if e.Host != "" {
		view.Headers["Host"] = v.Text(e.Host) // net/http stores it apart
	}
	if e.Status == 0 {
		view.ResponseHeaders = map[string]string{} // nothing was sent
	}
	if e.Decision != nil {
		decided := v.decision(*e.Decision)
		view.Steps, view.DecidedBy = v.steps(e.Decision.Steps), &decided
	}
	return view
}
