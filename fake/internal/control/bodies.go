package control

import (
	"fmt"
	"time"

	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/scenarios"
)

// This file describes each field of the bodies of control calls once.

// switchRequest is the body of PUT /_control/scenario.
type switchRequest struct {
	place    model.Place
	scenario *scenarios.Scenario
	ttl      time.Duration
}

var switchBody = fields.NewMapping("switch",
	[]fields.Field[switchRequest]{
		fields.Declare[switchRequest]("scenario", fields.Shape{
			Name:   "name or scenario",
			Schema: `{"anyOf": [{"type": "string"}, {"$ref": "#/components/schemas/InlineScenario"}]}`,
		}, "A scenario's name, or a scenario in its "+
			"place.").Required(`a name, or an inline scenario like {"expires_in": "5m"}`),
	},
	fields.Embed(placeFields(), func(s *switchRequest) *model.Place { return &s.place }),
	[]fields.Field[switchRequest]{
		fields.Bind("ttl", ttls(), func(s *switchRequest) *time.Duration { return &s.ttl },
			"How long it is in force. Left out: until something newer."),
	},
)

// placeFields describes a place. Unlike in scenario files, its connection_owner may be null.
func placeFields() []fields.Field[model.Place] {
	place := append([]fields.Field[model.Place](nil), scenarios.PlaceFields()...)
	for i := range place {
		if place[i].Key == "connection_owner" {
			place[i] = place[i].OrNull()
		}
	}
	return place
}

func ttls() fields.Type[time.Duration] {
	const longest = 100 * 365 * 24 * time.Hour
	t := fields.Duration()
	return t.Checked(func(ttl time.Duration) string {
		switch {
		case ttl <= 0:
			return "must be longer than zero, not " + scenarios.FormatDuration(ttl)
		case ttl > longest:
			return "is more than a hundred years: leave it out for a switch that stays"
		}
		return ""
	})
}

// verifyRequest is the body of POST /_control/verify.
type verifyRequest struct {
	journal.Expected
}

var filterBody = fields.NewMapping("filter", filterFields())

var verifyBody = fields.NewMapping("verify",
	[]fields.Field[verifyRequest]{
		fields.Bind("count", numbers(), func(v *verifyRequest) **int { return &v.Count }, "Exactly.").OrNull(),
		fields.Bind("at_least", numbers(), func(v *verifyRequest) **int { return &v.AtLeast },
			"1 unless said.").OrNull(),
		fields.Bind("at_most", numbers(), func(v *verifyRequest) **int { return &v.AtMost }, "At most.").OrNull(),
		fields.Declare[verifyRequest]("order", fields.Shape{Name: "list of filters"},
			"Calls that came one after another."),
	},
	fields.Embed(filterFields(), func(v *verifyRequest) *journal.Filter { return &v.Filter }),
)

// snapshotRequest is the body of POST /_control/snapshots.
type snapshotRequest struct{ name string }

var snapshotBody = fields.NewMapping("snapshot", []fields.Field[snapshotRequest]{
	fields.Bind("name", snapshotNames(), func(s *snapshotRequest) *string { return &s.name }, "Its name.").
		OrNull().Required(`write {"name": "before"}`),
})

// clockRequest is the body of PUT /_control/clock.
type clockRequest struct {
	now    *time.Time
	frozen *bool
}

var clockBody = fields.NewMapping("clock", []fields.Field[clockRequest]{
	fields.Bind("now", fields.Optional(dates()), func(c *clockRequest) **time.Time { return &c.now },
		"The time to set it to.").OrNull(),
	fields.Bind("frozen", fields.Optional(fields.Bool()), func(c *clockRequest) **bool { return &c.frozen },
		"Whether it stands still.").OrNull(),
})

// advanceRequest is the body of POST /_control/clock/advance.
type advanceRequest struct{ by time.Duration }

var advanceBody = fields.NewMapping("advance", []fields.Field[advanceRequest]{
	fields.Bind("by", fields.Duration(), func(a *advanceRequest) *time.Duration { return &a.by },
		"A duration, negative to go back.").OrNull().Required(`write {"by": "1h"}`),
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
		if scenarios.IsName(name) {
			return ""
		}
		return fmt.Sprintf("%q is none for a snapshot: 1 to 64 letters, digits, dashes, dots or underscores, "+
			"with neither dash nor dot in front", scenarios.Abridge(name))
	})
}

// bodyReader reads a body and collects what is wrong with it.
type bodyReader struct {
	fields.Reader
	*fields.Values
	root *fields.Node
}

// openBody parses the body of a call, an object, and checks its keys. It fails only if the body is not JSON.
func openBody[T any](c Call, described *fields.Mapping[T]) (*bodyReader, error) {
	if _, err := c.Bodies.Parse(c.Body); err != nil {
		return nil, err
	}
	root, err := fields.FromJSON(c.Body)
	if err != nil {
		return nil, err
	}
	r := &bodyReader{root: root}
	r.Limit, r.FullPaths = maxMistakes, true
	r.Values = described.Open(&r.Reader, root, "")
	return r, nil
}

// maxMistakes is how many mistakes an answer reports.
const maxMistakes = 20

// check adds what is wrong with a value, unless the field could not be read anyway.
func (r *bodyReader) check(problems scenarios.Problems) {
	for _, problem := range problems {
		if !r.HasMistake(0, problem.Field) {
			r.Mistake(r.root, problem.Field, "%s", problem.Message)
		}
	}
}

// err returns one error with everything that is wrong, or nil.
func (r *bodyReader) err() error { return invalid(r.Mistakes) }

func invalid(mistakes []fields.Mistake) error {
	if len(mistakes) == 0 {
		return nil
	}
	var wrong []pipes.FieldError
	for _, mistake := range mistakes[:min(len(mistakes), maxMistakes)] {
		wrong = append(wrong,
			pipes.FieldError{Field: mistake.Path, Code: string(mistake.Code), Message: mistake.Message})
	}
	return pipes.Invalid(wrong...)
}
