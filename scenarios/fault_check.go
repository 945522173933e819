package scenarios

import (
	"slices"
	"strings"

	"example.com/pipesfake/internal/fields"
)

// ways returns the kinds that a fault says, except for a delay, which can stand beside one.
func (f Fault) ways() (ways []faultKind) {
	for _, kind := range faultKinds {
		if kind.field.Key != delayKey && kind.field.IsSet(&f) {
			ways = append(ways, kind)
		}
	}
	return ways
}

// Way returns the name of the way to break: status, hang …, or delay.
func (f Fault) Way() string {
	if ways := f.ways(); len(ways) > 0 {
		return ways[0].field.Key
	}
	return delayKey
}

// Replaces reports whether the call is not carried out. Otherwise only its answer breaks.
func (f Fault) Replaces() bool {
	for _, kind := range f.ways() {
		if kind.replaces {
			return true
		}
	}
	return false
}

// Check returns everything that is wrong with a fault, by field.
func (f Fault) Check() (problems Problems) {
	faultMapping.Check(&f, "", problems.report)
	for _, problem := range f.Place.Check() {
		if problem.Field == "connection_owner" { // the other fields are checked already
			problems = append(problems, problem)
		}
	}
	switch ways := f.ways(); {
	case len(ways) > 1:
		problems.add(ways[1].field.Key,
			"is another way to break beside %s: a fault is one, or a delay together with one",
			ways[0].field.Key)
	case len(ways) == 0 && f.Delay == Delay{}:
		all := strings.Join(WaysToBreak(), ", ")
		problems = append(problems, Problem{Message: "a fault needs a way to break: " + all})
	}
	if f.RetryAfter != nil && f.Status == 0 {
		problems.add("retry_after", "needs status beside it (a rate_limit has its own Retry-After)")
	}
	if f.Body != nil && f.Status == 0 {
		problems.add("body", "needs status beside it")
	}
	if limit := f.RateLimit; limit != nil && limit.Requests == 0 {
		problems.add("rate_limit.requests", "must be 1 or more")
	}
	if limit := f.RateLimit; limit != nil && limit.Per == 0 {
		problems.add("rate_limit.per", "must be longer than zero")
	}
	return append(problems, f.checkOperation()...)
}

// checkOperation checks that a kind for webhooks is about webhooks, and the others are not.
func (f Fault) checkOperation() (problems Problems) {
	if f.Operation != "" && operations().Check(f.Operation) != "" {
		return nil // the operation is not known
	}
	for _, way := range f.ways() {
		switch {
		case way.webhook && f.Operation != Webhooks:
			problems.add(way.field.Key, "is for webhooks: write operation: webhook beside it")
		case !way.webhook && f.Operation == Webhooks:
			problems.add(way.field.Key, "does not apply to webhooks: write %s or delay",
				strings.Join(webhookWays(), ", "))
		}
	}
	return problems
}

// WaysToBreak returns the ways of faults, as Way names them.
func WaysToBreak() (names []string) {
	for _, kind := range faultKinds {
		names = append(names, kind.field.Key)
	}
	return names
}

func webhookWays() (names []string) {
	for _, kind := range faultKinds {
		if kind.webhook {
			names = append(names, kind.field.Key)
		}
	}
	return names
}

// FaultKind is a way to break an answer, as forms offer it.
type FaultKind struct {
	Name    string   // the key of the fault: status, hang …
	Label   string   // what calls get, for people
	Flag    bool     // its value is true
	Values  []string // of a choice
	Prompt  string   // in front of its value
	Example string   // of its value
	Webhook bool     // it breaks deliveries of webhooks
}

// FaultKinds returns the ways to break an answer.
func FaultKinds() []FaultKind {
	kinds := make([]FaultKind, len(faultKinds))
	for i, kind := range faultKinds {
		kinds[i] = FaultKind{
			Name: kind.field.Key, Label: kind.label, Flag: kind.field.Shape == fields.Flag().Shape, Values: kind.values,
			Prompt: kind.prompt, Example: kind.example, Webhook: kind.webhook,
		}
	}
	return kinds
}

// placeKeys are the keys that a fault of a step does not take: the step says where and how often it applies.
func placeKeys() []string {
	return slices.Concat([]string{"operation"}, placeMapping.Keys(), []string{"times"})
}

// Tree returns the fields of the fault that are not left out, in order.
func (f Fault) Tree() fields.Tree { return faultMapping.Write(&f) }
