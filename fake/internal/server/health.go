package server

import (
	"net/http"

	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/mint"
)

// livenessPath is where platforms ask whether the process is to be ended. That does not help against a store that
// cannot be reached.
const livenessPath = "/healthz"

// isHealthPath reports whether a path is that of the health check, under one of the names that platforms use.
func isHealthPath(path string) bool {
	return path == "/health" || path == livenessPath || path == "/readyz"
}

// health responds with 200, because a server exists only once its file is loaded. The body describes a refused reload.
func (s *Server) health(x *request) {
	r := x.request
	x.route = &call.Route{Control: true}
	x.Header().Set("X-Request-Id", mint.RequestID("~health", s.healthChecks.Add(1)))
	if !isRead(r) {
		body.Drain(r)
		s.respond(x, call.Reply{}, methodNotAllowed(x, "GET, HEAD"))
		return
	}
	answer := s.reload.health(s.environments.Scenarios())
	if !s.isAlive() || s.isLeaving() {
		answer.Status = "not ready"
		if !s.isLeaving() {
			answer.Unsaved = "the store of --state cannot be reached"
		}
		status := http.StatusServiceUnavailable
		if r.URL.Path == livenessPath {
			status = http.StatusOK
		}
		s.respond(x, call.Reply{Status: status, Body: answer}, nil)
		return
	}
	if err := s.Err(); err != nil {
		answer.Status, answer.Unsaved = "not saving", err.Error()
	}
	s.respond(x, call.OK(answer), nil)
}
