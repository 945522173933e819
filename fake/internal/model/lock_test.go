package model

import (
	"testing"
	"time"
)

// hold keeps an environment busy until release.
func hold(t *testing.T, e *Environment) (release func()) {
	t.Helper()
	see(t, e, 1, 1)
	switchTo(t, e, Place{}, scenarioNamed(t, e, "not_installed"), 0)
	isHeld, released := make(chan struct{}), make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		e.CountEvents(func(*Event) bool { close(isHeld); <-released; return true })
	}()
	<-isHeld
	return func() { close(released); <-done }
}

// Whoever must not wait for a busy environment does not.
func TestABusyEnvironment(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t)
	release := hold(t, e)
	giveUp := make(chan struct{})
	close(giveUp)
	if _, _, got := e.TakeUnsaved(true, giveUp); got {
		t.Error("a busy environment was saved")
	}
	e.Stop()
	saved := make(chan *Saved)
	go func() { saved <- e.Save() }()
	release()
	again := newEnvironment(t)
	if err := again.Restore(<-saved); err != nil {
		t.Fatal(err)
	}
	if _, total, _ := again.Owners("", 0, 1); total != 1 {
		t.Errorf("%d connections were saved", total)
	}
	if _, _, got := e.TakeUnsaved(true, giveUp); !got {
		t.Error("an environment that is not busy was not saved")
	}
}

// In an environment that ended, what is left of a jump happens as one: nobody waits for it.
func TestAJumpInAnEnvironmentThatEnded(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t)
	see(t, e, 1, 1)
	switchTo(t, e, Place{}, nestedScript(t, e, 1), 0)
	before := e.Revision()
	e.Stop()
	e.Advance(900500 * time.Microsecond) // in step 901 of 999 that last a millisecond each
	e.AllEvents()
	if looks := e.Revision() - before; looks > 10 {
		t.Errorf("it looked %d times at the connection", looks)
	}
	if c := e.Inspect(seenKey(0, 1)); len(c.Decision.Steps) != 1 || c.Decision.Steps[0].Number != 901 {
		t.Errorf("it is in %+v", c.Decision.Steps)
	}
}
