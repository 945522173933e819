package ui

import (
	"maps"
	"net/url"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/control"
	"example.com/pipesfake/fake/internal/pipes"
)

// undo is the action that undoes another one: one that the page has, with its form.
type undo struct {
	Action string
	Form   url.Values
}

// beforeAction is what undoing an action needs to know of the time before it.
type beforeAction struct {
	now    time.Time     // of the environment
	ahead  time.Duration // of real time
	frozen bool
	fault  string // the fault that the action removes, as a body of a control call; empty if it removes none
}

// undone returns the action that undoes the one with the number in a form, and the form of it. It returns false if
// there is none.
func undone(r Request, form url.Values) (action string, with url.Values, isKnown bool) {
	last := r.Did.get(form.Get("number"))
	if last.Undo == nil || last.environment != r.Environment.Name() {
		return "", nil, false
	}
	with = maps.Clone(last.Undo.Form)
	with.Set("undoes", form.Get("number"))
	with.Set("back", form.Get("back"))
	return last.Undo.Action, with, true
}

// momentBefore returns the state before an action.
func momentBefore(r Request, action string, form url.Values) beforeAction {
	now, frozen := r.Environment.Time()
	before := beforeAction{now: now, frozen: frozen, ahead: now.Sub(clock.RealNow())}
	if action != "lift" {
		return before
	}
	faults, _ := r.Environment.Faults()
	for i := range faults {
		if faults[i].ID != form.Get("id") {
			continue
		}
		removed := faults[i].Fault
		if removed.Times > 0 {
			removed.Times -= faults[i].Matches
		}
		if body, err := removed.Tree().MarshalJSON(); err == nil {
			before.fault = string(body)
		}
	}
	return before
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
			return &undo{"lift", url.Values{"id": {laid.ID}}}
		}
	case "lift":
		if b.fault != "" {
			return &undo{"fault", url.Values{"fault": {b.fault}}}
		}
	case "freeze", "unfreeze", "set", "real", "advance":
		form := url.Values{"at": {b.now.Format(time.RFC3339Nano)}}
		if !b.frozen {
			form = url.Values{"ahead": {b.ahead.Round(time.Millisecond).String()}}
		}
		return &undo{"clock-back", form}
	}
	return nil
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
