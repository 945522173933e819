package export

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/state"
	"example.com/pipesfake/scenarios"
)

// session returns what differs from the environment's own file, apart from its connections.
func (e *exporter) session() scenarios.Session {
	lasted := min(max(0, e.now.Sub(e.Began)), clock.Furthest)
	session := scenarios.Session{
		Lasted: lasted, Providers: e.providers(), Switches: e.switches(), Faults: e.faults(), Webhooks: e.webhooks(),
	}
	for one := range e.Set.ConnectionsAfter(0) {
		e.capped = e.capped || one.Age > clock.Furthest-session.Lasted
		if e.isGone(one.Provider) && !slices.Contains(session.Gone, one.Provider) {
			session.Gone = append(session.Gone, one.Provider)
			e.leaveOut("the connections to %s: "+whyGone, one.Provider)
		}
	}
	for _, slug := range slices.Sorted(maps.Keys(session.Providers)) {
		if made := session.Providers[slug]; made != nil {
			e.keepScopes(slug, made, session.Switches)
			e.cutScopes(slug, made)
		}
	}
	e.capped = e.capped || e.Set.Age > clock.Furthest-session.Lasted
	return session
}

// faults returns the active faults, with the number of calls that each has left.
func (e *exporter) faults() (faults []scenarios.Fault) {
	for _, one := range e.Faults.All() {
		if e.isGone(one.Provider) {
			e.leaveOut("the fault %s (%s), for %s: "+whyGone, one.ID, one.Way(), one.Place)
			continue
		}
		if one.Times > 0 {
			one.Times -= one.Matches
		}
		faults = append(faults, one.Fault)
	}
	return faults
}

// switches returns the switches in force, and one for the place of each integration that was deleted and made again:
// the deletion emptied all of its connections.
func (e *exporter) switches() (made []scenarios.Switch) {
	removals := e.removals()
	addRemovals := func(before uint64) {
		for ; len(removals) > 0 && removals[0].Write.Sequence < before; removals = removals[1:] {
			one := removals[0]
			place := state.Place{Provider: one.Slug, Shared: one.Ownership == scenarios.OwnerOrganization}
			emptied := scenarios.Switch{Place: place, Scenario: &scenarios.Scenario{State: one.Write.State}}
			made = append(made, e.since(emptied, one.Write.At, time.Time{}))
		}
	}
	for _, one := range e.Switches.InForce() {
		addRemovals(one.Sequence)
		if e.isGone(one.Place.Provider) {
			e.leaveOut("switch %d, for %s: "+whyGone, one.Number, one.Place)
			continue
		}
		scenario, had := one.Scenario.Without(e.tokens)
		if had {
			e.leaveOut("an access_token of switch %d, for %s. Another one is served.", one.Number, one.Place)
		}
		made = append(made, e.since(scenarios.Switch{Place: one.Place, Scenario: scenario}, one.At, one.EndsAt()))
	}
	addRemovals(math.MaxUint64)
	return made
}

// removals returns the deletions of integrations that exist again, the oldest first.
func (e *exporter) removals() (removals []state.Removal) {
	for at, one := range e.Catalog.Removed {
		if e.Catalog.Find(at.Slug, at.Ownership) != nil {
			removals = append(removals, one)
		}
	}
	slices.SortFunc(removals, func(a, b state.Removal) int {
		return cmp.Compare(a.Write.Sequence, b.Write.Sequence)
	})
	return removals
}
