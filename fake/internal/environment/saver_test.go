package environment

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"testing"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/scenarios"
)

// partsStore is a store in memory, of an environment at a time.
type partsStore struct{ environments map[string]map[string][]byte }

func (s *partsStore) Environments(context.Context) ([]string, error) { return nil, nil }

func (s *partsStore) Load(_ context.Context, name string) (map[string][]byte, error) {
	return s.environments[name], nil
}

func (s *partsStore) Save(_ context.Context, name string, replace bool, put map[string][]byte, remove []string) error {
	if replace || s.environments[name] == nil {
		s.environments[name] = map[string][]byte{}
	}
	for part, text := range put {
		s.environments[name][part] = text
	}
	for _, part := range remove {
		delete(s.environments[name], part)
	}
	return nil
}

func (s *partsStore) Delete(_ context.Context, name string) error {
	delete(s.environments, name)
	return nil
}

func (s *partsStore) Close() error { return nil }

// keepInMemory returns a registry that is kept in a store, whose saver saves nothing by itself.
func keepInMemory(t *testing.T) (*Registry, *Saver, *partsStore) {
	t.Helper()
	set, err := scenarios.Parse("s.yaml", []byte("version: 1\n"))
	if err != nil {
		t.Fatal(err)
	}
	r := NewRegistry(Config{Scenarios: set, Clock: clock.Running, Max: 10, JournalSize: 10})
	store := &partsStore{map[string]map[string][]byte{}}
	s, err := r.KeepIn(t.Context(), store, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Finish(t.Context()); err != nil { // what follows is saved by the test alone
		t.Fatal(err)
	}
	return r, s, store
}

// What was taken to be saved and could not be encoded is taken again.
func TestUnencodedChangesAreNotLost(t *testing.T) {
	t.Parallel()
	r, s, store := keepInMemory(t)
	one, err := r.Open("a", clock.RealNow())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Commit(t.Context(), one); err != nil {
		t.Fatal(err)
	}
	active, err := one.Scenarios().Scenario("active")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := one.Switch(model.Place{}, active, 0); err != nil {
		t.Fatal(err)
	}
	one.snapshots.mu.Lock()
	one.snapshots.put(snapshot{SnapshotInfo{Name: "bad"}, []byte("no JSON")})
	one.snapshots.mu.Unlock()
	if err := s.Commit(t.Context(), one); err == nil {
		t.Fatal("it is saved")
	}
	if err := one.DeleteSnapshot("bad"); err != nil {
		t.Fatal(err)
	}
	if err := s.Commit(t.Context(), one); err != nil || store.environments["a"]["switch/000000000001"] == nil {
		t.Errorf("the switch is lost (%v)", err)
	}
}

// An environment that was dropped is not kept when a test takes its name.
func TestDroppedEnvironmentOfTheNameOfATest(t *testing.T) {
	t.Parallel()
	r, s, store := keepInMemory(t)
	one, err := r.Open("test-a", clock.RealNow())
	if err = errors.Join(err, s.Commit(t.Context(), one)); err != nil {
		t.Fatal(err)
	}
	r.Drop("test-a")
	made, err := r.Reserve("a", &Start{}, clock.RealNow())
	if err != nil || made.Name() != "test-a" {
		t.Fatal(err)
	}
	if err := s.CommitServer(t.Context()); err != nil || store.environments["test-a"] != nil {
		t.Errorf("it is still kept (%v)", err)
	}
}

// lonelyPeers can be out of reach of the other servers.
type lonelyPeers struct {
	Peers
	isAlive bool
}

func (p *lonelyPeers) IsAlive() bool { return p.isAlive }

// A server that gave up its environments has not saved them.
func TestFailuresLastWhileTheStoreIsOutOfReach(t *testing.T) {
	t.Parallel()
	peers := &lonelyPeers{}
	r, _ := newRegistry(t, Config{Peers: peers})
	s := &Saver{registry: r, logger: slog.New(slog.DiscardHandler)}
	s.note(errors.New("out of reach"))
	if s.note(nil); s.Err() == nil {
		t.Error("it counts as saved though the store is out of reach")
	}
	peers.isAlive = true
	if s.note(nil); s.Err() != nil {
		t.Errorf("it still fails: %v", s.Err())
	}
}

// An environment whose tried text cannot be read any more begins anew: otherwise no server could ever serve it.
func TestAdoptWithoutTheTriedText(t *testing.T) {
	t.Parallel()
	r, s, store := keepInMemory(t)
	one := open(t, r, "one", clock.RealNow())
	set, err := scenarios.Parse("s.yaml", []byte("version: 1\nstart: expired\n"))
	if err != nil {
		t.Fatal(err)
	}
	one.Reset(set)
	if err := s.Commit(t.Context(), one); err != nil {
		t.Fatal(err)
	}
	store.environments["one"][triedPart], err = json.Marshal(tried{[]byte("version: 99\n"), r.Scenarios().Digest()})
	if err != nil {
		t.Fatal(err)
	}
	s.Abandon("one")
	if err := s.Adopt(t.Context(), "one", func() bool { return true }); err != nil {
		t.Error(err)
	}
	if again := r.find("one"); again == nil || again.Scenarios() != r.Scenarios() {
		t.Errorf("it has %v", again)
	}
}
