package body

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"

	"github.com/go-json-experiment/json/jsontext"
)

// Object is a JSON object whose fields are being read. The readers gather what is wrong, each under its
// field, and Err tells it all at once.
type Object struct {
	members []member
	parser  *Parser
	path    string             // of an object within another, with a dot at its end
	whole   *Object            // the one that this is within; nil for that itself
	wrong   []pipes.FieldError // of it and those within
	strict  bool
	wanted  []string // what readers looked for, where strict
	within  []*Object
}

type member struct {
	name  string
	value jsontext.Value
	read  bool
}

// Strict makes fields wrong that nobody reads, here and in the objects within.
func (o *Object) Strict() { o.strict = true }

// ID reads the id of a user or an organization. Empty when it is absent, which is wrong only if required;
// null counts as absent.
func (o *Object) ID(field string, required bool) string {
	value := o.given(field)
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
	if problem := scenarios.CheckID(text); problem != "" {
		o.Wrong(field, "invalid", "%s %s", o.path+field, problem)
		return ""
	}
	return text
}

// Text reads a string that may be absent.
func (o *Object) Text(field string) (text string, present bool) {
	value := o.find(field)
	if value == nil {
		return "", false
	}
	return o.text(field, value)
}

// TextOrNull reads a string that may be null, which is said, too.
func (o *Object) TextOrNull(field string) (text *string, said bool) {
	if o.IsNull(field) {
		return nil, true
	}
	read, present := o.Text(field)
	if !present {
		return nil, false
	}
	return &read, true
}

// Word reads a string that may be absent or null, but not empty. Empty when it is not there, which is wrong
// only if required.
func (o *Object) Word(field string, required bool) string {
	value := o.given(field)
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

// OneOf reads one of some words, empty when it is absent.
func (o *Object) OneOf(field string, allowed ...string) string {
	word := o.Word(field, false)
	if word != "" && !slices.Contains(allowed, word) {
		if len(o.root().wrong) >= mostWrong {
			return "" // nobody is told
		}
		o.Wrong(field, "invalid", "%s %s", o.path+field, scenarios.NotOneOf(word, allowed))
		return ""
	}
	return word
}

// URL reads the address of a web page or service, empty when it is absent.
func (o *Object) URL(field string) string {
	text := o.Word(field, false)
	if text != "" && !scenarios.IsWebURL(text) {
		o.Wrong(field, "invalid", "%s is not a URL: write http://… or https://…", o.path+field)
		return ""
	}
	return text
}

// Date reads an ISO 8601 date with its time, nil when it is absent or wrong. The zero time.Time is a date, too.
func (o *Object) Date(field string) *time.Time {
	text := o.Word(field, false)
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

// Bool reads true or false, nil when it is absent or null.
func (o *Object) Bool(field string) *bool {
	value := o.given(field)
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

// mostElements is how many of an array are read.
const mostElements = 2_000

func (o *Object) tooMany(field string) {
	o.Wrong(field, "invalid", "%s has more than %d elements", o.path+field, mostElements)
}

// elements are those of an array, which was read whole before.
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

// Texts reads an array of strings, nil when it is absent or null.
func (o *Object) Texts(field string) []string {
	value := o.given(field)
	if value == nil {
		return nil
	}
	texts := []string{}
	if kind := value.Kind(); kind != jsontext.KindBeginArray {
		o.Wrong(field, "invalid_type", "%s must be an array of strings, not a JSON %s", o.path+field, nameOf(kind))
		return texts
	}
	for element := range elements(value) {
		if len(texts) == mostElements {
			o.tooMany(field)
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

// Scopes reads an array of OAuth scopes, nil when it is absent or null.
func (o *Object) Scopes(field string) []string {
	scopes := o.Texts(field)
	if problem := scenarios.CheckScopeList(scopes); problem != "" {
		o.Wrong(field, "invalid", "%s %s", o.path+field, problem)
	}
	return scopes
}

// Map reads an object of strings, nil when it is absent or null.
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

// Object reads an object within, nil when it is absent or null.
func (o *Object) Object(field string) *Object {
	value := o.given(field)
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
	within.path, within.whole, within.strict = o.path+field+".", o.root(), o.strict
	o.within = append(o.within, within)
	return within
}

// Value is the JSON of a field, nil when it is absent.
func (o *Object) Value(field string) []byte { return o.find(field) }

// IsNull tells whether a field is there and null.
func (o *Object) IsNull(field string) bool {
	value := o.find(field)
	return value != nil && value.Kind() == jsontext.KindNull
}

// suggest is the nearest of some words, while anybody is told.
func (o *Object) suggest(word string, known []string) string {
	if len(o.root().wrong) >= mostWrong {
		return ""
	}
	return scenarios.DidYouMean(word, known)
}

// Wrong adds what is wrong with a field; of very much, the first.
func (o *Object) Wrong(field, code, format string, args ...any) {
	root := o.root()
	if len(root.wrong) >= mostWrong {
		return
	}
	root.wrong = append(root.wrong, pipes.FieldError{Field: o.path + field, Code: code, Message: fmt.Sprintf(format, args...)})
}

// root is where everything that is wrong is gathered.
func (o *Object) root() *Object {
	if o.whole != nil {
		return o.whole
	}
	return o
}

func (o *Object) missing(field string) {
	o.Wrong(field, "required", "%s is required%s", o.path+field, o.instead(field))
}

// instead tells which member stands there, perhaps, in place of a field that does not: SDKs have other names for it.
func (o *Object) instead(field string) string {
	plain := func(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "")) }
	for _, m := range o.members {
		if !m.read && (plain(m.name) == plain(field) || scenarios.DidYouMean(m.name, []string{field}) != "") {
			return fmt.Sprintf(": write it in place of %q", scenarios.Abridge(m.name))
		}
	}
	return ""
}

// Err is invalid_request with everything that was wrong, or nil.
func (o *Object) Err() error {
	if o.strict {
		o.refuseUnread()
	}
	if len(o.wrong) == 0 {
		return nil
	}
	return pipes.Invalid(o.wrong...)
}

// mostWrong is how many mistakes an answer tells.
const mostWrong = 20

// refuseUnread finds fields wrong that no reader wanted.
func (o *Object) refuseUnread() {
	for _, m := range o.members {
		if name := scenarios.Abridge(m.name); !m.read {
			o.Wrong(name, "unknown", "unknown field %q%s (strict: true refuses it)", o.path+name, o.suggest(m.name, o.wanted))
		}
	}
	for _, within := range o.within {
		within.refuseUnread()
	}
}

// find is the JSON of a field, nil when it is absent.
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

// given is the same, with null as absent.
func (o *Object) given(field string) jsontext.Value {
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
	text, err := jsontext.AppendUnquote(nil, value)
	return string(text), err == nil
}
