// Package lint finds what is probably a mistake in a valid scenario file: a scope that the provider does not ask for, a
// user who is not listed, a provider whose slug is nearly another one. A file with warnings loads, because each of
// these can be intended.
package lint

import (
	"cmp"
	"fmt"
	"iter"
	"slices"

	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/scenarios"
)

// Warning describes what is probably a mistake in a scenario file.
type Warning struct {
	Place    string             // file:line:col
	Position scenarios.Position // the line and column of Place
	Message  string             // what is probably wrong, and what to do about it
}

// String returns the warning as "pipesfake check" prints it: file:line:col: warning: message.
func (w Warning) String() string { return w.Place + ": warning: " + w.Message }

// Warnings returns the warnings of a set, in the order of its file. A Set without a file has none. The Set may be one
// that scenarios.ParsePartial returned for a text with mistakes.
func Warnings(set *scenarios.Set) []Warning {
	if set.IsOf(nil) {
		return nil // the built-in set, which every test without a file starts with
	}
	l := linter{set: set, uses: distinct(usesOf(set))}
	l.checkProviders()
	l.checkMembers()
	l.checkScopes()
	slices.SortStableFunc(l.found, func(a, b Warning) int {
		return cmp.Or(cmp.Compare(a.Position.Line, b.Position.Line),
			cmp.Compare(a.Position.Column, b.Position.Column))
	})
	return l.found
}

// Lines returns the first warnings of a set for a log, at most limit, and a line for the others.
func Lines(set *scenarios.Set, limit int) (lines []string) {
	warnings := Warnings(set)
	for _, one := range warnings[:min(limit, len(warnings))] {
		lines = append(lines, one.String())
	}
	switch more := len(warnings) - limit; {
	case more > 1:
		lines = append(lines, fmt.Sprintf("%s: %d more warnings: pipesfake check lists them", set.Name, more))
	case more == 1:
		lines = append(lines, set.Name+": 1 more warning: pipesfake check lists it")
	}
	return lines
}

// linter collects the warnings of a set.
type linter struct {
	set     *scenarios.Set
	uses    []use // the first use of each scenario for each provider
	found   []Warning
	similar fields.Reader // limits the work for suggestions
	nearest nearest
}

func (l *linter) warn(at scenarios.Position, format string, args ...any) {
	message := l.set.HideVariables(fmt.Sprintf(format, args...))
	l.found = append(l.found, Warning{Place: l.set.Where(at), Position: at, Message: message})
}

// suggest returns " (did you mean x?)", or "" if no candidate is similar.
func (l *linter) suggest(text string, candidates []string) string {
	return l.similar.Suggest(text, func() []string { return candidates })
}

// use is an entry of the file that names a place.
type use struct {
	place    scenarios.Place
	scenario *scenarios.Scenario // nil for a fault, and if there are no scopes to check
	position scenarios.Position
}

// usesOf returns the entries of connections, switches and faults, and the start.
func usesOf(set *scenarios.Set) iter.Seq[use] {
	return func(yield func(use) bool) {
		if !yield(use{scenario: set.Start, position: set.StartAt}) {
			return
		}
		for one := range set.ConnectionsAfter(0) {
			place := scenarios.Place{Provider: one.Provider, User: one.User, Organization: one.Organization}
			if !yield(use{place, one.Scenario, one.Position}) {
				return
			}
		}
		for _, one := range set.Switches() {
			if !yield(use{one.Place, one.Scenario, one.Position}) {
				return
			}
		}
		for _, one := range set.Faults() {
			if !yield(use{one.Place, nil, one.Position}) {
				return
			}
		}
	}
}

// distinct returns the first use of each scenario for each provider, without scenarios that have no scopes to check. A
// file can have a million connections that are alike but for the user.
func distinct(all iter.Seq[use]) (first []use) {
	isKnown := map[walkKey]bool{}
	for one := range all {
		if s := one.scenario; s != nil && len(s.Steps)+len(s.State.Scopes)+len(s.State.MissingScopes) == 0 {
			one.scenario = nil
		}
		if key := (walkKey{one.scenario, one.place.Provider}); !isKnown[key] {
			isKnown[key] = true
			first = append(first, one)
		}
	}
	return first
}

// checkMembers warns of users and organizations that are not listed. In a strict file these are mistakes.
func (l *linter) checkMembers() {
	l.checkListed("user", l.set.Users(), func(place scenarios.Place) string { return place.User })
	l.checkListed("organization", l.set.Organizations(),
		func(place scenarios.Place) string { return place.Organization })
}

// checkListed warns of the first use of each id that is not listed. A file without a list lets every id exist.
func (l *linter) checkListed(kind string, listed []string, idOf func(scenarios.Place) string) {
	if listed == nil {
		return
	}
	known := map[string]bool{"": true}
	for _, id := range listed {
		known[id] = true
	}
	for one := range usesOf(l.set) {
		id := idOf(one.place)
		if known[id] {
			continue
		}
		known[id] = true
		l.warn(one.position, "%s %q is not in %ss%s: correct it, or add it to the list",
			kind, fields.Abridge(id), kind, l.suggest(id, listed))
	}
}
