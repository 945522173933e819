package journal

import (
	"cmp"
	"iter"
	"slices"
	"strconv"
	"strings"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/internal/fields"
)

// maxMisses is how many near misses a verdict lists.
const maxMisses = 5

// lastMatches lists the last calls that match, the newest first: there were too many.
func (f Filter) lastMatches(all iter.Seq[*Entry]) (list []string) {
	for e := range all {
		if f.Matches(e) {
			list = append(list[max(0, len(list)-maxMisses+1):],
				e.RequestID+" at "+pipes.Timestamp(e.APITime)+" was such a "+f.noun()+outcome(e))
		}
	}
	slices.Reverse(list)
	return list
}

// outcome says how a call ended if that was no success: often it is a request that an SDK tried again.
func outcome(e *Entry) string {
	switch {
	case e.Fault != "" && e.Status == 0:
		return ", not answered because of " + e.Fault
	case e.Fault != "":
		return ", answered " + strconv.Itoa(e.Status) + " because of " + e.Fault
	case e.Status >= 400:
		return ", answered " + strconv.Itoa(e.Status)
	}
	return ""
}

// miss is how a call differs from a filter, in one field or two.
type miss [2]mismatch

// missOf returns the first mismatches of a call, and how many there are.
func (f Filter) missOf(e *Entry) (m miss, fields int) {
	var buffer [maxMismatches]mismatch
	found := f.appendMismatches(buffer[:0], e)
	copy(m[:], found)
	return m, len(found)
}

// fields returns in how many fields the call differs.
func (m miss) fields() int {
	if m[1].field != "" {
		return 2
	}
	return 1
}

// distance returns how many letters the values differ in.
func (m miss) distance() (n int) {
	for _, part := range m {
		n += fields.Distance(part.is, part.wanted)
	}
	return n
}

// String describes the miss: user_id "user_bob", you asked for "user_bobby".
func (m miss) String() string {
	var is, wanted []string
	for _, part := range m[:m.fields()] {
		is, wanted = append(is, part.field+" "+part.shown(part.is)), append(wanted, part.shown(part.wanted))
	}
	return strings.Join(is, " and ") + ", you asked for " + strings.Join(wanted, " and ")
}

func (m mismatch) shown(value string) string {
	switch {
	case value == "":
		return "none"
	case m.field == statusField:
		return value
	}
	return strconv.Quote(value)
}

// rankedMiss is a miss with what its rank depends on.
type rankedMiss struct {
	miss
	distance, count int
}

// compareRank puts the misses first that are spelled most alike, then those of which there are most.
func compareRank(a, b rankedMiss) int {
	if order := cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(b.count, a.count)); order != 0 {
		return order
	}
	return cmp.Compare(a.String(), b.String())
}

// nearest lists what came near: the calls that differ in one field or, if there is none, in two.
func (f Filter) nearest(all iter.Seq[*Entry]) (list []string) {
	counts, fewest := map[miss]int{}, len(miss{})
	for e := range all {
		if m, fields := f.missOf(e); fields > 0 && fields <= fewest {
			counts[m]++
			fewest = fields
		}
	}
	var near []rankedMiss
	for m, n := range counts {
		if m.fields() == fewest {
			near = append(near, rankedMiss{m, m.distance(), n})
		}
	}
	slices.SortFunc(near, compareRank)
	for _, m := range near[:min(len(near), maxMisses)] {
		list = append(list, fields.Plural(m.count, f.noun())+" with "+m.String())
	}
	return list
}
