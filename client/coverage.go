package client

import (
	"context"
	"net/url"

	"example.com/pipesfake/fake"
)

// Coverage returns which responses the environment gave, as fake.Environment.Coverage does.
func (e *Environment) Coverage() (counted fake.Coverage) {
	e.t.Helper()
	if err := e.do("GET", "/coverage", nil, &counted); err != nil {
		e.fail(err)
	}
	return counted
}

// CoverageOfAll returns which responses the environments of the server gave together, including those before resets and
// those of deleted environments.
func (s *Server) CoverageOfAll() (counted fake.Coverage) {
	s.t.Helper()
	query := url.Values{"all": {"true"}}
	if err := s.control.call(context.Background(), "GET", "/_control/coverage", query, nil, &counted); err != nil {
		s.fail(err)
	}
	return counted
}

// ClearCoverage forgets what the environments of the server have counted.
func (s *Server) ClearCoverage() {
	s.t.Helper()
	if err := s.do("DELETE", "/coverage", nil, nil); err != nil {
		s.fail(err)
	}
}
