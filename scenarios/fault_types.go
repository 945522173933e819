package scenarios

import (
	"fmt"
	"strings"
	"time"

	"example.com/pipesfake/internal/fields"
)

// RateLimit is a bucket of tokens that fills with the environment's time: as many calls as it holds come
// through at once, then as many per time.
type RateLimit struct {
	Requests int
	Per      time.Duration
	By       string // ByKey (also when empty) or ByUser
}

// Which calls a rate limit counts together.
const (
	ByKey  = "key" // those with the same API key
	ByUser = "user"
)

var rateLimitMapping = describeRateLimits()

func describeRateLimits() *fields.Mapping[RateLimit] {
	m := fields.NewMapping("rate_limit", []fields.Field[RateLimit]{
		fields.Bind("requests", counts(), func(l *RateLimit) *int { return &l.Requests },
			"How many.").Required("how many"),
		fields.Bind("per", stretches(), func(l *RateLimit) *time.Duration { return &l.Per },
			"In how long.").Required("in how long"),
		fields.Bind("by", fields.Choice(ByKey, ByUser), func(l *RateLimit) *string { return &l.By },
			"Which calls are counted together.").DocumentDefault(ByKey),
	})
	m.Incomplete = "rate_limit needs requests and per, like {requests: 10, per: 1m}"
	return m
}

// Delay is how long an answer waits in real time: Min, or a random time from Min to Max.
type Delay struct{ Min, Max time.Duration }

var delayMapping = describeDelays()

func describeDelays() *fields.Mapping[Delay] {
	m := fields.NewMapping("delay", []fields.Field[Delay]{
		fields.Bind("min", waits(), func(d *Delay) *time.Duration { return &d.Min }, "The shortest delay."),
		fields.Bind("max", waits(), func(d *Delay) *time.Duration { return &d.Max },
			"The longest delay.").Required("the longest delay"),
	})
	m.Incomplete = "delay needs max, like {min: 100ms, max: 2s}"
	return m
}

// delays are durations, or ranges of them.
func delays() fields.Type[Delay] {
	one := waits()
	return fields.Type[Delay]{
		Shape: fields.Shape{
			Name:   "duration, or {min, max}",
			Schema: `{"anyOf": [` + one.Shape.Text() + `, ` + delayMapping.SchemaText() + `]}`,
		},
		Parse: func(r *fields.Reader, n *fields.Node, path string) (d Delay) {
			if n.Kind == fields.Map {
				delayMapping.Read(r, n, path, &d)
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
			return delayMapping.Write(&d)
		},
	}
}

// The ways in which an answer can break the contract.
const (
	UnknownEnum  = "unknown_enum"
	ExtraFields  = "extra_fields"
	MissingField = "missing_field"
	WrongNull    = "wrong_null"
)

var offContractKinds = []string{UnknownEnum, ExtraFields, MissingField, WrongNull}

// statuses are those of answers. One that cannot be read is -1, so that it counts as given.
func statuses() fields.Type[int] {
	whole := fields.Whole()
	return fields.Type[int]{
		Shape: fields.Shape{Name: "200 to 599", Schema: `{"type": "integer", "minimum": 200, "maximum": 599}`},
		Parse: func(r *fields.Reader, n *fields.Node, path string) int {
			status, ok := whole.TryRead(r, n, path)
			if !ok {
				return -1
			}
			if status == 0 || int64(int(status)) != status { // Check takes 0 for one that is not given
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

// maxSeconds bounds retry_after.
const maxSeconds = 1_000_000_000

// seconds are those of Retry-After.
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

// operations are the short names of calls.
func operations() fields.Type[string] {
	t := fields.Choice(Operations()...)
	parse := t.Parse
	t.Parse = func(r *fields.Reader, n *fields.Node, path string) string {
		if operation := parse(r, n, path); operation != "" {
			return operation
		}
		return unreadable
	}
	return t.Shaped(fields.Shape{Name: "name of a call", Schema: fields.FilledText().Schema})
}

// unreadable is an operation that is given, but cannot be read.
const unreadable = "?"

func checkHeader(value string) string {
	if strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r >= 0x7f }) {
		return "is not a header's value"
	}
	return ""
}

// LongestWait bounds delays and drips: what takes longer is a hang.
const LongestWait = time.Hour

// Webhooks is the operation that delivers events to endpoints. A fault is about it only where it says so.
const Webhooks = "webhook"

// Operations returns the short names of the calls of the API, the same in faults, logs and control calls.
func Operations() []string {
	return []string{
		"token", "credentials", "authorize", "finish_connection",
		"upsert_api_key", "create_api_key", "upsert_client_credentials", "create_client_credentials",
		"get_connected_account", "import_connected_account", "update_connected_account", "delete_connected_account",
		"list_data_providers",
		"get_organization_connected_account", "import_organization_connected_account",
		"update_organization_connected_account", "delete_organization_connected_account",
		"list_organization_data_providers",
		"create_data_integration", "list_data_integrations", "get_data_integration", "update_data_integration",
		"delete_data_integration",
		"get_organization_data_integration", "update_organization_data_integration",
		"delete_organization_data_integration",
		"list_organization_configurations", "configure_organization",
		"list_events",
		"list_webhook_endpoints", "create_webhook_endpoint", "update_webhook_endpoint", "delete_webhook_endpoint",
		"consent", "provider", "relay", Webhooks,
	}
}
