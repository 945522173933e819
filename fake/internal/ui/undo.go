package ui

import (
	"maps"
	"net/url"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/control"
	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/fake/internal/pipes"
)

// beforeAction is what undoing an action needs to know of the time before it.
type beforeAction struct {
	now    time.Time     // of the environment
	ahead  time.Duration // of real time
	frozen bool
	faults []string                // those that the action removes, as bodies of control calls
	whole  *environment.Checkpoint // for an action that changes everything; nil for the others, and if it is too large
}

// The limits of what is kept to undo an action: how many owners of connections a checkpoint has, and how many bytes the
// bodies of removed faults have.
const (
	maxCheckpointOwners = 20_000
	maxFaultBytes       = 1 << 20
)

// undone returns the action that undoes the one with the number in a form, and the form of it. It returns false if
// there is none.
func undone(r Request, form url.Values) (action string, with url.Values, isKnown bool) {
	last := r.Did.get(form.Get("number"))
	if last.Undo == nil || last.Undo.before != nil || last.environment != r.Environment.Name() {
		return "", nil, false
	}
	with = maps.Clone(last.Undo.Form)
	with.Set("undoes", form.Get("number"))
	with.Set("back", form.Get("back"))
	return last.Undo.Action, with, true
}

// refusedUndo returns the action that reports why the action with a number cannot be undone here: the button was on a
// page that is out of date.
func refusedUndo(r Request, number string) Action {
	refused := Action{environment: r.Environment.Name()}
	last := r.Did.get(number)
	if last.Undo != nil && last.environment != refused.environment {
		refused.Failed = []string{
			"This was done in the environment " + last.environment + ", and can be undone only there.",
		}
		return refused
	}
	refused.Failed = []string{"This cannot be undone any more: it was undone already, or too much was done since."}
	return refused
}

// momentBefore returns the state before an action.
func momentBefore(r Request, action string, form url.Values) beforeAction {
	now, frozen := r.Environment.Time()
	before := beforeAction{now: now, frozen: frozen, ahead: now.Sub(clock.RealNow())}
	switch action {
	case "lift", "lift-all":
		before.faults = r.removedFaults(action, form.Get("id"))
	case "reset", "untry", "try":
		if _, owners, _ := r.Environment.Owners("", 0, 0); owners <= maxCheckpointOwners {
			before.whole = r.Registry.Checkpoint(r.Environment)
		}
	}
	return before
}

// removedFaults returns the faults that an action removes, the oldest first, as bodies of the control calls that add
// them with as many matches as they have left. It returns nothing if they are too large.
func (r Request) removedFaults(action, id string) (bodies []string) {
	faults, _ := r.Environment.Faults()
	size := 0
	for i := range faults {
		if action == "lift" && faults[i].ID != id {
			continue
		}
		removed := faults[i].Fault
		if removed.Times > 0 {
			removed.Times -= faults[i].Matches
		}
		body, err := removed.Tree().MarshalJSON()
		if size += len(body); err != nil || size > maxFaultBytes {
			return nil
		}
		bodies = append(bodies, string(body))
	}
	return bodies
}

// undoOf returns the action that undoes the one that was just made, or nil if there is none. The button for the last
// switch undoes switches, and an action that undoes another one is not undone in turn.
func (b beforeAction) undoOf(action string, form url.Values, result any) *undo {
	if form.Has("undoes") {
		return nil
	}
	switch action {
	case "fault":
		if laid, isFault := result.(control.ActiveFault); isFault {
			return &undo{Action: "lift", Form: url.Values{"id": {laid.ID}}}
		}
	case "lift":
		if len(b.faults) > 0 {
			return &undo{Action: "fault", Form: url.Values{"fault": b.faults}}
		}
	case "lift-all":
		if len(b.faults) > 0 {
			return &undo{Action: "lift-back", Form: url.Values{"fault": b.faults}}
		}
	case "reset", "untry", "try":
		if b.whole != nil {
			return &undo{before: b.whole}
		}
	case "freeze", "unfreeze", "set", "real", "advance":
		form := url.Values{"at": {b.now.Format(time.RFC3339Nano)}}
		if !b.frozen {
			form = url.Values{"ahead": {b.ahead.Round(time.Millisecond).String()}}
		}
		return &undo{Action: "clock-back", Form: form}
	}
	return nil
}

// goBack returns the environment to what it held before an action.
func goBack(r Request, form url.Values, to *environment.Checkpoint) Response {
	made := Action{Done: "Everything is as it was before", form: form, environment: r.Environment.Name()}
	if err := r.Registry.GoBack(r.Environment, to); err != nil {
		made.Failed = sentences(err)
	}
	return toPage(r, form, made)
}

// clockBack returns the body of the control call that gives the clock the time that it would have without the action
// that is undone.
func clockBack(form url.Values) map[string]any {
	at, err := time.Parse(time.RFC3339Nano, form.Get("at"))
	if err == nil {
		return map[string]any{"now": pipes.Timestamp(at), "frozen": true}
	}
	ahead, err := time.ParseDuration(form.Get("ahead"))
	if err != nil {
		return map[string]any{"now": form.Get("ahead")} // the control call explains what is wrong
	}
	return map[string]any{"now": pipes.Timestamp(clock.RealNow().Add(ahead)), "frozen": false}
}
