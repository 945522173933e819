package scenarios

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// script reads the steps of a scenario, and what stands beside them.
func (l *loader) script(f fields, scenario *Scenario) {
	steps := f.values["steps"]
	if steps == nil {
		f.read("repeat", func(n *yaml.Node, path string) {
			l.wrong(n, path, "repeat stands beside steps only")
		})
		return
	}
	for _, field := range stateFields {
		f.read(field, func(n *yaml.Node, path string) {
			l.wrong(n, path, "%s says nothing beside steps: write it in a scenario of theirs", field)
		})
	}
	f.read("consent", func(n *yaml.Node, path string) {
		l.wrong(n, path, "consent says nothing beside steps: write it in a scenario of theirs")
	})
	f.read("repeat", func(n *yaml.Node, path string) { scenario.Repeat = l.repeat(n, path) })
	path := join(f.path, "steps")
	scenario.Steps = []Step{}
	if len(steps.Content) > mostSteps+2 && steps.Kind == yaml.SequenceNode { // an export adds up to two to the steps of a script
		l.wrong(steps, path, "steps has %d steps; at most %d are allowed: repeat plays the same ones again", len(steps.Content), mostSteps)
		return
	}
	if steps.Kind == yaml.SequenceNode {
		scenario.Steps = make([]Step, len(steps.Content))
	}
	i, stateful := 0, false
	l.list(steps, path, func(element *yaml.Node, path string) {
		endless := scenario.Repeat == 0 && i == len(scenario.Steps)-1
		if l.step(element, path, &scenario.Steps[i], endless) {
			stateful = true
		}
		i++
	})
	if steps.Kind == yaml.SequenceNode && !stateful {
		l.wrong(steps, path, "steps never come to a state: one of them must be a scenario")
	}
}

// mostSteps bounds a script.
const mostSteps = 1_000

// repeat reads true, or how often the steps are played.
func (l *loader) repeat(n *yaml.Node, path string) int {
	switch n.ShortTag() {
	case "!!bool":
		if l.boolean(n, path) {
			return Forever
		}
		return 0
	case "!!int":
		return max(1, l.count(n, path))
	}
	l.wrong(n, path, "repeat must be true, or how often the steps are played, not %s", describe(n))
	return Forever
}

// count reads a whole number of at least one.
func (l *loader) count(n *yaml.Node, path string) int {
	before := len(l.problems)
	i := l.integer(n, path)
	if len(l.problems) == before && (i < 1 || i > maxCount) {
		l.wrong(n, path, "%s must be a number from 1 to %d, not %s", last(path), maxCount, Abridge(n.Value))
	}
	return int(i)
}

// durationText is what a duration is written as, also where its unit is missing.
func (l *loader) durationText(n *yaml.Node, path string) string {
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!int" {
		return n.Value
	}
	return l.text(n, path)
}

// span reads a duration longer than zero, of at most a hundred years.
func (l *loader) span(n *yaml.Node, path string, shortest time.Duration) time.Duration {
	before := len(l.problems)
	d := l.positive(n, path, shortest)
	if len(l.problems) == before && d > longestLife {
		l.wrong(n, path, "%s is more than a hundred years", last(path))
	}
	return d
}

// positive reads a duration longer than zero. Whoever calls it checks how long it may be.
func (l *loader) positive(n *yaml.Node, path string, shortest time.Duration) time.Duration {
	before := len(l.problems)
	text := l.durationText(n, path)
	if len(l.problems) > before {
		return 0
	}
	d, err := parseAnyDuration(text)
	switch {
	case err != nil:
		l.wrong(n, path, "%s %s", last(path), err)
	case d <= 0:
		l.wrong(n, path, "%s must be longer than zero, not %s", last(path), Abridge(text))
	case d < shortest:
		l.wrong(n, path, "%s must be %s or longer", last(path), FormatDuration(shortest))
	}
	return d
}

// shortestStep keeps a loop from going round more often than dates can tell.
const shortestStep = time.Millisecond

