package journal

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/internal/operations"
	"example.com/pipesfake/scenarios"
)

// StatusRule says what a status to look for must be.
const StatusRule = "status must be a whole number from 200 to 599"

// problems collects what is wrong with a filter.
type problems scenarios.Problems

func (p *problems) add(field, format string, args ...any) {
	*p = append(*p, scenarios.Problem{Field: field, Message: fmt.Sprintf(format, args...)})
}

// Check returns what is wrong with a filter, by field. Its place has a check of its own.
func (f Filter) Check() scenarios.Problems {
	var p problems
	if f.Operation != "" && !slices.Contains(scenarios.Operations(), f.Operation) {
		p.add("operation", "no operation is called %q%s",
			fields.Abridge(f.Operation), operations.Similar(f.Operation))
	}
	p.checkEvent("event", f.Event)
	p.checkEvent("webhook", f.Webhook)
	if f.Event != "" && f.Webhook != "" {
		p.add("webhook", "webhook is waited for by itself: leave event out")
	}
	if isCall := f.Event+f.Webhook == ""; !isCall {
		p.checkFieldsOfCalls(f)
	}
	switch {
	case f.Status != 0 && f.NoAnswer:
		p.add(statusField, "a call without an answer has no status: leave one of them out")
	case f.Status != 0 && (f.Status < 200 || f.Status > 599):
		p.add(statusField, "%s", StatusRule)
	}
	return scenarios.Problems(p)
}

func (p *problems) checkEvent(field, name string) {
	if known := pipes.Events(); name != "" && !slices.Contains(known, name) {
		hint := cmp.Or(fields.DidYouMean(name, known), " (there are "+strings.Join(known, ", ")+")")
		p.add(field, "no event is called %q%s", fields.Abridge(name), hint)
	}
}

// checkFieldsOfCalls checks a filter of events or webhooks, which have no operation and no status.
func (p *problems) checkFieldsOfCalls(f Filter) {
	if f.Operation != "" {
		p.add("operation", "operation is that of a call: leave it out, or %s", f.noun())
	}
	if f.Status != 0 || f.NoAnswer {
		p.add(statusField, "status is that of a call's answer: leave it out, or %s", f.noun())
	}
}

// Check returns what is wrong with an expectation, by field.
func (x Expected) Check() scenarios.Problems {
	p := problems(x.Filter.Check())
	for _, bound := range x.bounds() {
		if bound.n < 0 {
			p.add(bound.field, "%s must not be negative", bound.field)
		}
	}
	switch {
	case x.Count != nil && (x.AtLeast != nil || x.AtMost != nil):
		p.add("count", "count cannot be combined with at_least or at_most: leave it or them out")
	case x.AtLeast != nil && x.AtMost != nil && *x.AtLeast > *x.AtMost:
		p.add("at_most", "at_most %d is less than at_least %d", *x.AtMost, *x.AtLeast)
	}
	return scenarios.Problems(p)
}
