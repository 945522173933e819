package environment

import (
	"slices"
	"time"

	"example.com/pipesfake/fake/internal/mint"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// Event is a change of one connection's state, as it was told.
type Event struct {
	ID      string
	Name    string // pipes.EventConnected …
	At      time.Time
	Account EventAccount

	count uint64
}

func (e *Event) number() uint64 { return e.count }
func (e *Event) id() string     { return e.ID }

// EventAccount is the connection as its event shows it.
type EventAccount struct {
	scenarios.Key
	ID, IntegrationID string
	State             string
	Scopes            []string
	Created, Updated  time.Time
}

// mostEvents is how many events are kept; beyond it the oldest are forgotten.
const mostEvents = 100_000

// told is what events last said of a connection.
type told struct {
	state  string
	scopes []string
}

// log is what has happened, the oldest first.
type log struct {
	events []*Event
	count  uint64
}

func (l *log) add(mint mint.Mint, made Event) {
	l.count++
	made.count, made.ID = l.count, mint.EventID(l.count)
	if l.events = append(l.events, &made); len(l.events) > mostEvents+mostEvents/10 {
		l.events = slices.Clone(l.events[len(l.events)-mostEvents:])
	}
}

// step is a change of the words over a place, whose events are still to be worked off.
type step struct {
	place Place
	at    time.Time
}

// changed notes that the words over a place are others from an instant on. The change before it was
// worked off by catchUp, so that events keep the order of what caused them.
func (e *Environment) changed(place Place, at time.Time) { e.pending = &step{place, at} }

// now is the environment's time, with everything that was due by then done. It wants the lock.
func (e *Environment) now() time.Time {
	now := e.clock.Now()
	if e.dues.by(now) {
		e.catchUp(now)
	}
	return now
}

// catchUp works off what earlier calls caused, and does what is due by an instant, each at its own.
func (e *Environment) catchUp(now time.Time) {
	for {
		if step := e.pending; step != nil {
			e.pending = nil
			e.seen.in(step.place, func(r *record) { e.tell(r, step.at) })
		}
		if !e.dues.by(now) {
			return
		}
		next := e.dues.next()
		next.do(next.at)
	}
}

// change is the beginning of every change that calls make: the instant, with what came before worked off.
func (e *Environment) change() time.Time {
	now := e.clock.Now()
	e.catchUp(now)
	return now
}

// tell emits the event of a connection whose state is another than the one that was last told.
func (e *Environment) tell(r *record, at time.Time) {
	c := e.look(r, at)
	before := r.told
	r.told = told{c.State, c.Scopes}
	e.scheduleFlip(r, c)
	if c.State == before.state {
		return
	}
	account := e.account(r, c, at)
	name, shown := pipes.EventConnected, before
	switch c.State {
	case scenarios.NotInstalled:
		name = pipes.EventDisconnected // with the last state that it had: the description knows no other
	case scenarios.NeedsReauthorization:
		name, shown = pipes.EventReauthorizationNeeded, r.told
	default:
		shown = r.told
	}
	e.log.add(e.mint, Event{Name: name, At: at, Account: EventAccount{
		Key: r.key, ID: account.ID(), IntegrationID: e.integrationID(r.key.Provider, ownershipOf(r.key)),
		State: shown.state, Scopes: shown.scopes, Created: account.Created, Updated: at,
	}})
}

// scheduleFlip lets a connection whose refresh fails need reauthorization at the end of its token's life.
func (e *Environment) scheduleFlip(r *record, c Connection) {
	e.dues.cancel(r.flip)
	r.flip = nil
	if c.flips {
		r.flip = e.dues.add(c.ExpiresAt, func(at time.Time) { e.tell(r, at) })
	}
}

// EventFilter says which events are asked for; what is left zero means any.
type EventFilter struct {
	Names        []string
	Organization string
	From, Until  time.Time
}

func (f EventFilter) keeps(event *Event) bool {
	return (len(f.Names) == 0 || slices.Contains(f.Names, event.Name)) &&
		(f.Organization == "" || event.Account.Organization == f.Organization) &&
		(f.From.IsZero() || !event.At.Before(f.From)) && (f.Until.IsZero() || !event.At.After(f.Until))
}

// Events are the events that everything until now has caused.
func (e *Environment) Events(page Page, filter EventFilter) (Listed[*Event], error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.change()
	return cut(e.log.events, page, filter.keeps, e.mint.EventCount)
}
