package state

import (
	"slices"
)

// Grant is what an integration gives to its connections in one organization.
type Grant struct {
	Requested       []string // the scopes that it requests
	RequestedBefore []string // those of them that it requested when the directive was made
	Method          string   // how its connections authenticate unless something else says so
}

// FirstSet returns the scopes, or the fallback where they are nil.
func FirstSet(scopes, fallback []string) []string {
	if scopes == nil {
		return fallback
	}
	return scopes
}

// intersection returns those of the scopes that were requested before, in the order of the scopes.
func intersection(scopes, before []string) []string {
	if slices.Equal(scopes, before) {
		return before
	}
	isNew := func(scope string) bool { return !slices.Contains(before, scope) }
	return slices.DeleteFunc(slices.Clone(scopes), isNew)
}
