package model

import (
	"strconv"
	"time"

	"example.com/pipesfake/fake/internal/fault"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// Decision says why a connection is as it is: which word decided.
type Decision struct {
	By       By
	At       time.Time // since when the scenario is in force
	Scenario *scenarios.Scenario
	Steps    []Step       // where it is in the script that came to the scenario, the outermost first; empty: it is none
	Switch   *Switch      // for BySwitch
	Call     string       // for ByAPI: what was done
	Fault    *fault.Match // by the step of a script, the call that was asked

	set      *scenarios.Set
	entry    scenarios.Position // for ByConnections and ByStart
	sequence uint64             // its place in the order of words: a file's come before every other
	backs    uint64             // how often the clock had been set back when it was said
	run      *run               // of a script
	state    int                // which one of the script
	reached  time.Time          // the furthest that time was at since the state began
	Changed  string             // what the call changed that found it, in words; empty: nothing
	why      []string           // Because, once it was said
	shared   *[]string          // where that is kept, under the lock; nil: it is this connection's own
	until    time.Time          // when the script's step ends; zero: not by time
	died     time.Time          // when a failing refresh ended it; zero: none did
	expires  time.Time          // for ByAPI: the date that was given; zero: none
}

// Where is the place in the file that decides, as file:line:col, or the file's name; empty for a call, be it
// of the control plane or the API.
func (d Decision) Where() string {
	switch d.By {
	case BySwitch:
		return d.Switch.Where()
	case ByAPI:
		return ""
	}
	return d.set.Where(d.entry)
}

// By is the kind of word that decides.
type By string

// What can decide.
const (
	BySwitch      By = "switch"
	ByConnections By = "connections" // the connection's entry in the file
	ByStart       By = "start"       // what the file puts in force for everybody
	ByAPI         By = "api"         // a write through the API
)

// decidingDirective finds the newest word on a connection, at an instant. Of a script it is the state of its step.
func (e *Environment) decidingDirective(r *connection, now time.Time) Decision {
	return e.decidingAfter(r, time.Time{}, now)
}

// decidingAfter is the same of the words that are still in force after an instant, as they stand now.
func (e *Environment) decidingAfter(r *connection, after, now time.Time) Decision {
	d := e.decidingWithoutSteps(r, after, now)
	if d.run != nil {
		d.Steps = d.run.where()
	}
	return d
}

// decidingWithoutSteps is decidingAfter for those who do not show where a connection is in a script: in deeply nested
// ones that takes most of the time.
func (e *Environment) decidingWithoutSteps(r *connection, after, now time.Time) Decision {
	d := e.newest(r, after)
	if d.reached = now; len(e.rewinds) > 0 {
		d.reached = e.reached(d.backs, now)
	}
	if d.Scenario.Steps == nil {
		if d.shared != nil {
			if *d.shared == nil {
				*d.shared = []string{d.Because()}
			}
			d.why = *d.shared
		}
		return d
	}
	d.run = r.running(d)
	d.run.playAll(e.rewinds, now)
	d.reached = e.reached(d.run.stateBacks, now)
	d.Scenario, d.At, d.state = d.run.state, d.run.since, d.run.states
	_, d.until = d.run.next()
	return d
}

func (e *Environment) newest(r *connection, after time.Time) Decision {
	d := Decision{By: ByStart, At: e.started.Add(-e.set.Age), Scenario: e.set.Start, set: e.set, entry: e.set.StartAt, shared: &e.why}
	if last := e.switches.covering(r.key, after); last != nil {
		d.By, d.At, d.Scenario, d.Switch, d.sequence, d.backs = BySwitch, last.At, last.Scenario, last, last.sequence, last.backs
		d.shared = &last.why
	} else if r.entry != nil {
		d.By, d.At, d.Scenario, d.entry, d.shared = ByConnections, e.started.Add(-r.entry.Age), r.entry.Scenario, r.entry.Position, nil
	}
	if r.account != nil && r.account.directive.sequence > d.sequence {
		d = *r.account.directive
	}
	if emptied := e.catalog.emptied(r.key); emptied != nil && emptied.sequence > d.sequence {
		d = *emptied
	}
	return d
}

// newDirective is a write through the API: the newest word on what it concerns.
func (e *Environment) newDirective(call string, state scenarios.State, now time.Time) Decision {
	e.directives++
	return Decision{By: ByAPI, At: now, Scenario: &scenarios.Scenario{State: state}, Call: call, set: e.set, sequence: e.directives, backs: e.rewindCount}
}

// Explain tells which word decides on a connection; false: the key does not name one that there can be.
func (e *Environment) Explain(key scenarios.Key) (d Decision, known bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if key.Provider == "" || key.User+key.Organization == "" || e.check(Query{Key: key}) != nil {
		return d, false
	}
	return e.snapshotsAt(key, e.now())[0].render(e.mint).Decision, true
}

// Header is Because as the value of a header, which may not be changed: it is shared.
func (d Decision) Header() []string {
	if d.why != nil {
		return d.why
	}
	return []string{d.Because()}
}

// Because says it in a sentence.
func (d Decision) Because() string {
	text := d.title()
	switch d.By {
	case BySwitch:
		if where := d.Switch.Where(); where != "" {
			text += " by switch " + strconv.FormatUint(d.Switch.Number, 10) + " of " + where
		} else {
			text += " since switch " + strconv.FormatUint(d.Switch.Number, 10) + " of " + pipes.Timestamp(d.Switch.At)
		}
		text += ", for " + d.Switch.Place.String()
	case ByAPI:
		text = d.Scenario.State.Full().State + " since it was " + d.Call + " over the API at " + pipes.Timestamp(d.At)
	case ByConnections:
		text += " by " + d.Where()
	case ByStart:
		switch {
		case d.entry.Line > 0:
			text += " by start of " + d.Where()
		case d.Scenario.Builtin && d.Scenario.Name == scenarios.UsualStart:
			text += " by the usual start of " + d.set.Name
		default:
			text += " by the start that WithScenario gave"
		}
	}
	if !d.died.IsZero() {
		text += "; its refresh failed at " + pipes.Timestamp(d.died)
	}
	return text
}

// title is what the scenario is called and where the file has it; of a script, the step as well.
func (d Decision) title() string {
	title := d.Scenario.Title()
	if at := d.Scenario.Position; at.Line > 0 && d.Scenario.Name != "" {
		title += " (" + d.set.Where(at) + ")"
	}
	if len(d.Steps) > 0 {
		title += " in " + d.Steps[len(d.Steps)-1].title(d.set)
	}
	return title
}
