package environment

import (
	"slices"

	"example.com/pipesfake/fake/internal/journal"
)

// Count is an entry of a coverage, as servers tell each other and as it is saved. JSON objects cannot have its key.
type Count struct {
	journal.CoverageKey
	Count int
}

// Counts returns the entries of a coverage, sorted by their keys.
func Counts(covered journal.Coverage) []Count {
	list := make([]Count, 0, len(covered))
	for key, n := range covered {
		list = append(list, Count{key, n})
	}
	slices.SortFunc(list, func(a, b Count) int { return journal.CompareKeys(a.CoverageKey, b.CoverageKey) })
	return list
}

// CoverageOf returns the coverage that has some entries.
func CoverageOf(list []Count) journal.Coverage {
	covered := journal.Coverage{}
	for _, one := range list {
		covered[one.CoverageKey] += one.Count
	}
	return covered
}
