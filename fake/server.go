package fake

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/server"
	"example.com/pipesfake/internal/apikey"
	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/scenarios"
	"example.com/pipesfake/scenarios/lint"
)

// Server is a fake of the WorkOS Pipes API. It is an http.Handler, and has the methods of one Environment: of
// "default", or of the test's own with WithServer. It is safe for concurrent use.
type Server struct {
	own      *Environment
	server   *server.Server
	isShared bool // WithServer is given: this Server represents one environment of a server that others use, too

	mu   sync.Mutex
	used map[string]bool // the environments that were opened by name, for the log of a failed test
}

// TB lists the methods of testing.TB that Start, RequireCalled and RequireOrder use.
type TB interface {
	Helper()
	Cleanup(func())
	Failed() bool
	Logf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// Start returns a server that listens on a free port of 127.0.0.1, or at the address of WithAddress, until the test
// ends. If the test fails, its log shows the last requests of the server's environment, and of those that the test
// opened with Server.Environment. A mistake in the options fails the test; what is probably a typo in the scenario file
// is logged.
//
// In a bubble of testing/synctest the server does not listen, because a bubble cannot wait for a port: reach it through
// Client.
func Start(t TB, opts ...Option) *Server {
	t.Helper()
	address := "127.0.0.1:0"
	if isInBubble() {
		address = ""
	}
	o, err := gather(opts)
	if err != nil {
		t.Fatalf("pipesfake: %v", err)
		return nil
	}
	s, err := newServer(o, address)
	if err != nil {
		t.Fatalf("pipesfake: %v", err)
		return nil
	}
	name := apikey.DefaultName
	if s.isShared {
		reserved, err := s.server.Environments().Reserve(nameOf(t), new(o.ofTest()), clock.RealNow())
		if err != nil {
			t.Fatalf("pipesfake: %s", mistake(err))
			return nil
		}
		name = reserved.Name()
	}
	s.own = &Environment{server: s, name: name, t: t}
	t.Cleanup(s.Close)
	t.Cleanup(s.logTail)
	if o.Scenarios != nil { // New logged those of a shared server
		for _, line := range lint.Lines(o.Scenarios, maxWarnings) {
			t.Logf("pipesfake: %s", line)
		}
	}
	return s
}

// isInBubble reports whether a test runs in a bubble of testing/synctest, whose clock starts in the year 2000.
func isInBubble() bool { return clock.RealNow().Year() < 2010 }

// maxWarnings limits the lines that Start adds to the log of a test.
const maxWarnings = 20

// New returns a server that does not listen, unless WithAddress is given. Mount it as an http.Handler, or reach it
// through Client: its requests to URL travel over connections in memory, which works inside testing/synctest. If a
// scenario file has mistakes, the error lists all of them, one a line. Call Close when you no longer need the server.
func New(opts ...Option) (*Server, error) {
	o, err := gather(opts)
	if err != nil {
		return nil, err
	}
	if o.shared != nil {
		return nil, errors.New("WithServer is for Start, whose test gives the environment its name")
	}
	return newServer(o, "")
}

// newServer returns a server that listens at an address unless the options name another; empty means in memory.
func newServer(o options, address string) (*Server, error) {
	if o.shared != nil {
		return &Server{server: o.shared, isShared: true}, nil
	}
	o.Address = cmp.Or(o.Address, address)
	made, err := server.New(o.Config)
	if err != nil {
		return nil, err
	}
	s := &Server{server: made}
	s.own = &Environment{server: s, name: apikey.DefaultName, t: noTest{}}
	return s, nil
}

// nameOf returns the name of a test, if it has one.
func nameOf(t TB) string {
	if named, ok := t.(interface{ Name() string }); ok {
		return named.Name()
	}
	return "unnamed"
}

// Close ends the listener, every connection and every goroutine of the server. With WithServer it deletes the test's
// environment, and the shared server goes on. Start calls Close when the test ends.
func (s *Server) Close() { _ = s.Shutdown(context.Background()) }

// Shutdown does what Close does, but stops waiting for calls in progress when ctx ends. The state file then contains an
// environment that is still busy as it was last written. The error is a *StateError if the state file could not be
// written, or lacks something.
func (s *Server) Shutdown(ctx context.Context) error {
	if s.isShared {
		s.server.Environments().Release(s.own.name)
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

// URL returns the base URL for the client under test, without a slash at the end. On a server from New without
// WithAddress it is http://pipesfake.test, which only Client reaches. If you serve the handler yourself, for example
// with httptest.NewServer(server), use the URL of that server instead.
func (s *Server) URL() string { return s.server.URL() }

// Client returns an HTTP client that reaches the server at its URL. It does not add an API key.
func (s *Server) Client() *http.Client { return s.server.Client() }

// Environment returns the environment of a name, and creates it if necessary. Its APIKey selects it in calls. A name
// has 1 to 64 letters, digits, dashes, dots or underscores, and begins with a letter or a digit. Any other name fails
// the test, or panics on a server from New.
func (s *Server) Environment(name string) *Environment {
	t := s.own.t
	t.Helper()
	if !apikey.IsName(name) {
		t.Fatalf("pipesfake: %q is no name for an environment: it has %s",
			fields.Abridge(name), apikey.NameRule)
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.used == nil {
		s.used = map[string]bool{}
	}
	s.used[name] = name != s.own.name
	return &Environment{server: s, name: name, t: t}
}

// Environments returns the names of the environments of the server, in order. It does not list those that
// WithEnvironments let become idle.
func (s *Server) Environments() []string {
	var names []string
	for _, one := range s.server.Environments().All() {
		names = append(names, one.Name())
	}
	return names
}

// DeleteEnvironment deletes an environment with everything in it, if it exists. Its next use creates it again.
func (s *Server) DeleteEnvironment(name string) { s.server.Environments().Drop(name) }

// Reload replaces the scenarios, and resets every environment to their start. It is for commands that read files
// themselves; tests use Reset.
func (s *Server) Reload(set *scenarios.Set) { s.server.Reload(set) }

// Watch reloads a scenario file whenever its content changes, and returns when ctx ends. A valid file resets every
// environment to its start. A file with mistakes changes nothing; the log and /health list the mistakes. Watch is for
// commands.
func (s *Server) Watch(ctx context.Context, path string) { s.server.Watch(ctx, path) }

// ServeHTTP serves the Pipes API, and the control plane unless WithControlApart is given. It answers 408 to a body that
// arrives at less than 500 bytes a second after the first ten seconds, if the ResponseWriter can set read deadlines.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.server.ServeHTTP(w, r) }

// ControlHandler returns the handler of the control plane and its page if WithControlApart is given, else nil. It is
// for commands that serve the control plane at an address of its own.
func (s *Server) ControlHandler() http.Handler { return s.server.ControlHandler() }

// WithServer lets parallel tests share a server, which a TestMain usually makes with New and WithAddress: without an
// address the server does not listen, and only its Client reaches it. Start then returns a Server with an environment
// of its own, named after the test and deleted when the test ends. The ids and tokens of a test are the same in every
// run.
//
// WithTime, WithSeed, WithScenario, WithScenarioFile and WithScenarios can be given beside it. They are for the
// environment of the test alone, and Reset returns to the start that they describe. Without a file or a set of its own
// the environment starts with the server's. All other options are those of the shared server.
func WithServer(shared *Server) Option {
	return func(o *options) error {
		if shared == nil {
			return fmt.Errorf("WithServer: the server is nil")
		}
		o.shared = shared.server
		return nil
	}
}
