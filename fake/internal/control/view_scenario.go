package control

import (
	"example.com/pipesfake/scenarios"
)

// Scenario is a scenario with its definition.
type Scenario struct {
	Name        string  `json:"name"` // empty for an inline one
	Description string  `json:"description"`
	Builtin     bool    `json:"builtin"`
	DefinedAt   *string `json:"defined_at"` // file:line:col; null for built-in ones and those of control calls
	ScenarioBody
}

// ScenarioBody is the content of a scenario: a state, or the steps of a script with the state that it begins with.
type ScenarioBody struct {
	State  StateView  `json:"state"`
	Steps  []StepView `json:"steps,omitempty"`
	Repeat any        `json:"repeat,omitempty"` // true, or how often
}

// StepView is a step of a script.
type StepView struct {
	Scenario string     `json:"scenario,omitempty"` // its name
	State    *StateView `json:"state,omitempty"`    // of a scenario: the one that it begins with
	Fault    *Fault     `json:"fault,omitempty"`
	Times    int        `json:"times,omitempty"`
	For      string     `json:"for,omitempty"`
}

// StateView is a state with its defaults written out. Null scopes depend on the provider.
type StateView struct {
	State         string   `json:"state"`
	Scopes        []string `json:"scopes"`
	MissingScopes []string `json:"missing_scopes"`
	ExpiresIn     string   `json:"expires_in"`
	Refresh       string   `json:"refresh"`
	AuthMethod    string   `json:"auth_method"`
}

// scenarioOf returns a scenario of the file, as the file says it.
func scenarioOf(set *scenarios.Set, s *scenarios.Scenario) Scenario {
	asWritten := views{}
	return Scenario{
		Name: s.Name, Description: s.Description, Builtin: s.Builtin, DefinedAt: definedAt(set, s.Position),
		ScenarioBody: asWritten.scenarioBody(s),
	}
}

// scenariosOf returns all scenarios of the file, and the built-in ones.
func scenariosOf(set *scenarios.Set) []Scenario {
	list := []Scenario{}
	for _, scenario := range set.Scenarios() {
		list = append(list, scenarioOf(set, scenario))
	}
	return list
}

func (v views) scenarioBody(s *scenarios.Scenario) ScenarioBody {
	view := ScenarioBody{State: v.state(s.First().State)}
	for _, step := range s.Steps {
		view.Steps = append(view.Steps, v.step(step))
	}
	switch {
	case s.Repeat == scenarios.Forever:
		view.Repeat = true
	case s.Repeat > 0:
		view.Repeat = s.Repeat
	}
	return view
}

func (v views) step(step scenarios.Step) StepView {
	view := StepView{Fault: v.fault(step.Fault), Times: step.Times}
	if step.Scenario != nil {
		state := v.state(step.Scenario.First().State)
		view.Scenario, view.State = step.Scenario.Name, &state
	}
	if step.For != 0 {
		view.For = scenarios.FormatDuration(step.For)
	}
	return view
}

func (v views) state(state scenarios.State) StateView {
	full := state.Full()
	return StateView{
		State: full.State, Scopes: v.each(full.Scopes), MissingScopes: v.each(full.MissingScopes),
		ExpiresIn: scenarios.FormatDuration(full.ExpiresIn), Refresh: full.Refresh, AuthMethod: full.AuthMethod,
	}
}
