package scenarios

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/internal/operations"
)

// RateLimit limits the calls with the same API key, or for the same user. It is a token bucket that is refilled on the
// environment's clock.
type RateLimit struct {
	Requests int           // the size of the bucket
	Per      time.Duration // the time in which an empty bucket is full again
	By       string        // ByKey or ByUser; empty means ByKey
}

// Values of RateLimit.By.
const (
	ByKey  = "key"  // calls with the same API key are counted together
	ByUser = "user" // calls for the same user are counted together
)

// rateLimitMapping describes a rate limit.
var rateLimitMapping = sync.OnceValue(describeRateLimits)

func describeRateLimits() *fields.Mapping[RateLimit] {
	m := fields.NewMapping("rate_limit", []fields.Field[RateLimit]{
		fields.Bind("requests", counts(), func(l *RateLimit) *int { return &l.Requests },
			"The number of calls.").Required("how many"),
		fields.Bind("per", clockDurations(), func(l *RateLimit) *time.Duration { return &l.Per },
			"The time in which so many calls are allowed.").Required("in how long"),
		fields.Bind("by", fields.Choice(ByKey, ByUser), func(l *RateLimit) *string { return &l.By },
			"Which calls are counted together: those with the same key, or for the same user.").DocumentDefault(ByKey),
	})
	m.Incomplete = "rate_limit needs requests and per, like {requests: 10, per: 1m}"
	return m
}

// Delay is the time before a response is sent, in real time: Min, or a random time from Min to Max if Max is set.
type Delay struct{ Min, Max time.Duration }

// delayMapping describes a range of delays.
var delayMapping = sync.OnceValue(describeDelays)

func describeDelays() *fields.Mapping[Delay] {
	m := fields.NewMapping("delay", []fields.Field[Delay]{
		fields.Bind("min", realDurations(), func(d *Delay) *time.Duration { return &d.Min }, "The shortest delay."),
		fields.Bind("max", realDurations(), func(d *Delay) *time.Duration { return &d.Max },
			"The longest delay.").Required("the longest delay"),
	})
	m.Incomplete = "delay needs max, like {min: 100ms, max: 2s}"
	return m
}

// delays is the type of a duration, or a range.
func delays() fields.Type[Delay] {
	one := realDurations()
	return fields.Type[Delay]{
		Shape: fields.Shape{
			Name:   "duration, or {min, max}",
			Schema: `{"anyOf": [` + one.Shape.Text() + `, ` + delayMapping().SchemaText() + `]}`,
		},
		Parse: func(r *fields.Reader, n *fields.Node, path string) (d Delay) {
			if n.Kind == fields.Map {
				delayMapping().Read(r, n, path, &d)
				return d
			}
			d.Min = one.Read(r, n, path)
			return d
		},
		Check: func(d Delay) string {
			for _, wait := range []time.Duration{d.Min, d.Max} {
				if problem := one.Check(wait); wait != 0 && problem != "" {
					return problem
				}
			}
			if d.Max != 0 && d.Min > d.Max {
				return "has a min that exceeds its max: min is " + FormatDuration(d.Min) + ", max is " +
					FormatDuration(d.Max)
			}
			return ""
		},
		Format: func(d Delay) any {
			if d.Max == 0 {
				return FormatDuration(d.Min)
			}
			return delayMapping().Write(&d)
		},
	}
}

// Values of Fault.OffContract: how a response breaks the contract.
const (
	UnknownEnum  = "unknown_enum"  // a value that the contract does not list
	ExtraFields  = "extra_fields"  // fields that the contract does not know
	MissingField = "missing_field" // a required field is missing
	WrongNull    = "wrong_null"    // null in a field that must have a value
)

// offContractKinds lists the values of Fault.OffContract.
var offContractKinds = []string{UnknownEnum, ExtraFields, MissingField, WrongNull}

// statuses is the type of statuses of responses. A status that cannot be read becomes -1, so that it counts as set.
func statuses() fields.Type[int] {
	whole := fields.Whole()
	return fields.Type[int]{
		Shape: fields.Shape{Name: "200 to 599", Schema: `{"type": "integer", "minimum": 200, "maximum": 599}`},
		Parse: func(r *fields.Reader, n *fields.Node, path string) int {
			status, ok := whole.TryRead(r, n, path)
			if !ok {
				return -1
			}
			if status == 0 || int64(int(status)) != status { // Check would take 0 for a status that is left out
				r.Mistake(n, path, "%s is %d, not a status from 200 to 599", r.Name(path), status)
				return -1
			}
			return int(status)
		},
		Check: func(status int) string {
			if status < 200 || status > 599 {
				return fmt.Sprintf("is %d, not a status from 200 to 599", status)
			}
			return ""
		},
	}
}

// maxSeconds limits retry_after.
const maxSeconds = 1_000_000_000

// seconds is the type of retry_after.
func seconds() fields.Type[*int] {
	whole := fields.Whole()
	return fields.Type[*int]{
		Shape: fields.Shape{Name: "whole number", Schema: `{"type": "integer", "minimum": 0, "maximum": 1000000000}`},
		Parse: func(r *fields.Reader, n *fields.Node, path string) *int {
			return new(int(whole.Parse(r, n, path)))
		},
		Check: func(seconds *int) string {
			switch {
			case *seconds < 0:
				return "must not be negative: it counts seconds"
			case *seconds > maxSeconds:
				return fmt.Sprintf("must be at most %d seconds, not %d", maxSeconds, *seconds)
			}
			return ""
		},
	}
}

// operationNames is the type of short names of calls. A name that cannot be read becomes unreadableOperation.
func operationNames() fields.Type[string] {
	t := fields.Choice(Operations()...).Checked(checkOperation)
	parse := t.Parse
	t.Parse = func(r *fields.Reader, n *fields.Node, path string) string {
		if operation := parse(r, n, path); operation != "" {
			return operation
		}
		return unreadableOperation
	}
	return t.Shaped(fields.Shape{Name: "name of a call", Schema: fields.FilledText().Schema})
}

// unreadableOperation is the value of an operation that is set but has a mistake.
const unreadableOperation = "?"

// checkOperation returns what is wrong with the short name of a call, or "".
func checkOperation(name string) string {
	if slices.Contains(Operations(), name) {
		return ""
	}
	return fmt.Sprintf("is %q, which is unknown%s", fields.Abridge(name), operations.Similar(name))
}

// checkHeader returns what is wrong with the value of a header, or "".
func checkHeader(value string) string {
	if strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r >= 0x7f }) {
		return "is not a header's value"
	}
	return ""
}

// LongestWait limits delays and drips.
const LongestWait = time.Hour

// Webhooks is the operation that delivers events to endpoints. A fault applies to it only if it names this operation.
const Webhooks = operations.Webhook

// Operations returns the short names of the calls of the API, which faults, logs and control calls use.
func Operations() []string { return operations.Names() }
