package environment

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/internal/apikey"
	"example.com/pipesfake/scenarios"
)

// newRegistry returns a registry of the built-in scenarios, and the real time at its start.
func newRegistry(t *testing.T, config Config) (r *Registry, now time.Time) {
	t.Helper()
	config.Scenarios, config.Clock, config.JournalSize = scenarios.Builtin(), clock.Running, 10
	r = NewRegistry(config)
	t.Cleanup(func() {
		r.Stop()
		r.Wait()
	})
	return r, clock.RealNow()
}

func open(t *testing.T, r *Registry, name string, now time.Time) *Environment {
	t.Helper()
	one, err := r.Open(name, now)
	if err != nil {
		t.Fatal(err)
	}
	return one
}

// tokenOf returns a token that an environment issues now.
func tokenOf(t *testing.T, one *Environment) string {
	t.Helper()
	var q model.Query
	q.Provider, q.User = "github", "alice"
	connection, err := one.Token(q)
	if err != nil {
		t.Fatal(err)
	}
	return connection.Token
}

func namesOf(all []*Environment) string {
	var names []string
	for _, one := range all {
		names = append(names, one.Name())
	}
	return strings.Join(names, " ")
}

// A reset to a file with another seed makes other tokens. The first call that can return one comes after Reset, so the
// environment is found by them when Reset returns.
func TestTokensOfAnotherSeedAreFoundAfterAReset(t *testing.T) {
	t.Parallel()
	r, now := newRegistry(t, Config{Max: 10})
	one := open(t, r, "one", now)
	before := tokenOf(t, one)
	reseeded, err := scenarios.Parse("s.yaml", []byte("version: 1\nseed: 99\n"))
	if err != nil {
		t.Fatal(err)
	}
	one.Reset(reseeded)
	after := tokenOf(t, one)
	if before == after || namesOf(r.Candidates(after)) != "one" || namesOf(r.Candidates(before)) != "" {
		t.Errorf("the new token finds %q, the old one %q", namesOf(r.Candidates(after)), namesOf(r.Candidates(before)))
	}
}

// Whoever holds an environment that was dropped can still reset it. The next one of its name is found all the same.
func TestResetOfADroppedEnvironment(t *testing.T) {
	t.Parallel()
	r, now := newRegistry(t, Config{Max: 10})
	dropped := open(t, r, "one", now)
	r.Drop("one")
	reseeded, err := scenarios.Parse("s.yaml", []byte("version: 1\nseed: 99\n"))
	if err != nil {
		t.Fatal(err)
	}
	dropped.Reset(reseeded)
	next := open(t, r, "one", now)
	dropped.Reset(reseeded)
	if got := namesOf(r.Candidates(tokenOf(t, next))); got != "one" {
		t.Errorf("its token finds %q", got)
	}
}

func TestEnvironmentsAreMadeAndDropped(t *testing.T) {
	t.Parallel()
	const idle = time.Hour
	r, now := newRegistry(t, Config{Max: 3, Idle: idle})
	first := open(t, r, "first", now)
	if open(t, r, "first", now) != first {
		t.Error("a name opens two environments")
	}
	open(t, r, "second", now.Add(idle))
	_, err := r.Open("third", now.Add(idle))
	if full := new(pipes.Error); !errors.As(err, &full) || full.Code != pipes.TooManyEnvironments {
		t.Errorf("beyond the limit: %v", err)
	}
	open(t, r, "third", now.Add(idle+1)) // in place of the first one, which is idle now
	select {
	case <-first.Gone:
	default:
		t.Error("the idle environment was not dropped")
	}
	if _, err := r.Open(apikey.DefaultName, now.Add(100*idle)); err != nil {
		t.Errorf("the default environment: %v", err)
	}
}

func TestEnvironmentsInUseAreNotIdle(t *testing.T) {
	t.Parallel()
	r, now := newRegistry(t, Config{Max: 10, Idle: time.Hour})
	one := open(t, r, "one", now)
	later := now.Add(2 * time.Hour)
	one.Enter()
	if r.isIdle(one, later) {
		t.Error("an environment with a call in progress is idle")
	}
	one.Leave()
	one.used.Store(now.UnixNano())
	if !r.isIdle(one, later) || r.isIdle(one, now.Add(time.Hour)) {
		t.Error("an environment is idle once it has been unused for longer than the limit")
	}
}

func TestNamesOfTests(t *testing.T) {
	t.Parallel()
	r, now := newRegistry(t, Config{Max: 10})
	for _, c := range []struct{ test, want string }{
		{"TestToken", "test-TestToken"},
		{"TestToken", "test-TestToken-2"},
		{"TestToken/of_a_user", "test-TestToken-of_a_user-"},
		{strings.Repeat("x", 100), "test-" + strings.Repeat("x", 39) + "-"},
	} {
		one, err := r.Reserve(c.test, nil, now)
		if err != nil {
			t.Fatal(err)
		}
		name := one.Name()
		if hasHash := strings.HasSuffix(c.want, "-"); hasHash {
			name = name[:len(name)-len("0123abcd")]
		}
		if name != c.want || !apikey.IsName(one.Name()) {
			t.Errorf("%s: got %q, want %q", c.test, one.Name(), c.want)
		}
	}
}

func TestSnapshotsAreBounded(t *testing.T) {
	t.Parallel()
	r, now := newRegistry(t, Config{Max: 10})
	one := open(t, r, "one", now)
	for i := range maxSnapshots {
		if _, err := one.TakeSnapshot(fmt.Sprint("s", i)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := one.TakeSnapshot("s0"); err != nil {
		t.Errorf("one that replaces another: %v", err)
	}
	_, err := one.TakeSnapshot("one more")
	if full := new(pipes.Error); !errors.As(err, &full) || full.Code != pipes.TooManySnapshots {
		t.Errorf("one too many: %v", err)
	}
	if one.Reset(nil); len(one.ListSnapshots()) != maxSnapshots {
		t.Errorf("a reset keeps %d snapshots", len(one.ListSnapshots()))
	}
}

func TestRestoreRefusesADamagedSnapshot(t *testing.T) {
	t.Parallel()
	r, now := newRegistry(t, Config{Max: 10})
	one := open(t, r, "one", now)
	one.snapshots.put(snapshot{SnapshotInfo{Name: "damaged"}, []byte(`{"Seed": "none"}`)})
	for name, want := range map[string]pipes.Code{
		"damaged": pipes.SnapshotDamaged, "unheard of": pipes.EntityNotFound,
	} {
		err := one.RestoreSnapshot(name)
		if refused := new(pipes.Error); !errors.As(err, &refused) || refused.Code != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}
