package script

import (
	"math"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/scenarios"
)

// Play moves the run on to what time has done until now, and by each time at which the clock was set back.
func (r *Run) Play(rewinds clock.Rewinds, now time.Time) { new(player).playAll(r, rewinds, now) }

// never is later than any time that the clock reaches.
const never time.Duration = math.MaxInt64

// player moves runs on to later times. The cost depends on how many steps the scripts have, and not on how often they
// are repeated meanwhile: whole rounds are skipped by arithmetic, and a script inside another one is played only for
// its last state.
type player struct {
	firstStates map[*scenarios.Scenario]time.Duration // see firstState; made when needed
	steps       int                                   // how many steps were looked at
}

func (p *player) playAll(r *Run, rewinds clock.Rewinds, now time.Time) {
	for _, rewind := range rewinds {
		if rewind.Number > r.Rewinds {
			p.play(r, rewind.At)
			r.Rewinds = rewind.Number
		}
	}
	p.play(r, now)
}

// play does what time has done by a later time.
func (p *player) play(r *Run, to time.Time) {
	i := r.outermostEnded(to)
	if i < 0 {
		return
	}
	before := r.Frames[i]
	frame := p.at(before, to)
	if state, since := p.stateBetween(before, frame, to); state != nil {
		r.enterState(state, since)
	} else {
		p.play(r, before.ends().Add(-1)) // the frames inside this one had until then, and the state stays
	}
	r.Frames = append(r.Frames[:i], frame)
	for begun := frame.step().Scenario; begun != nil && begun.Steps != nil; begun = frame.step().Scenario {
		frame = p.at(newFrame(begun, frame.Since), to)
		r.Frames = append(r.Frames, frame)
	}
}

// outermostEnded returns the outermost frame whose step has ended by a time, or -1. The frames inside it end with it.
func (r *Run) outermostEnded(by time.Time) int {
	for i := range r.Frames {
		if ends := r.Frames[i].ends(); !ends.IsZero() && !ends.After(by) {
			return i
		}
	}
	return -1
}

// at returns the frame as it is at a later time.
func (p *player) at(f Frame, to time.Time) Frame {
	for moved := 1; ; moved++ {
		p.steps++
		ends := f.ends()
		if ends.IsZero() || ends.After(to) {
			return f
		}
		f.advance(ends)
		if moved == len(f.Script.Steps) { // after one whole round, the next rounds take as long
			f.skipRounds(to)
		}
	}
}

// skipRounds leaves out the whole rounds that end by a time.
func (f *Frame) skipRounds(to time.Time) {
	round := f.Script.Round()
	if f.isOver() || round == 0 {
		return
	}
	rounds := to.Sub(f.Since) / round
	if f.Script.Repeat != scenarios.Forever {
		rounds = min(rounds, time.Duration(f.Script.Repeat-f.Round-1))
	}
	if rounds > 0 {
		f.Since = f.Since.Add(rounds * round)
		f.Round += int(rounds)
	}
}

// stateBetween finds the last state that a frame entered between one of its steps and a later one, by a time. It is nil
// if all steps in between are faults, or scripts that begin with faults.
func (p *player) stateBetween(before, at Frame, to time.Time) (state *scenarios.Scenario, since time.Time) {
	for range len(at.Script.Steps) + 1 { // one more round would bring nothing new
		if at.Step == before.Step && at.Round == before.Round {
			return nil, since
		}
		p.steps++
		if begun := at.step().Scenario; begun != nil && p.firstState(begun) <= to.Sub(at.Since) {
			return p.lastState(begun, at.Since, to)
		}
		to = at.Since.Add(-1)
		at = at.previous()
	}
	return nil, since
}

// lastState finds the last state that a scenario, begun at a time, enters by a later time if only time moves it on. It
// must enter one by then.
func (p *player) lastState(begun *scenarios.Scenario, at, to time.Time) (state *scenarios.Scenario, since time.Time) {
	for begun.Steps != nil {
		f := p.at(newFrame(begun, at), to)
		for f.step().Scenario == nil || p.firstState(f.step().Scenario) > to.Sub(f.Since) {
			p.steps++
			to = f.Since.Add(-1)
			f = f.previous()
		}
		begun, at = f.step().Scenario, f.Since
	}
	return begun, at
}

// previous returns the frame as it was in the step before, which time ended.
func (f Frame) previous() Frame {
	if f.Step--; f.Step < 0 {
		f.Step = len(f.Script.Steps) - 1
		f.Round--
	}
	f.Since = f.Since.Add(-f.step().For)
	return f
}

// firstState returns how long after its beginning a scenario enters its first state if only time moves it on. It is
// never for a script that stays in faults, or whose steps end before theirs enter a state.
func (p *player) firstState(s *scenarios.Scenario) time.Duration {
	if s.Steps == nil {
		return 0
	}
	if known, ok := p.firstStates[s]; ok {
		return known
	}
	first := p.findFirstState(s)
	if p.firstStates == nil {
		p.firstStates = map[*scenarios.Scenario]time.Duration{}
	}
	p.firstStates[s] = first
	return first
}

func (p *player) findFirstState(s *scenarios.Scenario) (begins time.Duration) {
	for _, step := range s.Steps {
		p.steps++
		lasts := step.For
		if lasts == 0 {
			lasts = never
		}
		if step.Scenario != nil {
			if first := p.firstState(step.Scenario); first < lasts && first < never-begins {
				return begins + first
			}
		}
		if lasts >= never-begins {
			break // longer than time can be moved
		}
		begins += lasts
	}
	return never
}
