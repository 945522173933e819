package model

import (
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/schedule"
	"example.com/pipesfake/fake/internal/secrets"
	"example.com/pipesfake/fake/internal/state"
	"example.com/pipesfake/scenarios"
)

// New returns an environment as on first use. The secret makes the addresses of consent pages unguessable; without one
// they derive from the seed.
func New(name, secret string, set *scenarios.Set, clock *clock.Clock) *Environment {
	e := &Environment{name: name, secret: secret, clock: clock, listeners: map[chan struct{}]bool{}}
	e.start(set)
	return e
}

// Reset returns everything to the start: of a set, or of the present one for nil. It returns the time of the start and
// the set in force.
func (e *Environment) Reset(set *scenarios.Set) (time.Time, *scenarios.Set) {
	e.mu.LockFirst(nil) // what waits comes after it, and a reload holds all calls up
	defer e.mu.Unlock()
	if set == nil {
		set = e.state.Set
	}
	e.start(set)
	return e.state.Began, e.state.Set
}

func (e *Environment) start(set *scenarios.Set) {
	e.MarkChanged()
	e.notifySubscribers()
	e.clock.Reset()
	e.requests.Store(0)
	if e.outbox != nil {
		e.outbox.Replace(nil)
	}
	e.secrets = secrets.Set{}
	e.use(state.New(e.name, set, e.clock.Now()))
	e.endSwitchesLater()
}

// use puts a state in force, in place of the one before with its timers.
func (e *Environment) use(s *state.State) {
	e.state, e.pending, e.owners, e.hasFileSecrets = s, nil, nil, false
	e.schedule = schedule.Schedule{OnSooner: e.armWakeup}
	if e.isSaved {
		s.NoteUnsaved(true)
	}
	for _, one := range s.Endpoints {
		e.secrets.Add(one.Secret)
	}
	e.faultSerial = s.Faults.Number(e.faultSerial)
	e.hasFaults.Store(!s.Faults.None())
	e.setBaseline()
}

// endSwitchesLater schedules the ends of the switches that have a TTL.
func (e *Environment) endSwitchesLater() {
	for _, one := range e.state.Switches.All() {
		if one.TTL != 0 {
			e.endLater(one)
		}
	}
}
