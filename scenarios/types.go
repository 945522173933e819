package scenarios

import (
	"encoding/json"
	"sync"
	"time"
	"unicode/utf8"

	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/internal/names"
)

// This file defines the types of fields that several mappings share.

// These types are made once, because the entries of large files use them. Making a type takes longer than reading a
// value.
var (
	textType  = sync.OnceValue(fields.Text)
	idType    = sync.OnceValue(names.IDs)
	ownerType = sync.OnceValue(func() fields.Type[string] { return fields.Choice(OwnerUser, OwnerOrganization) })
)

// tokens is the type of access tokens.
func tokens() fields.Type[string] {
	return fields.FilledText().Checked(checkToken).Hide().Shaped(fields.Shape{
		Name: "text", Schema: `{"type": "string", "pattern": "^[!-~]+$", "maxLength": 8192}`,
	})
}

// counts is the type of numbers of calls.
func counts() fields.Type[int] {
	t := fields.Between(1, 1_000_000_000)
	return t.Shaped(fields.Shape{Name: "whole number", Ref: "count", Schema: t.Schema})
}

// boundedDurations is the type of durations from shortest to longest. TooLong is the message for longer ones.
func boundedDurations(shortest, longest time.Duration, tooLong string) fields.Type[time.Duration] {
	return fields.Duration().Checked(func(d time.Duration) string {
		switch {
		case d <= 0:
			return "must be longer than zero, not " + FormatDuration(d)
		case d < shortest:
			return "must be " + FormatDuration(shortest) + " or longer"
		case d > longest:
			return tooLong
		}
		return ""
	})
}

// minStep is the shortest duration of a step. It keeps the number of steps of a script that repeats within bounds.
const minStep = time.Millisecond

// clockDurations is the type of durations on the environment's clock.
func clockDurations() fields.Type[time.Duration] {
	return boundedDurations(minStep, maxLife, "is more than a hundred years")
}

// realDurations is the type of durations in real time. They are short: a number without a unit means milliseconds.
func realDurations() fields.Type[time.Duration] {
	t := boundedDurations(0, LongestWait, "is longer than an hour: write hang: true for a client that gives up first")
	parse := t.Parse
	t.Parse = func(r *fields.Reader, n *fields.Node, path string) time.Duration {
		if n.Kind == fields.Integer {
			number := fields.Abridge(n.Text)
			r.Mistake(n, path, "%s %s has no unit (write %sms or %ss)", r.Name(path), number, number, number)
			return 0
		}
		return parse(r, n, path)
	}
	return t
}

// ages is the type of age.
func ages() fields.Type[time.Duration] {
	t := fields.Duration().Checked(func(d time.Duration) string {
		if d < 0 || d > maxLife {
			return "must be 0s or longer, and at most a hundred years, not " + fields.FormatDuration(d)
		}
		return ""
	})
	parse := t.Parse
	t.Parse = func(r *fields.Reader, n *fields.Node, path string) time.Duration {
		if n.Kind == fields.Integer && n.Text == "0" {
			return 0 // it needs no unit
		}
		return parse(r, n, path)
	}
	return t.WithDefault(0).Shaped(fields.Shape{Name: "duration", Ref: "age",
		Schema: `{"type": "string", "pattern": "^[+]?(0|` + fields.DurationPart + `)+$"}`})
}

// lifeTooLong is the message for an expires_in that exceeds maxLife.
const lifeTooLong = "is more than a hundred years away (write never for a token that does not expire)"

// lifetimes is the type of expires_in: a duration that is not zero, or never.
func lifetimes() fields.Type[time.Duration] {
	text := fields.Text()
	return fields.Type[time.Duration]{
		Shape: fields.Shape{
			Name:   "duration, or `never`",
			Schema: `{"type": "string", "pattern": "^(never|[-+]?` + fields.DurationPattern + `)$"}`,
		},
		Parse: func(r *fields.Reader, n *fields.Node, path string) time.Duration {
			if n.Kind == fields.Integer {
				number := fields.Abridge(n.Text)
				r.Mistake(n, path, "%s %s has no unit (write %ss, %sm or %sh)",
					r.Name(path), number, number, number, number)
				return 0
			}
			written, ok := text.TryRead(r, n, path)
			if written == "never" || !ok {
				return Never
			}
			d, err := ParseDuration(written)
			switch {
			case err != nil:
				r.Mistake(n, path, "%s %s, or never", r.Name(path), err)
			case d == 0:
				r.Mistake(n, path, "%s must not be zero (negative for a stale token, "+
					"never for one that does not expire)", r.Name(path))
			case d == Never: // written as a duration: Check would take it for never
				r.Mistake(n, path, "%s %s", r.Name(path), lifeTooLong)
			}
			return d
		},
		Check: func(d time.Duration) string {
			if d != Never && (d > maxLife || d < -maxLife) {
				return lifeTooLong
			}
			return ""
		},
		Format: func(d time.Duration) any { return FormatDuration(d) },
	}
}

// bodies is the type of texts, and of mappings and lists that are sent as JSON.
func bodies() fields.Type[*string] {
	text := fields.Text()
	return fields.Type[*string]{
		Shape: fields.Shape{Name: "text, mapping or list", Schema: `{"type": ["string", "object", "array"]}`},
		Parse: func(r *fields.Reader, n *fields.Node, path string) *string {
			if n.IsScalar() {
				return new(text.Parse(r, n, path))
			}
			value, err := n.Plain()
			if err == nil {
				var encoded []byte
				if encoded, err = json.Marshal(value); err == nil {
					return new(string(encoded))
				}
			}
			r.Mistake(n, path, "body cannot be written as JSON: %s", fields.OneLine(fields.Abridge(err.Error())))
			return nil
		},
		Check: func(body *string) string {
			if !utf8.ValidString(*body) {
				return "is not UTF-8"
			}
			return ""
		},
	}
}
