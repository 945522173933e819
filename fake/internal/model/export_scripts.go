package model

import (
	"slices"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/scenarios"
)

// The bounds of a step in a file.
const (
	shortestStep = time.Millisecond
	mostCalls    = 1_000_000_000
)

// rest is a script that goes on as the run does, if it is in force since an instant: the one at which the run came to
// its state, because the life of a token counts from there.
func (r *run) rest() (script *scenarios.Scenario, since time.Time) {
	for i := range slices.Backward(r.frames) {
		f := &r.frames[i]
		step := f.now() // the zero step if it is over
		switch {
		case script != nil:
			step.Scenario = script
		case step.Fault == nil:
			step.Scenario = r.state
		case !f.isBefore(r.state):
			step.Scenario, step.Fault = lasting(step.Fault, r.state), nil
		}
		if step.Times > 0 {
			step.Times -= f.calls
		}
		if step.For > 0 {
			step.For = min(max(f.since.Add(step.For).Sub(r.since), shortestStep), clock.Furthest)
		}
		script = f.rest(step)
	}
	return script, r.since
}

// goesOn reports whether the script can still leave its state, or breaks answers in it.
func (r *run) goesOn() bool {
	script, _ := r.rest()
	return script.Steps != nil
}

// isBefore reports whether the step of the frame ends and is followed by one that begins with a state. A fault at the
// beginning of a script leaves the connection in that state.
func (f *frame) isBefore(state *scenarios.Scenario) bool {
	steps := f.script.Steps[f.step:]
	return len(steps) > 1 && steps[1].Scenario != nil && steps[1].Scenario.First() == state
}

// lasting is a script of a fault that lasts while its connection is in a state.
func lasting(fault *scenarios.Fault, state *scenarios.Scenario) *scenarios.Scenario {
	return &scenarios.Scenario{Steps: []scenarios.Step{{Fault: fault, Times: mostCalls}, {Scenario: state}}}
}

// rest is the frame's script from now on, of which the first step is begun.
func (f *frame) rest(first scenarios.Step) *scenarios.Scenario {
	steps := []scenarios.Step{first}
	if f.step < len(f.script.Steps) {
		steps = append(steps, f.script.Steps[f.step+1:]...)
		switch repeat := f.script.Repeat; {
		case repeat == scenarios.Forever:
			steps = append(steps, scenarios.Step{Scenario: f.script})
		case repeat > f.round+1:
			again := *f.script
			again.Name, again.Repeat = "", repeat-f.round-1
			steps = append(steps, scenarios.Step{Scenario: &again})
		case repeat > 0: // in its last state it stays
			return &scenarios.Scenario{Steps: steps, Repeat: 1}
		}
	}
	if len(steps) == 1 { // it stays
		return first.Scenario
	}
	return &scenarios.Scenario{Steps: steps}
}

// maxWrittenOut is how many scenarios an export writes out in place of the names of a script. Longer scripts keep the
// names.
const maxWrittenOut = 5_000

// eachState is a scenario whose states are changed, but for those of no connection.
func eachState(s *scenarios.Scenario, change func(*scenarios.State)) *scenarios.Scenario {
	made := *s
	made.Name, made.Steps = "", slices.Clone(s.Steps)
	if s.Steps == nil && s.State.State != scenarios.NotInstalled {
		change(&made.State)
	}
	for i, step := range made.Steps {
		if step.Scenario != nil {
			made.Steps[i].Scenario = eachState(step.Scenario, change)
		}
	}
	return &made
}
