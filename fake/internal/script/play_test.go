package script

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/fault"
	"example.com/pipesfake/scenarios"

	"pgregory.net/rapid"
)

// noon is when the scripts of these tests begin.
func noon() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }

// playStepByStep is what play must equal: each step ends at its time, of several the outermost first.
func (r *Run) playStepByStep(to time.Time) {
	for i, at := r.NextEnd(); !at.IsZero() && !at.After(to); i, at = r.NextEnd() {
		r.endStep(i, at)
	}
}

// playAllStepByStep is playAll with playStepByStep.
func (r *Run) playAllStepByStep(peaks clock.Rewinds, now time.Time) {
	for _, peak := range peaks {
		if peak.Number > r.Rewinds {
			r.playStepByStep(peak.At)
			r.Rewinds = peak.Number
		}
	}
	r.playStepByStep(now)
}

// drawScenario returns a state, or a script whose steps are states, faults or scripts of at most a depth.
func drawScenario(rt *rapid.T, depth int) *scenarios.Scenario {
	if depth == 0 || rapid.IntRange(0, 3).Draw(rt, "a state if 0") == 0 {
		return &scenarios.Scenario{State: scenarios.State{State: rapid.SampledFrom([]string{
			scenarios.Connected, scenarios.NeedsReauthorization, scenarios.NotInstalled}).Draw(rt, "state")}}
	}
	return drawScript(rt, depth)
}

func drawScript(rt *rapid.T, depth int) *scenarios.Scenario {
	repeats := []int{0, 1, 2, 3, 100, scenarios.Forever, scenarios.Forever}
	script := &scenarios.Scenario{Repeat: rapid.SampledFrom(repeats).Draw(rt, "repeat")}
	length := rapid.IntRange(1, 4).Draw(rt, "steps")
	state := rapid.IntRange(0, length-1).Draw(rt, "a step that is no fault")
	for i := range length {
		var step scenarios.Step
		if i != state && rapid.IntRange(0, 2).Draw(rt, "a fault if 0") == 0 {
			step.Fault = &scenarios.Fault{Status: 503}
		} else {
			step.Scenario = drawScenario(rt, depth-1)
		}
		if script.Repeat == 0 && i == length-1 {
			script.Steps = append(script.Steps, step)
			break
		}
		if rapid.IntRange(0, 9).Draw(rt, "by calls if 0") == 0 {
			step.Times = rapid.IntRange(1, 3).Draw(rt, "times")
		} else {
			ms := rapid.SampledFrom([]int{1, 2, 3, 5, 8, 30, 200}).Draw(rt, "for")
			step.For = time.Duration(ms) * time.Millisecond
		}
		script.Steps = append(script.Steps, step)
	}
	return script
}

// describe returns everything that can be seen of a run.
func (r *Run) describe() string {
	var text strings.Builder
	for _, f := range r.Frames {
		fmt.Fprintf(&text, "step %d round %d calls %d since %s struck %t; ",
			f.Step, f.Round, f.Calls, f.Since.Sub(noon()), f.Fault != nil)
	}
	fmt.Fprintf(&text, "%p since %s, set back %d times, state begun after %d",
		r.State.Scenario, r.Since.Sub(noon()), r.Rewinds, r.StateRewinds)
	return text.String()
}

// However scripts are nested and the clock is moved: a jump comes to where playing step by step comes to.
func TestAJumpEqualsPlayingStepByStep(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		drawn := drawScript(rt, 4)
		fast, slow := New(1, drawn, noon(), 0), New(1, drawn, noon(), 0)
		now, peaks, backs := noon(), clock.Rewinds{}, uint64(0)
		for range rapid.IntRange(1, 12).Draw(rt, "actions") {
			switch rapid.SampledFrom([]string{"advance", "advance", "set back", "call"}).Draw(rt, "action") {
			case "advance":
				ms := rapid.SampledFrom([]int{0, 1, 2, 3, 7, 10, 50, 777, 5000}).Draw(rt, "ms")
				now = now.Add(time.Duration(ms) * time.Millisecond)
			case "set back":
				backs++
				peaks = append(peaks, clock.Rewind{Number: backs, At: now})
				now = now.Add(-time.Duration(rapid.IntRange(1, 500).Draw(rt, "ms")) * time.Millisecond)
				continue // nobody looks before the next action
			case "call":
				fast.Play(peaks, now)
				slow.playAllStepByStep(peaks, now)
				call, draw := fault.Call{Now: now}, func(...string) float64 { return 0 }
				fast.MatchFault(call, draw)
				slow.MatchFault(call, draw)
				fast.CountCall(now)
				slow.CountCall(now)
			}
			fastBefore, slowBefore := fast.States, slow.States
			fast.Play(peaks, now)
			slow.playAllStepByStep(peaks, now)
			if got, want := fast.describe(), slow.describe(); got != want {
				rt.Fatalf("a jump to %s comes to\n%s, not to\n%s", now.Sub(noon()), got, want)
			}
			if (fast.States == fastBefore) != (slow.States == slowBefore) {
				rt.Fatalf("%d states before and %d after; step by step %d and %d",
					fastBefore, fast.States, slowBefore, slow.States)
			}
		}
	})
}

// script returns a script of steps that repeats (scenarios.Forever, so often, or 0: not).
func script(repeat int, steps ...scenarios.Step) *scenarios.Scenario {
	return &scenarios.Scenario{Repeat: repeat, Steps: steps}
}

