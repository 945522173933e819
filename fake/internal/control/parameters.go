package control

import (
	"strings"
	"sync"
	"time"

	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/fake/internal/webhook"
	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/internal/place"
	"example.com/pipesfake/scenarios"
)

// This file describes each query parameter of the control calls once.

// What applies if a parameter is left out, and what it may be at most.
const (
	defaultPage   = 100
	defaultAtOnce = 200 // how many of a kind a stream sends at once
	defaultWait   = 10 * time.Second
	maxWait       = 10 * time.Minute
	maxDeliveries = 10_000
)

const leastDoc = "The smallest number expected. Left out: 1, unless count or at_most is given."

// page asks for a part of a list.
type page struct {
	limit int
	next  int
}

func limitField[T any](keep func(*T) *int) fields.Field[T] {
	return fields.Bind("limit", fields.Between(1, 1000), keep, "At most how many.").DocumentDefault(defaultPage)
}

// nextField describes the number that a page ends with.
func nextField[T any](doc string, keep func(*T) *int) fields.Field[T] {
	return fields.Bind("next", fields.Between(1, 1<<62).Shaped(fields.Text().Shape), keep, doc)
}

// faultQuery describes the parameter of DELETE /_control/faults/{id}.
var faultQuery = sync.OnceValue(func() *fields.Mapping[int] {
	return query("fault",
		fields.Bind("serial", fields.Between(1, 1<<53), func(serial *int) *int { return serial },
			"The fault's serial: spares another fault that has the id since a reset."),
	)
})

// environmentParameters holds the parameters of GET /_control/environments.
type environmentParameters struct {
	limit int
	next  string
}

var environmentsQuery = sync.OnceValue(func() *fields.Mapping[environmentParameters] {
	return query("environments",
		limitField(func(p *environmentParameters) *int { return &p.limit }),
		fields.Bind("next", fields.Text(), func(p *environmentParameters) *string { return &p.next },
			"The next of the previous page."),
	)
})

// eventParameters holds the parameters of GET /_control/events.
type eventParameters struct {
	page
	format string
}

var eventsQuery = sync.OnceValue(func() *fields.Mapping[eventParameters] {
	return query("events",
		fields.Bind("limit", fields.Between(1, 1000), func(p *eventParameters) *int { return &p.limit },
			"At most how many of a kind are sent at once. One is enough to learn that something happened. "+
				"Of a list: at most how many.").DocumentDefault(defaultAtOnce),
		fields.Bind("format", fields.Choice("stream", "json"), func(p *eventParameters) *string { return &p.format },
			"json returns a list of the events so far instead of a stream."),
		nextField("With format=json: the next of the previous page.", func(p *eventParameters) *int { return &p.next }),
	)
})

// coverageParameters holds the parameters of GET /_control/coverage.
type coverageParameters struct{ all, format string }

var coverageQuery = sync.OnceValue(func() *fields.Mapping[coverageParameters] {
	return query("coverage",
		fields.Bind("all", fields.Choice("true", "false"), func(p *coverageParameters) *string { return &p.all },
			"true: counts all environments since the server started, also before resets."),
		fields.Bind("format", fields.Choice("json", "markdown"),
			func(p *coverageParameters) *string { return &p.format },
			"markdown: a table for people in place of JSON."),
	)
})

// webhookParameters holds the parameters of GET /_control/webhooks.
type webhookParameters struct {
	state, event string
	limit        int
}

var webhooksQuery = sync.OnceValue(func() *fields.Mapping[webhookParameters] {
	return query("webhooks",
		fields.Bind("state", fields.Choice(webhook.Pending, webhook.Delivered, webhook.Dead, webhook.Dropped),
			func(p *webhookParameters) *string { return &p.state }, "The state of the deliveries. Left out: any."),
		fields.Bind("event", fields.Choice(pipes.Events()...), func(p *webhookParameters) *string { return &p.event },
			"The event of the deliveries. Left out: any."),
		fields.Bind("limit", fields.Between(1, maxDeliveries), func(p *webhookParameters) *int { return &p.limit },
			"At most how many.").DocumentDefault(defaultPage),
	)
})

// requestParameters holds the parameters of GET /_control/requests.
type requestParameters struct {
	journal.Filter
	page
	full string
}

var requestsQuery = sync.OnceValue(func() *fields.Mapping[requestParameters] {
	return query("requests", append(
		fields.Embed(filterFields(), func(p *requestParameters) *journal.Filter { return &p.Filter }),
		nextField("The next of the previous page.", func(p *requestParameters) *int { return &p.next }),
		limitField(func(p *requestParameters) *int { return &p.limit }),
		fields.Bind("full", fields.Choice("true", "false"), func(p *requestParameters) *string { return &p.full },
			"With headers, bodies and explanations."),
	)...)
})

