package server

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// setOf parses a scenario file.
func setOf(t *testing.T, text string) *scenarios.Set {
	t.Helper()
	set, err := scenarios.Parse("test.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// newServer returns a server that listens in memory, with an empty scenario file unless config has one.
func newServer(t *testing.T, config Config) *Server {
	t.Helper()
	if config.Scenarios == nil {
		config.Scenarios = setOf(t, "version: 1\n")
	}
	config.Adjust = func(set *scenarios.Set) (*scenarios.Set, error) { return set, nil }
	config.Logger = slog.New(slog.DiscardHandler)
	config.MaxEnvironments, config.JournalSize = 10, 10
	s, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Shutdown(t.Context()) })
	return s
}

// open returns an environment of a server.
func open(t *testing.T, s *Server, name string) *environment.Environment {
	t.Helper()
	for _, one := range s.environments.All() {
		if one.Name() == name {
			return one
		}
	}
	t.Fatalf("there is no environment %s", name)
	return nil
}

// newRequest returns a request with headers, which are given as names and values in turn.
func newRequest(method, target string, headers ...string) *http.Request {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	return r
}

// codeOf returns the code of an error, or an empty one for nil.
func codeOf(err error) pipes.Code {
	if err == nil {
		return ""
	}
	return call.AsError(err).Code
}
