package model

import (
	"time"
)

// hasSubscribers tells whether somebody is told of events as they happen; else it is enough that they are there when
// somebody asks.
func (e *Environment) hasSubscribers() bool {
	return len(e.listeners) > 0 || e.outbox != nil && len(e.endpoints.list.items) > 0
}

// Subscribe lets events happen as they do for an endpoint, until end: news gets one when there may be others.
func (e *Environment) Subscribe() (news <-chan struct{}, end func()) {
	listener := make(chan struct{}, 1)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.listeners[listener] = true
	e.upToNow()
	e.armWakeup()
	return listener, func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		delete(e.listeners, listener)
		e.armWakeup()
	}
}

// notifySubscribers tells who listens.
func (e *Environment) notifySubscribers() {
	for listener := range e.listeners {
		select {
		case listener <- struct{}{}:
		default: // it is told already
		}
	}
}

// armWakeup lets what is due next happen at its instant though no call comes, where somebody is told of it.
func (e *Environment) armWakeup() {
	if e.wakeup != nil {
		e.wakeup.Stop()
		e.wakeup = nil
	}
	if e.ended.Load() || !e.hasSubscribers() || len(e.schedule.heap) == 0 || e.clock.Frozen() {
		return
	}
	e.wakeup = time.AfterFunc(e.schedule.heap[0].at.Sub(e.clock.Now()), func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		if !e.ended.Load() {
			e.beginChange()
			e.armWakeup()
		}
	})
}

// Stop lets nothing happen any more by itself. It does not wait for an environment that is busy.
func (e *Environment) Stop() {
	e.ended.Store(true)
	disarm := func() {
		defer e.mu.Unlock()
		e.armWakeup()
	}
	if e.mu.mutex.TryLock() {
		disarm()
		return
	}
	go func() {
		e.mu.LockFirst(nil)
		disarm()
	}()
}
