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

// Kind is what was seen: an answer, an error or a fault; or that a call made an integration of the provider.
type Kind uint8

// The kinds.
const (
	AnAnswer Kind = iota
	AnError
	AFault
	AnIntegration
)

// Seen is something that an application was told about a provider.
type Seen struct {
	Provider string // empty: the call named none
	Kind     Kind
	Name     string
}

// Coverage counts what was seen. The zero Coverage is of nothing.
type Coverage map[Seen]int

// mostCovered bounds what made-up names can make.
const mostCovered = 10_000

// count tells whether it was the first of its kind.
func (c *Coverage) count(provider string, kind Kind, name string) (isNew bool) {
	if *c == nil {
		*c = Coverage{}
	}
	before := len(*c)
	if at := (Seen{provider, kind, name}); before < mostCovered || (*c)[at] > 0 {
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
		isOne := seen.Kind == AnAnswer || seen.Kind == AnIntegration || seen.Kind == AFault && exists(seen.Provider)
		if seen.Provider != "" && isOne {
			all[seen.Provider] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// Of is the same of some providers, sorted; what was seen of others counts as of none.
func (c Coverage) Of(providers []string) Coverage {
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
	count := func(kind Kind, name string) {
		if j.covered.count(e.Provider, kind, name) {
			j.news++
		}
	}
	if e.Way != "" {
		count(AFault, e.Way)
	}
	if e.Spoilt {
		return
	}
	if e.Code != "" {
		count(AnError, e.Code)
	}
	if e.Operation == "create_data_integration" && e.Error == "" {
		count(AnIntegration, "")
	}
	for i, name := range Answers() {
		if e.Answer&(1<<i) != 0 {
			count(AnAnswer, name)
		}
	}
}

// Strike counts a fault that struck what is no request: a webhook about a provider.
func (j *Journal) Strike(provider, way string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.covered.count(provider, AFault, way) {
		j.news++
	}
}

// News counts how often something was covered that was not before, or nothing was any more.
func (j *Journal) News() uint64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.news
}

// Recall goes on from what was counted before.
func (j *Journal) Recall(covered Coverage) {
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
	return j.Uncover()
}

// Uncover forgets what was counted, and answers it.
func (j *Journal) Uncover() Coverage {
	j.mu.Lock()
	defer j.mu.Unlock()
	counted := j.covered
	j.covered = nil
	j.news++
	return counted
}
