package fake

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/scenarios"
)

// keepBusy holds the lock of an environment until release, as a long call does.
func keepBusy(t *testing.T, e *Environment) (release func()) {
	t.Helper()
	world, err := e.server.server.Environments().Open(e.name, clock.RealNow())
	if err != nil {
		t.Fatal(err)
	}
	isHeld, released, done := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		world.CountEvents(func(*model.Event) bool { close(isHeld); <-released; return true })
	}()
	<-isHeld
	return func() { close(released); <-done }
}

// Shutdown does not wait for a busy environment. It loses only what changed there since the last write.
func TestShutdownWhileAnEnvironmentIsBusy(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "state")
	server, err := New(WithState(file))
	if err != nil {
		t.Fatal(err)
	}
	busy, other := server.Environment("busy"), server.Environment("other")
	for _, e := range []*Environment{busy, other} {
		if _, err := e.open().Token(model.Query{Key: scenarios.Key{Provider: "github", User: "alice"}}); err != nil {
			t.Fatal(err)
		}
		e.Use("not_installed")
	}
	release := keepBusy(t, busy)
	other.Use("needs_reauthorization", User("alice"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err = server.Shutdown(ctx)
	if unwritten := new(StateError); !errors.As(err, &unwritten) ||
		!strings.Contains(err.Error(), "environment busy is still busy") {
		t.Errorf("the error is %v", err)
	}
	release()
	again, err := New(WithState(file))
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if got := len(again.Environment("other").open().Overview(model.From{}, 0).Switches); got != 2 {
		t.Errorf("the other environment has %d switches after it, not 2", got)
	}
}
