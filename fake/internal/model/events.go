package model

import (
	"math"
	"slices"
	"time"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// Event is a change of one connection's state, as it was told. Its ids are made when somebody reads it.
type Event struct {
	identity
	Name             string // pipes.EventConnected …
	At               time.Time
	State            string
	Scopes           []string
	Created, Updated time.Time // of the connection
	Failure          *Failure  // of pipes.EventConnectionFailed: there is no connection

	count       uint64
	integration int // how often the integration was deleted before
}

func (e *Event) number() uint64 { return e.count }
func (e *Event) id() string     { return e.mint.EventID(e.count) }

// EventID is that of the event itself; ID is the connected account's.
func (e *Event) EventID() string { return e.id() }

// IntegrationID is that of the connection's data integration.
func (e *Event) IntegrationID() string {
	return e.mint.ID("data_integration", e.integration, e.Provider, ownershipOf(e.Key))
}

// maxEvents is how many events are kept; beyond it the oldest are forgotten.
const maxEvents = 100_000

// lastEvent is what events last said of a connection.
type lastEvent struct {
	state  string
	scopes []string
}

// log is what has happened, the oldest first.
type log struct {
	events []*Event
	count  uint64
}

func (l *log) add(made Event) *Event {
	l.count++
	made.count = l.count
	if l.events = append(l.events, &made); len(l.events) > maxEvents+maxEvents/10 {
		l.events = slices.Clone(l.events[len(l.events)-maxEvents:])
	}
	return &made
}

// publish tells what happened, to the endpoints that want to know, too.
func (e *Environment) publish(made Event) {
	event := e.log.add(made)
	e.notifySubscribers()
	if e.outbox == nil {
		return
	}
	for _, one := range e.endpoints.list.items {
		if one.Enabled && slices.Contains(one.Events, made.Name) {
			e.outbox.Send(one, event)
		}
	}
}

// step is a change of the words over a place, whose events are still to be worked off.
type step struct {
	place Place
	at    time.Time
	rest  []*connection // still to be told; nil before the first of them
	begun bool
}

// atOnce is how many records are told before others get their turn.
const atOnce = 1_000

// noteDirectiveChange notes that the words over a place are others from an instant on. The change before it was
// worked off by catchUp, so that events keep the order of what caused them. Where there is much to tell,
// it begins by itself, behind the call.
func (e *Environment) noteDirectiveChange(place Place, at time.Time) {
	made := &step{place: place, at: at}
	e.pending = made
	if len(e.connections.records) > atOnce || e.hasSubscribers() {
		go e.follow(made)
	}
}

// follow works off a step, and lets others have their turn; a change that comes meanwhile does the rest.
func (e *Environment) follow(made *step) {
	for more := true; more; {
		e.mu.Lock()
		if more = e.pending == made; more {
			e.work(made, atOnce)
			more = e.pending == made
		}
		e.mu.Unlock()
	}
}

// work tells up to some of the records of a step.
func (e *Environment) work(on *step, most int) {
	if !on.begun {
		on.begun = true
		e.connections.in(on.place, func(r *connection) { on.rest = append(on.rest, r) })
	}
	now := on.rest[:min(most, len(on.rest))]
	on.rest = on.rest[len(now):]
	for _, r := range now {
		if !r.forgotten {
			e.emitIfChanged(r, on.at)
		}
	}
	if len(on.rest) == 0 {
		e.pending = nil
	}
}

// now is the environment's time, with everything that was due by then done. It wants the lock.
func (e *Environment) now() time.Time {
	now := e.clock.Now()
	if e.schedule.by(now) {
		e.catchUp(now)
	}
	return now
}

// catchUp works off what earlier calls caused, and does what is due by an instant, each at its own. What is left
// of a long jump happens at once, at the end; so does all of it in an environment that ended, which nobody waits for.
func (e *Environment) catchUp(now time.Time) {
	due := len(e.schedule.heap) // each that waits has its own instant
	e.progress = progress{until: now}
	for isMerged := false; ; e.progress.changes++ {
		if e.pending != nil {
			e.work(e.pending, math.MaxInt)
		}
		if !e.schedule.by(now) {
			break
		}
		if !isMerged && (e.ended.Load() || e.progress.isLong(due)) {
			isMerged = true
			e.endSwitches(e.endingBy(now), now)
			continue
		}
		next := e.schedule.next()
		if isMerged {
			next.at = now
		}
		next.do(next.at)
	}
	e.progress = progress{}
}

// beginChange is the beginning of every change that calls make: the instant, with what came before worked off.
func (e *Environment) beginChange() time.Time {
	e.MarkChanged()
	return e.upToNow()
}

// upToNow is the instant, with everything worked off that earlier calls caused.
func (e *Environment) upToNow() time.Time {
	now := e.clock.Now()
	e.catchUp(now)
	return now
}

// emitIfChanged emits the event of a connection whose state is another than the one that was last told, and says which.
func (e *Environment) emitIfChanged(r *connection, at time.Time) (changed string) {
	c := e.lookAs(r, e.decidingWithoutSteps(r, time.Time{}, at))
	e.MarkChanged()
	before := r.lastEvent
	r.lastEvent = lastEvent{c.State, c.Scopes}
	e.scheduleNext(r, c)
	if c.State == before.state {
		return ""
	}
	name, shown := pipes.EventConnected, before
	switch c.State {
	case scenarios.NotInstalled:
		name = pipes.EventDisconnected // with the last state that it had: the description knows no other
	case scenarios.NeedsReauthorization:
		name, shown = pipes.EventReauthorizationNeeded, r.lastEvent
	default:
		shown = r.lastEvent
	}
	e.emit(r, c, name, shown, at)
	return before.state + " → " + c.State
}

// emit tells of a connection, as a state and scopes.
func (e *Environment) emit(r *connection, c Connection, name string, shown lastEvent, at time.Time) {
	e.publish(Event{
		identity: c.identity, Name: name, At: at, State: shown.state, Scopes: shown.scopes, Created: r.created, Updated: at,
		integration: e.generationOf(r.key.Provider, ownershipOf(r.key)),
	})
}

// scheduleNext lets a connection be told of when time changes it: a failing refresh, the end of a step.
func (e *Environment) scheduleNext(r *connection, c Connection) {
	e.schedule.cancel(r.timer)
	r.timer = nil
	at := c.Decision.until
	if c.flips && (at.IsZero() || c.ExpiresAt.Before(at)) {
		at = c.ExpiresAt
	}
	if !at.IsZero() {
		r.timer = e.schedule.add(at, func(at time.Time) { e.emitIfChanged(r, at) })
	}
}

// EventFilter says which events are asked for; what is left zero means any.
type EventFilter struct {
	Names        []string
	Organization string
	From, Until  *time.Time // nil: from the first one, until the last one
}

func (f EventFilter) keeps(event *Event) bool {
	return (len(f.Names) == 0 || slices.Contains(f.Names, event.Name)) &&
		(f.Organization == "" || event.Organization == f.Organization) &&
		(f.From == nil || !event.At.Before(*f.From)) && (f.Until == nil || !event.At.After(*f.Until))
}

// CountEvents counts those of the events that everything until now has caused.
func (e *Environment) CountEvents(of func(*Event) bool) (n int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.upToNow()
	for _, event := range e.log.events {
		if of(event) {
			n++
		}
	}
	return n
}

// LastEvents are the last n, the oldest first.
func (e *Environment) LastEvents(n uint64) []*Event {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.log.events[len(e.log.events)-min(int(n), len(e.log.events)):])
}

// AllEvents are those that everything until now has caused, the oldest first.
func (e *Environment) AllEvents() []*Event {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.upToNow()
	return slices.Clone(e.log.events)
}

// Events are the events that everything until now has caused.
func (e *Environment) Events(page Page, filter EventFilter) (Listed[*Event], error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.upToNow()
	return cut(e.log.events, page, filter.keeps, e.mint.EventCount)
}
