package environment

import (
	"errors"
	"strings"
	"time"

	"example.com/pipesfake/scenarios"
	"example.com/pipesfake/scenarios/lint"
)

// triedSuffix ends the names of sets that were tried. The text before it is the name of the server's own set.
const triedSuffix = " (tried)"

// ReadScenarios reads a text for one environment as the server reads its scenario file. Its error is
// scenarios.Problems. The text can use the variables that the file names, but no others: those who may make control
// calls must not read the environment of the process.
func (r *Registry) ReadScenarios(e *Environment, text []byte) (*scenarios.Set, error) {
	set, err := r.readScenarios(e, text)
	if err != nil {
		return nil, err
	}
	return set, nil
}

// CheckScenarios returns the warnings about a text, which ReadScenarios would read, and the error of reading it. Some
// texts with mistakes have warnings, too: scenarios.ParsePartial says which.
func (r *Registry) CheckScenarios(e *Environment, text []byte) ([]lint.Warning, error) {
	set, err := r.readScenarios(e, text)
	if set == nil {
		return nil, err
	}
	return lint.Warnings(set), err
}

// readScenarios reads a text. With an error it returns the part of the text that can be checked, or nil.
func (r *Registry) readScenarios(e *Environment, text []byte) (*scenarios.Set, error) {
	own := r.StartOf(e)
	set, err := scenarios.ParsePartial(own.Name+triedSuffix, text, own.Variable)
	if problems := (scenarios.Problems)(nil); errors.As(err, &problems) {
		return set, explainUnset(problems)
	}
	adjusted, err := r.adjustTried(e, set)
	if err != nil {
		at := scenarios.Position{Line: 1, Column: 1}
		return set, scenarios.Problems{{File: set.Name, Position: at, Message: err.Error()}}
	}
	return adjusted, nil
}

// explainUnset says of variables that count as not set that a text cannot use them.
func explainUnset(problems scenarios.Problems) scenarios.Problems {
	const unset = "the environment variable "
	for i := range problems {
		if strings.HasPrefix(problems[i].Message, unset) {
			name, _, _ := strings.Cut(strings.TrimPrefix(problems[i].Message, unset), " ")
			problems[i].Message = "${" + name + "} cannot be used here: a text that is tried can use only the " +
				"variables that the server's own file names; write ${" + name + ":-default}"
		}
	}
	return problems
}

// Try resets one environment to the start of a text, which takes the place of the scenario file there: until Untry, or
// until the server loads a changed file. Its error is scenarios.Problems, and then nothing has changed.
func (r *Registry) Try(e *Environment, text []byte) (started time.Time, inForce *scenarios.Set, err error) {
	set, err := r.ReadScenarios(e, text)
	if err != nil {
		return time.Time{}, nil, err
	}
	if own := r.StartOf(e); !isTried(set, own) {
		set = own
	}
	started, inForce = e.Reset(set)
	return started, inForce, nil
}

// Untry resets an environment to the start of the server's own scenario file, or of the one that its test brought.
func (r *Registry) Untry(e *Environment) (started time.Time, inForce *scenarios.Set) {
	return e.Reset(r.StartOf(e))
}

// IsTried reports whether a text is tried in an environment.
func (r *Registry) IsTried(e *Environment) bool { return isTried(e.Scenarios(), r.StartOf(e)) }
