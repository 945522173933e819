package server

import (
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"

	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/internal/fields"
)

// ServeHTTP serves the Pipes API, and the control plane unless that is served apart.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.serve(s.api, w, r) }

// ControlHandler returns the handler of a control plane that is served apart, or nil.
func (s *Server) ControlHandler() http.Handler {
	if s.control == nil {
		return nil
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.serve(s.control, w, r) })
}

// serve takes a request through the server: it finds the route, and answers the request, forwards it, or refuses it.
// Where several servers share a store, another one may answer.
func (s *Server) serve(t *table, w http.ResponseWriter, r *http.Request) {
	x := &request{ResponseWriter: w, request: r, route: &s.unrouted, began: clock.RealNow()}
	defer s.finish(x, r)
	body.KeepPace(w, r, x.began)
	s.endConnection(w)
	if s.allowOrigin(x) {
		return
	}
	if isHealthPath(r.URL.Path) {
		s.health(x)
		return
	}
	if problem := checkMethod(r.Method); problem != "" {
		s.refuse(x, invalidMethod(x, problem, t.allowed(r)))
		return
	}
	if err := s.checkHost(r); err != nil {
		s.refuse(x, err)
		return
	}
	isForwarded := s.isForwarded(r)
	if isForwarded && s.serveReplica(x) {
		return
	}
	found, err := t.find(r)
	if isForwarded && s.control != nil && isUnknownPath(err) {
		found, err = s.control.find(r) // replicas have one address for everything
	}
	if s.place(x, found.route, found.vars, isForwarded) {
		return
	}
	switch {
	case err == nil:
		x.route, x.vars = found.route, found.vars
		s.answer(x, found)
	case s.fallsBack(err, r):
		s.forward(x)
	case s.welcome(x, s.control == nil || t == s.control):
	default:
		s.refuse(x, s.explainUnrouted(x, err))
	}
}

// finish turns a panic into a 500, and logs the request. A panic that aborts the connection goes on.
func (s *Server) finish(x *request, r *http.Request) {
	failure := recover()
	defer x.finished()
	x.endAnswer()
	if err, ok := failure.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		defer panic(failure)
	} else if failure != nil {
		stack := string(debug.Stack())
		s.config.Logger.Error("panic", "method", fields.Abridge(r.Method),
			"path", cutForLog(r.URL.Path), "panic", failure, "stack", stack)
		if x.status == 0 {
			s.refuse(x, fmt.Errorf("panic: %v", failure))
		}
	}
	if s.config.Verbose {
		shown := journal.NewRedactor(x.model()).ForCall(r.Header)
		s.config.Logger.Info("request",
			"method", fields.Abridge(r.Method), "path", cutForLog(shown.Text(r.URL.Path)),
			"status", x.status, "reason", cutForLog(shown.Text(x.reason)),
			"request_id", strings.Join(x.Header()["X-Request-Id"], ""))
	}
}

// cutForLog keeps a line of the log readable, however long the parts of a call are.
func cutForLog(text string) string {
	const maxLength = 1000
	if len(text) <= maxLength {
		return text
	}
	return strings.ToValidUTF8(text[:maxLength], "") + "…"
}
