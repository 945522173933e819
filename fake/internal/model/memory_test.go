package model

import (
	"runtime"
	"testing"
	"time"

	"example.com/pipesfake/scenarios"
)

// The journal stores decisions. They must not keep the state of before a reset or a restore in memory.
func TestDecisionsDoNotKeepTheirState(t *testing.T) {
	t.Parallel()
	for name, put := range map[string]func(e *Environment){
		"the start": func(*Environment) {},
		"a switch":  func(e *Environment) { switchTo(t, e, Place{}, scenarioNamed(t, e, "expired"), 0) },
	} {
		e := newEnvironment(t)
		put(e)
		c, err := e.Token(Query{Key: scenarios.Key{Provider: "github", User: "alice"}})
		if err != nil {
			t.Fatal(err)
		}
		freed := make(chan struct{})
		runtime.AddCleanup(e.state, func(freed chan struct{}) { close(freed) }, freed)
		e.Reset(nil)
		deadline := time.After(3 * time.Second)
		for isFreed := false; !isFreed; {
			runtime.GC()
			select {
			case <-freed:
				isFreed = true
			case <-deadline:
				t.Fatalf("a decision of %s keeps the whole state that it was made in", name)
			default:
				runtime.Gosched()
			}
		}
		runtime.KeepAlive(c.Decision)
	}
}
