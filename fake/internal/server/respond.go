package server

import (
	"bytes"
	"maps"
	"net/http"
	"strings"

	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/ui"
)

// respond writes every response except for forwarded ones (see forward). It lets a fault change the response, records
// the request in the journal, and writes.
func (s *Server) respond(x *request, reply call.Reply, err error) {
	if err != nil {
		reply.Status, reply.Body = errorResponse(x.route, err)
		if isOfPage(x.request) {
			reply.Header = ui.Header()
		}
	}
	s.explain(x, reply, err)
	s.warnOfUndeclared(x, reply)
	if reply.Err != nil {
		err = reply.Err
	}
	maps.Copy(x.Header(), reply.Header)
	if reply.Stream != nil {
		reply.Stream(x, x.request)
		return
	}
	x.status = reply.Status
	if reply.Decision.Scenario != nil {
		x.Header()["X-Pipesfake-Decision"] = reply.Decision.HeaderValue()
	}
	if x.status == http.StatusNoContent && reply.Fault == nil {
		record(x, reply, err, nil)
		x.WriteHeader(x.status)
		return
	}
	buffer := s.buffer()
	s.encodeBody(x, buffer, reply.Body)
	body := buffer.Bytes()
	if reply.Fault != nil {
		x.status, body = reply.Fault.Rewrite(x.Header(), x.status, body)
		x.reason = strings.TrimSuffix(reply.Fault.Sentence(x.status)+"; "+x.reason, "; ")
	}
	record(x, reply, err, body)
	s.write(x, reply, body)
	s.buffers.Put(buffer)
}

// errorResponse returns the status and the body of an error.
func errorResponse(route *call.Route, err error) (status int, body any) {
	shown := call.AsError(err)
	return route.StatusOf(shown.Code), route.Translate(shown)
}

// explain sets the reason that the log gives for the response.
func (s *Server) explain(x *request, reply call.Reply, err error) {
	switch {
	case reply.Err != nil:
		x.reason = reply.Err.Error()
	case err != nil:
		x.reason = call.AsError(err).Error()
	case s.config.Verbose && reply.Decision.Scenario != nil:
		x.reason = reply.Decision.Because()
	}
}

// encodeBody encodes a body into an empty buffer and sets its Content-Type. A body that cannot be encoded makes the
// response a 500. A body of nil is empty.
func (s *Server) encodeBody(x *request, buffer *bytes.Buffer, body any) {
	x.Header()["Content-Type"] = s.contentType
	if text, is := body.(call.Text); is {
		x.Header().Set("Content-Type", text.ContentType)
	}
	if body == nil {
		return
	}
	if err := encode(buffer, body, x.route.Control); err != nil {
		x.status, x.reason = http.StatusInternalServerError, err.Error()
		buffer.Reset()
		_ = encode(buffer, call.AsError(err), true)
	}
}

// encode writes a body as JSON, over several lines if it is for people.
func encode(buffer *bytes.Buffer, body any, forPeople bool) error {
	if fast, is := body.(interface{ AppendJSON([]byte) []byte }); is {
		buffer.Write(fast.AppendJSON(buffer.AvailableBuffer()))
		return buffer.WriteByte('\n')
	}
	if text, is := body.(call.Text); is {
		_, err := buffer.Write(text.Body)
		return err
	}
	return call.EncodeJSON(buffer, body, forPeople)
}

// write sends the response, which a fault may break.
func (s *Server) write(x *request, reply call.Reply, body []byte) {
	if reply.Fault != nil {
		reply.Fault.Break(x, x.request, s.draining, x.status, body)
		return
	}
	x.WriteHeader(x.status)
	_, _ = x.Write(body) // it fails if the client has gone
}
