package environment

import (
	"maps"
	"slices"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/internal/apikey"
	"example.com/pipesfake/scenarios"
)

// Scenarios returns the set that new environments start with.
func (r *Registry) Scenarios() *scenarios.Set {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.set
}

// All returns the environments that are not idle, ordered by name.
func (r *Registry) All() (all []*Environment) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	now := clock.RealNow()
	for _, name := range slices.Sorted(maps.Keys(r.byName)) {
		if one := r.byName[name]; !r.isIdle(one, now) {
			all = append(all, one)
		}
	}
	return all
}

// Info describes an environment for lists.
type Info struct {
	Name     string
	APIKey   string    // opens it
	LastUsed time.Time // real time
}

// List returns up to limit environments whose names come after a name, and reports whether there are more.
func (r *Registry) List(after string, limit int) (list []Info, more bool) {
	for _, one := range r.All() {
		if one.Name() <= after {
			continue
		}
		if len(list) == limit {
			return list, true
		}
		list = append(list, Info{Name: one.Name(), APIKey: apikey.Of(one.Name()), LastUsed: one.lastUsed()})
	}
	return list, false
}

// Candidates returns the environments that may have issued a token, or made a consent page with an address of this
// opaque part, ordered by name. There are few of them, however many environments there are. An environment of another
// seed or that was dropped since may be among them, so ask it.
func (r *Registry) Candidates(text string) (candidates []*Environment) {
	names := r.lookup.candidates(text)
	r.mu.RLock()
	defer r.mu.RUnlock()
	now := clock.RealNow()
	for _, name := range names {
		if one := r.byName[name]; one != nil && !r.isIdle(one, now) {
			candidates = append(candidates, one)
		}
	}
	return candidates
}

// Exists reports whether there is an environment of a name.
func (r *Registry) Exists(name string) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	one := r.byName[name]
	return one != nil && !r.isIdle(one, clock.RealNow())
}
