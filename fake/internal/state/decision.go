package state

import (
	"strconv"
	"time"

	"example.com/pipesfake/fake/internal/fault"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/fake/internal/script"
	"example.com/pipesfake/scenarios"
)

// Decision says why a connection is as it is: which directive decides.
type Decision struct {
	// Every response looks at these, which are near each other: to fetch them from memory takes most of the time.
	reason  []string     // the cached Because, as the value of a header; one that was saved has no other
	Fault   *fault.Match // of the step of a script, for the call that asked
	Changed string       // what the call that asked changed; empty: nothing
	Similar string       // the provider that is probably meant, if nobody declared the connection's; empty: none

	By       By
	At       time.Time // since when the scenario is in force
	Scenario *scenarios.Scenario
	Steps    []script.Step // of the script that came to the scenario, the outermost first; empty: it is none
	Switch   *Switch       // for BySwitch
	Call     string        // for ByAPI: what was done

	Sequence    uint64      // of the directive
	Rewinds     uint64      // how often the clock had been set back when the directive was made
	Run         *script.Run // nil if the directive's scenario is no script
	StateNumber int         // which state of the script
	Reached     time.Time   // the latest time that the clock reached since the state began
	Until       time.Time   // when the script's step ends; zero: not by time
	Died        time.Time   // when a failing refresh ended the token; zero: none did
	Expires     time.Time   // for ByAPI: the date that was given; zero: none

	set    *scenarios.Set
	entry  scenarios.Position // for ByConnections and ByStart
	shared *Decision          // what Shared returns unless the call changed something; or nil
}

// By is the kind of directive that decides.
type By string

// The kinds of directives.
const (
	BySwitch      By = "switch"
	ByConnections By = "connections" // the connection's entry in the file
	ByStart       By = "start"       // what the file puts in force for everybody
	ByAPI         By = "api"         // a write through the API
)

// Where returns the place in the file that decides, as file:line:col, or the file's name. It is empty for a call of the
// control plane or of the API.
func (d *Decision) Where() string {
	switch d.By {
	case BySwitch:
		return d.Switch.Where()
	case ByAPI:
		return ""
	}
	return d.set.Where(d.entry)
}

// CacheReason caches Because for all readers of the decision.
func (d *Decision) CacheReason() { d.reason = d.HeaderValue() }

// Shared returns the decision for whoever stores it: one that the decisions of a directive share where they say the
// same, else a copy. It must not be changed, and Reached is that of the first.
func (d *Decision) Shared() *Decision {
	if d.shared != nil && d.Fault == nil && d.Changed == "" {
		return d.shared
	}
	copied := *d
	return &copied
}

// HeaderValue returns Because as the value of a header. It is shared and must not be changed.
func (d *Decision) HeaderValue() []string {
	if d.reason != nil {
		return d.reason
	}
	return []string{d.Because()}
}

// Because returns the reason as a sentence.
func (d *Decision) Because() string {
	if d.reason != nil {
		return d.reason[0]
	}
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
	if !d.Died.IsZero() {
		text += "; its refresh failed at " + pipes.Timestamp(d.Died)
	}
	if d.Similar != "" {
		text += "; " + d.Hint()
	}
	return text
}

// Hint says that the connection's provider is probably written wrongly, if Similar is not empty.
func (d *Decision) Hint() string { return "undeclared provider; did you mean " + d.Similar + "?" }

// title returns the name of the scenario and its place in the file; of a script, the step as well.
func (d *Decision) title() string {
	title := d.Scenario.Title()
	if at := d.Scenario.Position; at.Line > 0 && d.Scenario.Name != "" {
		title += " (" + d.set.Where(at) + ")"
	}
	if len(d.Steps) > 0 {
		title += " in " + d.Steps[len(d.Steps)-1].Title(d.set)
	}
	return title
}
