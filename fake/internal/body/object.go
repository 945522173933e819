package body

import (
	"bytes"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/internal/names"

	"github.com/go-json-experiment/json/jsontext"
)

// Object is a JSON object that is being read. Its methods note mistakes by field, and Err returns all of them.
type Object struct {
	members  []member
	parser   *Parser
	path     string             // of an object within another, with a dot at its end
	root     *Object            // of an object within another: the whole body
	mistakes []pipes.FieldError // of the object and those within
	strict   bool
	wanted   []string  // the fields that were looked for, if strict
	within   []*Object // that were read
}

type member struct {
	name  string
	value jsontext.Value
	read  bool
}

// ID reads the id of a user or an organization. It returns the empty string for an id that is absent or null, which is
// a mistake only if the id is required.
func (o *Object) ID(field string, required bool) string {
	value := o.findUnlessNull(field)
	if value == nil {
		if required {
			o.missing(field)
		}
		return ""
	}
	text, ok := o.text(field, value)
	if !ok {
		return ""
	}
	if problem := names.CheckID(text); problem != "" {
		o.Wrong(field, "invalid", "%s %s", o.path+field, problem)
		return ""
	}
	return text
}

// Text reads a string, and reports whether it is present. Null is absent.
func (o *Object) Text(field string) (text string, present bool) {
	value := o.findUnlessNull(field)
	if value == nil {
		return "", false
	}
	return o.text(field, value)
}

// TextOrNull reads a string or null, and reports whether either is present.
func (o *Object) TextOrNull(field string) (text *string, present bool) {
	if o.IsNull(field) {
		return nil, true
	}
	read, present := o.Text(field)
	if !present {
		return nil, false
	}
	return &read, true
}

// FilledText reads a string that must not be empty. It returns the empty string for one that is absent or null, which
// is a mistake only if the string is required.
func (o *Object) FilledText(field string, required bool) string {
	value := o.findUnlessNull(field)
	if value == nil {
		if required {
			o.missing(field)
		}
		return ""
	}
	text, ok := o.text(field, value)
	if ok && text == "" {
		o.Wrong(field, "invalid", "%s must not be empty", o.path+field)
	}
	return text
}

// OneOf reads one of the allowed strings. It returns the empty string for one that is absent, null or a mistake.
func (o *Object) OneOf(field string, allowed ...string) string {
	text := o.FilledText(field, false)
	if text != "" && !slices.Contains(allowed, text) {
		if o.isFull() {
			return ""
		}
		o.Wrong(field, "invalid", "%s %s", o.path+field, fields.NotOneOf(text, allowed))
		return ""
	}
	return text
}

// URL reads an absolute URL. It returns the empty string for one that is absent, null or a mistake.
func (o *Object) URL(field string) string {
	text := o.FilledText(field, false)
	if text != "" && !names.IsWebURL(text) {
		o.Wrong(field, "invalid", "%s is not a URL: write http://… or https://…", o.path+field)
		return ""
	}
	return text
}

