package replica

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"

	"example.com/pipesfake/fake/redisstore"
	"example.com/pipesfake/internal/storetest"
)

// host is the environments of a server, as a test sees them.
type host struct {
	mu       sync.Mutex
	held     map[string]bool
	saved    []string
	failure  error         // of every save
	entered  chan struct{} // gets a value when an adoption begins, unless nil
	settling chan struct{} // gets a value when a hand-over begins, unless nil
	proceed  chan struct{} // an adoption and a hand-over wait for a value then
}

func (h *host) Adopt(_ context.Context, name string, isOwner func() bool) error {
	if h.entered != nil {
		h.entered <- struct{}{}
		<-h.proceed
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if !isOwner() {
		return errors.New("it is not the owner")
	}
	h.held[name] = true
	return nil
}

func (h *host) Holds(name string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.held[name]
}

func (h *host) Held() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Sorted(maps.Keys(h.held))
}

func (h *host) Settle(context.Context, string) {
	if h.settling != nil {
		h.settling <- struct{}{}
		<-h.proceed
	}
}

func (h *host) Save(_ context.Context, name string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.saved = append(h.saved, name)
	return h.failure
}

func (h *host) Abandon(name string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.held, name)
}

// server is a member with its host. It announces itself when a test says so.
type server struct {
	*Member
	host *host
	file string
	log  *bytes.Buffer
}

// world is a Redis that servers share.
type world struct {
	t     testing.TB
	redis *miniredis.Miniredis
}

func start(t *testing.T) *world { return &world{t, miniredis.RunT(t)} }

// add returns a server that is announced, but does nothing by itself.
func (w *world) add(url, file string) *server {
	w.t.Helper()
	store, err := redisstore.Open(w.t.Context(), storetest.Patiently("redis://"+w.redis.Addr()), 0)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = store.Close() })
	s := &server{host: &host{held: map[string]bool{}}, file: file, log: new(bytes.Buffer)}
	s.Member = New(Config{
		Store: store, Host: s.host, Max: 100, Logger: slog.New(slog.NewTextHandler(s.log, nil)),
		About: About{URL: url}, File: func() string { return s.file },
	})
	if s.secret, err = store.Secret(w.t.Context(), "secret"); err == nil {
		err = s.announce(w.t.Context())
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

// end ends the announcement of a server without its knowing.
func (w *world) end(s *server) {
	w.t.Helper()
	id, _ := s.session()
	if !w.redis.Del("pipesfake:replica:" + id) {
		w.t.Fatalf("replica %s is not announced", id)
	}
}

// want checks who serves an environment, as a server sees it.
func (w *world) want(s *server, name string, want Owner) {
	w.t.Helper()
	s.Forget(name)
	got, err := s.Owner(w.t.Context(), name)
	if err != nil || got != want {
		w.t.Fatalf("%s is served by %+v, %v; want %+v", name, got, err, want)
	}
	if got.IsHere != s.host.Holds(name) {
		w.t.Fatalf("%s is in memory: %v", name, s.host.Holds(name))
	}
}

func (w *world) announce(s *server) {
	w.t.Helper()
	if err := s.announce(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

// sleep makes a server believe that it could not announce itself for as long as an announcement lasts.
func (s *server) sleep() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.until = s.until.Add(-lifetime)
}

// waitUntil polls until something holds.
func waitUntil(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for began := time.Now(); !holds(); time.Sleep(time.Millisecond) {
		if time.Since(began) > 2*time.Minute {
			t.Fatalf("this is not so after two minutes: %s", what)
		}
	}
}
