package server

import (
	"net/http"

	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/fake/internal/replica"
)

// isForwarded reports whether another replica made a request. It removes what says so, which nobody else may see.
func (s *Server) isForwarded(r *http.Request) bool {
	if s.replicas == nil {
		return false
	}
	secret := r.Header.Get(replica.SecretHeader)
	r.Header.Del(replica.SecretHeader)
	return secret != "" && isSame(secret, s.replicas.member.Secret())
}

// serveReplica answers a call that only another replica makes, and reports whether it was one.
func (s *Server) serveReplica(x *request) bool {
	var answer any
	switch {
	case x.request.URL.Path == replicaEnvironments:
		answer = s.environments.Infos()
	case x.request.URL.Path == replicaCoverage && x.request.Method == http.MethodDelete:
		s.environments.ResetOwnCoverage()
	case x.request.URL.Path == replicaCoverage:
		answer = environment.Counts(s.environments.OwnCoverage())
	default:
		return false
	}
	x.route = &call.Route{Control: true}
	s.number(x, true)
	s.respond(x, call.OK(answer), nil)
	return true
}
