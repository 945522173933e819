// Package script plays scenarios that are scripts. A Run is how far one connection is in a script: plain data that time
// and calls move on.
package script

import (
	"fmt"
	"slices"
	"time"

	"example.com/pipesfake/fake/internal/fault"
	"example.com/pipesfake/scenarios"
)

// Run is how far one connection is in a script that a directive put in force.
type Run struct {
	Directive uint64    `json:"Word"` // the sequence number of the directive
	Frames    []Frame   // the script, then the scripts that its steps name
	State     Reference // the state that it entered last
	Since     time.Time // when it entered State
	States    int       // how many states it has entered: the life of a token belongs to one of them

	Rewinds      uint64 `json:"Backs"`      // how often the clock had been set back when the run last moved
	StateRewinds uint64 `json:"StateBacks"` // the same, when it entered State
}

// Frame is one script that a run is in.
type Frame struct {
	Script *scenarios.Scenario `json:"-"`
	Step   int                 // an index; the number of steps if the script is over, which keeps its last state
	Round  int                 // how many rounds came before
	Calls  int                 // that this step has had
	Since  time.Time           // when the step began
	Fault  *fault.Active       `json:"Laid,omitempty"` // of a step that is a fault, once a call came
}

// New returns the run of a script that a directive puts in force at a time, after a number of rewinds of the clock.
func New(directive uint64, script *scenarios.Scenario, at time.Time, rewinds uint64) *Run {
	made := &Run{
		Directive: directive, State: Reference{Scenario: script.First()}, Since: at,
		Rewinds: rewinds, StateRewinds: rewinds,
	}
	made.enter(script, at)
	return made
}

// Clone returns a copy that shares nothing that changes.
func (r *Run) Clone() *Run {
	made := *r
	made.Frames = slices.Clone(r.Frames)
	for i, f := range made.Frames {
		if f.Fault != nil {
			made.Frames[i].Fault = f.Fault.Clone()
		}
	}
	return &made
}

// Resolve finds the scenarios of a run that was read from JSON: its script, those that its steps name, and its state.
func (r *Run) Resolve(set *scenarios.Set, script *scenarios.Scenario) error {
	if err := r.State.Resolve(set); err != nil {
		return err
	}
	for i := range r.Frames {
		f := &r.Frames[i]
		if script == nil || script.Steps == nil || f.Step < 0 || f.Step > len(script.Steps) {
			return fmt.Errorf("a script is in step %d, which it has not", f.Step+1)
		}
		f.Script = script
		script = f.step().Scenario
	}
	return nil
}

// enter begins a scenario; of a script, its first step.
func (r *Run) enter(begun *scenarios.Scenario, at time.Time) {
	for begun.Steps != nil {
		r.Frames = append(r.Frames, newFrame(begun, at))
		if begun = begun.Steps[0].Scenario; begun == nil {
			return // the first step is a fault, and the state stays
		}
	}
	r.enterState(begun, at)
}

func (r *Run) enterState(state *scenarios.Scenario, at time.Time) {
	r.State, r.Since, r.StateRewinds = Reference{Scenario: state}, at, r.Rewinds
	r.States++
}

// endStep ends the step of a frame, with the frames inside it, and begins the next one.
func (r *Run) endStep(frame int, at time.Time) {
	r.Frames = r.Frames[:frame+1]
	f := &r.Frames[frame]
	f.advance(at)
	if begun := f.step().Scenario; begun != nil {
		r.enter(begun, at)
	}
}

// NextEnd returns the frame whose step time ends first, of several the outermost. The time is zero if time ends none.
func (r *Run) NextEnd() (frame int, at time.Time) {
	for i := range r.Frames {
		if ends := r.Frames[i].ends(); !ends.IsZero() && (at.IsZero() || ends.Before(at)) {
			frame, at = i, ends
		}
	}
	return frame, at
}

// CountCall counts a call, and reports whether it was the last one of a step.
func (r *Run) CountCall(at time.Time) bool {
	for i := range r.Frames {
		r.Frames[i].Calls++
	}
	last := slices.IndexFunc(r.Frames, func(f Frame) bool { return f.step().Times > 0 && f.Calls >= f.step().Times })
	if last >= 0 {
		r.endStep(last, at)
	}
	return last >= 0
}

// MatchFault returns the match of a call with the fault of the present step, or nil.
func (r *Run) MatchFault(c fault.Call, draw fault.Draw) *fault.Match {
	f := &r.Frames[len(r.Frames)-1]
	if f.step().Fault == nil {
		return nil
	}
	if f.Fault == nil {
		f.Fault = &fault.Active{Fault: *f.step().Fault, ID: fmt.Sprintf("step %d of %s", f.Step+1, f.Script.Title())}
	}
	return f.Fault.Try(c, func(names ...string) float64 {
		return draw(append(names, c.Key.Provider, c.Key.User, c.Key.Organization, fmt.Sprint(r.Directive, f.Round))...)
	})
}

func newFrame(script *scenarios.Scenario, at time.Time) Frame {
	return Frame{Script: script, Since: at}
}

// step returns the step that the frame is in, or the zero Step if the script is over.
func (f *Frame) step() (step scenarios.Step) {
	if !f.isOver() {
		step = f.Script.Steps[f.Step]
	}
	return step
}

// ends returns when time ends the frame's step, or the zero time if it does not.
func (f *Frame) ends() time.Time {
	if lasts := f.step().For; lasts > 0 {
		return f.Since.Add(lasts)
	}
	return time.Time{}
}

// advance ends the step. After the last step comes the first one of the next round, if there is one.
func (f *Frame) advance(at time.Time) {
	f.Step, f.Calls, f.Since, f.Fault = f.Step+1, 0, at, nil
	if f.isOver() && (f.Script.Repeat == scenarios.Forever || f.Round+1 < f.Script.Repeat) {
		f.Step = 0
		f.Round++
	}
}

func (f *Frame) isOver() bool { return f.Step >= len(f.Script.Steps) }
