package model

import (
	"fmt"
	"strings"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/scenarios"
)

// ownerIndex are whose connections the file names or were seen, in that order, as keys without a provider. The page asks
// for them again and again, so what was gathered is kept; nil until it asks.
type ownerIndex struct {
	known     map[scenarios.Key]bool // owners, and providers by themselves
	owners    []scenarios.Key        // only ever appended to
	providers []string               // the same
	upTo      uint64                 // the ordinal of the connection that was gathered last
	dropped   uint64                 // how many were forgotten by then
}

func (m *ownerIndex) add(key scenarios.Key) {
	m.addProvider(key.Provider)
	if key.Provider = ""; !m.known[key] {
		m.known[key] = true
		m.owners = append(m.owners, key)
	}
}

func (m *ownerIndex) addProvider(slug string) {
	if alone := (scenarios.Key{Provider: slug}); !m.known[alone] {
		m.known[alone] = true
		m.providers = append(m.providers, slug)
	}
}

// gather brings what is known of owners up to date.
func (e *Environment) gather() {
	if e.owners == nil || e.owners.dropped != e.connections.dropped {
		e.owners = &ownerIndex{known: map[scenarios.Key]bool{}, dropped: e.connections.dropped}
		for _, slug := range e.set.Providers() {
			e.owners.addProvider(slug)
		}
		for _, one := range e.set.Connections() {
			e.owners.add(one.Key)
		}
	}
	for r := range e.connections.after(e.owners.upTo) {
		e.owners.add(r.key)
		e.owners.upTo = r.sequence
	}
	for _, i := range e.catalog.list.items {
		e.owners.addProvider(i.Slug)
	}
}

// Owners are whose connections the file names or were seen, in that order, as keys without a provider: those whose
// user or organization contains a text, in whatever case, from an offset on, up to limit; how many there are in
// all; and the providers.
func (e *Environment) Owners(text string, offset, limit int) (owners []scenarios.Key, total int, providers []string) {
	e.mu.Lock()
	e.gather()
	owners, providers = e.owners.owners, e.owners.providers
	e.mu.Unlock() // what is only appended to needs none
	if text = strings.ToLower(text); text != "" {
		var found []scenarios.Key
		for _, one := range owners {
			if strings.Contains(strings.ToLower(one.User), text) || strings.Contains(strings.ToLower(one.Organization), text) {
				found = append(found, one)
			}
		}
		owners = found
	}
	total = len(owners)
	offset = min(max(0, offset), total)
	return owners[offset:min(offset+limit, total)], total, providers
}

// mostLooked is how many connections are looked at for what comes next.
const mostLooked = 1000

// NextChange is when time changes something next that was seen, and what: a step, a ttl, the end of a token's life.
// Zero: nothing.
func (e *Environment) NextChange() (at time.Time, what string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.now()
	sooner := func(other time.Time, change string, of scenarios.Place) {
		if other.After(now) && other.Sub(now) <= clock.Furthest && (at.IsZero() || other.Before(at)) {
			at, what = other, fmt.Sprintf(change, of)
		}
	}
	for _, one := range e.switches.order {
		if !one.gone {
			sooner(one.EndsAt(), "the switch for %s ends", one.Place)
		}
	}
	looked := 0
	for r := range e.connections.after(0) {
		if looked++; looked > mostLooked {
			break
		}
		c, of := e.connectionAt(r, now), scenarios.Place{Provider: r.key.Provider, User: r.key.User, Organization: r.key.Organization}
		sooner(c.ExpiresAt, "the token of %s expires", of)
		sooner(c.Decision.until, "a step of %s ends", of)
	}
	if len(e.schedule.heap) > 0 {
		sooner(e.schedule.heap[0].at, "something of %s changes", scenarios.Place{})
	}
	return at, what
}
