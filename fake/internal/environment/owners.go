package environment

import (
	"slices"
	"strings"
	"time"

	"example.com/pipesfake/scenarios"
)

// Owners are whose connections the file names or were seen, in that order, as keys without a provider: those that
// contain a text, from an offset on, up to limit; how many there are in all; and the providers.
func (e *Environment) Owners(contains string, offset, limit int) (owners []scenarios.Key, total int, providers []string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	known, slugs := map[scenarios.Key]bool{}, map[string]bool{}
	slug := func(name string) {
		if !slugs[name] {
			slugs[name] = true
			providers = append(providers, name)
		}
	}
	for _, name := range e.set.Providers() {
		slug(name)
	}
	meet := func(key scenarios.Key) {
		slug(key.Provider)
		key.Provider = ""
		if known[key] || !strings.Contains(key.User+" "+key.Organization, contains) {
			return
		}
		known[key] = true
		if total++; total > offset && len(owners) < limit {
			owners = append(owners, key)
		}
	}
	for _, one := range e.set.Connections() {
		meet(one.Key)
	}
	for r := range e.seen.after(0) {
		meet(r.key)
	}
	for _, i := range e.catalog.list.items {
		slug(i.Slug)
	}
	return owners, total, providers
}

// mostLooked is how many connections are looked at for what comes next.
const mostLooked = 1000

// NextChange is when time changes something next that was seen: a step, a ttl, the end of a token's life. Zero:
// nothing.
func (e *Environment) NextChange() (at time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.now()
	sooner := func(other time.Time) {
		if other.After(now) && (at.IsZero() || other.Before(at)) {
			at = other
		}
	}
	if len(e.dues.heap) > 0 {
		sooner(e.dues.heap[0].at)
	}
	all := slices.Collect(e.seen.after(0))
	for _, r := range all[:min(len(all), mostLooked)] {
		sooner(e.look(r, now).ExpiresAt)
	}
	return at
}
