package journal

import (
	"cmp"
	"maps"
	"slices"
)

// CoverageKind is the kind of thing that coverage counts.
type CoverageKind uint8

// The kinds. KindIntegration counts calls that created an integration.
const (
	KindAnswer CoverageKind = iota
	KindError
	KindFault
	KindIntegration
)

// CoverageKey names something that an application got from a provider.
type CoverageKey struct {
	Provider string // empty: the call named none
	Kind     CoverageKind
	Name     string
}

// CompareKeys orders the keys of coverages.
func CompareKeys(a, b CoverageKey) int {
	return cmp.Or(cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
}

// Coverage counts what an application got.
type Coverage map[CoverageKey]int

// maxCovered limits how many keys there are, because applications can make up providers.
const maxCovered = 10_000

// add counts a key n times, unless it is new and there are too many, and reports whether it is new.
func (c *Coverage) add(key CoverageKey, n int) (isNew bool) {
	if *c == nil {
		*c = Coverage{}
	}
	before := len(*c)
	if before < maxCovered || (*c)[key] > 0 {
		(*c)[key] += n
	}
	return len(*c) > before
}

// Merge adds what another coverage counted.
func (c *Coverage) Merge(other Coverage) {
	if *c == nil {
		*c = Coverage{}
	}
	for key, n := range other {
		c.add(key, n)
	}
}

// Providers returns the providers that gave an answer, those that calls created, those that exist and had a fault,
// and some more; sorted.
func (c Coverage) Providers(exists func(string) bool, more ...string) []string {
	providers := map[string]bool{}
	for _, slug := range more {
		providers[slug] = true
	}
	for key := range c {
		counts := key.Kind == KindAnswer || key.Kind == KindIntegration || key.Kind == KindFault && exists(key.Provider)
		if key.Provider != "" && counts {
			providers[key.Provider] = true
		}
	}
	return slices.Sorted(maps.Keys(providers))
}

// ForProviders returns the coverage of some providers, sorted. What was counted for others counts for none.
func (c Coverage) ForProviders(providers []string) Coverage {
	folded := Coverage{}
	for key, n := range c {
		if _, found := slices.BinarySearch(providers, key.Provider); !found {
			key.Provider = ""
		}
		folded[key] += n
	}
	return folded
}

// appendCovered appends the keys that an entry counts for. Behind a fault that altered the response, the application
// saw nothing else.
func appendCovered(keys []CoverageKey, e *Entry) []CoverageKey {
	if e.FaultKind != "" {
		keys = append(keys, CoverageKey{e.Provider, KindFault, e.FaultKind})
	}
	if e.Altered {
		return keys
	}
	if e.Code != "" {
		keys = append(keys, CoverageKey{e.Provider, KindError, e.Code})
	}
	if e.Operation == "create_data_integration" && e.Error == "" {
		keys = append(keys, CoverageKey{e.Provider, KindIntegration, ""})
	}
	for i, name := range Answers() {
		if e.Answer&(1<<i) != 0 {
			keys = append(keys, CoverageKey{e.Provider, KindAnswer, name})
		}
	}
	return keys
}
