package fields

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Shape describes a type in the documentation and in the JSON Schema.
type Shape struct {
	Name   string // in tables: text, duration
	Schema string // a JSON Schema, as JSON
	Ref    string // the name of the definition that contains Schema; empty: Schema is written out where it is used
}

// Type describes how the values of a field are read, checked and written.
type Type[V any] struct {
	Shape
	Parse  func(r *Reader, n *Node, path string) V // reports mistakes to r
	Check  func(v V) string                        // returns what is wrong, to be read after the key, or ""; may be nil
	Format func(v V) any                           // returns the value as a Tree contains it; nil: v itself
	Secret bool

	inside       func(v V, path string, report Report) // checks the fields of a nested mapping
	defaultValue *V
}

// Report is called for each problem of a field. The problem is to be read after the path.
type Report func(path, problem string)

// WithDefault returns the type with a default.
func (t Type[V]) WithDefault(value V) Type[V] {
	t.defaultValue = &value
	return t
}

// Hide returns the type for secret values: the Reader collects their nodes.
func (t Type[V]) Hide() Type[V] {
	parse := t.Parse
	t.Secret = true
	t.Parse = func(r *Reader, n *Node, path string) V {
		r.AddSecret(n)
		return parse(r, n, path)
	}
	return t
}

// Checked returns the type with another check.
func (t Type[V]) Checked(check func(v V) string) Type[V] {
	t.Check = check
	return t
}

// Shaped returns the type with another shape.
func (t Type[V]) Shaped(shape Shape) Type[V] {
	t.Shape = shape
	return t
}

// Read parses and checks a value, and reports its mistakes to r.
func (t Type[V]) Read(r *Reader, n *Node, path string) V {
	v, _ := t.TryRead(r, n, path)
	return v
}

// TryRead is like Read, and reports whether the value has no mistake.
func (t Type[V]) TryRead(r *Reader, n *Node, path string) (v V, ok bool) {
	before := len(r.Mistakes)
	v = t.Parse(r, n, path)
	if t.Check != nil && len(r.Mistakes) == before {
		if problem := t.Check(v); problem != "" {
			r.Mistake(n, path, "%s %s", r.Name(path), problem)
		}
	}
	return v, len(r.Mistakes) == before
}

// format returns a value as a Tree contains it.
func (t Type[V]) format(v V) any {
	if t.Format == nil {
		return v
	}
	return t.Format(v)
}

// text reads a string, or reports a mistake.
func (r *Reader) text(n *Node, path string) (text string, ok bool) {
	if n.Kind == String || n.Kind == Untyped {
		return n.Text, true
	}
	hint := ""
	if n.IsScalar() && n.Kind != Null && n.Line > 0 {
		hint = fmt.Sprintf(": write %q in quotes", Abridge(cmp.Or(n.Written, n.Text)))
	}
	r.MistakeOf(InvalidType, n, path, "%s must be a string, not %s%s", r.Name(path), n, hint)
	return "", false
}

// Text returns the type of any string.
func Text() Type[string] {
	return Type[string]{
		Shape: Shape{Name: "text", Schema: `{"type": "string"}`},
		Parse: func(r *Reader, n *Node, path string) string {
			text, _ := r.text(n, path)
			return text
		},
	}
}

// FilledText returns the type of strings that are not empty.
func FilledText() Type[string] { return FilledTextOr("its default") }

// FilledTextOr is FilledText with the meaning of a field that is left out, for the message: "its default", "any", or ""
// if the field is required.
func FilledTextOr(leftOut string) Type[string] {
	hint := ""
	if leftOut != "" {
		hint = ": leave it out for " + leftOut
	}
	return Type[string]{
		Shape: Shape{Name: "text", Schema: `{"type": "string", "minLength": 1}`},
		Parse: func(r *Reader, n *Node, path string) string {
			text, ok := r.text(n, path)
			if ok && text == "" {
				r.Mistake(n, path, "%s must not be empty%s", r.Name(path), hint)
			}
			return text
		},
	}
}

// Choice returns the type of one of the allowed values.
func Choice(allowed ...string) Type[string] {
	t := FilledText().Checked(func(text string) string { return unlessAllowed(text, allowed) })
	return t.Shaped(choiceShape(allowed))
}

