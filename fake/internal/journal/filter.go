package journal

import (
	"cmp"
	"fmt"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// Filter says which calls are meant, or in place of them which events or webhooks; what is left zero means any.
type Filter struct {
	Operation      string
	Event, Webhook string // an event's name
	scenarios.Place
	Status   int
	NoAnswer bool // by a fault, in place of a status
}

// Matches tells whether a call is meant.
func (f Filter) Matches(e *Entry) bool {
	for range f.misfits(e) {
		return false
	}
	return true
}

// misfit is a field of a call that is not as a filter has it; what is empty is none.
type misfit struct{ field, is, wanted string }

// misfits are those of a call. An event or a webhook has its name as the operation.
func (f Filter) misfits(e *Entry) iter.Seq[misfit] {
	return func(yield func(misfit) bool) {
		for _, part := range [...]misfit{
			{"operation", e.Operation, f.Operation}, {"event", e.Operation, cmp.Or(f.Event, f.Webhook)},
			{"provider", e.Provider, f.Provider}, {"user_id", e.User, f.User}, {"organization_id", e.Organization, f.Organization},
		} {
			if part.wanted != "" && part.is != part.wanted && !yield(part) {
				return
			}
		}
		if f.NoOrganization && e.Organization != "" && !yield(misfit{"organization_id", e.Organization, ""}) {
			return
		}
		if f.NoOrganization && e.User == "" && !yield(misfit{"connection", "", "without an organization"}) {
			return
		}
		if f.Shared && (e.User != "" || e.Organization == "") {
			owner := ""
			if e.User != "" {
				owner = scenarios.OwnerUser
			}
			if !yield(misfit{"connection_owner", owner, scenarios.OwnerOrganization}) {
				return
			}
		}
		if (f.Status != 0 || f.NoAnswer) && e.Status != f.Status {
			yield(misfit{status, number(e.Status), number(f.Status)})
		}
	}
}

const status = "status" // the field of a number

// number is that of a status, empty where there is none.
func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// noun is the word for what is meant.
func (f Filter) noun() string {
	switch {
	case f.Event != "":
		return "event"
	case f.Webhook != "":
		return "webhook"
	}
	return "call"
}

// Plural is a number of something, in the singular or the plural.
func Plural(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return strconv.Itoa(n) + " " + noun
}

// String says what is meant, behind its noun: of token for provider "github", user "alice".
func (f Filter) String() (text string) {
	if name := cmp.Or(f.Operation, f.Event, f.Webhook); name != "" {
		text += " of " + name
	}
	if f.Place != (scenarios.Place{}) {
		text += " for " + f.Place.String()
	}
	switch {
	case f.NoAnswer:
		text += " without an answer"
	case f.Status != 0:
		text += fmt.Sprintf(" answered %d", f.Status)
	}
	return text
}

// StatusRule is what a status to look for must be.
const StatusRule = "status must be a whole number from 200 to 599"

// Check tells what is wrong with a filter, by field. Its place has a check of its own.
func (f Filter) Check() (problems scenarios.Problems) {
	wrong := func(field, format string, args ...any) {
		problems = append(problems, scenarios.Problem{Field: field, Message: fmt.Sprintf(format, args...)})
	}
	for _, name := range []struct {
		field, of, is string
		known         []string
	}{{"operation", "operation", f.Operation, scenarios.Operations()}, {"event", "event", f.Event, pipes.Events()}, {"webhook", "event", f.Webhook, pipes.Events()}} {
		if name.is != "" && !slices.Contains(name.known, name.is) {
			hint := cmp.Or(scenarios.DidYouMean(name.is, name.known), " (there are "+strings.Join(name.known, ", ")+")")
			wrong(name.field, "no %s is called %q%s", name.of, scenarios.Abridge(name.is), hint)
		}
	}
	noun, isCall := f.noun(), f.Event+f.Webhook == ""
	if f.Event != "" && f.Webhook != "" {
		wrong("webhook", "webhook is waited for by itself: leave event out")
	}
	if !isCall && f.Operation != "" {
		wrong("operation", "operation is that of a call: leave it out, or %s", noun)
	}
	if !isCall && (f.Status != 0 || f.NoAnswer) {
		wrong("status", "status is that of a call's answer: leave it out, or %s", noun)
	}
	switch {
	case f.Status != 0 && f.NoAnswer:
		wrong("status", "a call without an answer has no status: leave one of them out")
	case f.Status != 0 && (f.Status < 200 || f.Status > 599):
		wrong("status", "%s", StatusRule)
	}
	return problems
}

// Expected is how many there should be; all nil: at least one.
type Expected struct {
	Filter
	Count, AtLeast, AtMost *int
	Within                 time.Duration // that was waited for them; zero: they are those until now
}

// Check tells what is wrong with it, by field.
func (x Expected) Check() scenarios.Problems {
	problems := x.Filter.Check()
	wrong := func(field, format string, args ...any) {
		problems = append(problems, scenarios.Problem{Field: field, Message: fmt.Sprintf(format, args...)})
	}
	for _, bound := range x.said() {
		if bound.n < 0 {
			wrong(bound.field, "%s must not be negative", bound.field)
		}
	}
	switch {
	case x.Count != nil && (x.AtLeast != nil || x.AtMost != nil):
		wrong("count", "count says it all: leave at_least and at_most out, or count")
	case x.AtLeast != nil && x.AtMost != nil && *x.AtLeast > *x.AtMost:
		wrong("at_most", "at_most %d is less than at_least %d", *x.AtMost, *x.AtLeast)
	}
	return problems
}

// bound is a number that is expected, in words and as the field that says it.
type bound struct {
	field, words string
	n            int
}

func (x Expected) said() (bounds []bound) {
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

// bounds are the least and the most that there should be.
func (x Expected) bounds() (least, most int) {
	if x.Count != nil {
		return *x.Count, *x.Count
	}
	least, most = 0, math.MaxInt
	if x.AtMost == nil {
		least = 1
	} else {
		most = *x.AtMost
	}
	if x.AtLeast != nil {
		least = *x.AtLeast
	}
	return least, most
}

// Holds tells whether a number is as expected, whatever was forgotten beside.
func (x Expected) Holds(n int, forgotten uint64) bool {
	least, most := x.bounds()
	return n >= least && n <= most && uint64(most-n) >= forgotten
}

// String says it in words: at least 2 and at most 4 calls of token within 5s.
func (x Expected) String() string {
	bounds := x.said()
	if len(bounds) == 0 {
		bounds = []bound{{"", "at least", 1}}
	}
	var words []string
	for _, one := range bounds[:len(bounds)-1] {
		words = append(words, one.words+" "+strconv.Itoa(one.n)+" and ")
	}
	last := bounds[len(bounds)-1]
	text := strings.Join(words, "") + last.words + " " + Plural(last.n, x.noun()) + x.Filter.String()
	if x.Within > 0 {
		text += " within " + scenarios.FormatDuration(x.Within)
	}
	return text
}
