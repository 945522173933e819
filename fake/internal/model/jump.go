package model

import (
	"math"
	"time"

	"example.com/pipesfake/scenarios"
)

// never is later than any instant that the clock reaches.
const never time.Duration = math.MaxInt64

// jump moves runs on to later instants. What it costs depends on how many steps the scripts have, and not on how often
// they were played meanwhile: whole rounds are skipped by arithmetic, and a script inside another one is played only
// for its last state.
type jump struct {
	firstStates map[*scenarios.Scenario]time.Duration // see firstState; made when needed
	steps       int                                   // how many steps were looked at
}

// play does what time has done by an instant.
func (j *jump) play(r *run, to time.Time) {
	i := r.outermostEnded(to)
	if i < 0 {
		return
	}
	before := r.frames[i]
	frame := j.at(before, to)
	if state, since := j.stateBetween(before, frame, to); state != nil {
		r.come(state, since)
	} else {
		j.play(r, before.ends().Add(-1)) // the frames inside this one had until then, and the state stays
	}
	r.frames = append(r.frames[:i], frame)
	for begun := frame.now().Scenario; begun != nil && begun.Steps != nil; begun = frame.now().Scenario {
		frame = j.at(newFrame(begun, frame.since), to)
		r.frames = append(r.frames, frame)
	}
}

// newFrame returns the frame of a script that begins at an instant.
func newFrame(script *scenarios.Scenario, at time.Time) frame {
	return frame{script: script, since: at}
}

// outermostEnded returns the outermost frame whose step time has ended by an instant, or -1. The frames inside it end
// with its step.
func (r *run) outermostEnded(by time.Time) int {
	for i := range r.frames {
		if ends := r.frames[i].ends(); !ends.IsZero() && !ends.After(by) {
			return i
		}
	}
	return -1
}

// at returns the frame as it is at a later instant.
func (j *jump) at(f frame, to time.Time) frame {
	for moved := 1; ; moved++ {
		j.steps++
		ends := f.ends()
		if ends.IsZero() || ends.After(to) {
			return f
		}
		f.advance(ends)
		if moved == len(f.script.Steps) { // once round: the next rounds take as long
			f.skipRounds(to)
		}
	}
}

// skipRounds leaves out the whole rounds that end by an instant.
func (f *frame) skipRounds(to time.Time) {
	round := f.script.Round()
	if f.isOver() || round == 0 {
		return
	}
	rounds := to.Sub(f.since) / round
	if f.script.Repeat != scenarios.Forever {
		rounds = min(rounds, time.Duration(f.script.Repeat-f.round-1))
	}
	if rounds > 0 {
		f.since = f.since.Add(rounds * round)
		f.round += int(rounds)
	}
}

// stateBetween finds the last state that a frame came to after one of its steps ended and by an instant, at which the
// frame is another: nil, if all steps since then are faults, or scripts that begin with faults.
func (j *jump) stateBetween(before, at frame, to time.Time) (state *scenarios.Scenario, since time.Time) {
	for range len(at.script.Steps) + 1 { // one round more would bring nothing new
		if at.step == before.step && at.round == before.round {
			return nil, since
		}
		j.steps++
		if begun := at.now().Scenario; begun != nil && j.firstState(begun) <= to.Sub(at.since) {
			return j.lastState(begun, at.since, to)
		}
		to = at.since.Add(-1)
		at = at.previous()
	}
	return nil, since
}

// lastState finds the last state that a scenario comes to by an instant, if it begins at another one and only time
// moves it on. It must come to one by then.
func (j *jump) lastState(begun *scenarios.Scenario, at, to time.Time) (state *scenarios.Scenario, since time.Time) {
	for begun.Steps != nil {
		f := j.at(newFrame(begun, at), to)
		for f.now().Scenario == nil || j.firstState(f.now().Scenario) > to.Sub(f.since) {
			j.steps++
			to = f.since.Add(-1)
			f = f.previous()
		}
		begun, at = f.now().Scenario, f.since
	}
	return begun, at
}

// previous returns the frame as it was before its step, which was begun by time, began.
func (f frame) previous() frame {
	if f.step--; f.step < 0 {
		f.step = len(f.script.Steps) - 1
		f.round--
	}
	f.since = f.since.Add(-f.now().For)
	return f
}

// firstState returns how long after its beginning a scenario comes to its first state if only time moves it on. It is
// never for a script that stays in faults, or whose steps end before theirs come to a state.
func (j *jump) firstState(s *scenarios.Scenario) time.Duration {
	if s.Steps == nil {
		return 0
	}
	if known, ok := j.firstStates[s]; ok {
		return known
	}
	first := j.findFirstState(s)
	if j.firstStates == nil {
		j.firstStates = map[*scenarios.Scenario]time.Duration{}
	}
	j.firstStates[s] = first
	return first
}

func (j *jump) findFirstState(s *scenarios.Scenario) (begins time.Duration) {
	for _, step := range s.Steps {
		j.steps++
		lasts := step.For
		if lasts == 0 {
			lasts = never
		}
		if step.Scenario != nil {
			if first := j.firstState(step.Scenario); first < lasts && first < never-begins {
				return begins + first
			}
		}
		if lasts >= never-begins {
			break // further than time can be moved
		}
		begins += lasts
	}
	return never
}
