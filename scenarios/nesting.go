package scenarios

// Limits for scripts that are nested in each other, inline or by name.
const (
	maxNesting      = 100             // as documented
	acceptedNesting = maxNesting + 10 // as enforced: an export nests a running script that repeats into another script
)

// measureNesting sets the nesting of an inline scenario. The scenarios that its steps name must have theirs.
func (s *Scenario) measureNesting() {
	if s.Steps != nil {
		s.nesting = 1
	}
	for _, step := range s.Steps {
		if to := step.Scenario; to != nil {
			if to.Name == "" {
				to.measureNesting()
			}
			s.nesting = max(s.nesting, to.nesting+1)
		}
	}
}

// IsShorterThan reports whether a scenario contains fewer than limit scenarios once the names in its steps are replaced
// by what they name. A short file can define scripts that would not fit into memory in this form.
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
