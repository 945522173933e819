package fake

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/fake/internal/server"
	"example.com/pipesfake/scenarios"
)

// Server is a fake of the WorkOS Pipes API. It is an http.Handler, and has the methods of its environment "default". It
// is safe for concurrent use.
type Server struct {
	*inDefault
	server   *server.Server
	isShared bool // it stands for one environment of a server that others use as well

	mu   sync.Mutex
	used map[string]bool // the environments that were asked for by name
}

// inDefault is embedded under a name that leaves Server.Environment free for the method.
type inDefault = Environment

// TB is what Start needs of a testing.TB.
type TB interface {
	Helper()
	Cleanup(func())
	Failed() bool
	Logf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// Start returns a server that listens on a free port of 127.0.0.1, unless WithAddress says otherwise, until the test
// ends. The log of a test that failed shows the last requests: of this server's environment, and of those that the test
// asked for by name. A mistake in the options fails the test.
func Start(t TB, opts ...Option) *Server {
	t.Helper()
	s, err := newServer(opts, "127.0.0.1:0")
	if err != nil {
		t.Fatalf("pipesfake: %v", err)
		return nil
	}
	name := environment.DefaultName
	if s.isShared {
		reserved, err := s.server.Environments().Reserve(nameOf(t), clock.Wire())
		if err != nil {
			t.Fatalf("pipesfake: %s", mistake(err))
			return nil
		}
		name = reserved.Name()
	}
	s.inDefault = &Environment{server: s, name: name, t: t}
	t.Cleanup(s.Close)
	t.Cleanup(s.logTail)
	return s
}

// New returns a server without a listener, unless WithAddress gives it one: an http.Handler to mount, or to reach
// through Client, whose requests to URL travel over connections in memory, so that it works inside testing/synctest.
// The error lists every mistake of a scenario file, a line each. Close ends the server.
func New(opts ...Option) (*Server, error) {
	s, err := newServer(opts, "")
	if err == nil && s.isShared {
		return nil, errors.New("WithServer is for Start, whose test gives the environment its name")
	}
	return s, err
}

// newServer returns a server that listens at an address unless the options name another; empty means in memory.
func newServer(opts []Option, address string) (*Server, error) {
	o, err := gather(opts)
	if err != nil {
		return nil, err
	}
	if o.shared != nil {
		return &Server{server: o.shared, isShared: true}, nil
	}
	o.Address = cmp.Or(o.Address, address)
	made, err := server.New(o.Config)
	if err != nil {
		return nil, err
	}
	s := &Server{server: made}
	s.inDefault = &Environment{server: s, name: environment.DefaultName, t: noTest{}}
	return s, nil
}

// nameOf returns the name of a test, if it has one.
func nameOf(t TB) string {
	if named, ok := t.(interface{ Name() string }); ok {
		return named.Name()
	}
	return "unnamed"
}

// Close ends the listener, every connection and every goroutine of the server. Of a server that stands for one
// environment of another, it deletes that environment. Start calls it when the test ends.
func (s *Server) Close() { _ = s.Shutdown(context.Background()) }

// Shutdown does what Close does, but when ctx ends it does not wait any longer for calls in progress, nor for
// environments that are busy with them. The state file then has such an environment as it was last written, and every
// other one as it is. The error is a *StateError if the state file could not be written, or lacks something.
func (s *Server) Shutdown(ctx context.Context) error {
	if s.isShared {
		s.server.Environments().Drop(s.name)
		return nil
	}
	return s.server.Shutdown(ctx)
}

// StateError describes why the state file cannot be used, or could not be written.
type StateError = server.StateError

// Err returns the *StateError that prevented Close from saving the state, or nil.
func (s *Server) Err() error { return s.server.Err() }

// Lost is the same as Err.
//
// Deprecated: Use Err.
func (s *Server) Lost() error { return s.Err() }

// Drain cancels long-running requests (event streams, waits, hanging faults) so that http.Server.Shutdown can finish.
// Pass it to RegisterOnShutdown. Tests need not call it. Later requests of these kinds end at once.
func (s *Server) Drain() { s.server.Drain() }

// Leave is the same as Drain.
//
// Deprecated: Use Drain.
func (s *Server) Leave() { s.Drain() }

// URL returns where the client under test must be pointed, without a slash at the end. For a server of New without
// WithAddress it is http://pipesfake.test, which Client alone reaches. Behind a listener of your own, such as that of
// httptest.NewServer(server), use the listener's URL.
func (s *Server) URL() string { return s.server.URL() }

// Client returns a client that reaches the server at its URL. It sends no API key by itself.
func (s *Server) Client() *http.Client { return s.server.Client() }

// Environment returns the environment of a name, which its APIKey opens, and which is made on first use. A name has 1 to
// 64 letters, digits, dashes, dots or underscores, first a letter or digit. Another name fails the test, or panics
// where there is no test.
func (s *Server) Environment(name string) *Environment {
	t := s.inDefault.t
	t.Helper()
	if !environment.IsName(name) {
		t.Fatalf("pipesfake: %q is no name for an environment: it has %s", scenarios.Abridge(name), environment.NameRule)
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.used == nil {
		s.used = map[string]bool{}
	}
	s.used[name] = name != s.name
	return &Environment{server: s, name: name, t: t}
}

// Reload resets every environment to the start of another set. It is for commands that read files themselves; tests use
// Reset.
func (s *Server) Reload(set *scenarios.Set) { s.server.Environments().ResetAll(set) }

// Watch reloads a scenario file whenever its content changes, until ctx ends. A good file resets every environment to
// it. A bad one changes nothing; the log and /health describe what is wrong. It is for commands, and blocks.
func (s *Server) Watch(ctx context.Context, path string) { s.server.Watch(ctx, path) }

// ServeHTTP answers the Pipes API, and the control plane unless WithControlApart is given. If the ResponseWriter can set
// read deadlines, a body that brings less than 500 bytes a second after its first ten seconds is answered with 408.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.server.ServeHTTP(w, r) }

// ControlHandler returns the control plane with its page, for WithControlApart; nil without it. It is for commands that
// serve it at an address of its own.
func (s *Server) ControlHandler() http.Handler { return s.server.ControlHandler() }

// WithServer lets tests that run in parallel share a server: Start then answers one that stands for an
// environment of its own, whose name derives from the test's, and which is deleted when the test ends. The ids and
// tokens of a test are the same in every run.
func WithServer(shared *Server) Option {
	return func(o *options) error {
		if shared == nil {
			return fmt.Errorf("WithServer: the server is nil")
		}
		o.shared = shared.server
		return nil
	}
}
