package client

import (
	"encoding/json"
	"fmt"

	"example.com/pipesfake/fake"
)

// Scenarios returns the names of the scenarios that Use takes: the built-in ones, and those of the scenario file.
func (e *Environment) Scenarios() []string {
	e.t.Helper()
	var list struct{ Scenarios []struct{ Name string } }
	if err := e.do("GET", "/scenarios", nil, &list); err != nil {
		e.fail(err)
	}
	var names []string
	for _, one := range list.Scenarios {
		names = append(names, one.Name)
	}
	return names
}

// UseInline does what Use does, with a scenario in JSON, written as in a scenario file, in place of the name of one. It
// is for scripts: {"steps": [{"fault": {"status": 503}, "times": 2}, {"scenario": "active"}]}.
func (e *Environment) UseInline(scenario string, places ...fake.Place) {
	e.t.Helper()
	if err := e.use(json.RawMessage(scenario), places); err != nil {
		e.fail(fmt.Errorf("UseInline: %w", err))
	}
}

// TryScenarios resets the environment to the start of the text of a scenario file, which takes the place of the
// server's own file there until UntryScenarios. A text with mistakes fails the test, and the message lists all of them.
func (e *Environment) TryScenarios(text string) {
	e.t.Helper()
	if err := e.do("PUT", "/scenarios", []byte(text), nil); err != nil {
		e.fail(fmt.Errorf("TryScenarios: %w", err))
	}
}

// UntryScenarios resets the environment to the start of the scenario file that it had before TryScenarios.
func (e *Environment) UntryScenarios() {
	e.t.Helper()
	if err := e.do("DELETE", "/scenarios", nil, nil); err != nil {
		e.fail(err)
	}
}
