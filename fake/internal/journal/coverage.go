package journal

import (
	"maps"
	"slices"
)

// Answer is what a call for a token or credentials was told of its connection; of an expired token that lacks
// scopes, both.
type Answer uint8

// The answers.
const (
	Active Answer = 1 << iota
	MissingScopes
	Expired
	NotInstalled
	NeedsReauthorization
)

// Answers are their names, in the order of the constants.
func Answers() []string {
	return []string{"active", "missing_scopes", "expired", "not_installed", "needs_reauthorization"}
}

// CoverageKind is what was seen: an answer, an error or a fault; or that a call made an integration of the provider.
type CoverageKind uint8

// The kinds.
const (
	KindAnswer CoverageKind = iota
	KindError
	KindFault
	KindIntegration
)

// CoverageKey is something that an application was told about a provider.
type CoverageKey struct {
	Provider string // empty: the call named none
	Kind     CoverageKind
	Name     string
}

// Coverage counts what was seen. The zero Coverage is of nothing.
type Coverage map[CoverageKey]int

// mostCovered bounds what made-up names can make.
const mostCovered = 10_000

// count tells whether it was the first of its kind.
func (c *Coverage) count(provider string, kind CoverageKind, name string) (isNew bool) {
	if *c == nil {
		*c = Coverage{}
	}
	before := len(*c)
	if at := (CoverageKey{provider, kind, name}); before < mostCovered || (*c)[at] > 0 {
		(*c)[at]++
	}
	return len(*c) > before
}

// Merge adds what another one counted.
func (c *Coverage) Merge(other Coverage) {
	if *c == nil {
		*c = Coverage{}
	}
	for seen, n := range other {
		if len(*c) < mostCovered || (*c)[seen] > 0 {
			(*c)[seen] += n
		}
	}
}

// Providers are those that calls made, that gave an answer, or that a fault struck and exist; sorted, with some more.
func (c Coverage) Providers(exists func(string) bool, more ...string) []string {
	all := map[string]bool{}
	for _, slug := range more {
		all[slug] = true
	}
	for seen := range c {
		isOne := seen.Kind == KindAnswer || seen.Kind == KindIntegration || seen.Kind == KindFault && exists(seen.Provider)
		if seen.Provider != "" && isOne {
			all[seen.Provider] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// ForProviders is the same of some providers, sorted; what was seen of others counts as of none.
func (c Coverage) ForProviders(providers []string) Coverage {
	folded := Coverage{}
	for seen, n := range c {
		if _, is := slices.BinarySearch(providers, seen.Provider); !is {
			seen.Provider = ""
		}
		folded[seen] += n
	}
	return folded
}

// cover counts an entry. What a fault replaced or broke, nobody saw.
func (j *Journal) cover(e *Entry) {
	count := func(kind CoverageKind, name string) {
		if j.covered.count(e.Provider, kind, name) {
			j.news++
		}
	}
	if e.FaultKind != "" {
		count(KindFault, e.FaultKind)
	}
	if e.Altered {
		return
	}
	if e.Code != "" {
		count(KindError, e.Code)
	}
	if e.Operation == "create_data_integration" && e.Error == "" {
		count(KindIntegration, "")
	}
	for i, name := range Answers() {
		if e.Answer&(1<<i) != 0 {
			count(KindAnswer, name)
		}
	}
}

// CountFault counts a fault that struck what is no request: a webhook about a provider.
func (j *Journal) CountFault(provider, way string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.covered.count(provider, KindFault, way) {
		j.news++
	}
}

// Revision counts how often something was covered that was not before, or nothing was any more.
func (j *Journal) Revision() uint64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.news
}

// RestoreCoverage goes on from what was counted before.
func (j *Journal) RestoreCoverage(covered Coverage) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.covered = covered
	j.news++
}

// Coverage is a copy of what was counted since the last Reset.
func (j *Journal) Coverage() Coverage {
	j.mu.Lock()
	defer j.mu.Unlock()
	return maps.Clone(j.covered)
}

// Reset forgets the entries and what was counted, which it answers.
func (j *Journal) Reset() Coverage {
	j.Clear()
	return j.ResetCoverage()
}

// ResetCoverage forgets what was counted, and answers it.
func (j *Journal) ResetCoverage() Coverage {
	j.mu.Lock()
	defer j.mu.Unlock()
	counted := j.covered
	j.covered = nil
	j.news++
	return counted
}
