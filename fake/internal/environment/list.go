package environment

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/mint"
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

// List returns up to limit environments, of all servers, whose names come after a name, and reports whether there are
// more. Its error says that other servers cannot be asked.
func (r *Registry) List(ctx context.Context, after string, limit int) (list []Info, more bool, err error) {
	all, err := r.infosOfAll(ctx)
	if err != nil {
		return nil, false, err
	}
	for _, one := range all {
		if one.Name <= after {
			continue
		}
		if len(list) == limit {
			return list, true, nil
		}
		list = append(list, one)
	}
	return list, false, nil
}

// Infos describes the environments of this server.
func (r *Registry) Infos() (list []Info) {
	for _, one := range r.All() {
		list = append(list, Info{Name: one.Name(), APIKey: apikey.Of(one.Name()), LastUsed: one.lastUsed()})
	}
	return list
}

// infosOfAll describes the environments of all servers, ordered by name.
func (r *Registry) infosOfAll(ctx context.Context) ([]Info, error) {
	list := r.Infos()
	if !r.config.isShared() {
		return list, nil
	}
	others, err := r.config.Peers.Environments(ctx)
	if err != nil {
		return nil, err
	}
	isHere := map[string]bool{}
	for _, one := range list {
		isHere[one.Name] = true
	}
	for _, one := range others {
		if isHere[one.Name] {
			continue
		}
		if one.APIKey = apikey.Of(one.Name); one.LastUsed.IsZero() {
			one.LastUsed = r.began
		}
		list = append(list, one)
	}
	slices.SortFunc(list, func(a, b Info) int { return cmp.Compare(a.Name, b.Name) })
	return list, nil
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

// find returns the environment of a name, also an idle one, or nil.
func (r *Registry) find(name string) *Environment {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.byName[name]
}

// Exists reports whether there is an environment of a name.
func (r *Registry) Exists(name string) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	one := r.byName[name]
	return one != nil && !r.isIdle(one, clock.RealNow())
}

// CandidateNames returns the names of the environments, also of other servers, that may have issued a token or made a
// consent page. Those of this server come first.
func (r *Registry) CandidateNames(ctx context.Context, text string) []string {
	names := r.lookup.candidates(text)
	if r.config.Peers == nil || text == "" {
		return names
	}
	for _, key := range []string{keyOfTag(mint.TagOf(text)), keyOfToken(text)} {
		noted, err := r.config.Peers.Noted(ctx, key)
		if err != nil {
			return names // whoever answers the call will find that out, too
		}
		for _, name := range noted {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// Replicas lists the servers that share the store; none if this one shares it with nobody. Its error says that the
// store cannot be asked.
func (r *Registry) Replicas(ctx context.Context) ([]Replica, error) {
	if !r.config.isShared() {
		return nil, nil
	}
	return r.config.Peers.Replicas(ctx)
}