// step reads one, of which the endless one stays. It tells whether it is meant to be a state; its name is
// looked up when all are known.
func (l *loader) step(n *yaml.Node, path string, step *Step, endless bool) (isState bool) {
	f := l.fields(n, path, []string{"scenario", "fault", "times", "for"})
	step.Position = l.position(n)
	if n.Kind != yaml.MappingNode {
		return true
	}
	f.read("times", func(n *yaml.Node, path string) { step.Times = l.count(n, path) })
	f.read("for", func(n *yaml.Node, path string) { step.For = l.span(n, path, shortestStep) })
	f.read("fault", func(n *yaml.Node, path string) {
		step.Fault = l.fault(n, path, "operation", "provider", "user_id", "organization_id", "connection_owner", "times")
	})
	f.read("scenario", func(n *yaml.Node, path string) {
		isState = true
		l.whenNamesAreKnown(func() { step.Scenario = l.reference(n, path) })
	})
	bounds := 0
	for _, field := range []string{"times", "for"} {
		if f.values[field] != nil {
			bounds++
		}
	}
	switch {
	case isState == (step.Fault != nil):
		l.wrong(n, path, "a step is a scenario or a fault: write exactly one of them")
	case bounds == 2:
		l.wrong(f.values["for"], join(path, "for"), "for stands beside times: a step lasts so many calls, or so long")
	case bounds == 0 && !endless:
		l.wrong(n, path, "the step needs times (calls) or for (a duration): only the last step without repeat stays")
	case bounds == 1 && endless:
		l.wrong(n, path, "the last step takes neither times nor for, because nothing comes after it: add a step, or repeat")
	}
	return isState
}

// whenNamesAreKnown does something now, or at the end of the scenarios while they are being read.
func (l *loader) whenNamesAreKnown(do func()) {
	if l.reading {
		l.later = append(l.later, do)
		return
	}
	do()
}

// circles finds scripts whose steps lead back to them.
func (l *loader) circles(path string) {
	const open, done = 1, 2
	state := map[*Scenario]int{}
	var visit func(s *Scenario)
	visit = func(s *Scenario) {
		state[s] = open
		for _, step := range s.Steps {
			switch to := step.Scenario; {
			case to == nil:
			case state[to] == open:
				place := &yaml.Node{Line: int(step.Position.Line), Column: int(step.Position.Column)}
				l.wrong(place, join(path, s.Name), "this step goes round in a circle: %s leads back to %s", to.Title(), s.Title())
			case state[to] != done:
				visit(to)
			}
		}
		state[s] = done
	}
	for _, s := range l.set.scenarios {
		if state[s] != done {
			visit(s)
		}
	}
}

// faults reads those of the file.
func (l *loader) faults(n *yaml.Node, path string) {
	l.list(n, path, func(element *yaml.Node, path string) {
		fault := l.fault(element, path)
		l.set.faults = append(l.set.faults, *fault)
	})
}

// fault reads a mapping. What is wrong with the fault as a whole is told at the field it concerns.
func (l *loader) fault(n *yaml.Node, path string, useless ...string) *Fault {
	before := len(l.problems)
	fault := &Fault{Position: l.position(n)}
	f := l.fields(n, path, append(slices.Clone(waysToBreak), "retry_after", "body", "operation", "provider", "user_id", "organization_id", "connection_owner", "times", "probability"))
	wayUnsure := len(l.problems) > before // it may be a key that is unknown
	for _, way := range waysToBreak {
		wayUnsure = wayUnsure || f.values[way] != nil
	}
	for _, field := range useless {
		f.read(field, func(n *yaml.Node, path string) {
			l.wrong(n, path, "%s says nothing in the fault of a step, which lies over the calls to token and credentials of its connection: take it out", field)
		})
		delete(f.values, field)
	}
	l.wayToBreak(f, fault)
	l.faultPlace(f, fault)
	if n.Kind != yaml.MappingNode {
		return fault
	}
	for _, problem := range fault.Check() {
		name, _, _ := strings.Cut(problem.Field, ".")
		switch at := f.values[name]; {
		case name == "" && !wayUnsure:
			l.wrong(n, path, "%s", problem.Message)
		case name == "" || l.complained(before, join(path, name)): // of a value of the wrong kind nothing more can be said
		case at == nil:
			l.wrong(n, join(path, problem.Field), "%s", problem.Message)
		default:
			l.wrong(at, join(path, problem.Field), "%s", problem.Message)
		}
	}
	return fault
}

