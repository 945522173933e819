package journal

import (
	"math"
	"strconv"
	"strings"
	"time"

	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/scenarios"
)

// Expected is an expectation of how many calls match a filter: at least one, unless it says otherwise.
type Expected struct {
	Filter
	Count, AtLeast, AtMost *int
	Within                 time.Duration // how long a wait for them took; zero: nobody waited
}

// bound is a number that an expectation states.
type bound struct {
	field, words string
	n            int
}

// bounds returns the numbers that the expectation states.
func (x Expected) bounds() (bounds []bound) {
	for _, one := range []struct {
		field, words string
		n            *int
	}{{"count", "exactly", x.Count}, {"at_least", "at least", x.AtLeast}, {"at_most", "at most", x.AtMost}} {
		if one.n != nil {
			bounds = append(bounds, bound{one.field, one.words, *one.n})
		}
	}
	return bounds
}

// limits returns how many calls there must be at least and at most.
func (x Expected) limits() (least, most int) {
	if x.Count != nil {
		return *x.Count, *x.Count
	}
	least, most = 1, math.MaxInt
	if x.AtMost != nil {
		least, most = 0, *x.AtMost
	}
	if x.AtLeast != nil {
		least = *x.AtLeast
	}
	return least, most
}

// Holds reports whether a number of calls is as expected, even if all forgotten calls matched as well.
func (x Expected) Holds(n int, forgotten uint64) bool {
	least, most := x.limits()
	return n >= least && n <= most && uint64(most-n) >= forgotten
}

// LacksSome reports whether a number of calls is smaller than expected.
func (x Expected) LacksSome(n int) bool {
	least, _ := x.limits()
	return n < least
}

// String describes the expectation: at least 2 and at most 4 calls of token within 5s.
func (x Expected) String() string {
	bounds := x.bounds()
	if len(bounds) == 0 {
		bounds = []bound{{words: "at least", n: 1}}
	}
	last := len(bounds) - 1
	var text strings.Builder
	for _, one := range bounds[:last] {
		text.WriteString(one.words + " " + strconv.Itoa(one.n) + " and ")
	}
	text.WriteString(bounds[last].words + " " + fields.Plural(bounds[last].n, x.noun()) + x.Filter.String())
	if x.Within > 0 {
		text.WriteString(" within " + scenarios.FormatDuration(x.Within))
	}
	return text.String()
}
