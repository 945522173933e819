package model

import (
	"fmt"

	"example.com/pipesfake/fake/internal/state"
)

// Save returns a copy of the state of the environment, to be restored or written as JSON. Its connections, endpoints
// and so on are those of one time.
func (e *Environment) Save() *Saved {
	s, _ := e.SaveUnless(nil)
	return s
}

// SaveUnless is Save that waits for an environment that is busy only until giveUp is closed. It reports whether it got
// the environment.
func (e *Environment) SaveUnless(giveUp <-chan struct{}) (s *Saved, got bool) {
	if !e.mu.LockFirst(giveUp) {
		return nil, false
	}
	defer e.mu.Unlock()
	now := e.advanceAndEmit()
	s = e.state.Copy(e.clock.Save(), now, e.requests.Load())
	if e.outbox != nil {
		for _, one := range e.outbox.Pending() {
			s.Pending = append(s.Pending, state.Pending{Endpoint: one.To.ID, Event: one.Event.EventID()})
		}
	}
	return s, true
}

// Restore puts a saved state back, which it takes over; the numbers of requests go on. A state that does not belong to
// the set in force, or is damaged (a DamagedError), changes nothing; the error says what is wrong.
func (e *Environment) Restore(s *Saved) error {
	e.mu.Lock()
	defer e.mu.Unlock()
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
	tokensBefore := e.state.Tokens
	e.clock.Restore(s.Clock)
	e.use(&s.State)
	e.addAllSecrets(tokensBefore)
	for token := range s.Tokens {
		e.announce(token)
	}
	e.endSwitchesLater()
	s.Connections.Each(func(r *state.Connection) { e.scheduleNext(r, s.ViewAt(r, s.Now)) })
	e.redeliver(s.Pending)
	e.armWakeup()
	e.notifySubscribers()
	e.MarkChanged()
	return nil
}

// Resume is Restore after the process ended in between: the numbers of requests go on from the saved ones.
func (e *Environment) Resume(s *Saved) error {
	err := e.Restore(s)
	if err == nil {
		e.requests.Store(s.Requests)
	}
	return err
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
