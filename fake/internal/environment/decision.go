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

	set   *scenarios.Set
	entry scenarios.Position // for ByConnections
}

// Where is the place in the file that decides, as file:line:col, or the file's name; empty for a switch.
func (d Decision) Where() string {
	if d.By == BySwitch {
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
)

// deciding finds the newest word on a connection, which may have an entry in the file.
func (e *Environment) deciding(key scenarios.Key, entry *scenarios.Connection) Decision {
	d := Decision{By: ByStart, At: e.began, Scenario: e.set.Start, set: e.set}
	if last := e.switches.covering(key); last != nil {
		d.By, d.At, d.Scenario, d.Switch = BySwitch, last.At, last.Scenario, last
	} else if entry != nil {
		d.By, d.Scenario, d.entry = ByConnections, entry.Scenario, entry.Position
	}
	return d
}

// sequence is the decision's place in the order of words: a file's come before every switch.
func (d Decision) sequence() uint64 {
	if d.By == BySwitch {
		return d.Switch.Number
	}
	return 0
}

// Because says it in a sentence.
func (d Decision) Because() string {
	switch d.By {
	case BySwitch:
		return fmt.Sprintf("%s since switch %d of %s, for %s", d.Scenario.Title(), d.Switch.Number, pipes.Timestamp(d.At), d.Switch.Place)
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
	if len(parts) == 0 {
		return "everybody"
	}
	return strings.Join(parts, ", ")
}
