package fake

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"example.com/pipesfake/fake/internal/control"
	"example.com/pipesfake/fake/internal/fault"
	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/ui"
	"example.com/pipesfake/scenarios"
)

// reply is what a handler returns: a status and a body to be written as JSON.
type reply struct {
	status   int
	body     any
	decision model.Decision                           // why, where a connection was asked for
	key      scenarios.Key                            // which connection the call is about, as far as it names one
	answer   journal.Answer                           // what a call for a token or credentials was told
	stream   func(http.ResponseWriter, *http.Request) // writes the answer itself, on and on
	header   http.Header                              // beside what every answer has
	changed  string                                   // what the call changed, where no decision says it
	wrong    error                                    // what is wrong, of an answer with a body of its own
	struck   *fault.Match                             // what breaks the answer; nil: nothing
}

// ok is the reply of a handler that has nothing more to say than its body.
func ok(body any) reply { return reply{status: http.StatusOK, body: body} }

// request is one request on its way and what became of it.
type request struct {
	http.ResponseWriter
	request *http.Request
	route   *route
	vars    map[string]string // of the path
	status  int
	reason  string // for the log: why it was answered so

	began     time.Time          // in real time
	world     *hostedEnvironment // nil: it reached none
	requestID string
	body      []byte
	entry     uint64 // in the journal
}

// WriteHeader remembers the status, also of what a fallback answers, which may bring a request id of its own.
func (x *request) WriteHeader(status int) {
	x.status = status
	if x.requestID != "" && x.Header()["X-Request-Id"] == nil {
		x.Header()["X-Request-Id"] = []string{x.requestID}
	}
	x.ResponseWriter.WriteHeader(status)
}

// environment is the one that the request reached; nil: none.
func (x *request) environment() *model.Environment {
	if x.world == nil {
		return nil
	}
	return x.world.Environment
}

// Unwrap lets http.ResponseController reach the connection.
func (x *request) Unwrap() http.ResponseWriter { return x.ResponseWriter }

// respond is the one place that writes responses; a fault makes of one what it likes.
func (s *Server) respond(x *request, answer reply, err error) {
	if err != nil {
		wire := asError(err)
		answer.status, answer.body = statusOf(wire.Code, x.route), inWordsOf(x.route.operation, wire)
		if isOfPage(x.request) {
			answer.header = ui.Header()
		}
		x.reason = wire.Error()
	} else if s.options.verbose && answer.decision.Scenario != nil {
		x.reason = answer.decision.Because()
	}
	if answer.wrong != nil {
		x.reason, err = answer.wrong.Error(), answer.wrong
	}
	for name, values := range answer.header {
		x.Header()[name] = values
	}
	if answer.stream != nil {
		answer.stream(x, x.request)
		return
	}
	x.status = answer.status
	if answer.decision.Scenario != nil {
		x.Header()["X-Pipesfake-Decision"] = answer.decision.Header()
	}
	if x.status == http.StatusNoContent && answer.struck == nil {
		s.record(x, answer, err, nil)
		x.WriteHeader(x.status)
		return
	}
	buffer, _ := s.buffers.Get().(*bytes.Buffer)
	if buffer == nil {
		buffer = new(bytes.Buffer)
	}
	buffer.Reset()
	if answer.body == nil {
		// a call that a fault answers, or without a body
	} else if err := encode(buffer, answer.body, x.route.control); err != nil {
		x.status, x.reason = http.StatusInternalServerError, err.Error()
		buffer.Reset()
		_ = encode(buffer, asError(err), true)
	}
	x.Header()["Content-Type"] = s.contentType
	if text, is := answer.body.(control.Text); is {
		x.Header().Set("Content-Type", text.ContentType)
	}
	body := buffer.Bytes()
	if answer.struck != nil {
		x.status, body = answer.struck.Rewrite(x.Header(), x.status, body)
		x.reason = strings.TrimSuffix(answer.struck.Sentence(x.status)+"; "+x.reason, "; ")
	}
	s.record(x, answer, err, body)
	if answer.struck != nil {
		answer.struck.Break(x, x.request, s.leaving, x.status, body)
	} else {
		x.WriteHeader(x.status)
		_, _ = x.Write(body) // the client may be gone
	}
	s.buffers.Put(buffer)
}

// encode writes a body as JSON, for people over several lines.
func encode(buffer *bytes.Buffer, body any, forPeople bool) error {
	if fast, ok := body.(interface{ AppendJSON([]byte) []byte }); ok {
		buffer.Write(fast.AppendJSON(buffer.AvailableBuffer()))
		return buffer.WriteByte('\n')
	}
	if text, is := body.(control.Text); is {
		_, err := buffer.Write(text.Body)
		return err
	}
	encoder := json.NewEncoder(buffer)
	encoder.SetEscapeHTML(false) // webhook signatures and people read the same text
	if forPeople {
		encoder.SetIndent("", "  ")
	}
	return encoder.Encode(body)
}
