package journal

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"example.com/pipesfake/scenarios"
)

// Filter says which requests are meant; what is left zero means any.
type Filter struct {
	Operation string
	scenarios.Place
	Status int
}

// Suits tells whether a request is meant.
func (f Filter) Suits(e *Entry) bool { return len(f.misfits(e)) == 0 }

// misfit is a field of a request that is not as a filter has it.
type misfit struct{ field, is, wanted string }

func (f Filter) misfits(e *Entry) (all []misfit) {
	for _, part := range []misfit{
		{"operation", e.Operation, f.Operation}, {"provider", e.Provider, f.Provider}, {"user_id", e.User, f.User}, {"organization_id", e.Organization, f.Organization},
	} {
		if part.wanted != "" && part.is != part.wanted {
			all = append(all, part)
		}
	}
	if f.NoOrganization && (e.Organization != "" || e.User == "") {
		all = append(all, misfit{"organization_id", e.Organization, "none"})
	}
	if f.Shared && (e.User != "" || e.Organization == "") {
		all = append(all, misfit{"connection_owner", scenarios.OwnerUser, scenarios.OwnerOrganization})
	}
	if f.Status != 0 && e.Status != f.Status {
		all = append(all, misfit{"status", strconv.Itoa(e.Status), strconv.Itoa(f.Status)})
	}
	return all
}

// String names the requests in words: token for provider "github", user "alice".
func (f Filter) String() string {
	text := "calls"
	if f.Operation != "" {
		text += " of " + f.Operation
	}
	if f.Place != (scenarios.Place{}) {
		text += " for " + f.Place.String()
	}
	if f.Status != 0 {
		text += fmt.Sprintf(" answered %d", f.Status)
	}
	return text
}

// Expected is how many requests there should be; all nil: at least one.
type Expected struct {
	Filter
	Count, AtLeast, AtMost *int
}

// Holds tells whether a number is as expected.
func (x Expected) Holds(n int) bool {
	if x.Count == nil && x.AtLeast == nil && x.AtMost == nil {
		return n > 0
	}
	return (x.Count == nil || n == *x.Count) && (x.AtLeast == nil || n >= *x.AtLeast) && (x.AtMost == nil || n <= *x.AtMost)
}

func (x Expected) String() string {
	var bounds []string
	for _, bound := range []struct {
		word string
		n    *int
	}{{"exactly", x.Count}, {"at least", x.AtLeast}, {"at most", x.AtMost}} {
		if bound.n != nil {
			bounds = append(bounds, fmt.Sprintf("%s %d", bound.word, *bound.n))
		}
	}
	return cmp.Or(strings.Join(bounds, " and "), "at least 1") + " " + x.Filter.String()
}

// Verdict is what the journal says of an expectation.
type Verdict struct {
	Count  int
	Misses []string // of a wrong one: what came near, the most frequent first
}

// Verify counts the requests that are meant. What differs in one thing only comes near.
func (j *Journal) Verify(x Expected) (v Verdict, holds bool) {
	near := map[misfit]int{}
	entries, _ := j.Last(0, 0, func(e *Entry) bool {
		switch misfits := x.misfits(e); len(misfits) {
		case 0:
			v.Count++
		case 1:
			near[misfits[0]]++
		}
		return false
	})
	if holds = x.Holds(v.Count); holds || len(entries) > 0 {
		return v, holds
	}
	misses := make([]misfit, 0, len(near))
	for miss := range near {
		misses = append(misses, miss)
	}
	slices.SortFunc(misses, func(a, b misfit) int {
		return cmp.Or(cmp.Compare(near[b], near[a]), cmp.Compare(a.field, b.field), cmp.Compare(a.is, b.is))
	})
	for _, miss := range misses[:min(len(misses), mostMisses)] {
		calls := map[bool]string{true: "call", false: "calls"}[near[miss] == 1]
		v.Misses = append(v.Misses, fmt.Sprintf("%d %s with %s %q, you asked for %q", near[miss], calls, miss.field, miss.is, miss.wanted))
	}
	return v, false
}

const mostMisses = 5

// InOrder tells how many of the filters were met one after another, by requests each newer than that before.
func (j *Journal) InOrder(filters []Filter) (met int) {
	entries, _ := j.Last(0, 0, func(*Entry) bool { return true })
	for _, e := range slices.Backward(entries) {
		if met < len(filters) && filters[met].Suits(&e) {
			met++
		}
	}
	return met
}