// times returns so many equal steps.
func times(n int, step scenarios.Step) []scenarios.Step {
	return slices.Repeat([]scenarios.Step{step}, n)
}

// The work of a jump grows with the length of scripts, not with how often their steps were played.
func TestAJumpLooksAtFewSteps(t *testing.T) {
	t.Parallel()
	const century = 100 * 365 * 24 * time.Hour
	state, fault := &scenarios.Scenario{}, scenarios.Step{Fault: &scenarios.Fault{Status: 503}, For: time.Millisecond}
	until := func(s *scenarios.Scenario, lasts time.Duration) scenarios.Step {
		return scenarios.Step{Scenario: s, For: lasts}
	}
	nest := func(depth int, innermost scenarios.Step, repeat int) *scenarios.Scenario {
		inner, lasts := script(repeat, append(times(999, innermost), until(state, time.Millisecond))...), time.Second
		for range depth - 1 {
			inner = script(repeat, times(1000, until(inner, lasts))...)
			lasts = min(1000*lasts, century)
		}
		return inner
	}
	for name, c := range map[string]struct {
		script *scenarios.Scenario
		most   int
	}{
		"one script":              {nest(1, until(state, time.Millisecond), 1_000_000_000), 4_000},
		"three, once each":        {nest(3, until(state, time.Millisecond), 1), 12_000},
		"three, for ever":         {nest(3, until(state, time.Millisecond), scenarios.Forever), 12_000},
		"five, so often":          {nest(5, until(state, time.Millisecond), 1_000_000_000), 20_000},
		"three, mostly faults":    {nest(3, fault, scenarios.Forever), 20_000},
		"five, once, with faults": {nest(5, fault, 1), 40_000},
		"thirty of one step": {func() *scenarios.Scenario {
			inner := script(scenarios.Forever, fault, until(state, time.Millisecond))
			for range 30 {
				inner = script(scenarios.Forever, fault, until(inner, 2*time.Millisecond))
			}
			return inner
		}(), 10_000},
		"nothing but faults in time": {func() *scenarios.Scenario {
			long := scenarios.Step{Fault: fault.Fault, For: time.Hour}
			inner := script(scenarios.Forever, long, until(state, time.Hour))
			for range 5 {
				inner = script(scenarios.Forever, times(999, until(inner, time.Second))...)
			}
			return inner
		}(), 40_000},
		"rounds of more than 292 years": {script(scenarios.Forever, times(100, until(state, century-1))...), 1_000},
	} {
		for _, by := range []time.Duration{100_000 * time.Second, century - time.Hour} {
			t.Run(fmt.Sprint(name, " by ", by), func(t *testing.T) {
				t.Parallel()
				r := New(0, c.script, noon(), 0)
				j := new(player)
				j.play(r, noon().Add(by))
				if j.steps > c.most {
					t.Errorf("it looked at %d steps, not at most %d", j.steps, c.most)
				}
				if _, next := r.NextEnd(); !next.IsZero() && !next.After(noon().Add(by)) {
					t.Errorf("the next step ends at %s", next)
				}
			})
		}
	}
}

// Reading a connection costs few steps each time, also when the clock goes back and forth between the reads.
func TestTimeBackAndForthLooksAtFewSteps(t *testing.T) {
	t.Parallel()
	const rounds, stepsPerRead = 30, 20_000
	nested, lasts := &scenarios.Scenario{}, time.Millisecond
	for range 3 {
		steps := times(999, scenarios.Step{Scenario: nested, For: lasts})
		nested, lasts = script(0, append(steps, scenarios.Step{Scenario: &scenarios.Scenario{}})...), lasts*1000
	}
	r, p := New(1, nested, noon(), 0), new(player)
	now, rewinds := noon(), clock.Rewinds{}
	for i := range rounds {
		now = now.Add(2 * time.Hour)
		rewinds = rewinds.Add(uint64(i+1), now)
		now = now.Add(time.Duration(i%7)*time.Second - 2*time.Hour)
		p.playAll(r, rewinds, now)
	}
	if p.steps == 0 || p.steps > rounds*stepsPerRead {
		t.Errorf("%d reads look at %d steps, want 1 to %d", rounds, p.steps, rounds*stepsPerRead)
	}
}

// The steps of a round may last longer together than a duration can tell: these are two seconds in 64 bits.
func TestARoundLongerThanADurationCanTell(t *testing.T) {
	t.Parallel()
	const century = 100 * 365 * 24 * time.Hour
	long := scenarios.Step{Scenario: &scenarios.Scenario{}, For: century}
	last := scenarios.Step{Scenario: &scenarios.Scenario{}, For: 2_678_744_074_709_551_616} // 2^64 - 5 centuries + 1 s
	steps := append([]scenarios.Step{{Scenario: &scenarios.Scenario{}, For: time.Second}}, times(5, long)...)
	r := New(0, script(scenarios.Forever, append(steps, last)...), noon(), 0)
	new(player).play(r, noon().Add(time.Hour))
	if got := r.Frames[0]; got.Step != 1 || got.Round != 0 || !got.Since.Equal(noon().Add(time.Second)) {
		t.Errorf("after an hour it is in step %d of round %d since %s", got.Step+1, got.Round+1, got.Since)
	}
}