var waitQuery = sync.OnceValue(func() *fields.Mapping[journal.Expected] {
	return query("wait", append(
		fields.Embed(filterFields(), func(x *journal.Expected) *journal.Filter { return &x.Filter }),
		fields.Bind("count", numbers(), func(x *journal.Expected) **int { return &x.Count },
			"The exact number expected."),
		fields.Bind("at_least", numbers(), func(x *journal.Expected) **int { return &x.AtLeast },
			leastDoc),
		fields.Bind("at_most", numbers(), func(x *journal.Expected) **int { return &x.AtMost },
			"The largest number expected."),
		fields.Bind("event", anyEvent(), func(x *journal.Expected) *string { return &x.Event },
			"Waits for events of this name in place of requests. Takes no operation and no status."),
		fields.Bind("webhook", anyEvent(), func(x *journal.Expected) *string { return &x.Webhook },
			"Waits for webhooks of this event that an endpoint accepted, in place of requests. "+
				"Takes no operation and no status."),
		fields.Bind("timeout", timeouts(), func(x *journal.Expected) *time.Duration { return &x.Within },
			"How long to wait, in real time, at most 10m.").DocumentDefault(scenarios.FormatDuration(defaultWait)),
	)...)
})

// filterFields describes which requests are meant. In a body, a status of null means calls without a response.
func filterFields() []fields.Field[journal.Filter] {
	status := fields.Between(200, 599)
	parameters := []fields.Field[journal.Filter]{
		fields.Bind("operation", anyOperation(), func(f *journal.Filter) *string { return &f.Operation },
			"The short name of the call, such as token or credentials. Left out: any.").
			OrNull(),
	}
	parameters = append(parameters,
		fields.Embed(placeFields(), func(f *journal.Filter) *scenarios.Place { return &f.Place })...)
	return append(parameters, fields.Custom("status",
		fields.Shape{Name: "200 to 599, or null", Schema: `{"anyOf": [` + status.Schema + `, {"type": "null"}]}`},
		"The status of the response. Left out: any. Null: calls without a response because of a fault.",
		func(r *fields.Reader, n *fields.Node, path string, into *journal.Filter) {
			into.NoAnswer = n.Kind == fields.Null || n.Kind == fields.Untyped && n.Text == "none"
			if !into.NoAnswer {
				into.Status = status.Read(r, n, path)
			}
		},
		func(from *journal.Filter) (any, bool) { return from.Status, from.Status != 0 },
	))
}

// placeFields describes a place. Unlike in scenario files, its connection_owner may be null.
func placeFields() []fields.Field[scenarios.Place] {
	described := fields.Embed(place.Fields(), func(p *scenarios.Place) *place.Place { return (*place.Place)(p) })
	for i := range described {
		if described[i].Key == "connection_owner" {
			described[i] = described[i].OrNull()
		}
	}
	return described
}

func anyText() fields.Type[string] { return fields.FilledTextOr("any") }

// anyOperation accepts any text: the journal checks it, and suggests the operation that was meant.
func anyOperation() fields.Type[string] {
	return anyText().Shaped(fields.Shape{Name: "operation", Schema: `{"$ref": "#/components/schemas/Operation"}`})
}

// anyEvent accepts any text, like anyOperation.
func anyEvent() fields.Type[string] { return anyText().Shaped(fields.Choice(pipes.Events()...).Shape) }

func numbers() fields.Type[*int] { return fields.Optional(fields.Between(0, 1_000_000_000)) }

func timeouts() fields.Type[time.Duration] {
	return fields.Duration().Checked(func(d time.Duration) string {
		if d <= 0 || d > maxWait {
			return "must be longer than zero and at most " + scenarios.FormatDuration(maxWait) + ", not " +
				scenarios.FormatDuration(d)
		}
		return ""
	})
}

// query describes the parameters of a call. CheckQuery has refused all others before.
func query[T any](name string, parameters ...fields.Field[T]) *fields.Mapping[T] {
	for i := range parameters { // a query cannot say null
		switch f := &parameters[i]; f.Key {
		case "organization_id":
			f.Doc = "The organization's id. none: connections without one. Left out: any."
			f.Shape = fields.Shape{Name: "id, or none", Schema: `{"type": "string", "minLength": 1}`}
		case "status":
			f.Doc = "The status of the response. none: calls without a response because of a fault. Left out: any."
			f.Shape.Schema = strings.ReplaceAll(f.Shape.Schema, `{"type": "null"}`, `{"const": "none"}`)
		}
	}
	m := fields.NewMapping(name, parameters)
	m.Lenient = true
	return m
}