func choiceShape(allowed []string) Shape {
	if len(allowed) == 1 {
		return Shape{Name: "`" + allowed[0] + "`", Schema: `{"const": ` + strconv.Quote(allowed[0]) + `}`}
	}
	return Shape{Name: "`" + strings.Join(allowed, "`, `") + "`", Schema: `{"enum": ` + quotedList(allowed) + `}`}
}

func quotedList(texts []string) string {
	quoted := make([]string, len(texts))
	for i, text := range texts {
		quoted[i] = strconv.Quote(text)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// Choices returns the type of a list of some of the allowed values, each at most once.
func Choices(allowed ...string) Type[[]string] {
	one := Text().Checked(func(text string) string { return unlessAllowed(text, allowed) })
	return Type[[]string]{
		Shape: Shape{
			Name: "list of `" + strings.Join(allowed, "`, `") + "`",
			Schema: `{"type": "array", "minItems": 1, "uniqueItems": true, "items": {"enum": ` + quotedList(allowed) +
				`}}`,
		},
		Parse: func(r *Reader, n *Node, path string) (chosen []string) {
			if n.Kind == List && len(n.Items) == 0 {
				r.Mistake(n, path, "%s must not be empty: leave it out for its default", r.Name(path))
			}
			r.List(n, path, func(item *Node, itemPath string) {
				text, ok := one.TryRead(r, item, itemPath)
				if ok && slices.Contains(chosen, text) {
					r.Mistake(item, itemPath, "%s names %q twice", r.Name(path), text)
				}
				chosen = append(chosen, text)
			})
			return chosen
		},
	}
}

// Texts returns the type of a list of strings.
func Texts() Type[[]string] {
	return Type[[]string]{
		Shape: Shape{Name: "list of texts", Schema: `{"type": "array", "items": {"type": "string"}}`},
		Parse: func(r *Reader, n *Node, path string) []string {
			texts := []string{}
			r.List(n, path, func(item *Node, path string) {
				text, _ := r.text(item, path)
				texts = append(texts, text)
			})
			return texts
		},
	}
}

// Bool returns the type of true or false.
func Bool() Type[bool] {
	return Type[bool]{
		Shape: Shape{Name: "true or false", Schema: `{"type": "boolean"}`},
		Parse: func(r *Reader, n *Node, path string) bool {
			value, ok := n.Value.(bool)
			looksRight := n.Text == "true" || n.Text == "false"
			if n.Kind == Untyped && looksRight {
				return n.Text == "true"
			}
			if !ok {
				r.MistakeOf(InvalidType, n, path, "%s must be true or false, not %s%s",
					r.Name(path), n, Unquote(n, looksRight))
			}
			return value
		},
	}
}

// Flag returns the type of a field that is true or left out.
func Flag() Type[bool] {
	t := Bool().Shaped(Shape{Name: "`true`", Schema: `{"const": true}`})
	return t.Checked(func(value bool) string {
		if value {
			return ""
		}
		return "must be true: to turn it off, leave it out"
	})
}

// Pattern returns the type of regular expressions (RE2).
func Pattern() Type[*regexp.Regexp] {
	text := FilledText()
	return Type[*regexp.Regexp]{
		Shape: text.Shape,
		Parse: func(r *Reader, n *Node, path string) *regexp.Regexp {
			written, ok := text.TryRead(r, n, path)
			if !ok {
				return nil
			}
			pattern, err := regexp.Compile(written)
			if err != nil {
				reason := strings.TrimPrefix(err.Error(), "error parsing regexp: ")
				r.Mistake(n, path, "%s is not a regular expression: %s", r.Name(path), OneLine(Abridge(reason)))
			}
			return pattern
		},
		Format: func(pattern *regexp.Regexp) any { return pattern.String() },
	}
}

// Optional returns the type of a pointer to a value, which is nil if the field is left out.
func Optional[V any](t Type[V]) Type[*V] {
	optional := Type[*V]{
		Shape:  t.Shape,
		Secret: t.Secret,
		Parse:  func(r *Reader, n *Node, path string) *V { return new(t.Parse(r, n, path)) },
		Format: func(value *V) any { return t.format(*value) },
	}
	if t.Check != nil {
		optional.Check = func(value *V) string { return t.Check(*value) }
	}
	return optional
}
