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
	s.explain(x, &reply, err)
	if !reply.IsRepeated {
		s.warnOfUndeclared(x, &reply)
	}
	if reply.Err != nil {
		err = reply.Err
	}
	maps.Copy(x.Header(), reply.Header)
	if reply.Stream != nil {
		reply.Stream(x, x.request)
		return
	}
	x.status = reply.Status
	if reply.Reason == nil && reply.Decision != nil {
		reply.Reason = reply.Decision.HeaderValue()
	}
	if reply.Reason != nil {
		x.Header()["X-Pipesfake-Decision"] = reply.Reason
	}
	if x.status == http.StatusNoContent && reply.Fault == nil {
		record(x, &reply, err, nil)
		x.WriteHeader(x.status)
		return
	}
	body := s.encodeBody(x, reply.Body)
	if reply.Fault != nil {
		x.status, body = reply.Fault.Rewrite(x.Header(), x.status, body)
		x.reason = strings.TrimSuffix(reply.Fault.Sentence(x.status)+"; "+x.reason, "; ")
	}
	record(x, &reply, err, body)
	s.write(x, &reply, body)
}

// errorResponse returns the status and the body of an error.
func errorResponse(route *call.Route, err error) (status int, body any) {
	shown := call.AsError(err)
	return route.StatusOf(shown.Code), route.Translate(shown)
}

// explain sets the reason that the log gives for the response.
func (s *Server) explain(x *request, reply *call.Reply, err error) {
	switch {
	case reply.Err != nil:
		x.reason = reply.Err.Error()
	case err != nil:
		x.reason = call.AsError(err).Error()
	case s.config.Verbose && reply.Decision != nil:
		x.reason = reply.Decision.Because()
	}
}

// encodeBody encodes a body and sets its Content-Type. A body that cannot be encoded makes the response a 500. A body
// of nil is empty. The journal keeps what is returned, so it must not be changed.
func (s *Server) encodeBody(x *request, body any) []byte {
	x.Header()["Content-Type"] = s.contentType
	switch body := body.(type) {
	case nil:
		return nil
	case call.Encoded:
		return body
	case call.Text:
		x.Header().Set("Content-Type", body.ContentType)
		return body.Body
	}
	buffer := s.buffer()
	defer s.buffers.Put(buffer)
	if err := call.EncodeJSON(buffer, body, x.route.Control); err != nil {
		x.status, x.reason = http.StatusInternalServerError, err.Error()
		buffer.Reset()
		_ = call.EncodeJSON(buffer, call.AsError(err), true)
	}
	return bytes.Clone(buffer.Bytes())
}

// write sends the response, which a fault may break.
func (s *Server) write(x *request, reply *call.Reply, body []byte) {
	if reply.Fault != nil {
		reply.Fault.Break(x, x.request, s.draining, x.status, body)
		return
	}
	x.WriteHeader(x.status)
	_, _ = x.Write(body) // it fails if the client has gone
}
