package control

import (
	"fmt"
	"sync"
	"time"

	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/internal/names"
	"example.com/pipesfake/scenarios"
)

// This file describes each field of the bodies of control calls once.

// switchRequest is the body of PUT /_control/scenario.
type switchRequest struct {
	place    model.Place
	scenario *scenarios.Scenario
	ttl      time.Duration
}

var switchBody = sync.OnceValue(func() *fields.Mapping[switchRequest] {
	return fields.NewMapping("switch",
		[]fields.Field[switchRequest]{
			fields.Declare[switchRequest]("scenario", fields.Shape{
				Name:   "name or scenario",
				Schema: `{"anyOf": [{"type": "string"}, {"$ref": "#/components/schemas/InlineScenario"}]}`,
			}, "The name of a scenario, or an inline scenario.").
				Required(`a name, or an inline scenario like {"expires_in": "5m"}`),
		},
		fields.Embed(placeFields(), func(s *switchRequest) *model.Place { return &s.place }),
		[]fields.Field[switchRequest]{
			fields.Bind("ttl", ttls(), func(s *switchRequest) *time.Duration { return &s.ttl },
				"How long it is in force. Left out: until it is replaced."),
		},
	)
})

func ttls() fields.Type[time.Duration] {
	t := fields.Duration()
	return t.Checked(func(ttl time.Duration) string {
		switch {
		case ttl <= 0:
			return "must be longer than zero, not " + scenarios.FormatDuration(ttl)
		case ttl > model.MaxTTL:
			return "is more than a hundred years: leave it out for a switch that does not end"
		}
		return ""
	})
}

// verifyRequest is the body of POST /_control/verify.
type verifyRequest struct {
	journal.Expected
}

var filterBody = sync.OnceValue(func() *fields.Mapping[journal.Filter] {
	return fields.NewMapping("filter", filterFields())
})

var verifyBody = sync.OnceValue(func() *fields.Mapping[verifyRequest] {
	return fields.NewMapping("verify",
		[]fields.Field[verifyRequest]{
			fields.Bind("count", numbers(), func(v *verifyRequest) **int { return &v.Count },
				"The exact number expected.").OrNull(),
			fields.Bind("at_least", numbers(), func(v *verifyRequest) **int { return &v.AtLeast },
				leastDoc).OrNull(),
			fields.Bind("at_most", numbers(), func(v *verifyRequest) **int { return &v.AtMost },
				"The largest number expected.").OrNull(),
			fields.Declare[verifyRequest]("order", fields.Shape{Name: "list of filters"},
				"Calls that must follow each other in this order."),
			fields.Bind("event", anyEvent(), func(v *verifyRequest) *string { return &v.Event },
				"Counts events instead of requests. Excludes operation and status.").OrNull(),
			fields.Bind("webhook", anyEvent(), func(v *verifyRequest) *string { return &v.Webhook },
				"Counts deliveries of this event that an endpoint accepted, instead of requests. "+
					"Excludes operation and status.").OrNull(),
		},
		fields.Embed(filterFields(), func(v *verifyRequest) *journal.Filter { return &v.Filter }),
	)
})

// snapshotRequest is the body of POST /_control/snapshots.
type snapshotRequest struct{ name string }

var snapshotBody = sync.OnceValue(func() *fields.Mapping[snapshotRequest] {
	return fields.NewMapping("snapshot", []fields.Field[snapshotRequest]{
		fields.Bind("name", snapshotNames(), func(s *snapshotRequest) *string { return &s.name },
			"The snapshot's name.").
			OrNull().Required(`write {"name": "before"}`),
	})
})

// environmentRequest is the body of POST /_control/environments.
type environmentRequest struct{ test string }

var environmentBody = sync.OnceValue(func() *fields.Mapping[environmentRequest] {
	return fields.NewMapping("environment", []fields.Field[environmentRequest]{
		fields.Bind("test", fields.FilledText(), func(e *environmentRequest) *string { return &e.test },
			"The name of the test that needs it.").Required(`write {"test": "TestReconnect"}`),
	})
})

// clockRequest is the body of PUT /_control/clock.
type clockRequest struct {
	now    *time.Time
	frozen *bool
}

var clockBody = sync.OnceValue(func() *fields.Mapping[clockRequest] {
	return fields.NewMapping("clock", []fields.Field[clockRequest]{
		fields.Bind("now", fields.Optional(dates()), func(c *clockRequest) **time.Time { return &c.now },
			"The time to set it to.").OrNull(),
		fields.Bind("frozen", fields.Optional(fields.Bool()), func(c *clockRequest) **bool { return &c.frozen },
			"Whether the clock is stopped.").OrNull(),
	})
})

// advanceRequest is the body of POST /_control/clock/advance.
type advanceRequest struct{ by time.Duration }

var advanceBody = sync.OnceValue(func() *fields.Mapping[advanceRequest] {
	return fields.NewMapping("advance", []fields.Field[advanceRequest]{
		fields.Bind("by", fields.Duration(), func(a *advanceRequest) *time.Duration { return &a.by },
			"How far to move the clock. Negative: backwards.").OrNull().Required(`write {"by": "1h"}`),
	})
})

// dates reads dates of RFC 3339.
func dates() fields.Type[time.Time] {
	text := fields.FilledText()
	return fields.Type[time.Time]{
		Shape: fields.Shape{Name: "date", Schema: `{"type": "string", "format": "date-time"}`},
		Parse: func(r *fields.Reader, n *fields.Node, path string) time.Time {
			before := len(r.Mistakes)
			written := text.Parse(r, n, path)
			if len(r.Mistakes) > before {
				return time.Time{}
			}
			at, err := time.Parse(time.RFC3339, written)
			if at = at.UTC(); err != nil || at.Year() < 1 || at.Year() > 9999 {
				r.Mistake(n, path, "%s is not a date like 2026-01-15T12:00:00.000Z", r.Name(path))
				return time.Time{}
			}
			return at
		},
	}
}

func snapshotNames() fields.Type[string] {
	return fields.FilledTextOr("").Checked(func(name string) string {
		if names.IsName(name) {
			return ""
		}
		return fmt.Sprintf("%q is not a valid name for a snapshot: write 1 to 64 letters, digits, dashes, "+
			"dots or underscores, with neither dash nor dot in front", fields.Abridge(name))
	})
}
