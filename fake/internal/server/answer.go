package server

import (
	"cmp"
	"net/url"
	"strings"

	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/fault"
	"example.com/pipesfake/fake/internal/mint"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/internal/apikey"
	"example.com/pipesfake/scenarios"
)

// answer handles a routed request: it opens the environment, reads the body, calls the handler, and responds.
func (s *Server) answer(x *request, found match) {
	if found.isEscaped {
		if err := unescape(found.vars); err != nil {
			s.refuse(x, err)
			return
		}
		found.readVars()
	}
	x.call = call.Call{
		Request: x.request, Vars: x.vars, PathKey: found.key, Bodies: &s.bodies, Began: x.began,
		ExternalURL: s.config.ExternalURL, TrustProxy: s.config.TrustProxy,
		LinkLocalWebhooks: s.config.LinkLocalWebhooks,
	}
	c := &x.call
	wrong := readAddress(c, x.route, found)
	var unread error
	isBodyFirst := x.route.EnvironmentOf != nil // the token that selects the environment can be in the body
	if isBodyFirst {
		unread = readBody(c, x.route)
	}
	entered, err := s.openEnvironment(x, c, wrong)
	if err != nil {
		s.refuse(x, err)
		return
	}
	x.enter(entered)
	c.Environment = entered
	if !isBodyFirst {
		unread = readBody(c, x.route)
	}
	x.body = c.Body
	x.beginAnswer()
	s.number(x, x.route.Control)
	if err := cmp.Or(unread, wrong); err != nil {
		s.respond(x, call.Reply{}, err)
		return
	}
	reply, err := s.carryOut(x, c)
	s.respond(x, reply, err)
}

// handle calls the handler of a route, unless a fault matches that replaces the response.
func handle(route *call.Route, c *call.Call) (reply call.Reply, err error) {
	var key scenarios.Key // the connection that the call names, if it is known already
	var matched *fault.Match
	isSubjectKnown := !route.Control && c.Environment.HasFaults()
	if isSubjectKnown {
		subject := route.Subject(c)
		key, matched = subject.Key, c.Environment.MatchFault(subject)
	}
	if matched == nil || !matched.Replaces() {
		reply, err = route.Handle(c)
	}
	if reply.Key == (scenarios.Key{}) && !route.Control {
		if !isSubjectKnown {
			key = route.Subject(c).Key
		}
		reply.Key = key
	}
	reply.Fault = cmp.Or(matched, reply.Fault)
	// A call that failed for the state of its connection, or by a fault, gets the reason for that state.
	needsReason := reply.Fault != nil || err != nil && !call.IsInvalid(err)
	isUnexplained := reply.Decision == nil
	if isUnexplained && (needsReason || isMisspelled(route, c, reply.Key.Provider)) {
		if explained, known := c.Environment.Explain(reply.Key); known {
			reply.Decision = &explained
		}
	}
	return reply, err
}

// isMisspelled reports whether an operation names a provider that nobody declared and that is nearly a known one. Then
// the response says so even if it has no decision otherwise, as that of authorize.
func isMisspelled(route *call.Route, c *call.Call, provider string) bool {
	return route.Operation != "" && provider != "" && c.Environment.SimilarProvider(provider) != ""
}

// readBody reads the body into the call. A route that takes any body gets an empty one in place of one that is too
// large.
func readBody(c *call.Call, route *call.Route) (err error) {
	c.Body, err = body.Read(c.Request)
	if route.AnyBody {
		return call.IgnoreTooLarge(err)
	}
	if err == nil {
		c.Body, err = body.Decode(c.Body, c.Request.Header.Get("Content-Encoding"))
	}
	return err
}

// readAddress reads the query into the call, and returns what is wrong with it, else with the path, or nil.
func readAddress(c *call.Call, route *call.Route, found match) error {
	return cmp.Or(readQuery(c, route), found.wrong)
}

// readQuery reads the query into the call. That of a route that takes every method is not read: it is passed on, or
// nobody looks at it. Its error is invalid_request.
func readQuery(c *call.Call, route *call.Route) (err error) {
	if c.Request.URL.RawQuery == "" || route.Method == call.AnyMethod {
		return nil
	}
	if c.Query, err = url.ParseQuery(c.Request.URL.RawQuery); err != nil {
		return call.Invalid("query", "the query is wrongly written: "+err.Error()+
			"; write %25 for a percent sign, and %3B for a semicolon")
	}
	return nil
}

// unescape decodes the variables of a path in place. Its error is entity_not_found.
func unescape(vars map[string]string) error {
	for name, value := range vars {
		if !strings.Contains(value, "%") {
			continue
		}
		text, err := url.PathUnescape(value)
		if err != nil {
			message := "The path is wrongly escaped: " + err.Error() + "."
			return &pipes.Error{Code: pipes.EntityNotFound, Message: message}
		}
		vars[name] = text
	}
	return nil
}

// refuse responds to a request that did not reach a handler.
func (s *Server) refuse(x *request, err error) {
	var reply call.Reply
	if isOfPage(x.request) {
		given, _ := body.Read(x.request)
		reply, err = s.refusedPage(x.request, given, err), nil
	}
	body.Drain(x.request)
	if x.environment == nil {
		s.countRefused(x)
	}
	s.respond(x, reply, err)
}

// countRefused enters the environment in which a refused request counts: that of its API key, or default if the key is
// no good. A request to the control plane counts in none.
func (s *Server) countRefused(x *request) {
	isToControl := x.route.Control || x.route == &s.unrouted && isOwnPath(x.request.URL.Path)
	if !isToControl {
		entered, err := s.openByKey(x)
		if err != nil {
			entered, _ = s.environments.Open(apikey.DefaultName, x.began)
		}
		x.enter(entered)
		x.beginAnswer()
	}
	s.number(x, isToControl)
}

// number gives the response a request id: the next of its environment, or the next of the control plane. So the ids of
// an environment are the same in every run, even if somebody has the page open.
func (s *Server) number(x *request, isToControl bool) {
	if isToControl {
		x.requestID = mint.RequestID("~control", s.controlCalls.Add(1))
	} else {
		x.requestID = x.environment.RequestID()
	}
	x.Header()["X-Request-Id"] = []string{x.requestID}
}
