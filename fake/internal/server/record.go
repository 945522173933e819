package server

import (
	"net/http"
	"strings"
	"time"

	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/scenarios"
)

// record stores a request in the journal before its response is written, so that whoever has the response finds the
// request there. err is the failure that the response describes, or nil.
func record(x *request, reply *call.Reply, err error, body []byte) {
	defer x.endAnswer()
	if x.isRecorded() {
		e := entryOf(x, reply, err, body, x.environment.TimeAt(x.began))
		if reply.Fault == nil { // nothing delays the response any more
			x.ended = clock.RealNowAfter(x.began)
			e.Took = x.ended.Sub(x.began)
		}
		x.entry = x.environment.Journal.Add(e)
	}
}

// isRecorded reports whether the journal stores the request: one that reached an environment, except for control calls.
func (x *request) isRecorded() bool {
	return x.environment != nil && !x.route.Control && !strings.HasPrefix(x.request.URL.Path, "/_control")
}

// entryOf returns what the journal stores about a request. apiTime is when it began by the environment's clock.
func entryOf(x *request, reply *call.Reply, err error, body []byte, apiTime time.Time) *journal.Entry {
	r := x.request
	e := &journal.Entry{
		RequestID: x.requestID, Method: fields.Abridge(r.Method), Path: target(r),
		Operation: x.route.Operation, Key: keyOf(x, reply), Began: x.began, APITime: apiTime, Status: x.status,
		Decision: reply.Decision, Answer: reply.Answer, Changed: changedBy(x, reply, err),
		Host: r.Host, Header: r.Header, ResponseHeader: x.Header(), Request: x.body, Response: body,
	}
	if err != nil {
		e.Error, e.Code = err.Error(), string(call.AsError(err).Code)
		e.Answer = 0 // whatever state the connection has
	}
	if matched := reply.Fault; matched != nil {
		e.Fault, e.FaultText, e.FaultKind = matched.String(), matched.Sentence(x.status), matched.Way()
		e.Altered = matched.ChangesResponse()
	}
	return e
}

// target returns the path and query of a request as the client wrote them. A request that came from no connection has
// them only in its URL.
func target(r *http.Request) string {
	if r.RequestURI != "" {
		return r.RequestURI
	}
	return r.URL.RequestURI()
}

// keyOf returns the connection that a request is about: what the handler says, or what the path and query name if the
// request was refused before a handler saw it.
func keyOf(x *request, reply *call.Reply) scenarios.Key {
	if reply.Key != (scenarios.Key{}) {
		return reply.Key
	}
	return call.ValidKey(call.KeyFromPath(x.vars, x.request.URL.Query()))
}

// changedBy says what a request changed, in words: what the handler or the decision says, else the operation itself
// if it wrote something that has no state, such as an endpoint.
func changedBy(x *request, reply *call.Reply, err error) string {
	switch {
	case reply.IsRepeated:
		return ""
	case reply.Changed != "":
		return reply.Changed
	case reply.Decision != nil && reply.Decision.Changed != "":
		return reply.Decision.Changed
	}
	hasFailed := err != nil || reply.Fault != nil
	isWithoutState := reply.Decision == nil && x.route.EnvironmentOf == nil
	if isRead(x.request) || hasFailed || !isWithoutState {
		return ""
	}
	return strings.ReplaceAll(x.route.Operation, "_", " ")
}
