package environment

import "time"

// isHeard tells whether somebody is told of events as they happen; else it is enough that they are there when
// somebody asks.
func (e *Environment) isHeard() bool { return e.outbox != nil && len(e.hooks.list.items) > 0 }

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
		e.upToNow()
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
