package scenarios

import "fmt"

// checkScopes is the set's CheckScopes, which looks through each script once.
func (l *loader) checkScopes(provider string, scenario *Scenario) string {
	if l.lacking == nil {
		l.lacking = map[*Scenario]*Scenario{}
	}
	return l.set.checkScopes(provider, scenario, l.lacking)
}

// CheckScopes tells when a scenario lacks scopes, but the provider (empty: one of the file's) asks for
// none; empty: it does not.
func (s *Set) CheckScopes(provider string, scenario *Scenario) string {
	return s.checkScopes(provider, scenario, map[*Scenario]*Scenario{})
}

func (s *Set) checkScopes(provider string, scenario *Scenario, known map[*Scenario]*Scenario) string {
	if provider == "" {
		provider = s.scopeless
	}
	if provider == "" {
		return ""
	}
	return checkLacking(scenario, provider, s.Scopes(provider), known)
}

// CheckLacking tells the same of one provider and the scopes that it asks for.
func CheckLacking(scenario *Scenario, slug string, asked []string) string {
	return checkLacking(scenario, slug, asked, map[*Scenario]*Scenario{})
}

func checkLacking(scenario *Scenario, slug string, asked []string, known map[*Scenario]*Scenario) string {
	if len(asked) > 0 {
		return ""
	}
	lacking := scenario.lacking(known)
	if lacking == nil {
		return ""
	}
	return fmt.Sprintf("%s lacks scopes, but %s asks for none: give it scopes under providers, or name another provider",
		lacking.Title(), slug)
}

// lacking finds the first state of a scenario that lacks scopes, nil: none does. Known is what was found of scripts
// before, and is added to.
func (s *Scenario) lacking(known map[*Scenario]*Scenario) *Scenario {
	if s.Steps == nil {
		if s.State.LacksScopes() {
			return s
		}
		return nil
	}
	if found, ok := known[s]; ok {
		return found
	}
	known[s] = nil // for a step that leads back to it
	for _, step := range s.Steps {
		if step.Scenario == nil {
			continue
		}
		if found := step.Scenario.lacking(known); found != nil {
			known[s] = found
			return found
		}
	}
	return nil
}