// Date reads an ISO 8601 date with a time. It returns nil for one that is absent, null or a mistake, because the zero
// time.Time is a date, too.
func (o *Object) Date(field string) *time.Time {
	text := o.FilledText(field, false)
	if text == "" {
		return nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if at = at.UTC(); err != nil || at.Year() < 1 || at.Year() > 9999 {
		o.Wrong(field, "invalid", "%s is not a date like 2026-01-15T12:00:00.000Z", o.path+field)
		return nil
	}
	return &at
}

// Bool reads true or false. It returns nil for a flag that is absent, null or a mistake.
func (o *Object) Bool(field string) *bool {
	value := o.findUnlessNull(field)
	if value == nil {
		return nil
	}
	kind := value.Kind()
	if kind != jsontext.KindTrue && kind != jsontext.KindFalse {
		o.Wrong(field, "invalid_type", "%s must be true or false, not a JSON %s", o.path+field, nameOf(kind))
		return nil
	}
	is := kind == jsontext.KindTrue
	return &is
}

// maxElements is how many elements an array may have.
const maxElements = 2_000

// elements returns the elements of an array, which is known to be valid.
func elements(array jsontext.Value) iter.Seq[jsontext.Value] {
	return func(yield func(jsontext.Value) bool) {
		decoder := jsontext.NewDecoder(strings.NewReader(string(array)))
		_, _ = decoder.ReadToken()
		for decoder.PeekKind() != jsontext.KindEndArray {
			if element, err := decoder.ReadValue(); err != nil || !yield(element) {
				return
			}
		}
	}
}

// Texts reads an array of strings. It returns nil for one that is absent or null.
func (o *Object) Texts(field string) []string {
	value := o.findUnlessNull(field)
	if value == nil {
		return nil
	}
	texts := []string{}
	if kind := value.Kind(); kind != jsontext.KindBeginArray {
		o.Wrong(field, "invalid_type", "%s must be an array of strings, not a JSON %s", o.path+field, nameOf(kind))
		return texts
	}
	for element := range elements(value) {
		if len(texts) == maxElements {
			o.Wrong(field, "invalid", "%s has more than %d elements", o.path+field, maxElements)
			return nil
		}
		text, ok := o.text(fmt.Sprintf("%s[%d]", field, len(texts)), element)
		if !ok {
			return texts
		}
		texts = append(texts, text)
	}
	return texts
}

// Scopes reads an array of OAuth scopes. It returns nil for one that is absent or null.
func (o *Object) Scopes(field string) []string {
	scopes := o.Texts(field)
	if problem := names.CheckScopeList(scopes); problem != "" {
		o.Wrong(field, "invalid", "%s %s", o.path+field, problem)
	}
	return scopes
}

// Map reads an object of strings. It returns nil for one that is absent or null.
func (o *Object) Map(field string) map[string]string {
	within := o.Object(field)
	if within == nil {
		return nil
	}
	values := make(map[string]string, len(within.members))
	for i := range within.members {
		m := &within.members[i]
		m.read = true
		values[m.name], _ = within.text(m.name, m.value)
	}
	return values
}

// Object reads an object within this one. It returns nil for one that is absent, null or a mistake.
func (o *Object) Object(field string) *Object {
	value := o.findUnlessNull(field)
	if value == nil {
		return nil
	}
	if kind := value.Kind(); kind != jsontext.KindBeginObject {
		o.Wrong(field, "invalid_type", "%s must be an object, not a JSON %s", o.path+field, nameOf(kind))
		return nil
	}
	within, err := o.parser.Parse(value)
	if err != nil {
		o.Wrong(field, "invalid", "%s: %s", o.path+field, err)
		return nil
	}
	within.path, within.root, within.strict = o.path+field+".", o.rootObject(), o.strict
	o.within = append(o.within, within)
	return within
}

// Has reports whether a field is present. Null is absent: some SDKs send it for each optional field that is not set
// (source: PHP SDK 9, Kotlin SDK 7).
func (o *Object) Has(field string) bool { return o.findUnlessNull(field) != nil }

// IsNull reports whether a field is present and null.
func (o *Object) IsNull(field string) bool {
	value := o.find(field)
	return value != nil && value.Kind() == jsontext.KindNull
}

// find returns the JSON of a field, or nil if it is absent.
func (o *Object) find(field string) jsontext.Value {
	if o.strict {
		o.wanted = append(o.wanted, field)
	}
	for i := range o.members {
		if m := &o.members[i]; m.name == field {
			m.read = true
			return m.value
		}
	}
	return nil
}

// findUnlessNull returns the JSON of a field, or nil if it is absent or null.
func (o *Object) findUnlessNull(field string) jsontext.Value {
	if value := o.find(field); value != nil && value.Kind() != jsontext.KindNull {
		return value
	}
	return nil
}

func (o *Object) text(field string, value jsontext.Value) (string, bool) {
	if value.Kind() != jsontext.KindString {
		o.Wrong(field, "invalid_type", "%s must be a string, not a JSON %s", o.path+field, nameOf(value.Kind()))
		return "", false
	}
	if inside := value[1 : len(value)-1]; bytes.IndexByte(inside, '\\') < 0 {
		return string(inside), true // it is valid, so without a backslash it stands for itself
	}
	text, err := jsontext.AppendUnquote(nil, value)
	return string(text), err == nil
}
