package model

import (
	"fmt"
	"time"

	"example.com/pipesfake/fake/internal/state"
)

// Save returns a copy of the state of the environment, to be restored or written as JSON. Its connections, endpoints
// and so on are those of one time.
func (e *Environment) Save() *Saved {
	e.mu.LockFirst(nil)
	defer e.mu.Unlock()
	now := e.advanceAndEmit()
	s := e.state.Copy(e.clock.Save(), now, e.requests.Load())
	s.Pending = e.pendingDeliveries()
	return s
}

func (e *Environment) pendingDeliveries() (pending []state.Pending) {
	if e.outbox == nil {
		return nil
	}
	for _, one := range e.outbox.Pending() {
		pending = append(pending, state.Pending{Endpoint: one.To.ID, Event: one.Event.EventID()})
	}
	return pending
}

// TakeUnsaved returns copies of what changed since the last call (with isWhole: of everything), all of one time, and
// the revision that they are of. It waits for an environment that is busy only until giveUp is closed, and reports
// whether it got the environment.
func (e *Environment) TakeUnsaved(isWhole bool, giveUp <-chan struct{}) (taken *Unsaved, revision uint64, got bool) {
	if !e.mu.LockFirst(giveUp) {
		return nil, 0, false
	}
	defer e.mu.Unlock()
	if isWhole {
		e.isSaved = true
		e.state.NoteUnsaved(true)
	}
	now := e.savingTime()
	taken = e.state.TakeUnsaved(e.clock.Save(), now, e.requests.Load())
	taken.Pending = e.pendingDeliveries()
	if e.pending != nil {
		taken.Emitting = &state.Emitting{Place: e.pending.place, At: e.pending.at}
	}
	return taken, e.revision.Load(), true
}

// savingTime returns a time by which everything that was due has been done: what is due later is done once more after
// a restart. Where there is much to do, a save does not wait for it.
func (e *Environment) savingTime() time.Time {
	if e.state.Connections.Len() <= maxAtOnce {
		return e.advanceAndEmit()
	}
	now := e.clock.Now()
	switch {
	case e.pending != nil:
		return e.pending.at
	case e.schedule.IsDue(now):
		return e.schedule.Next().Add(-1)
	}
	return now
}

// Restore puts a saved state back, which it takes over; the numbers of requests go on. A state that does not belong to
// the set in force, or is damaged (a DamagedError), changes nothing; the error says what is wrong.
func (e *Environment) Restore(s *Saved) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.restore(s, false)
}

// Resume is Restore after the process ended in between: the numbers of requests go on from the saved ones.
func (e *Environment) Resume(s *Saved) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.resume(s, false)
}

// ResumeUnchanged is Resume of a state that need not be saved again: TakeUnsaved returns what changes from then on.
func (e *Environment) ResumeUnchanged(s *Saved) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.isSaved = true
	return e.resume(s, true)
}

func (e *Environment) resume(s *Saved, isUnchanged bool) error {
	err := e.restore(s, isUnchanged)
	if err == nil {
		e.requests.Store(s.Requests)
	}
	return err
}

func (e *Environment) restore(s *Saved, isUnchanged bool) error {
	if s.Scenarios == "" {
		return DamagedError{What: "it names no scenario file"}
	}
	if digest := e.state.Set.Digest(); s.Scenarios != digest {
		return fmt.Errorf("it belongs to another state of the scenario file than that of %s now", e.state.Set.Name)
	}
	if err := s.Check(); err != nil {
		return err
	}
	if err := s.Rebuild(e.name, e.state.Set); err != nil {
		return DamagedError{What: err.Error()}
	}
	e.addFileSecrets() // the restored state may have no use for some of them
	tokensBefore := e.state.Tokens()
	e.clock.Restore(s.Clock)
	e.use(&s.State)
	if isUnchanged {
		e.state.NoteUnsaved(false)
	}
	e.addAllSecrets(tokensBefore)
	for token := range s.Tokens() {
		e.announce(token)
	}
	e.endSwitchesLater()
	s.Connections.Each(func(r *state.Connection) {
		v := s.ViewAt(r, s.Now)
		e.scheduleNext(r, &v)
	})
	e.redeliver(s.Pending)
	if s.Emitting != nil {
		e.noteDirectiveChange(s.Emitting.Place, s.Emitting.At)
	}
	e.armWakeup()
	e.notifySubscribers()
	e.MarkChanged()
	return nil
}

// redeliver sends what was pending when the environment was saved, and nothing else.
func (e *Environment) redeliver(pending []state.Pending) {
	if e.outbox == nil {
		return
	}
	var deliveries []Delivery
	for _, one := range pending {
		to, event := e.state.EndpointByID(one.Endpoint), e.state.EventByID(one.Event)
		if to != nil && event != nil {
			deliveries = append(deliveries, Delivery{to, event})
		}
	}
	e.outbox.Replace(deliveries)
}
