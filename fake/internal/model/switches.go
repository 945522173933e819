package model

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/fake/internal/script"
	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/internal/names"
	"example.com/pipesfake/scenarios"
)

// Switch puts a scenario in force for the connections of a place, for a time or (ttl zero) until something newer. Its
// errors are too_many_switches, and about fields: provider, scenario.
func (e *Environment) Switch(place Place, scenario *scenarios.Scenario, ttl time.Duration) (Switch, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.checkPlace(place); err != nil {
		return Switch{}, err
	}
	if problem := e.checkScopes(place, scenario); problem != "" {
		return Switch{}, pipes.Invalid(pipes.FieldError{Field: "scenario", Code: "invalid", Message: problem})
	}
	now := e.advanceAndEmit()
	made := &Switch{
		Place: place, Scenario: script.Reference{Scenario: scenario}, At: now, TTL: ttl, Rewinds: e.state.RewindCount,
	}
	if err := e.checkRoomForSwitch(made); err != nil {
		return Switch{}, err
	}
	if key, isOne := e.state.NamedBy(place); isOne {
		e.record(key, now) // as it was, so that the change is an event also of a connection that nobody asked for
	}
	e.addSwitch(made)
	e.noteDirectiveChange(place, now)
	return *made, nil
}

// checkPlace returns what a place names and does not exist: with strict, a mistyped user would otherwise be switched
// without a word.
func (e *Environment) checkPlace(place Place) error {
	var wrong []pipes.FieldError
	if place.Provider != "" {
		if err := e.state.CheckProvider(place.Provider); err != nil {
			wrong = append(wrong, pipes.FieldError{Field: "provider", Code: "unknown", Message: err.Error()})
		}
	}
	for _, problem := range e.state.Set.Members(place) {
		wrong = append(wrong, pipes.FieldError{Field: problem.Field, Code: "unknown", Message: problem.Message})
	}
	if wrong == nil {
		return nil
	}
	return pipes.Invalid(wrong...)
}

// CheckPlace returns what a place names and does not exist, by field.
func (e *Environment) CheckPlace(place Place) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.checkPlace(place)
}

// checkScopes returns why a scenario cannot lack scopes, where they are not requested as the integration is now.
func (e *Environment) checkScopes(place Place, scenario *scenarios.Scenario) (problem string) {
	if place.Provider == "" {
		return e.state.Set.CheckScopes("", scenario)
	}
	key := scenarios.Key{
		Provider: place.Provider, User: cmp.Or(place.User, "anybody"), Organization: place.Organization,
	}
	if place.Shared {
		key.User = ""
	}
	requested := e.state.GrantFor(key, 0).Requested
	if lacking := scenario.Lacking(); lacking != nil && len(requested) == 0 {
		return names.NothingToLack(lacking.Title(), place.Provider)
	}
	if scenario.Name != "" {
		return "" // it may be for other providers, too
	}
	// The usual scopes of a provider are a guess. Where they apply, a scope must be nearly another one to be wrong.
	isGuess := slices.Equal(requested, e.state.Set.UsualScopes(place.Provider))
	return unknownMissing(scenario.State.MissingScopes, place.Provider, requested, isGuess)
}

// unknownMissing returns why scopes cannot be missing, or "": the provider does not ask for one of them.
func unknownMissing(missing []string, provider string, requested []string, isGuess bool) string {
	for _, scope := range missing {
		isTypo := slices.ContainsFunc(requested, func(one string) bool { return fields.Distance(scope, one) == 1 })
		if slices.Contains(requested, scope) || isGuess && !isTypo {
			continue
		}
		return fmt.Sprintf("missing_scopes names %q, for which %s does not ask%s: it asks for %s",
			fields.Abridge(scope), provider, fields.DidYouMean(scope, requested),
			fields.Abridge(strings.Join(requested, ", ")))
	}
	return ""
}

// TakeBack removes the last switch: the directive before it decides again. It returns the switch, and how many are
// still in force. The error is nothing_to_take_back.
func (e *Environment) TakeBack() (last Switch, left int, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.advanceAndEmit()
	newest := e.state.Switches.Newest(1)
	if len(newest) == 0 {
		message := "No switch is in force in environment " + e.name + ": there is nothing to take back."
		return Switch{}, 0, &pipes.Error{Code: pipes.NothingToTakeBack, Message: message}
	}
	e.removeSwitch(newest[0])
	e.noteDirectiveChange(newest[0].Place, now)
	return *newest[0], e.state.Switches.Len(), nil
}

// Switches returns the newest switches in force, up to limit, the newest first, and how many are in force.
func (e *Environment) Switches(limit int) (newest []Switch, total int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.advanceAndEmit()
	for _, one := range e.state.Switches.Newest(limit) {
		newest = append(newest, *one)
	}
	return newest, e.state.Switches.Len()
}
