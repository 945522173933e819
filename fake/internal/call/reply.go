package call

import (
	"bytes"
	"encoding/json"
	"net/http"

	"example.com/pipesfake/fake/internal/fault"
	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/scenarios"
)

// Reply is what a handler returns: a status and a body to be written as JSON, and what the journal says about it.
type Reply struct {
	Status int
	Body   any         // nil means an empty body
	Header http.Header // in addition to the headers that every response has

	// Stream writes the response in place of Status and Body, if it is set.
	Stream func(http.ResponseWriter, *http.Request)

	Decision model.Decision // what decided the state of the connection; the zero value if nothing did
	Key      scenarios.Key  // the connection that the call is about, as far as it names one
	Answer   journal.Answer // which of the five states the response to a token call shows
	Changed  string         // what the call changed, if Decision does not say it
	Err      error          // the failure that a reply with a Body of its own describes
	Fault    *fault.Match   // the fault that breaks the response, or nil
}

// OK returns a reply with status 200 and a body.
func OK(body any) Reply { return Reply{Status: http.StatusOK, Body: body} }

// Text is a Body that is written as it is.
type Text struct {
	ContentType string
	Body        []byte
}

// Encoded is a Body that is JSON already.
type Encoded []byte

// AppendJSON appends the body to b.
func (e Encoded) AppendJSON(b []byte) []byte { return append(b, e...) }

// EncodeJSON writes a body as JSON, over several lines if it is for people.
func EncodeJSON(buffer *bytes.Buffer, body any, forPeople bool) error {
	encoder := json.NewEncoder(buffer)
	encoder.SetEscapeHTML(false) // webhook signatures and people read the same text
	if forPeople {
		encoder.SetIndent("", "  ")
	}
	return encoder.Encode(body)
}
