package model

import (
	"fmt"
	"slices"
	"time"

	"example.com/pipesfake/fake/internal/fault"
	"example.com/pipesfake/scenarios"
)

// run is how far one connection is in the script of a word.
type run struct {
	directive uint64
	frames    []frame             // the script, then those that its steps name
	state     *scenarios.Scenario // the last that it came to
	since     time.Time
	states    int // how many it came to: a token's life belongs to one

	backs, stateBacks uint64 // how often the clock had been set back when it was played last, when the state began
}

// frame is a script that is played.
type frame struct {
	script *scenarios.Scenario
	step   int // behind the last: it is over, and its last state stays
	round  int // those before
	calls  int // in this step
	since  time.Time
	laid   *fault.Active // in a step that is one, once it was called
}

// Step is where a connection is in a script.
type Step struct {
	Script     *scenarios.Scenario
	Number, Of int // from one; Number is 0 when it is over
	Round      int // from one
	Calls      int // that it has had
	Times      int // that it lasts, 0: see Until
	Until      time.Time
	Fault      *scenarios.Fault // nil: it is a scenario
	At         scenarios.Position
}

// running is the run of a word that is a script.
func (r *connection) running(word Decision) *run {
	for _, one := range r.runs {
		if one.directive == word.sequence {
			return one
		}
	}
	script := word.Scenario
	made := &run{directive: word.sequence, state: script.First(), since: word.At, backs: word.backs, stateBacks: word.backs}
	made.enter(script, word.At)
	r.runs = append(r.runs[max(0, len(r.runs)-maxRefreshes+1):], made)
	return made
}

// clone shares nothing that changes.
func (r *run) clone() *run {
	made := *r
	made.frames = slices.Clone(r.frames)
	for i, f := range made.frames {
		if f.laid != nil {
			made.frames[i].laid = f.laid.Clone()
		}
	}
	return &made
}

// enter begins a scenario; of a script, its first step.
func (r *run) enter(begun *scenarios.Scenario, at time.Time) {
	for begun.Steps != nil {
		r.frames = append(r.frames, frame{script: begun, since: at})
		if begun = begun.Steps[0].Scenario; begun == nil {
			return // a fault, and the state stays
		}
	}
	r.come(begun, at)
}

// come puts the run into a state.
func (r *run) come(state *scenarios.Scenario, at time.Time) {
	r.state, r.since, r.stateBacks = state, at, r.backs
	r.states++
}

// now is the step that a frame is in; the zero Step when it is over.
func (f *frame) now() (step scenarios.Step) {
	if f.step < len(f.script.Steps) {
		step = f.script.Steps[f.step]
	}
	return step
}

// ends is when time ends the frame's step; zero: it does not.
func (f *frame) ends() time.Time {
	if lasts := f.now().For; lasts > 0 {
		return f.since.Add(lasts)
	}
	return time.Time{}
}

// next is the frame whose step time ends first, of several the outermost; at is zero where there is none.
func (r *run) next() (which int, at time.Time) {
	for i := range r.frames {
		if ends := r.frames[i].ends(); !ends.IsZero() && (at.IsZero() || ends.Before(at)) {
			which, at = i, ends
		}
	}
	return which, at
}

// playAll does what time has done until now, and by when it was set back.
func (r *run) playAll(peaks []rewind, now time.Time) {
	for _, peak := range peaks {
		if peak.number > r.backs {
			r.play(peak.at)
			r.backs = peak.number
		}
	}
	r.play(now)
}

// play does what time has done by an instant.
func (r *run) play(to time.Time) { new(jump).play(r, to) }

// move ends the step of a frame, and begins the next one.
func (r *run) move(i int, at time.Time) {
	r.frames = r.frames[:i+1]
	f := &r.frames[i]
	f.advance(at)
	if begun := f.now().Scenario; begun != nil {
		r.enter(begun, at)
	}
}

// advance ends the step at an instant. Behind the last step comes the first one of the next round, if there is one.
func (f *frame) advance(at time.Time) {
	f.step, f.calls, f.since, f.laid = f.step+1, 0, at, nil
	if f.isOver() && (f.script.Repeat == scenarios.Forever || f.round+1 < f.script.Repeat) {
		f.step = 0
		f.round++
	}
}

// isOver reports whether the script has ended.
func (f *frame) isOver() bool { return f.step == len(f.script.Steps) }

// count takes note of a call, and tells whether it was the last one of a step.
func (r *run) count(at time.Time) bool {
	for i := range r.frames {
		r.frames[i].calls++
	}
	last := slices.IndexFunc(r.frames, func(f frame) bool { return f.now().Times > 0 && f.calls >= f.now().Times })
	if last >= 0 {
		r.move(last, at)
	}
	return last >= 0
}

// struck is the strike of the step that is a fault, nil: there is none, or it does not.
func (r *run) struck(c fault.Call, draw fault.Draw) *fault.Match {
	f := &r.frames[len(r.frames)-1]
	if f.now().Fault == nil {
		return nil
	}
	if f.laid == nil {
		f.laid = &fault.Active{Fault: *f.now().Fault, ID: fmt.Sprintf("step %d of %s", f.step+1, f.script.Title())}
	}
	return f.laid.Try(c, func(names ...string) float64 {
		return draw(append(names, c.Key.Provider, c.Key.User, c.Key.Organization, fmt.Sprint(r.directive, f.round))...)
	})
}

// where tells the steps that the run is in, the outermost first.
func (r *run) where() []Step {
	steps := make([]Step, len(r.frames))
	for i := range r.frames {
		f := &r.frames[i]
		now := f.now()
		steps[i] = Step{
			Script: f.script, Number: (f.step + 1) % (len(f.script.Steps) + 1), Of: len(f.script.Steps), Round: f.round + 1,
			Calls: f.calls, Times: now.Times, Until: f.ends(), Fault: now.Fault, At: now.Position,
		}
	}
	return steps
}

// title tells it in a few words: step 2 of 3 of flaky (scenarios.yaml:14:7).
func (s Step) title(set *scenarios.Set) string {
	text := fmt.Sprintf("step %d of %d of %s", s.Number, s.Of, s.Script.Title())
	if s.Number == 0 {
		text = s.Script.Title() + ", which is over"
	}
	if s.At.Line > 0 {
		text += " (" + set.Where(s.At) + ")"
	}
	if s.Fault != nil {
		text += ", a fault (" + s.Fault.Way() + "),"
	}
	return text
}
