package server

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"

	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/fake/internal/fault"
	"example.com/pipesfake/fake/internal/mint"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// answer is the way of a routed request: key and environment, body, handler, respond.
func (s *Server) answer(x *request, r *http.Request) {
	c := call.Call{
		Request: r, Vars: x.vars, Bodies: &s.bodies, Began: x.began,
		ExternalURL: s.config.ExternalURL, LinkLocalWebhooks: s.config.LinkLocalWebhooks,
	}
	var unread error // the body
	err := unescape(c.Vars)
	var wrong error // of a call that is let in
	if err == nil {
		wrong = readAddress(&c, x.route)
	}
	var entered *environment.Environment
	switch {
	case err != nil:
	case x.route.Control:
		entered, err = s.controlled(x, c, wrong)
	case x.route.EnvironmentOf != nil:
		if c.Body, unread = body.Read(r); x.route.AnyBody {
			unread = call.IgnoreTooLarge(unread) // providers take larger ones, which nobody looks at
		}
		var name string
		name, c.Token = x.route.EnvironmentOf(c)
		entered, err = s.environments.Open(name, x.began)
	default:
		entered, err = s.openByKey(r, x.began)
	}
	if err != nil {
		s.refuse(x, r, err)
		return
	}
	x.enter(entered)
	c.Environment = entered
	var result call.Reply
	if x.route.EnvironmentOf == nil {
		c.Body, unread = body.Read(r)
	}
	x.body = c.Body
	x.beginAnswer()
	s.number(x, x.route.Control)
	if err = cmp.Or(unread, wrong); err == nil {
		result, err = x.handle(c)
	}
	s.respond(x, result, err)
}

// handle answers a call, unless a fault strikes that replaces the answer.
func (x *request) handle(c call.Call) (call.Reply, error) {
	var struck *fault.Match
	if !x.route.Control && c.Environment.HasFaults() {
		struck = c.Environment.MatchFault(x.route.Subject(c))
	}
	var result call.Reply
	var err error
	if struck == nil || !struck.Replaces() {
		result, err = x.route.Handle(c)
	}
	if result.Key == (scenarios.Key{}) && !x.route.Control {
		result.Key = x.route.Subject(c).Key
	}
	if result.Fault = struck; struck == nil {
		result.Fault = result.Decision.Fault
	}
	if result.Decision.Scenario == nil && (result.Fault != nil || err != nil && !call.IsInvalid(err)) {
		result.Decision, _ = c.Environment.Explain(result.Key)
	}
	return result, err
}

// refuse answers a request that was not routed, or whose key opens nothing: that counts in default. One to the
// control plane counts in none.
func (s *Server) refuse(x *request, r *http.Request, err error) {
	var answer call.Reply
	if isOfPage(r) {
		given, _ := body.Read(r)
		answer, err = s.refusedPage(r, given, err), nil
	}
	body.Drain(r)
	if x.environment == nil {
		toControl := x.route.Control || x.route == &s.unrouted && isOwnPath(r.URL.Path)
		if !toControl {
			entered, none := s.openByKey(r, x.began)
			if none != nil {
				entered, _ = s.environments.Open(environment.DefaultName, x.began)
			}
			x.enter(entered)
			x.beginAnswer()
		}
		s.number(x, toControl)
	}
	s.respond(x, answer, err)
}

// readAddress reads the query, and checks the ids of the path as those of bodies are. A query that is passed on, or that
// nobody reads, may be as it likes.
func readAddress(c *call.Call, route *call.Route) (err error) {
	if c.Request.URL.RawQuery != "" && route.Method != call.AnyMethod {
		if c.Query, err = url.ParseQuery(c.Request.URL.RawQuery); err != nil {
			return pipes.Invalid(pipes.FieldError{Field: "query", Code: "invalid", Message: "the query is wrongly written: " + err.Error() + "; write %25 for a percent sign, and %3B for a semicolon"})
		}
	}
	for _, name := range []string{"user_id", "organization_id"} {
		if id, given := c.Vars[name]; given {
			if problem := scenarios.CheckID(id); problem != "" {
				return pipes.Invalid(pipes.FieldError{Field: name, Code: "invalid", Message: name + " " + problem})
			}
		}
	}
	return nil
}

func unescape(vars map[string]string) error {
	for name, value := range vars {
		if !strings.Contains(value, "%") {
			continue
		}
		text, err := url.PathUnescape(value)
		if err != nil {
			return &pipes.Error{Code: pipes.EntityNotFound, Message: "The path is wrongly escaped: " + err.Error() + "."}
		}
		vars[name] = text
	}
	return nil
}

// number gives the answer a request id: the next of its environment, or one of the control plane's own. So ids are
// the same in every run, whoever has the page open.
func (s *Server) number(x *request, toControl bool) {
	if toControl {
		x.requestID = mint.RequestID("~control", s.controlCalls.Add(1))
	} else {
		x.requestID = x.environment.RequestID()
	}
	x.Header()["X-Request-Id"] = []string{x.requestID}
}
