package scenarios

// maxNesting is how deep scripts may be nested, inline or by name. Files and snapshots are read with somewhat more,
// because an export puts the rest of a script that repeats into another script.
const (
	maxNesting      = 100
	acceptedNesting = maxNesting + 10
)

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

// IsShorterThan reports whether a scenario, with everything that its steps name written out, has fewer scenarios than
// limit: names of names can stand for more than fits into memory.
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
