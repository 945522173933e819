package journal

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// Verdict is what becomes of an expectation.
type Verdict struct {
	OK         bool
	Count      int      // of what was meant
	Why        string   // it is not so, in a sentence
	NearMisses []string // what came near, the nearest first; of too many, the last ones
}

// Explain is the verdict on an expectation that does not hold, with so many there and so many forgotten, from
// all that is kept, the oldest first.
func (x Expected) Explain(n int, forgotten uint64, all iter.Seq[*Entry]) Verdict {
	v := Verdict{Count: n, Why: "Expected " + x.String() + "; there were " + strconv.Itoa(n)}
	if n == 1 {
		v.Why = "Expected " + x.String() + "; there was 1"
	}
	least, most := x.bounds()
	if n <= most && uint64(max(0, least-n)) <= forgotten {
		v.Why += butForgot(forgotten)
	}
	v.Why += "."
	switch {
	case n > most:
		v.NearMisses = x.last(all)
	case n < least:
		v.NearMisses = x.nearest(all)
	}
	return v
}

// butForgot says what may count as well; nothing where nothing was forgotten.
func butForgot(n uint64) string {
	if n == 0 {
		return ""
	}
	return ", but the journal forgot " + Plural(int(n), "earlier request") + " since it was emptied last (--journal keeps more, a reset begins anew)"
}

// mostMisses is how many are told.
const mostMisses = 5

// last names the last ones that are meant, the newest first.
func (f Filter) last(all iter.Seq[*Entry]) (told []string) {
	for e := range all {
		if f.Matches(e) {
			told = append(told[max(0, len(told)-mostMisses+1):], e.RequestID+" at "+pipes.Timestamp(e.APITime)+" was such a "+f.noun())
		}
	}
	slices.Reverse(told)
	return told
}

// miss is how a call differs from what is meant, in one field or two.
type miss [2]misfit

func (f Filter) missOf(e *Entry) (m miss, fields int) {
	for one := range f.misfits(e) {
		if fields < len(m) {
			m[fields] = one
		}
		fields++
	}
	return m, fields
}

// ranked is a miss, and what tells how near it comes.
type ranked struct {
	miss
	fields, distance, count int
}

// nearest tells what came near: what differs in one field, or where there is none such, in two; of those what is
// written most alike, then what there is most of.
func (f Filter) nearest(all iter.Seq[*Entry]) (told []string) {
	counts, fewest := map[miss]int{}, len(miss{})
	for e := range all {
		if m, fields := f.missOf(e); fields > 0 && fields <= fewest {
			counts[m]++
			fewest = fields
		}
	}
	var near []ranked
	for m, n := range counts {
		one := ranked{miss: m, fields: 1, count: n}
		if m[1].field != "" {
			one.fields = 2
		}
		if one.fields > fewest {
			continue
		}
		for _, part := range m {
			one.distance += scenarios.Distance(part.is, part.wanted)
		}
		near = append(near, one)
	}
	slices.SortFunc(near, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(b.count, a.count),
			cmp.Compare(a.String(), b.String()))
	})
	for _, one := range near[:min(len(near), mostMisses)] {
		told = append(told, Plural(one.count, f.noun())+" with "+one.String())
	}
	return told
}

// String says it in words: user_id "user_bob", you asked for "user_bobby".
func (m miss) String() string {
	var is, wanted []string
	for _, part := range m {
		if part.field != "" {
			is, wanted = append(is, part.field+" "+part.shown(part.is)), append(wanted, part.shown(part.wanted))
		}
	}
	return strings.Join(is, " and ") + ", you asked for " + strings.Join(wanted, " and ")
}

func (m misfit) shown(value string) string {
	switch {
	case value == "":
		return "none"
	case m.field == status:
		return value
	}
	return strconv.Quote(value)
}

// InOrder tells whether filters were met one after another, by calls each newer than that before, and of how many.
func (j *Journal) InOrder(filters []Filter) Verdict {
	var met, before []string // ids: of those that met one, and of those that came too early for the next
	j.mu.Lock()
	for e := range j.all {
		if len(met) < len(filters) && filters[len(met)].Matches(e) {
			met = append(met, e.RequestID)
		}
	}
	if len(met) == len(filters) {
		j.mu.Unlock()
		return Verdict{OK: true, Count: len(met)}
	}
	next, forgotten := filters[len(met)], j.forgotten()
	for e := range j.all {
		if next.Matches(e) && !slices.Contains(met, e.RequestID) {
			before = append(before, e.RequestID)
		}
	}
	j.mu.Unlock()
	v := Verdict{Count: len(met), Why: fmt.Sprintf("order[%d] was not met: ", len(met))}
	if len(met) > 0 {
		v.Why += fmt.Sprintf("after order[%d], which was %s, ", len(met)-1, met[len(met)-1])
	}
	v.Why += "there was no " + next.noun() + next.String() + butForgot(forgotten) + "."
	if len(before) > 0 {
		v.NearMisses = []string{Plural(len(before), "such call") + " came before: " + strings.Join(before[max(0, len(before)-mostMisses):], ", ")}
		return v
	}
	v.NearMisses = next.nearest(j.All())
	return v
}
