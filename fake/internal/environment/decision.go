package environment

import (
	"fmt"
	"strings"
	"time"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// Decision says why a connection is as it is: which word decided.
type Decision struct {
	By       By
	At       time.Time // since when
	Scenario *scenarios.Scenario
	Switch   *Switch // for BySwitch
	Call     string  // for ByAPI: what was done

	set      *scenarios.Set
	entry    scenarios.Position // for ByConnections
	sequence uint64             // its place in the order of words: a file's come before every other
}

// Where is the place in the file that decides, as file:line:col, or the file's name; empty for a switch
// and a call of the API.
func (d Decision) Where() string {
	if d.By == BySwitch || d.By == ByAPI {
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

// deciding finds the newest word on a connection.
func (e *Environment) deciding(r *record) Decision {
	d := Decision{By: ByStart, At: e.began, Scenario: e.set.Start, set: e.set}
	if last := e.switches.covering(r.key); last != nil {
		d.By, d.At, d.Scenario, d.Switch, d.sequence = BySwitch, last.At, last.Scenario, last, last.sequence
	} else if r.entry != nil {
		d.By, d.Scenario, d.entry = ByConnections, r.entry.Scenario, r.entry.Position
	}
	if r.account != nil && r.account.word.sequence > d.sequence {
		d = *r.account.word
	}
	if emptied := e.catalog.emptied(r.key); emptied != nil && emptied.sequence > d.sequence {
		d = *emptied
	}
	return d
}

// word is a write through the API: the newest word on what it concerns.
func (e *Environment) word(call string, state scenarios.State, now time.Time) Decision {
	e.words++
	return Decision{By: ByAPI, At: now, Scenario: &scenarios.Scenario{State: state}, Call: call, set: e.set, sequence: e.words}
}

// Because says it in a sentence.
func (d Decision) Because() string {
	switch d.By {
	case BySwitch:
		return fmt.Sprintf("%s since switch %d of %s, for %s", d.Scenario.Title(), d.Switch.Number, pipes.Timestamp(d.At), d.Switch.Place)
	case ByAPI:
		return fmt.Sprintf("%s since it was %s over the API at %s", d.Scenario.State.Full().State, d.Call, pipes.Timestamp(d.At))
	case ByConnections:
		return fmt.Sprintf("%s by %s", d.Scenario.Title(), d.Where())
	}
	return fmt.Sprintf("%s by start of %s", d.Scenario.Title(), d.Where())
}

// String names the connections of a place: everybody, provider github, user user_alice …
func (p Place) String() string {
	var parts []string
	for _, part := range []struct{ word, id string }{{"provider", p.Provider}, {"user", p.User}, {"organization", p.Organization}} {
		if part.id != "" {
			parts = append(parts, fmt.Sprintf("%s %q", part.word, part.id))
		}
	}
	if p.NoOrganization {
		parts = append(parts, "no organization")
	}
	if p.Shared {
		parts = append(parts, "owned by the organization")
	}
	if len(parts) == 0 {
		return "everybody"
	}
	return strings.Join(parts, ", ")
}
