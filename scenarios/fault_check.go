package scenarios

import (
	"slices"
	"strings"

	"example.com/pipesfake/internal/fields"
)

// ways returns the kinds of a fault without delay. A valid fault has at most one.
func (f Fault) ways() (ways []faultKind) {
	for _, kind := range faultKinds() {
		if kind.field.Key != delayKey && kind.field.IsSet(&f) {
			ways = append(ways, kind)
		}
	}
	return ways
}

// Way returns the key of the way in which the fault breaks responses: status, hang and so on, or delay.
func (f Fault) Way() string {
	if ways := f.ways(); len(ways) > 0 {
		return ways[0].field.Key
	}
	return delayKey
}

// Replaces reports whether the fault takes the place of the call, which is not carried out. Otherwise the call is
// carried out, and only its response is changed.
func (f Fault) Replaces() bool {
	for _, kind := range f.ways() {
		if kind.replaces {
			return true
		}
	}
	return false
}

// Check returns the problems of a fault that was made in Go.
func (f Fault) Check() (problems Problems) {
	faultMapping().Check(&f, "", problems.report)
	for _, problem := range f.Place.Check() {
		if problem.Field == "connection_owner" { // faultMapping() has checked the other fields
			problems = append(problems, problem)
		}
	}
	switch ways := f.ways(); {
	case len(ways) > 1:
		problems.add(ways[1].field.Key,
			"is a second kind of fault besides %s: write one kind, or one together with a delay",
			ways[0].field.Key)
	case len(ways) == 0 && f.Delay == Delay{}:
		all := strings.Join(waysToBreak(), ", ")
		problems = append(problems, Problem{Message: "a fault needs a way to break: " + all})
	}
	if f.RetryAfter != nil && f.Status == 0 {
		problems.add("retry_after", "needs status too (a rate_limit has its own Retry-After)")
	}
	if f.Body != nil && f.Status == 0 {
		problems.add("body", "needs status too")
	}
	if limit := f.RateLimit; limit != nil && limit.Requests == 0 {
		problems.add("rate_limit.requests", "must be 1 or more")
	}
	if limit := f.RateLimit; limit != nil && limit.Per == 0 {
		problems.add("rate_limit.per", "must be longer than zero")
	}
	return append(problems, f.checkOperation()...)
}

// checkOperation checks that kinds for webhooks have operation: webhook, and that other kinds do not.
func (f Fault) checkOperation() (problems Problems) {
	if f.Operation != "" && operationNames().Check(f.Operation) != "" {
		return nil // reported already
	}
	for _, way := range f.ways() {
		switch {
		case way.webhook && f.Operation != Webhooks:
			problems.add(way.field.Key, "is for webhooks: add operation: webhook")
		case !way.webhook && f.Operation == Webhooks:
			problems.add(way.field.Key, "does not apply to webhooks: write %s or delay",
				strings.Join(webhookWays(), ", "))
		}
	}
	return problems
}

// waysToBreak returns the keys of all kinds of faults.
func waysToBreak() (names []string) {
	for _, kind := range faultKinds() {
		names = append(names, kind.field.Key)
	}
	return names
}

// webhookWays returns the keys of the kinds for webhooks.
func webhookWays() (names []string) {
	for _, kind := range faultKinds() {
		if kind.webhook {
			names = append(names, kind.field.Key)
		}
	}
	return names
}

// FaultKind describes a way to break responses for forms.
type FaultKind struct {
	Name    string   // the key in a fault: status, hang and so on
	Label   string   // what calls get, as a text for people
	Flag    bool     // the only value is true
	Values  []string // the allowed values, if there is a choice
	Prompt  string   // the text in front of the value
	Example string   // the initial value
	Webhook bool     // it breaks deliveries of webhooks, not responses
}

// FaultKinds describes all kinds of faults, for tools that let people choose one, and for tests of each.
func FaultKinds() []FaultKind {
	kinds := make([]FaultKind, len(faultKinds()))
	for i, kind := range faultKinds() {
		kinds[i] = FaultKind{
			Name: kind.field.Key, Label: kind.label, Flag: kind.field.Shape == fields.Flag().Shape,
			Values: slices.Clone(kind.values), Prompt: kind.prompt, Example: kind.example, Webhook: kind.webhook,
		}
	}
	return kinds
}

// placeKeys returns the keys that have no effect in the fault of a step, because the step decides.
func placeKeys() []string {
	return slices.Concat([]string{"operation"}, placeMapping().Keys(), []string{"times"})
}

// Tree returns the fields of the fault that are set.
func (f Fault) Tree() fields.Tree { return faultMapping().Write(&f) }
