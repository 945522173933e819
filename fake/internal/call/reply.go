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

	Decision   *model.Decision // what decided the state of the connection, or nil. It is shared: do not change it
	Reason     []string        // that of Decision as the value of a header, or nil if only Decision has it
	Key        scenarios.Key   // the connection that the call is about, as far as it names one
	Answer     journal.Answer  // which of the five states the response to a token call shows
	Validity   model.Validity  // how long the next calls get the same reply; zero: it can be another each time
	IsRepeated bool            // an earlier call got the same reply, and this one changed nothing
	Changed    string          // what the call changed, if Decision does not say it
	Err        error           // the failure that a reply with a Body of its own describes
	Fault      *fault.Match    // the fault that breaks the response: of a script's step, or an active one; or nil
}

// Decided returns a decision as a Reply has it: nil if nothing decided, else one that is shared or a copy. It never
// points into a View, so that the journal keeps no more than the decision.
func Decided(d *model.Decision) *model.Decision {
	if d.Scenario == nil {
		return nil
	}
	return d.Shared()
}

// OK returns a reply with status 200 and a body.
func OK(body any) Reply { return Reply{Status: http.StatusOK, Body: body} }

// Text is a Body that is written as it is.
type Text struct {
	ContentType string
	Body        []byte
}

// Encoded is a Body that is JSON already, with a line break at its end. It may be shared and must not be changed.
type Encoded []byte

// EncodeJSON writes a body as JSON, over several lines if it is for people. A body that applications wait for most has
// a method AppendJSON, which is several times as fast.
func EncodeJSON(buffer *bytes.Buffer, body any, forPeople bool) error {
	if fast, is := body.(interface{ AppendJSON([]byte) []byte }); is {
		buffer.Write(fast.AppendJSON(buffer.AvailableBuffer()))
		return buffer.WriteByte('\n')
	}
	encoder := json.NewEncoder(buffer)
	encoder.SetEscapeHTML(false) // webhook signatures and people read the same text
	if forPeople {
		encoder.SetIndent("", "  ")
	}
	return encoder.Encode(body)
}
