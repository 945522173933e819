package model

import (
	"fmt"
	"strings"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/scenarios"
)

// gather brings the index of owners up to date.
func (e *Environment) gather() {
	if e.owners == nil || e.owners.dropped != e.state.Connections.Dropped {
		e.owners = newOwnerIndex(e.state.Connections.Dropped)
		for _, slug := range e.state.Set.Providers() {
			e.owners.addProvider(slug)
		}
		for one := range e.state.Set.ConnectionsAfter(0) {
			e.owners.add(one.Key)
		}
	}
	for r := range e.state.Connections.After(e.owners.upTo) {
		e.owners.add(r.Key)
		e.owners.upTo = r.Sequence
	}
	for _, i := range e.state.Catalog.Integrations {
		e.owners.addProvider(i.Slug)
	}
}

// Owners returns up to limit owners from an offset on, as keys without a provider: those whose user or organization
// contains a text, in any case. Owners of connections in the file come first, then those that were seen. It also
// returns how many owners there are in all, and the providers.
func (e *Environment) Owners(text string, offset, limit int) (owners []scenarios.Key, total int, providers []string) {
	e.mu.Lock()
	e.gather()
	owners, providers = e.owners.owners, e.owners.providers
	e.mu.Unlock() // the lists are only ever appended to
	if text = strings.ToLower(text); text != "" {
		var found []scenarios.Key
		contains := func(name string) bool { return strings.Contains(strings.ToLower(name), text) }
		for _, one := range owners {
			if contains(one.User) || contains(one.Organization) {
				found = append(found, one)
			}
		}
		owners = found
	}
	total = len(owners)
	offset = min(max(0, offset), total)
	return owners[offset:min(offset+limit, total)], total, providers
}

// KnowsOwner reports whether Owners lists one that a place names: the user, in the organization if the place has one.
func (e *Environment) KnowsOwner(p scenarios.Place) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.gather()
	if p.User != "" && p.Organization == "" && !p.NoOrganization {
		return e.owners.users[p.User]
	}
	return e.owners.known[scenarios.Key{User: p.User, Organization: p.Organization}]
}

// maxLooked is how many connections NextChange looks at.
const maxLooked = 1000

// NextChange returns when time next changes something that was seen, and what: a step, a TTL, the end of a token's
// life. The time is zero if it changes nothing.
func (e *Environment) NextChange() (at time.Time, what string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.advance()
	sooner := func(other time.Time, change string, of scenarios.Place) {
		if other.After(now) && other.Sub(now) <= clock.Furthest && (at.IsZero() || other.Before(at)) {
			at, what = other, fmt.Sprintf(change, of)
		}
	}
	for _, one := range e.state.Switches.All() {
		sooner(one.EndsAt(), "the switch for %s ends", one.Place)
	}
	looked := 0
	for r := range e.state.Connections.After(0) {
		if looked++; looked > maxLooked {
			break
		}
		c := e.state.ViewAt(r, now)
		of := scenarios.Place{Provider: r.Provider, User: r.User, Organization: r.Organization}
		sooner(c.ExpiresAt, "the token of %s expires", of)
		sooner(c.Decision.Until, "a step of %s ends", of)
	}
	sooner(e.schedule.Next(), "something of %s changes", scenarios.Place{})
	return at, what
}
