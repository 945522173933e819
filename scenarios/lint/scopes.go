package lint

import (
	"fmt"
	"slices"

	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/scenarios"
)

// checkScopes warns of granted and missing scopes that the provider of a connection does not ask for. The scopes of a
// provider whose entry does not list them are a guess. For such a provider a scope must be nearly another one.
func (l *linter) checkScopes() {
	c := scopeChecker{
		linter: l, providers: map[*scenarios.Scenario]map[string]bool{}, done: map[scopeKey]bool{},
		walked: map[walkKey]bool{}, elsewhere: map[elsewhereKey]bool{},
	}
	used := map[*scenarios.Scenario]bool{}
	for _, one := range l.uses {
		if one.scenario == nil || one.scenario.Name == "" {
			continue
		}
		if c.providers[one.scenario] == nil {
			c.providers[one.scenario] = map[string]bool{}
		}
		c.providers[one.scenario][one.place.Provider] = true
	}
	for _, one := range l.uses {
		if one.scenario != nil {
			c.walk(one.scenario, one, used)
		}
	}
	for _, scenario := range l.set.Scenarios() {
		if !used[scenario] {
			c.walk(scenario, use{scenario: scenario, position: scenario.Position}, used)
		}
	}
}

// scopeChecker checks the scopes of states.
type scopeChecker struct {
	*linter
	providers map[*scenarios.Scenario]map[string]bool // that use each named scenario; "" stands for any
	walked    map[walkKey]bool
	done      map[scopeKey]bool
	elsewhere map[elsewhereKey]bool // results of isAskedElsewhere
	ofAny     *scopeList            // computed when it is needed
}

// walkKey identifies a scenario that is checked for a provider.
type walkKey struct {
	scenario *scenarios.Scenario
	provider string
}

// scopeKey identifies a scope of a state for which a warning exists.
type scopeKey struct {
	state    *scenarios.Scenario
	provider string // "" if no provider that uses the state asks for the scope
	scope    string
}

// elsewhereKey identifies a scope in a scenario that several providers use.
type elsewhereKey struct {
	scenario *scenarios.Scenario
	scope    string
}

// scopeList lists the scopes that a provider asks for, or that at least one provider does.
type scopeList struct {
	provider  string // for messages
	scopes    []string
	isCertain bool // there are no others
}

// who returns one for the scopes of one provider, with its slug in place of %s, else any.
func (l *scopeList) who(any, one string) string {
	if l.provider == "" {
		return any
	}
	return fmt.Sprintf(one, l.provider)
}

// walk checks every state of a scenario. It records the scenarios that it meets in used.
func (c *scopeChecker) walk(scenario *scenarios.Scenario, by use, used map[*scenarios.Scenario]bool) {
	key := walkKey{scenario, by.place.Provider}
	if c.walked[key] {
		return
	}
	c.walked[key] = true
	used[scenario] = true
	for _, step := range scenario.Steps {
		if step.Scenario != nil {
			c.walk(step.Scenario, by, used)
		}
	}
	state := scenario.State
	if len(state.Scopes)+len(state.MissingScopes) == 0 {
		return
	}
	asked := c.asked(by.place.Provider)
	for _, scope := range state.Scopes {
		c.check(scenario, "scopes", scope, asked, by)
	}
	for _, scope := range state.MissingScopes {
		c.check(scenario, "missing_scopes", scope, asked, by)
	}
}

// check warns of a scope that is not asked for. If another provider that uses the same scenario asks for it, the use is
// what is wrong, else the scope.
func (c *scopeChecker) check(state *scenarios.Scenario, field, scope string, asked *scopeList, by use) {
	if slices.Contains(asked.scopes, scope) {
		return
	}
	var suggestion string
	switch near := c.nearest.of(scope, asked.scopes); {
	case near != "":
		suggestion = " (did you mean " + fields.Abridge(near) + "?)"
	case asked.isCertain:
		suggestion = c.suggest(scope, asked.scopes)
	default:
		return
	}
	key, at := scopeKey{state, by.place.Provider, scope}, by.position
	if !c.isAskedElsewhere(by.scenario, scope) {
		key.provider, at = "", state.Position
	}
	if c.done[key] {
		return
	}
	c.done[key] = true
	c.warn(at, "%s of %s names %q, for which %s%s: correct it, or add it to the scopes of %s",
		field, title(state), fields.Abridge(scope), asked.who("no provider asks", "%s does not ask"), suggestion,
		asked.who("a provider", "%s under providers"))
}

func title(scenario *scenarios.Scenario) string {
	if scenario.Name == "" {
		return "this scenario"
	}
	return "scenario " + scenario.Name
}

// isAskedElsewhere reports whether a provider that also uses a scenario asks for the scope.
func (c *scopeChecker) isAskedElsewhere(scenario *scenarios.Scenario, scope string) bool {
	key := elsewhereKey{scenario, scope}
	is, isKnown := c.elsewhere[key]
	if !isKnown {
		for provider := range c.providers[scenario] {
			is = is || slices.Contains(c.asked(provider).scopes, scope)
		}
		c.elsewhere[key] = is
	}
	return is
}

// asked returns the scopes that a provider asks for. An empty provider means any.
func (c *scopeChecker) asked(provider string) *scopeList {
	if provider != "" {
		declared, _ := c.set.Declared(provider)
		return &scopeList{provider, c.set.Scopes(provider), declared.Scopes != nil}
	}
	if c.ofAny == nil {
		c.ofAny = c.askedByAny()
	}
	return c.ofAny
}

// askedByAny returns the scopes that at least one provider asks for: those of the file, and unless it is strict the
// built-in ones.
func (c *scopeChecker) askedByAny() *scopeList {
	providers := c.set.Providers()
	if !c.set.Strict {
		providers = slices.Concat(providers, c.set.BuiltinProviders())
	}
	all := &scopeList{isCertain: c.set.Strict && len(providers) > 0}
	seen := map[string]bool{}
	for _, provider := range providers {
		for _, scope := range c.set.Scopes(provider) {
			if !seen[scope] {
				seen[scope] = true
				all.scopes = append(all.scopes, scope)
			}
		}
	}
	return all
}
