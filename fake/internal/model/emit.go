package model

import (
	"time"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/fake/internal/state"
)

// publish adds an event of a connection in a role to those that were emitted, under each of its names, and sends it to
// the endpoints that want it.
func (e *Environment) publish(role string, made state.Event) {
	for _, name := range pipes.EmittedNames(made.Name, role) {
		made.Name = name
		event := e.state.AddEvent(made)
		if e.outbox == nil {
			continue
		}
		for _, one := range e.state.Endpoints {
			if one.Wants(name) {
				e.outbox.Send(one, event)
			}
		}
	}
	e.notifySubscribers()
}

// emitIfChanged emits the event of a connection whose state is not the one that was emitted last. It returns both
// states in words, or the empty string if nothing changed.
func (e *Environment) emitIfChanged(r *state.Connection, at time.Time) (changed string) {
	view := &View{Decision: e.state.DecideWithoutSteps(r, at)}
	e.state.Observe(r, view)
	e.MarkChanged()
	e.state.Touch(r)
	before := r.EmittedState
	name, shown, scopes := r.Change(view)
	r.EmittedState, r.EmittedScopes = view.State, view.Scopes
	e.scheduleNext(r, view)
	if name == "" {
		return ""
	}
	e.emit(r, view, name, shown, scopes, at)
	return before + " → " + view.State
}

// emit emits an event that shows a connection in a state.
func (e *Environment) emit(r *state.Connection, v *View, name, shown string, scopes []string, at time.Time) {
	e.publish(r.Role(), state.Event{
		Identity: r.Identity, Name: name, At: at, State: shown, Scopes: scopes, Created: r.Created, Updated: at,
		Details: e.state.DetailsOf(r, v),
	})
}

// scheduleNext schedules the next time at which time changes a connection: a failing refresh, or the end of a step.
func (e *Environment) scheduleNext(r *state.Connection, v *View) {
	e.schedule.Cancel(r.Timer)
	r.Timer = nil
	at := v.Decision.Until
	if v.WillFail && (at.IsZero() || v.ExpiresAt.Before(at)) {
		at = v.ExpiresAt
	}
	if !at.IsZero() {
		r.Timer = e.schedule.Add(at, func(at time.Time) { e.emitIfChanged(r, at) })
	}
}
