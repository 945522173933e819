package fake

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"

	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/mint"
	"example.com/pipesfake/fake/internal/ui"
	"example.com/pipesfake/scenarios"
)

// Server is a fake of the WorkOS Pipes API. It is an http.Handler, and carries what can be done to the
// environment "default". It is safe for concurrent use.
type Server struct {
	*inDefault
	*core
	isShared bool // it stands for an environment of a server that others use, too

	mu   sync.Mutex
	used map[string]bool // the environments that were asked for by name
}

// core is what Servers that share one have in common.
type core struct {
	options      options
	environments environments
	api          table
	control      *table // where it is apart
	reload       reloadState
	healthChecks atomic.Uint64
	controlCalls atomic.Uint64 // that belong to no environment
	bodies       body.Parser
	contentType  []string  // one for every answer
	buffers      sync.Pool // of *bytes.Buffer, that answers are written in
	unrouted     route     // what a request has until it is routed
	fallback     *httputil.ReverseProxy
	state        *stateFile   // nil: nothing is kept
	did          ui.ActionLog // on the page
	leaving      chan struct{}
	leave        func() // closes it

	url         string
	client      *http.Client
	startServer sync.Once // the in-memory one, when it is first dialled
	listener    net.Listener
	http        *http.Server
	serving     sync.WaitGroup // Serve and every connection
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

// Start is a server that listens on a free port of 127.0.0.1, unless WithAddress says otherwise, until the test ends.
// A test that failed has the last requests in its log: of this server's environment, and of those that it asked for
// by name. A mistake in the options fails the test.
func Start(t TB, opts ...Option) *Server {
	t.Helper()
	s, err := made(opts, "127.0.0.1:0")
	if err != nil {
		t.Fatalf("pipesfake: %v", err)
		return nil
	}
	if s.isShared {
		world, err := s.environments.reserve(nameOf(t), clock.Wire())
		if err != nil {
			t.Fatalf("pipesfake: %s", mistake(err))
			return nil
		}
		s.inDefault = &Environment{server: s, name: world.Name(), t: t}
		t.Cleanup(s.Close)
		t.Cleanup(s.logTail)
		return s
	}
	s.inDefault.t = t
	t.Cleanup(s.Close)
	t.Cleanup(s.logTail)
	return s
}

// New is a server without a listener, unless WithAddress gives it one: an http.Handler to mount, or to reach through
// Client, whose requests to URL travel over in-memory connections (so it works inside testing/synctest). The error
// tells every mistake of a scenario file, a line each. Close ends it.
func New(opts ...Option) (*Server, error) {
	s, err := made(opts, "")
	if err == nil && s.isShared {
		return nil, errors.New("WithServer is for Start, whose test gives the environment its name")
	}
	return s, err
}

// made is a server that listens at an address unless the options name another; empty: in memory alone.
func made(opts []Option, address string) (*Server, error) {
	o, err := gather(opts)
	if err != nil {
		return nil, err
	}
	if o.shared != nil {
		return &Server{core: o.shared.core, isShared: true}, nil
	}
	s := &Server{core: &core{options: o, contentType: []string{"application/json; charset=utf-8"}}}
	s.leaving = make(chan struct{})
	s.leave = sync.OnceFunc(func() { close(s.leaving) })
	s.environments = environments{newClock: o.newClock, most: o.environments, idle: o.idle, requests: o.requests, client: newWebhookClient(), set: o.set, byName: map[string]*hostedEnvironment{}}
	s.inDefault = &Environment{server: s, name: defaultEnvironment, t: noTest{}}
	_ = s.world() // it is there from the start
	address = cmp.Or(o.address, address)
	if err := s.listen(address); err != nil {
		return nil, err
	}
	if o.state != "" {
		disk, err := newStateDisk(o.state)
		if err != nil {
			_ = s.listener.Close()
			return nil, &StateError{err}
		}
		s.state = &stateFile{disk: disk, stop: make(chan struct{}), stopped: make(chan struct{}), giveUp: make(chan struct{})}
		if err := s.state.load(s); err != nil {
			_ = s.listener.Close()
			disk.release()
			return nil, &StateError{err}
		}
		go s.state.keep(s)
	}
	s.options.hosts = append(s.options.hosts, memoryHost)
	if o.controlApart {
		apart := newTable(s.controlRoutes()...)
		s.api, s.control = newTable(s.apiRoutes()...), &apart
	} else {
		s.api = newTable(append(s.apiRoutes(), s.controlRoutes()...)...)
	}
	if o.fallback != nil {
		s.fallback = s.newFallback()
	}
	s.http = &http.Server{Handler: s, ConnState: s.count, ErrorLog: slog.NewLogLogger(o.logger.Handler(), slog.LevelDebug)}
	if address != "" {
		s.startServer.Do(s.serve)
	}
	return s, nil
}

// listen opens the listener, and makes the client of it; nothing is answered yet.
func (s *Server) listen(address string) error {
	if address == "" {
		memory := newMemoryListener()
		s.url, s.listener = "http://"+memoryHost, memory
		s.client = &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			s.startServer.Do(s.serve)
			return memory.dial(ctx)
		}}}
		return nil
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	s.url, s.listener, s.client = "http://"+listener.Addr().String(), listener, &http.Client{Transport: &http.Transport{}}
	return nil
}

// serve answers what comes in at the listener until Close.
func (s *Server) serve() {
	s.serving.Go(func() { _ = s.http.Serve(s.listener) })
}

func (s *Server) count(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		s.serving.Add(1)
	case http.StateClosed, http.StateHijacked:
		s.serving.Done()
	}
}

// Close ends the listener, every connection and every goroutine of the server; of one that is shared, only
// what it stands for. Start does it by itself.
func (s *Server) Close() { _ = s.Shutdown(context.Background()) }

