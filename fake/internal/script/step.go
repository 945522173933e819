package script

import (
	"encoding/json"
	"fmt"
	"time"

	"example.com/pipesfake/fake/internal/fault"
	"example.com/pipesfake/scenarios"
)

// Step describes where a connection is in a script.
type Step struct {
	Script     *scenarios.Scenario
	Number, Of int       // Number counts from one, and is 0 when the script is over
	Round      int       // counts from one
	Calls      int       // that the step has had
	Times      int       // calls that it lasts; 0 if Until or nothing ends it
	Until      time.Time // zero if time does not end it
	Fault      *scenarios.Fault
	At         scenarios.Position
}

// Steps describes the steps that the run is in, the outermost first.
func (r *Run) Steps() []Step {
	steps := make([]Step, len(r.Frames))
	for i := range r.Frames {
		f := &r.Frames[i]
		step := f.step()
		steps[i] = Step{
			Script: f.Script, Number: (f.Step + 1) % (len(f.Script.Steps) + 1), Of: len(f.Script.Steps),
			Round: f.Round + 1, Calls: f.Calls, Times: step.Times, Until: f.ends(),
			Fault: step.Fault, At: step.Position,
		}
	}
	return steps
}

// ActiveFault returns the fault of the present step, once a call came, or nil.
func (r *Run) ActiveFault() *fault.Active {
	if len(r.Frames) == 0 {
		return nil
	}
	return r.Frames[len(r.Frames)-1].Fault
}

// MarshalJSON returns the step with the name of its script.
func (s Step) MarshalJSON() ([]byte, error) {
	type plain Step
	return json.Marshal(struct {
		plain
		Script string
	}{plain(s), s.Script.Name})
}

// UnmarshalJSON reads what MarshalJSON returned. All that is known of the script then is its name.
func (s *Step) UnmarshalJSON(text []byte) error {
	type plain Step
	var read struct {
		plain
		Script string
	}
	if err := json.Unmarshal(text, &read); err != nil {
		return err
	}
	*s = Step(read.plain)
	s.Script = &scenarios.Scenario{Name: read.Script}
	return nil
}

// Title describes the step in a few words: step 2 of 3 of flaky (scenarios.yaml:14:7).
func (s Step) Title(set *scenarios.Set) string {
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
