package environment

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/internal/apikey"
	"example.com/pipesfake/internal/fields"
)

// Coverage returns what all environments, of all servers, have counted, including what was counted before resets and by
// dropped ones. Its error says that other servers cannot be asked.
func (r *Registry) Coverage(ctx context.Context) (journal.Coverage, error) {
	all := r.coverage()
	if !r.config.isShared() {
		return all, nil
	}
	others, err := r.config.Peers.Coverage(ctx)
	all.Merge(others)
	return all, err
}

// Redactor returns a function that masks, in a text, what any of the present environments knows as a secret.
func (r *Registry) Redactor() func(text string) string {
	all := r.All()
	return func(text string) string {
		for _, one := range all {
			text = one.Redact(text)
		}
		return text
	}
}

// pastCoverage returns a copy of what was counted before resets and by dropped environments.
func (r *Registry) pastCoverage() journal.Coverage {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return maps.Clone(r.past)
}

// ResetCoverage forgets what all environments, of all servers, have counted. Its error says that other servers cannot
// be asked.
func (r *Registry) ResetCoverage(ctx context.Context) error {
	r.ResetOwnCoverage()
	if !r.config.isShared() {
		return nil
	}
	return r.config.Peers.ResetCoverage(ctx)
}

// OwnCoverage returns what the environments of this server have counted, without their secrets, for other servers.
func (r *Registry) OwnCoverage() journal.Coverage {
	redact, shown := r.Redactor(), journal.Coverage{}
	for key, n := range r.coverage() {
		key.Provider, key.Name = redact(key.Provider), redact(key.Name)
		shown[key] += n
	}
	return shown
}

// coverage returns what the environments of this server have counted.
func (r *Registry) coverage() (all journal.Coverage) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	all.Merge(r.past)
	for _, one := range r.byName {
		all.Merge(one.Journal.Coverage())
	}
	return all
}

// ResetOwnCoverage forgets what the environments of this server have counted.
func (r *Registry) ResetOwnCoverage() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.past = nil
	r.pastRevision.Add(1)
	for _, one := range r.byName {
		one.Journal.ResetCoverage()
	}
}

// RequestCount says how many requests of a kind an environment received.
type RequestCount struct {
	Environment string
	Requests    int
}

// The limits of a search for requests that went to another environment than expected.
const (
	maxSearched = 100 // environments that are searched
	maxListed   = 3   // environments that are named
)

// Others returns the environments that received matching requests, except for one that is checked: the default
// environment first, then those that were used last. If a test reserved the one that is checked, requests of before are
// those of other tests, and do not count.
func (r *Registry) Others(checked *Environment, filter journal.Filter) (counts []RequestCount) {
	all := slices.DeleteFunc(r.All(), func(one *Environment) bool { return one.Name() == checked.Name() })
	slices.SortStableFunc(all, func(a, b *Environment) int {
		if a.Name() == apikey.DefaultName {
			return -1
		} else if b.Name() == apikey.DefaultName {
			return 1
		}
		return cmp.Compare(b.used.Load(), a.used.Load())
	})
	for _, one := range all[:min(len(all), maxSearched)] {
		if n := one.Journal.CountSince(checked.reserved, filter); n > 0 && len(counts) < maxListed {
			counts = append(counts, RequestCount{one.Name(), n})
		}
	}
	return counts
}

// OthersWithCalls returns hints, in words, for somebody who looks for requests in an environment that got none at all,
// while the application sends the API key of another. If it got some, the others are those of other tests.
func (r *Registry) OthersWithCalls(checked *Environment, filter journal.Filter) (hints []string) {
	if checked.Journal.Count(journal.Filter{}) > 0 {
		return nil
	}
	for _, one := range r.Others(checked, filter) {
		hints = append(hints, fmt.Sprintf("environment %s got %s, and %s, where this looks, no call at all: "+
			"use one API key for both (%s is the key of %s)", one.Environment,
			fields.Plural(one.Requests, "such call"), checked.Name(), apikey.Of(checked.Name()), checked.Name()))
	}
	return hints
}
