package server

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"

	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/ui"
)

// respond is the one place that writes responses; a fault makes of one what it likes.
func (s *Server) respond(x *request, answer call.Reply, err error) {
	if err != nil {
		wire := call.AsError(err)
		answer.Status, answer.Body = x.route.StatusOf(wire.Code), x.route.Translate(wire)
		if isOfPage(x.request) {
			answer.Header = ui.Header()
		}
		x.reason = wire.Error()
	} else if s.config.Verbose && answer.Decision.Scenario != nil {
		x.reason = answer.Decision.Because()
	}
	if answer.Err != nil {
		x.reason, err = answer.Err.Error(), answer.Err
	}
	for name, values := range answer.Header {
		x.Header()[name] = values
	}
	if answer.Stream != nil {
		answer.Stream(x, x.request)
		return
	}
	x.status = answer.Status
	if answer.Decision.Scenario != nil {
		x.Header()["X-Pipesfake-Decision"] = answer.Decision.Header()
	}
	if x.status == http.StatusNoContent && answer.Fault == nil {
		s.record(x, answer, err, nil)
		x.WriteHeader(x.status)
		return
	}
	buffer := s.buffer()
	if answer.Body == nil {
		// a call that a fault answers, or without a body
	} else if err := encode(buffer, answer.Body, x.route.Control); err != nil {
		x.status, x.reason = http.StatusInternalServerError, err.Error()
		buffer.Reset()
		_ = encode(buffer, call.AsError(err), true)
	}
	x.Header()["Content-Type"] = s.contentType
	if text, is := answer.Body.(call.Text); is {
		x.Header().Set("Content-Type", text.ContentType)
	}
	body := buffer.Bytes()
	if answer.Fault != nil {
		x.status, body = answer.Fault.Rewrite(x.Header(), x.status, body)
		x.reason = strings.TrimSuffix(answer.Fault.Sentence(x.status)+"; "+x.reason, "; ")
	}
	s.record(x, answer, err, body)
	if answer.Fault != nil {
		answer.Fault.Break(x, x.request, s.draining, x.status, body)
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
	if text, is := body.(call.Text); is {
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
