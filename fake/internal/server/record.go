package server

import (
	"cmp"
	"net/http"
	"strings"

	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/scenarios"
)

// record keeps a request in the journal, before its answer is written: who has the answer finds it there.
func (s *Server) record(x *request, answer call.Reply, wrong error, body []byte) {
	defer x.endAnswer()
	if x.environment == nil || x.route.Control || strings.HasPrefix(x.request.URL.Path, "/_control") {
		return
	}
	path := x.request.RequestURI
	if path == "" { // it came from no connection
		path = x.request.URL.RequestURI()
	}
	key := answer.Key
	if key == (scenarios.Key{}) { // it was refused before somebody read it
		key = call.ValidKey(call.KeyFromPath(x.vars, x.request.URL.Query()))
	}
	e := journal.Entry{
		RequestID: x.requestID, Method: scenarios.Abridge(x.request.Method), Path: path, Operation: x.route.Operation,
		Key: key, Began: x.began, APITime: x.environment.TimeAt(x.began), Status: x.status, Decision: answer.Decision,
		Host: x.request.Host, Header: x.request.Header, ResponseHeader: x.Header(), Request: x.body, Response: body,
	}
	e.Answer, e.Changed = answer.Answer, cmp.Or(answer.Changed, answer.Decision.Changed)
	if wrong != nil {
		e.Error, e.Code, e.Answer = wrong.Error(), string(call.AsError(wrong).Code), 0 // whatever the connection was
	} else if answer.Fault == nil && e.Changed == "" && answer.Decision.Scenario == nil && e.Operation != "" && x.route.EnvironmentOf == nil && x.request.Method != http.MethodGet && x.request.Method != http.MethodHead {
		e.Changed = strings.ReplaceAll(e.Operation, "_", " ") // what has no state
	}
	if struck := answer.Fault; struck != nil {
		e.Fault, e.FaultText, e.FaultKind = struck.String(), struck.Sentence(x.status), struck.Way()
		e.Altered = e.FaultKind != "delay" && e.FaultKind != "drip"
	}
	x.entry = x.environment.Journal.Add(&e)
}
