package environment

import (
	"time"
)

// isHeard tells whether somebody is told of events as they happen; else it is enough that they are there when
// somebody asks.
func (e *Environment) isHeard() bool {
	return len(e.listeners) > 0 || e.outbox != nil && len(e.hooks.list.items) > 0
}

// Listen lets events happen as they do for an endpoint, until end: news gets one when there may be others.
func (e *Environment) Listen() (news <-chan struct{}, end func()) {
	listener := make(chan struct{}, 1)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.listeners[listener] = true
	e.upToNow()
	e.arm()
	return listener, func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		delete(e.listeners, listener)
		e.arm()
	}
}

// wake tells who listens.
func (e *Environment) wake() {
	for listener := range e.listeners {
		select {
		case listener <- struct{}{}:
		default: // it is told already
		}
	}
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