func (l *loader) wayToBreak(f fields, fault *Fault) {
	f.read("status", func(n *yaml.Node, path string) {
		before := len(l.problems)
		status := l.integer(n, path)
		fault.Status = int(status)
		if len(l.problems) == before && (status == 0 || int64(fault.Status) != status) { // which Check does not see
			l.wrong(n, path, "%s", notAStatus(status))
		}
		if len(l.problems) > before {
			fault.Status = -1 // it is said, though not what
		}
	})
	f.read("retry_after", func(n *yaml.Node, path string) { fault.RetryAfter = l.seconds(n, path) })
	f.read("body", func(n *yaml.Node, path string) { fault.Body = l.answerBody(n, path) })
	f.read("rate_limit", func(n *yaml.Node, path string) {
		f := l.fields(n, path, []string{"requests", "per", "by"})
		fault.RateLimit = &RateLimit{}
		f.read("requests", func(n *yaml.Node, path string) { fault.RateLimit.Requests = l.count(n, path) })
		f.read("per", func(n *yaml.Node, path string) { fault.RateLimit.Per = l.span(n, path, shortestStep) })
		f.read("by", func(n *yaml.Node, path string) { fault.RateLimit.By = l.choice(n, path, ByKey, ByUser) })
		for _, field := range []string{"requests", "per"} {
			if n.Kind == yaml.MappingNode && f.values[field] == nil {
				l.wrong(n, path, "rate_limit needs requests and per, like {requests: 10, per: 1m}")
				break
			}
		}
	})
	f.read("delay", func(n *yaml.Node, path string) {
		if n.Kind != yaml.MappingNode {
			fault.Delay.Min = l.positive(n, path, 0)
			return
		}
		f := l.fields(n, path, []string{"min", "max"})
		f.read("min", func(n *yaml.Node, path string) { fault.Delay.Min = l.positive(n, path, 0) })
		f.read("max", func(n *yaml.Node, path string) { fault.Delay.Max = l.positive(n, path, 0) })
		if f.values["max"] == nil {
			l.wrong(n, path, "delay needs max, like {min: 100ms, max: 2s}")
		}
	})
	flag := func(name string, way *bool) {
		f.read(name, func(n *yaml.Node, path string) {
			before := len(l.problems)
			if *way = l.boolean(n, path); !*way && len(l.problems) == before {
				l.wrong(n, path, "%s takes true: leave it out for none", name)
			}
		})
	}
	flag("hang", &fault.Hang)
	flag("reset", &fault.Reset)
	flag("empty", &fault.Empty)
	flag("truncate", &fault.Truncate)
	flag("malformed", &fault.Malformed)
	flag("duplicate", &fault.Duplicate)
	flag("late", &fault.Late)
	flag("bad_signature", &fault.BadSignature)
	f.read("content_type", func(n *yaml.Node, path string) { fault.ContentType = l.word(n, path) })
	f.read("drip", func(n *yaml.Node, path string) { fault.Drip = l.positive(n, path, 0) })
	f.read("off_contract", func(n *yaml.Node, path string) { fault.OffContract = l.word(n, path) })
}

// seconds reads a retry_after. One that is wrong is said all the same.
func (l *loader) seconds(n *yaml.Node, path string) *int {
	before := len(l.problems)
	seconds := l.integer(n, path)
	if problem := checkRetryAfter(seconds); problem != "" && len(l.problems) == before {
		l.wrong(n, path, "%s %s", last(path), problem)
	}
	if len(l.problems) > before {
		return new(0)
	}
	return new(int(seconds))
}

// faultPlace reads where a fault applies, and how often.
func (l *loader) faultPlace(f fields, fault *Fault) {
	f.read("operation", func(n *yaml.Node, path string) { fault.Operation = cmp.Or(l.word(n, path), "?") }) // it is said, though not what
	l.place(f, &fault.Place)
	f.read("times", func(n *yaml.Node, path string) { fault.Times = l.count(n, path) })
	f.read("probability", func(n *yaml.Node, path string) {
		if tag := n.ShortTag(); n.Kind != yaml.ScalarNode || tag != "!!float" && tag != "!!int" || n.Decode(&fault.Probability) != nil || !(fault.Probability > 0 && fault.Probability <= 1) {
			_, err := strconv.ParseFloat(n.Value, 64)
			l.wrong(n, path, "probability must be a number more than 0 and at most 1, not %s%s", describe(n), unquote(n, err == nil))
		}
	})
}

// answerBody reads a text, or a mapping or list that is sent as JSON.
func (l *loader) answerBody(n *yaml.Node, path string) *string {
	if n.Kind == yaml.ScalarNode {
		return new(l.text(n, path))
	}
	var value any
	err := n.Decode(&value)
	if err == nil {
		var text []byte
		if text, err = json.Marshal(value); err == nil {
			return new(string(text))
		}
	}
	l.wrong(n, path, "body cannot be written as JSON: %s", oneLine(Abridge(err.Error())))
	return nil
}
