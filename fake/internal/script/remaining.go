package script

import (
	"slices"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/scenarios"
)

// The limits of a step in a scenario file.
const (
	minStep  = time.Millisecond
	maxCalls = 1_000_000_000
)

// Remaining returns a scenario that goes on as the run does, if it is in force since the time that is returned with it:
// when the run entered its state, because the life of a token counts from there.
func (r *Run) Remaining() (script *scenarios.Scenario, since time.Time) {
	for i := range slices.Backward(r.Frames) {
		f := &r.Frames[i]
		step := f.step()
		switch {
		case script != nil:
			step.Scenario = script
		case step.Fault == nil:
			step.Scenario = r.State.Scenario
		case !f.isBefore(r.State.Scenario):
			step.Scenario, step.Fault = lasting(step.Fault, r.State.Scenario), nil
		}
		if step.Times > 0 {
			step.Times -= f.Calls
		}
		if step.For > 0 {
			step.For = min(max(f.Since.Add(step.For).Sub(r.Since), minStep), clock.Furthest)
		}
		script = f.remaining(step)
	}
	return script, r.Since
}

// GoesOn reports whether the script can still leave its state, or breaks responses in it.
func (r *Run) GoesOn() bool {
	script, _ := r.Remaining()
	return script.Steps != nil
}

// isBefore reports whether the frame's step ends and the next one begins with a state. A fault at the beginning of a
// script leaves the connection in that state.
func (f *Frame) isBefore(state *scenarios.Scenario) bool {
	steps := f.Script.Steps[f.Step:]
	return len(steps) > 1 && steps[1].Scenario != nil && steps[1].Scenario.First() == state
}

// lasting returns a script of a fault that lasts while its connection is in a state.
func lasting(fault *scenarios.Fault, state *scenarios.Scenario) *scenarios.Scenario {
	return &scenarios.Scenario{Steps: []scenarios.Step{{Fault: fault, Times: maxCalls}, {Scenario: state}}}
}

// remaining returns the frame's script from now on, whose first step has begun.
func (f *Frame) remaining(first scenarios.Step) *scenarios.Scenario {
	steps := []scenarios.Step{first}
	if !f.isOver() {
		steps = append(steps, f.Script.Steps[f.Step+1:]...)
		switch repeat := f.Script.Repeat; {
		case repeat == scenarios.Forever:
			steps = append(steps, scenarios.Step{Scenario: f.Script})
		case repeat > f.Round+1:
			again := *f.Script
			again.Name, again.Repeat = "", repeat-f.Round-1
			steps = append(steps, scenarios.Step{Scenario: &again})
		case repeat > 0: // it stays in its last state
			return &scenarios.Scenario{Steps: steps, Repeat: 1}
		}
	}
	if len(steps) == 1 { // it stays
		return first.Scenario
	}
	return &scenarios.Scenario{Steps: steps}
}
