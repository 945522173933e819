// Package server takes requests from the network to the handlers and back. A request goes through these files: serve.go
// finds the route (router.go, routes.go); answer.go opens the environment (environment.go, guard.go), reads the body,
// matches faults and calls the handler; respond.go records the request (record.go) and writes the response. Requests
// without a route are refused (unrouted.go) or forwarded (fallback.go).
package server

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/fake/internal/ui"
	"example.com/pipesfake/scenarios"
)

// Config configures a server.
type Config struct {
	Scenarios    *scenarios.Set
	Adjust       func(*scenarios.Set) (*scenarios.Set, error) // applies options that override a reloaded file
	Time         time.Time                                    // where the clocks stand still; zero means real time
	Logger       *slog.Logger
	Verbose      bool
	Hosts        []string // names that the control plane accepts as its host, in lower case; "*" means any
	Origins      []string // of pages that may make control calls, as browsers write them
	StrictHost   bool     // the Pipes API accepts the same names alone
	ExternalURL  string   // where clients reach the server; empty means what the request says
	TrustProxy   bool     // X-Forwarded-Proto and X-Forwarded-Host say how clients reach the server
	Fallback     *url.URL // where requests outside the Pipes API are forwarded, or nil
	ControlToken string
	ControlApart bool              // the control plane is served by ControlHandler alone
	Store        environment.Store // keeps environments over a restart, or nil
	StateFile    string            // the same in a plain file; empty means that there is none
	ReplicaURL   string            // where other servers that share the store reach this one; empty: none do
	Address      string            // where the server listens; empty means in memory

	ConsentSecret     string // makes the addresses of consent pages unguessable; empty means they derive from the seed
	LinkLocalWebhooks bool   // webhooks may be sent to link-local addresses

	MaxEnvironments int
	IdleTime        time.Duration // after which an unused environment is dropped; zero means never
	JournalSize     int           // requests
}

// Server serves the Pipes API and the control plane. It is safe for concurrent use.
type Server struct {
	config       Config
	environments *environment.Registry
	api          *table
	control      *table // set if the control plane is served apart
	reload       reloadState
	fallback     *httputil.ReverseProxy // or nil
	saver        *environment.Saver     // or nil
	replicas     *replicas              // or nil
	storeClosing sync.Once
	storeErr     error // why the state was not saved when the store was closed
	actions      ui.ActionLog
	undeclared   undeclaredProviders
	draining     chan struct{} // closed by Drain
	drain        func()

	healthChecks atomic.Uint64 // so that probes take no request ids of an environment
	controlCalls atomic.Uint64 // so that neither do control calls
	bodies       body.Parser
	contentType  []string   // shared by all responses
	buffers      sync.Pool  // of *bytes.Buffer, for responses
	unrouted     call.Route // of a request before it is routed

	endpoint endpoint
}

func (c Config) newClock() *clock.Clock {
	if c.Time.IsZero() {
		return clock.Running()
	}
	return clock.FrozenAt(c.Time)
}

// StateError describes why saved state cannot be used, or could not be saved.
type StateError struct{ Err error }

func (e *StateError) Error() string { return "state: " + e.Err.Error() }

// Unwrap returns the error of the store or of the file system.
func (e *StateError) Unwrap() error { return e.Err }

// Environments returns the environments of the server.
func (s *Server) Environments() *environment.Registry { return s.environments }

// Err returns a *StateError if the state could not be saved last, or nil.
func (s *Server) Err() error {
	if s.saver == nil || s.saver.Err() == nil {
		return nil
	}
	return &StateError{s.saver.Err()}
}

// Drain cancels long-running requests (event streams, waits, hanging faults), and later ones at once, so that
// http.Server.Shutdown can finish. Other servers that share the store take over its environments, and
// connections end with their next response, so that clients and load balancers make new ones to other servers.
func (s *Server) Drain() {
	s.drain()
	if s.replicas != nil {
		ctx, cancel := context.WithTimeout(context.Background(), maxHandOver)
		defer cancel()
		s.replicas.member.HandOver(ctx)
	}
}

// maxHandOver is how long Drain hands environments over. Other servers take over the rest when this one has ended.
const maxHandOver = 1500 * time.Millisecond

// isLeaving reports whether the server is about to leave the others that share its store.
func (s *Server) isLeaving() bool {
	if s.replicas == nil {
		return false
	}
	select {
	case <-s.draining:
		return true
	default:
		return false
	}
}

// endConnection lets a connection end with its response if the server is about to leave: the next call on it would be
// lost.
func (s *Server) endConnection(w http.ResponseWriter) {
	if s.isLeaving() {
		w.Header().Set("Connection", "close")
	}
}

// Shutdown ends the listener, all connections and all goroutines, and saves the state. When ctx ends, it does not wait
// any longer for calls in progress, nor for environments that are busy with them: such an environment is then as it was
// last saved. Its error is a *StateError.
func (s *Server) Shutdown(ctx context.Context) error {
	s.drain() // also ends streams of another http.Server that this one is mounted in
	s.endpoint.close()
	waitFor(ctx, func() {
		s.endpoint.serving.Wait()
		s.environments.Stop()
	})
	err := s.closeStore(ctx)
	waitFor(ctx, s.environments.Wait)
	return err
}

// closeStore saves what is not saved yet, and ends the use of the store, once. Its error is a *StateError.
func (s *Server) closeStore(ctx context.Context) error {
	s.storeClosing.Do(func() { s.storeErr = s.leaveStore(ctx) })
	return s.storeErr
}

func (s *Server) leaveStore(ctx context.Context) (err error) {
	if s.saver == nil {
		return nil
	}
	err = s.saver.Finish(ctx)
	if s.replicas != nil {
		err = errors.Join(err, s.replicas.member.Leave(context.WithoutCancel(ctx)))
		s.replicas.forwarder.Close()
	}
	if err = errors.Join(err, s.saver.Close()); err != nil {
		return &StateError{err}
	}
	return nil
}

// isAlive reports whether what this server holds cannot be another one's.
func (s *Server) isAlive() bool { return s.replicas == nil || s.replicas.IsAlive() }

// waitFor calls a function, and waits until it returns or ctx ends.
func waitFor(ctx context.Context, call func()) {
	if ctx.Done() == nil {
		call()
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		call()
	}()
	select {
	case <-done:
	case <-ctx.Done():
	}
}

// URL returns where the server is reached, without a slash at the end.
func (s *Server) URL() string { return s.endpoint.url }

// Listens reports whether others than Client reach the server at URL.
func (s *Server) Listens() bool { return s.endpoint.url != memoryURL }

// Client returns a client that reaches the server at URL.
func (s *Server) Client() *http.Client { return s.endpoint.client }

// buffer returns an empty buffer for a response.
func (s *Server) buffer() *bytes.Buffer {
	buffer, _ := s.buffers.Get().(*bytes.Buffer)
	if buffer == nil {
		buffer = new(bytes.Buffer)
	}
	buffer.Reset()
	return buffer
}