// Shutdown is Close that waits no longer than until ctx ends for calls in progress, and for environments that are busy
// with them. The state file then has such an environment as it was last written, and every other one as it is. The
// error is a *StateError if the state file could not be written, or lacks something.
func (s *Server) Shutdown(ctx context.Context) error {
	if s.isShared {
		s.environments.Drop(s.name)
		return nil
	}
	s.leave()                   // streams end, also those of another server that it is mounted in
	s.startServer.Do(func() {}) // from here on nobody starts it
	s.client.CloseIdleConnections()
	_ = s.http.Close()
	_ = s.listener.Close()
	waitFor(ctx, func() { s.serving.Wait(); s.environments.end() })
	var err error
	if s.state != nil {
		err = s.state.end(ctx)
	}
	waitFor(ctx, s.environments.wait)
	return err
}

// waitFor calls a function, and waits for its end, or for that of ctx.
func waitFor(ctx context.Context, call func()) {
	if ctx.Done() == nil {
		call()
		return
	}
	done := make(chan struct{})
	go func() { defer close(done); call() }()
	select {
	case <-done:
	case <-ctx.Done():
	}
}

// StateError tells why the state file cannot be used, or was not written.
type StateError struct{ Err error }

func (e *StateError) Error() string { return "state file: " + e.Err.Error() }

// Unwrap is what the file system said.
func (e *StateError) Unwrap() error { return e.Err }

// Lost is a *StateError if Close could not write the state file; nil: nothing was lost.
func (s *Server) Lost() error {
	if s.state == nil {
		return nil
	}
	return s.state.lost()
}

// Leave ends the calls that would keep the Shutdown of an http.Server waiting: streams of /_control/events, which
// browsers with the page hold open, waits of /_control/wait, and calls that a fault lets hang. It is for
// RegisterOnShutdown, where a command mounts the server itself; tests need it not. Later ones end at once.
func (s *Server) Leave() { s.leave() }

// URL is what the client under test has to be pointed at, without a slash at its end. Of a server of New without
// WithAddress it is http://pipesfake.test, which Client alone reaches; behind a listener of one's own, such as that of
// httptest.NewServer(server), it is the listener's.
func (s *Server) URL() string { return s.url }

// Client reaches the server at its URL. It sends no API key by itself.
func (s *Server) Client() *http.Client { return s.client }

// Environment is the environment of a name, which its APIKey opens; it is made on first use. A name has 1 to 64
// letters, digits, dashes, dots or underscores, first a letter or digit; another fails the test, or panics where there
// is none.
func (s *Server) Environment(name string) *Environment {
	t := s.inDefault.t
	t.Helper()
	if !isEnvironmentName(name) {
		t.Fatalf("pipesfake: %q is no name for an environment: it has %s", scenarios.Abridge(name), environmentNameRule)
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

// nameOf is the name of a test, where it has one.
func nameOf(t TB) string {
	if named, ok := t.(interface{ Name() string }); ok {
		return named.Name()
	}
	return "unnamed"
}

// Reload puts every environment back to the start of another set. It is for commands that read files themselves; a
// test has Reset.
func (s *Server) Reload(set *scenarios.Set) { s.environments.reload(set) }

// ServeHTTP answers the Pipes API, and the control plane unless it is apart.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.serveWith(s.api, w, r) }

// ControlHandler is the control plane with its page by itself, for WithControlApart; nil without it. It is for
// commands that mount it at an address of its own.
func (s *Server) ControlHandler() http.Handler {
	if s.control == nil {
		return nil
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.serveWith(*s.control, w, r) })
}

func (s *Server) serveWith(t table, w http.ResponseWriter, r *http.Request) {
	x := &request{ResponseWriter: w, request: r, route: &s.unrouted, began: clock.Wire()}
	defer s.finish(x, r)
	if r.URL.Path == "/health" {
		s.health(x, r)
		return
	}
	vars, err := s.find(t, x, r)
	if err != nil && s.fallsBack(x, r) {
		s.forward(x, r)
		return
	}
	if err != nil {
		s.refuse(x, r, err)
		return
	}
	x.vars = vars
	s.answer(x, r)
}

// finish turns a panic into a 500, and logs. One that aborts the connection goes on.
func (s *Server) finish(x *request, r *http.Request) {
	failure := recover()
	defer x.recorded()
	if err, ok := failure.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		defer panic(failure)
	} else if failure != nil {
		s.options.logger.Error("panic", "method", r.Method, "path", r.URL.Path, "panic", failure, "stack", string(debug.Stack()))
		if x.status == 0 {
			s.refuse(x, r, fmt.Errorf("panic: %v", failure))
		}
	}
	if s.options.verbose {
		shown := journal.NewRedactor(x.environment()).Of(r.Header)
		s.options.logger.Info("request", "method", r.Method, "path", shown.Text(r.URL.Path), "status", x.status, "reason", shown.Text(x.reason),
			"request_id", strings.Join(x.Header()["X-Request-Id"], ""))
	}
}

// health answers 200: a server exists only with its file loaded. It tells of a reload that was refused.
func (s *Server) health(x *request, r *http.Request) {
	x.route = &route{control: true}
	x.Header().Set("X-Request-Id", mint.RequestID("~health", s.healthChecks.Add(1))) // probes do not disturb an environment's ids
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		body.Drain(r)
		s.respond(x, reply{}, methodNotAllowed(x, r, "GET, HEAD"))
		return
	}
	s.respond(x, ok(s.reload.health(s.environments.current())), nil)
}

func (o options) newClock() *clock.Clock {
	if o.time.IsZero() {
		return clock.Running()
	}
	return clock.Standing(o.time)
}
