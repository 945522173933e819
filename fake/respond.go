package fake

import (
	"bytes"
	"encoding/json"
	"net/http"

	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/fake/internal/pipes"
)

// reply is what a handler returns: a status and a body to be written as JSON.
type reply struct {
	status   int
	body     any
	decision environment.Decision // why, where a connection was asked for
}

// ok is the reply of a handler that has nothing more to say than its body.
func ok(body any) reply { return reply{status: http.StatusOK, body: body} }

// exchange is one request on its way and what became of it.
type exchange struct {
	http.ResponseWriter
	route  route
	status int
	reason string // for the log: why it was answered so
}

// Unwrap lets http.ResponseController reach the connection.
func (x *exchange) Unwrap() http.ResponseWriter { return x.ResponseWriter }

// respond is the one place that writes responses.
func (s *Server) respond(x *exchange, answer reply, err error) {
	if err != nil {
		wire := asError(err)
		answer = reply{status: statusOf(wire.Code, x.route.invalid), body: wire}
		x.reason = wire.Error()
	} else if s.options.verbose && answer.decision.Scenario != nil {
		x.reason = answer.decision.Because()
	}
	x.status = answer.status
	x.Header()["Content-Type"] = []string{"application/json; charset=utf-8"}
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false) // webhook signatures and people read the same text
	if x.route.control {
		encoder.SetIndent("", "  ")
	}
	if err := encoder.Encode(answer.body); err != nil {
		x.status, x.reason = http.StatusInternalServerError, err.Error()
		buffer.Reset()
		_ = encoder.Encode(&pipes.Error{Code: pipes.InternalError, Message: "pipesfake could not write its answer: " + err.Error() + "."})
	}
	x.WriteHeader(x.status)
	_, _ = x.Write(buffer.Bytes()) // the client may be gone
}
