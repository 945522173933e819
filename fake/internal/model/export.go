package model

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// exporter is an environment that nobody else knows and where time stands still, to be written as a scenario file.
type exporter struct {
	*Environment
	now    time.Time
	clock  clock.Saved     // of the environment that it is a copy of
	tokens map[string]bool // that its own file says
	left   []string        // what was left out, in words
	later  bool            // whether something began later than the clock shows
	capped bool            // whether an age or a ttl is longer than a file may say
	masks  map[string]string
	hide   func(text string, replace func(secret string) string) string // replaces the secrets in a text
}

// Export is a scenario file that begins where the environment stands, without the secrets that calls brought: its own
// file, with the switches and faults in force, the integrations that calls changed, and a switch for each connection
// that stands otherwise. What no file can say is told in comments at its beginning. Nobody waits for more than the
// copying.
func (e *Environment) Export() ([]byte, error) {
	saved := e.Save()
	here := exporter{
		Environment: New(e.name, "", saved.set, clock.Standing(saved.Now)), now: saved.Now, clock: saved.Clock,
		tokens: saved.set.Tokens(), masks: map[string]string{}, hide: e.replaceSecrets,
	}
	if err := here.fill(saved); err != nil {
		return nil, err
	}
	export, err := saved.set.Export(here.session())
	if err != nil {
		return nil, err
	}
	set, err := export.Load()
	if err != nil {
		return nil, err
	}
	export.Add(here.differing(here.loaded(set)))
	export.Replace(here.masked)
	text, err := export.Text()
	if err != nil {
		return nil, err
	}
	if set, err = scenarios.Parse("the export", text); err != nil {
		return nil, err
	}
	notes := here.notes(here.loaded(set))
	for i, note := range notes {
		notes[i] = here.masked(note)
	}
	return append(scenarios.Notes(e.name, pipes.Timestamp(here.now), notes), text...), nil
}

// masked is a text in which each secret that the environment knows has a word in its place, the same one everywhere.
// What the file itself says stays. The words are no longer than a secret, and may stand wherever it can.
func (e *exporter) masked(text string) string {
	return e.hide(text, func(secret string) string {
		if e.set.Says(secret) {
			return secret
		}
		if e.masks[secret] == "" {
			e.masks[secret] = fmt.Sprintf("mask-%d", len(e.masks)+1)
		}
		return e.masks[secret]
	})
}

// loaded is what an exported file loads to.
func (e *exporter) loaded(set *scenarios.Set) *Environment {
	return New(e.name, "", set, clock.Standing(e.now))
}

// leaveOut notes what the file does not say.
func (e *exporter) leaveOut(format string, args ...any) {
	e.left = append(e.left, fmt.Sprintf("Left out: "+format, args...))
}

func (e *exporter) session() scenarios.Session {
	lasted := min(max(0, e.now.Sub(e.started)), clock.Furthest)
	session := scenarios.Session{Lasted: lasted, Providers: e.exportedProviders()}
	session.Switches = e.exportedSwitches()
	for _, one := range e.faults.All() {
		if e.isGone(one.Provider) {
			e.leaveOut("the fault %s (%s), for %s: "+whyGone, one.ID, one.Way(), one.Place)
			continue
		}
		if one.Times > 0 {
			one.Times -= one.Matches
		}
		session.Faults = append(session.Faults, one.Fault)
	}
	for _, one := range e.set.Connections() {
		e.capped = e.capped || one.Age > clock.Furthest-session.Lasted
		if e.isGone(one.Provider) && !slices.Contains(session.Gone, one.Provider) {
			session.Gone = append(session.Gone, one.Provider)
			e.leaveOut("the connections to %s: "+whyGone, one.Provider)
		}
	}
	session.Webhooks = e.webhooks()
	for _, slug := range slices.Sorted(maps.Keys(session.Providers)) {
		if made := session.Providers[slug]; made != nil {
			e.keepScopes(slug, made, session.Switches)
			e.cutScopes(slug, made)
		}
	}
	e.capped = e.capped || e.set.Age > clock.Furthest-session.Lasted
	return session
}

// exportedSwitches are those in force, and one in the place of each integration that was deleted and made again: it
// emptied all of its connections.
func (e *exporter) exportedSwitches() (made []scenarios.Switch) {
	removals := []removal{}
	for at, one := range e.catalog.removed {
		if e.catalog.roots[at] != nil {
			place := Place{Provider: at.slug, Shared: at.ownership == scenarios.OwnerOrganization}
			one.directive.Switch = &Switch{Place: place, Scenario: one.directive.Scenario, At: one.directive.At}
			removals = append(removals, one)
		}
	}
	slices.SortFunc(removals, func(a, b removal) int { return cmp.Compare(a.directive.sequence, b.directive.sequence) })
	add := func(one *Switch, scenario *scenarios.Scenario) {
		made = append(made, e.since(scenarios.Switch{Place: one.Place, Scenario: scenario}, one.At, one.EndsAt()))
	}
	emptied := func(before uint64) {
		for ; len(removals) > 0 && removals[0].directive.sequence < before; removals = removals[1:] {
			add(removals[0].directive.Switch, removals[0].directive.Scenario)
		}
	}
	for _, one := range e.switches.inForce() {
		emptied(one.sequence)
		if e.isGone(one.Place.Provider) {
			e.leaveOut("switch %d, for %s: "+whyGone, one.Number, one.Place)
			continue
		}
		scenario, had := one.Scenario.Without(e.tokens)
		if had {
			e.leaveOut("an access_token of switch %d, for %s. Another one is served.", one.Number, one.Place)
		}
		add(&one, scenario)
	}
	emptied(math.MaxUint64)
	return made
}

// whyGone is why something is left out that isGone.
const whyGone = "with strict a file cannot name a provider that was deleted."

// isGone reports whether a provider may not be named in the file, because strict knows only those that there are.
func (e *exporter) isGone(slug string) bool {
	return e.set.Strict && slug != "" && e.exists(slug) != nil
}

// since is a switch that has been in force since an instant, until another one (zero: something newer). What is longer
// than a file may say is shortened.
func (e *exporter) since(made scenarios.Switch, since, until time.Time) scenarios.Switch {
	age, left := max(0, e.now.Sub(since)), time.Duration(0)
	if !until.IsZero() {
		left = min(until.Sub(e.now), clock.Furthest)
		e.capped = e.capped || left < until.Sub(e.now)
	}
	made.Age = min(age, clock.Furthest-left)
	e.later = e.later || since.After(e.now)
	e.capped = e.capped || made.Age < age
	if left > 0 {
		made.TTL = made.Age + left
	}
	return made
}
