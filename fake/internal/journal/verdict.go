package journal

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"example.com/pipesfake/internal/fields"
)

// Verdict says whether an expectation holds.
type Verdict struct {
	OK         bool
	Count      int      // of the matching calls
	Why        string   // it does not hold, in a sentence
	NearMisses []string // what came near, the nearest first; if there are too many matches, the last of them
}

// Explain returns the verdict on an expectation that does not hold. N calls match, forgotten ones are not stored any
// more, and all yields the stored ones, the oldest first.
func (x Expected) Explain(n int, forgotten uint64, all iter.Seq[*Entry]) Verdict {
	there := "there were "
	if n == 1 {
		there = "there was "
	}
	v := Verdict{Count: n, Why: "Expected " + x.String() + "; " + there + strconv.Itoa(n)}
	least, most := x.limits()
	if n <= most && uint64(max(0, least-n)) <= forgotten {
		v.Why += butForgot(forgotten)
	}
	v.Why += "."
	switch {
	case n > most:
		v.NearMisses = x.lastMatches(all)
	case n < least:
		v.NearMisses = x.nearest(all)
	}
	return v
}

// butForgot says that forgotten calls may have matched; empty if none were forgotten.
func butForgot(n uint64) string {
	if n == 0 {
		return ""
	}
	return ", but the journal has dropped " + fields.Plural(int(n), "earlier request") +
		" since it was last emptied (store more with --journal, or reset)"
}

// verifyOrder returns the verdict on filters that calls should match one after another. The count is how many filters
// were matched. It goes through all calls, the oldest first, up to three times.
func verifyOrder(filters []Filter, all iter.Seq[*Entry], forgotten uint64) Verdict {
	matched := matchInOrder(filters, all)
	if len(matched) == len(filters) {
		return Verdict{OK: true, Count: len(matched)}
	}
	next := filters[len(matched)]
	v := Verdict{Count: len(matched), Why: fmt.Sprintf("order[%d] was not matched: ", len(matched))}
	if last := len(matched) - 1; last >= 0 {
		v.Why += fmt.Sprintf("after order[%d], which was %s, ", last, matched[last])
	}
	v.Why += "there was no " + next.noun() + next.String() + butForgot(forgotten) + "."
	var tooEarly []string
	for e := range all {
		if next.Matches(e) && !slices.Contains(matched, e.RequestID) {
			tooEarly = append(tooEarly, e.RequestID)
		}
	}
	if len(tooEarly) == 0 {
		v.NearMisses = next.nearest(all)
		return v
	}
	last := strings.Join(tooEarly[max(0, len(tooEarly)-maxMisses):], ", ")
	v.NearMisses = []string{fields.Plural(len(tooEarly), "such call") + " came before: " + last}
	return v
}

// matchInOrder returns the ids of the calls that match the filters one after another, as far as they do.
func matchInOrder(filters []Filter, all iter.Seq[*Entry]) (ids []string) {
	for e := range all {
		if len(ids) == len(filters) {
			break
		}
		if filters[len(ids)].Matches(e) {
			ids = append(ids, e.RequestID)
		}
	}
	return ids
}
