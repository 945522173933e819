package scenarios

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"example.com/pipesfake/internal/fields"
)

// The types of fields that several mappings share.

// slugs are providers.
func slugs() fields.Type[string] {
	return fields.Text().Checked(CheckSlug).Shaped(fields.Shape{
		Name: "slug", Ref: "slug", Schema: `{"type": "string", "pattern": "^[A-Za-z0-9_.-]{1,100}$"}`,
	})
}

// ids are those of users and organizations.
func ids() fields.Type[string] {
	return fields.Text().Checked(CheckID).Shaped(idShape())
}

func idShape() fields.Shape {
	return fields.Shape{
		Name: "id", Ref: "id",
		Schema: `{"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[^\\x00-\\x1f\\x7f-\\x9f]*$"}`,
	}
}

// orAny is the type of a part of a place, which means any when it is left out.
func orAny(t fields.Type[string]) fields.Type[string] {
	any := fields.FilledTextOr("any").Checked(t.Check).Shaped(t.Shape)
	parse := any.Parse
	any.Parse = func(r *fields.Reader, n *fields.Node, path string) string {
		if n.Kind == fields.Null {
			r.Mistake(n, path, "%s must be a string, not nothing: leave it out for any", r.Name(path))
			return ""
		}
		return parse(r, n, path)
	}
	return any
}

// scopeLists are lists of OAuth scopes.
func scopeLists() fields.Type[[]string] {
	return fields.Texts().Checked(CheckScopeList).Shaped(fields.Shape{
		Name: "list of scopes", Ref: "scopes",
		Schema: `{"type": "array", "uniqueItems": true, "items": {"type": "string", "pattern": "^[!-~]{1,500}$"}}`,
	})
}

// tokens are access tokens.
func tokens() fields.Type[string] {
	return fields.FilledText().Checked(checkToken).Hide().Shaped(fields.Shape{
		Name: "text", Schema: `{"type": "string", "pattern": "^[!-~]+$", "maxLength": 8192}`,
	})
}

// counts are numbers of calls.
func counts() fields.Type[int] {
	t := fields.Between(1, 1_000_000_000)
	return t.Shaped(fields.Shape{Name: "whole number", Ref: "count", Schema: t.Schema})
}

// spans are durations of at least shortest. What exceeds longest is tooLong.
func spans(shortest, longest time.Duration, tooLong string) fields.Type[time.Duration] {
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

// minStep keeps a script that repeats from taking more steps than dates can tell apart.
const minStep = time.Millisecond

// stretches are durations on the environment's clock.
func stretches() fields.Type[time.Duration] {
	return spans(minStep, maxLife, "is more than a hundred years")
}

// waits are durations in real time.
func waits() fields.Type[time.Duration] {
	return spans(0, LongestWait, "is longer than an hour: write hang: true for a client that gives up first")
}

// ages are durations in the past.
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
			return 0 // which needs no unit
		}
		return parse(r, n, path)
	}
	return t.WithDefault(0).Shaped(fields.Shape{Name: "duration", Ref: "age",
		Schema: `{"type": "string", "pattern": "^[+]?(0|` + fields.DurationPart + `)+$"}`})
}

const lifeTooLong = "is more than a hundred years away (write never for a token that does not expire)"

// lifetimes are durations that are not zero, or never.
func lifetimes() fields.Type[time.Duration] {
	text := fields.Text()
	return fields.Type[time.Duration]{
		Shape: fields.Shape{
			Name:   "duration, or `never`",
			Schema: `{"type": "string", "pattern": "^(never|[-+]?` + fields.DurationPattern + `)$"}`,
		},
		Parse: func(r *fields.Reader, n *fields.Node, path string) time.Duration {
			if n.Kind == fields.Integer {
				number := Abridge(n.Text)
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
			case d == Never: // as a number, which Check would take for never
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

// probabilities are numbers more than 0 and at most 1.
func probabilities() fields.Type[float64] {
	return fields.Type[float64]{
		Shape: fields.Shape{Name: "number", Schema: `{"type": "number", "exclusiveMinimum": 0, "maximum": 1}`},
		Parse: func(r *fields.Reader, n *fields.Node, path string) (p float64) {
			parsed, err := strconv.ParseFloat(n.Text, 64)
			switch value := n.Value.(type) {
			case float64:
				p = value
			case int:
				p = float64(value)
			case int64:
				p = float64(value)
			default:
				if n.Kind == fields.Untyped && err == nil {
					p = parsed
				}
			}
			if !(p > 0 && p <= 1) {
				r.Mistake(n, path, "probability must be a number more than 0 and at most 1, not %s%s", n,
					fields.Unquote(n, err == nil))
			}
			return p
		},
		Check: func(p float64) string {
			if !(p > 0 && p <= 1) {
				return "must be more than 0 and at most 1"
			}
			return ""
		},
	}
}

// patterns are regular expressions.
func patterns() fields.Type[*regexp.Regexp] {
	text := fields.FilledText()
	return fields.Type[*regexp.Regexp]{
		Shape: text.Shape,
		Parse: func(r *fields.Reader, n *fields.Node, path string) *regexp.Regexp {
			written, ok := text.TryRead(r, n, path)
			if !ok {
				return nil
			}
			pattern, err := regexp.Compile(written)
			if err != nil {
				reason := strings.TrimPrefix(err.Error(), "error parsing regexp: ")
				r.Mistake(n, path, "pattern is not a regular expression: %s", fields.OneLine(Abridge(reason)))
			}
			return pattern
		},
		Format: func(pattern *regexp.Regexp) any { return pattern.String() },
	}
}

// bodies are texts, or mappings and lists that are sent as JSON.
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
			r.Mistake(n, path, "body cannot be written as JSON: %s", fields.OneLine(Abridge(err.Error())))
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
