package environment

import (
	"sync"
	"time"
)

// isHeard tells whether somebody is told of events as they happen; else it is enough that they are there when
// somebody asks.
func (e *Environment) isHeard() bool {
	return e.listeners > 0 || e.outbox != nil && len(e.hooks.list.items) > 0
}

// Listen lets what time changes happen at its instant, for somebody who is told of it, until stop.
func (e *Environment) Listen() (stop func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.listeners++
	e.arm()
	return sync.OnceFunc(func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.listeners--
		e.arm()
	})
}

// arm lets what is due next happen at its instant though no call comes, where somebody is told of it.
func (e *Environment) arm() {
	if e.alarm != nil {
		e.alarm.Stop()
		e.alarm = nil
	}
	if e.ended || !e.isHeard() || len(e.dues.heap) == 0 || e.clock.Frozen() {
		return
	}
	e.alarm = time.AfterFunc(e.dues.heap[0].at.Sub(e.clock.Now()), func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.change()
		e.arm()
	})
}

// End lets nothing happen any more by itself.
func (e *Environment) End() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.ended = true
	e.arm()
}
