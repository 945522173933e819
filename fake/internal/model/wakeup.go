package model

import "time"

// SetOutbox sets what takes events to endpoints, before anything happens.
func (e *Environment) SetOutbox(outbox Outbox) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.outbox = outbox
	e.armWakeup()
}

// Subscribe emits events in real time, as for an endpoint, until end is called. The channel receives a value when there
// may be new ones.
func (e *Environment) Subscribe() (news <-chan struct{}, end func()) {
	listener := make(chan struct{}, 1)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.listeners[listener] = true
	e.advanceAndEmit()
	e.armWakeup()
	return listener, func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		delete(e.listeners, listener)
		e.armWakeup()
	}
}

// armWakeup lets what is due next happen at its time though no call comes, where events must be emitted in real time.
func (e *Environment) armWakeup() {
	if e.wakeup != nil {
		e.wakeup.Stop()
		e.wakeup = nil
	}
	if e.ended.Load() || !e.hasSubscribers() || e.schedule.Len() == 0 || e.clock.Frozen() {
		return
	}
	e.wakeup = time.AfterFunc(e.schedule.Next().Sub(e.clock.Now()), func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		if !e.ended.Load() {
			e.advanceAndEmit()
			e.armWakeup()
		}
	})
}

// Stop lets nothing happen by itself any more. It does not wait for an environment that is busy.
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
