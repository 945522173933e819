package model

import (
	"math"
	"time"

	"example.com/pipesfake/fake/internal/state"
)

// advance returns the environment's time, with everything done that was due by then. Like advanceAndEmit and catchUp,
// it must be called under the lock.
func (e *Environment) advance() time.Time {
	now := e.clock.Now()
	if e.schedule.IsDue(now) {
		e.catchUp(now)
	}
	return now
}

// advanceAndEmit returns the environment's time, with everything done that was due, and all events emitted that earlier
// calls caused.
func (e *Environment) advanceAndEmit() time.Time {
	now := e.clock.Now()
	e.catchUp(now)
	return now
}

// catchUp emits the events that earlier calls caused, and does what is due by a time, each at its own time. What is
// left of a long jump happens at once, at its end; so does all of it in an environment that ended, which nobody waits
// for.
func (e *Environment) catchUp(now time.Time) {
	due := e.schedule.Len() // each timer that waits has its own time
	e.progress = progress{until: now}
	for isMerged := false; ; e.progress.changes++ {
		if e.pending != nil {
			e.emitPending(e.pending, math.MaxInt)
		}
		if !e.schedule.IsDue(now) {
			break
		}
		if !isMerged && (e.ended.Load() || e.progress.isLong(due)) {
			isMerged = true
			e.endSwitches(e.state.Switches.EndingBy(now), now)
			continue
		}
		next := e.schedule.Pop()
		if isMerged {
			next.At = now
		}
		next.Do(next.At)
	}
	e.progress = progress{}
}

// noteDirectiveChange notes that the directives covering a place changed at a time. The change before it was
// completed by catchUp, so that events keep the order of what caused them. Where there is much to emit, that begins
// by itself, after the call.
func (e *Environment) noteDirectiveChange(place state.Place, at time.Time) {
	made := &pendingChange{place: place, at: at}
	e.pending = made
	if e.state.Connections.Len() > maxAtOnce || e.hasSubscribers() {
		go e.follow(made)
	}
}

// follow emits the events of a change, and gives other calls their turn. A change that comes meanwhile does the rest.
func (e *Environment) follow(made *pendingChange) {
	for more := true; more; {
		e.mu.Lock()
		if more = e.pending == made; more {
			e.emitPending(made, maxAtOnce)
			more = e.pending == made
		}
		e.mu.Unlock()
	}
}

// emitPending emits the events of a change for up to limit connections.
func (e *Environment) emitPending(change *pendingChange, limit int) {
	if !change.begun {
		change.begun = true
		e.state.Connections.In(change.place, func(r *state.Connection) { change.rest = append(change.rest, r) })
	}
	batch := change.rest[:min(limit, len(change.rest))]
	change.rest = change.rest[len(batch):]
	for _, r := range batch {
		if !r.Forgotten {
			e.emitIfChanged(r, change.at)
		}
	}
	if len(change.rest) == 0 {
		e.pending = nil
	}
}

// addSwitch adds the newest switch, which ends with its TTL.
func (e *Environment) addSwitch(made *state.Switch) {
	e.MarkChanged()
	if removed := e.state.AddSwitch(made); removed != nil {
		e.schedule.Cancel(removed.Ending)
	}
	if made.TTL != 0 {
		e.endLater(made)
	}
}

// endLater ends a switch when its TTL does.
func (e *Environment) endLater(one *state.Switch) {
	one.Ending = e.schedule.Add(one.EndsAt(), func(at time.Time) { e.endSwitches([]*state.Switch{one}, at) })
}

// removeSwitch removes a switch before its TTL ends.
func (e *Environment) removeSwitch(one *state.Switch) {
	e.MarkChanged()
	e.state.RemoveSwitch(one)
	e.schedule.Cancel(one.Ending)
}

// endSwitches removes switches whose TTL ended, and emits the events of the connections that they decided on.
func (e *Environment) endSwitches(ended []*state.Switch, at time.Time) {
	var decided []*state.Connection
	for _, one := range ended {
		decided = append(decided, e.decidedBy(one)...)
	}
	for _, one := range ended {
		e.removeSwitch(one)
	}
	for _, r := range decided {
		if e.emitIfChanged(r, at) != "" {
			e.progress.changes++
		}
	}
	e.progress.looks += len(decided)
}

// decidedBy lists the connections that a switch decides on.
func (e *Environment) decidedBy(one *state.Switch) (decided []*state.Connection) {
	if e.state.Switches.IsCovered(one) {
		return nil
	}
	for _, r := range e.coveredBy(one.Place) {
		if e.state.SwitchDeciding(r) == one {
			decided = append(decided, r)
		}
	}
	return decided
}

// coveredBy lists the connections in the place of a switch whose TTL ends in the present jump.
func (e *Environment) coveredBy(place state.Place) (list []*state.Connection) {
	if !state.IsOfOneOwner(place) {
		if e.progress.covered == nil {
			e.progress.covered = e.coveredInJump()
		}
		if list, known := e.progress.covered.In(place); known {
			return list
		}
	}
	e.state.Connections.In(place, func(r *state.Connection) { list = append(list, r) })
	return list
}

// coveredInJump lists the connections in the places of all switches whose TTL ends in the present jump.
func (e *Environment) coveredInJump() *state.PlaceIndex {
	places := map[state.Place]bool{}
	for _, one := range e.state.Switches.EndingBy(e.progress.until) {
		if !state.IsOfOneOwner(one.Place) {
			places[one.Place] = true
		}
	}
	covered := state.NewPlaceIndex(places)
	e.state.Connections.In(state.Place{}, covered.Add)
	return covered
}
