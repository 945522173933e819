package scenarios

import "gopkg.in/yaml.v3"

// maxNesting is how deep scripts may be nested, inline or by name. Files and snapshots are read with somewhat more,
// because an export puts the rest of a script that repeats into another script.
const (
	maxNesting      = 100
	acceptedNesting = maxNesting + 10
)

// checkNesting finds named scripts whose steps lead back to them, or through too many scripts.
func (l *loader) checkNesting(path string) {
	open, done := map[*Scenario]bool{}, map[*Scenario]bool{}
	var visit func(s *Scenario)
	visit = func(s *Scenario) {
		open[s] = true
		for _, step := range s.Steps {
			to := step.Scenario
			switch {
			case to == nil:
				continue
			case open[to]:
				l.wrong(nodeAt(step.Position), join(path, s.Name),
					"this step goes round in a circle: %s leads back to %s", to.Title(), s.Title())
				continue
			case !done[to]:
				visit(to)
			}
			s.nesting = max(s.nesting, to.nesting+1)
			if s.nesting > acceptedNesting && to.nesting <= acceptedNesting { // told once, and not of those around it
				l.tooDeep(nodeAt(step.Position), join(path, s.Name), s)
			}
		}
		if s.Steps != nil {
			s.nesting = max(s.nesting, 1)
		}
		open[s], done[s] = false, true
	}
	for _, s := range l.set.scenarios {
		if !done[s] {
			visit(s)
		}
	}
}

// measure sets the nesting of an inline scenario, whose steps may name scenarios of the set.
func (s *Scenario) measure() {
	if s.Steps != nil {
		s.nesting = 1
	}
	for _, step := range s.Steps {
		if to := step.Scenario; to != nil {
			if to.Name == "" {
				to.measure()
			}
			s.nesting = max(s.nesting, to.nesting+1)
		}
	}
}

func (l *loader) tooDeep(n *yaml.Node, path string, s *Scenario) {
	l.wrong(n, path, "%s leads through more than %d scripts, one in another: "+
		"write the steps of some into those that name them", s.Title(), maxNesting)
}

// IsShorterThan reports whether a scenario, with everything that its steps name written out, has fewer scenarios than
// that: names of names can stand for more than fits into memory.
func (s *Scenario) IsShorterThan(limit int) bool {
	left := limit
	var visit func(*Scenario)
	visit = func(one *Scenario) {
		left--
		for _, step := range one.Steps {
			if step.Scenario != nil && left > 0 {
				visit(step.Scenario)
			}
		}
	}
	visit(s)
	return left > 0
}

func nodeAt(at Position) *yaml.Node { return &yaml.Node{Line: int(at.Line), Column: int(at.Column)} }
