// Package body reads request bodies: bounded, and as strict about JSON as its standard is. It is the one
// door to go-json-experiment (encoding/json/v2 to be), which refuses duplicate keys and bad UTF-8.
package body

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"

	"github.com/go-json-experiment/json/jsontext"
)

// A body may have most bytes; of a larger one up to drained are read, so that clients get to the answer.
const (
	most    = 1 << 20
	drained = 8 << 20
)

// Read reads the whole body. Its error is payload_too_large, or the client's own failure.
func Read(r *http.Request) ([]byte, error) {
	var data []byte
	var err error
	if 0 <= r.ContentLength && r.ContentLength <= most {
		data = make([]byte, r.ContentLength)
		_, err = io.ReadFull(r.Body, data)
	} else {
		data, err = io.ReadAll(io.LimitReader(r.Body, most+1))
	}
	if err != nil {
		return nil, &pipes.Error{Code: pipes.InvalidJSON, Message: "The body could not be read: " + err.Error() + "."}
	}
	if len(data) > most {
		Drain(r)
		return nil, &pipes.Error{Code: pipes.PayloadTooLarge, Message: "The body is larger than 1 MiB."}
	}
	return data, nil
}

// Drain reads a body that nobody wants, within bounds.
func Drain(r *http.Request) {
	if r.Body != nil {
		_, _ = io.CopyN(io.Discard, r.Body, drained)
	}
}

// Object is a JSON object whose fields are being read. The readers gather what is wrong, each under its
// field, and Err tells it all at once.
type Object struct {
	members []member
	wrong   []pipes.FieldError
}

type member struct {
	name  string
	value jsontext.Value
}

// Parser reads objects, and keeps its decoders for the next one. The zero Parser is ready, and safe for
// concurrent use.
type Parser struct{ decoders sync.Pool }

// Parse reads one JSON object and nothing after it. Its error is invalid_json, with the place.
func (p *Parser) Parse(data []byte) (*Object, error) {
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, invalidJSON("The body is empty; a JSON object is wanted")
	}
	decoder, _ := p.decoders.Get().(*jsontext.Decoder)
	if decoder == nil {
		decoder = new(jsontext.Decoder)
	}
	defer p.decoders.Put(decoder)
	decoder.Reset(bytes.NewBuffer(data))
	if kind := decoder.PeekKind(); kind != jsontext.KindBeginObject && kind != jsontext.KindInvalid {
		return nil, invalidJSON("The body is a JSON %s; an object is wanted", nameOf(kind))
	}
	object := &Object{members: make([]member, 0, 4)}
	_, err := decoder.ReadToken()
	for err == nil && decoder.PeekKind() != jsontext.KindEndObject {
		var name jsontext.Token
		var value jsontext.Value
		if name, err = decoder.ReadToken(); err != nil {
			break
		}
		key := name.String()
		if value, err = decoder.ReadValue(); err == nil {
			end := decoder.InputOffset() // value itself lasts only until the next read
			object.members = append(object.members, member{key, data[end-int64(len(value)) : end]})
		}
	}
	if err == nil {
		_, err = decoder.ReadToken()
	}
	if err == nil {
		if _, err = decoder.ReadToken(); err == nil {
			return nil, invalidJSON("The body goes on after its JSON object, at byte %d", decoder.InputOffset())
		}
	}
	if !errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, invalidJSON("The body is not valid JSON: %s", explain(err))
	}
	return object, nil
}

// explain strips the library's name and says where.
func explain(err error) string {
	var syntax *jsontext.SyntacticError
	if !errors.As(err, &syntax) {
		return err.Error()
	}
	if errors.Is(err, jsontext.ErrDuplicateName) {
		return fmt.Sprintf("the name %q stands twice in its object, at byte %d", scenarios.Abridge(syntax.JSONPointer.LastToken()), syntax.ByteOffset)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return "it ends too early"
	}
	return fmt.Sprintf("%s, at byte %d", strings.TrimPrefix(syntax.Err.Error(), "jsontext: "), syntax.ByteOffset)
}

func invalidJSON(format string, args ...any) error {
	return &pipes.Error{Code: pipes.InvalidJSON, Message: fmt.Sprintf(format, args...) + "."}
}

// ID reads the id of a user or an organization. Empty when it is absent, which is wrong only if required;
// null counts as absent.
func (o *Object) ID(field string, required bool) string {
	value := o.find(field)
	if value == nil || value.Kind() == jsontext.KindNull {
		if required {
			o.Wrong(field, "required", "%s is required", field)
		}
		return ""
	}
	text, ok := o.text(field, value)
	if !ok {
		return ""
	}
	if problem := scenarios.CheckID(text); problem != "" {
		o.Wrong(field, "invalid", "%s %s", field, problem)
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

// Value is the JSON of a field, nil when it is absent.
func (o *Object) Value(field string) []byte { return o.find(field) }

// IsNull tells whether a field is there and null.
func (o *Object) IsNull(field string) bool {
	value := o.find(field)
	return value != nil && value.Kind() == jsontext.KindNull
}

// Only finds the fields wrong that are not among the known ones; of very many, the first twenty.
func (o *Object) Only(known ...string) {
	for _, m := range o.members {
		if !slices.Contains(known, m.name) && len(o.wrong) < 20 {
			hint := scenarios.DidYouMean(m.name, known)
			if hint == "" {
				hint = " (it takes " + strings.Join(known, ", ") + ")"
			}
			name := scenarios.Abridge(m.name)
			o.Wrong(name, "unknown", "unknown field %q%s", name, hint)
		}
	}
}

// Wrong adds what is wrong with a field.
func (o *Object) Wrong(field, code, format string, args ...any) {
	o.wrong = append(o.wrong, pipes.FieldError{Field: field, Code: code, Message: fmt.Sprintf(format, args...)})
}

// Err is invalid_request with everything that was wrong, or nil.
func (o *Object) Err() error {
	if len(o.wrong) == 0 {
		return nil
	}
	return pipes.Invalid(o.wrong...)
}

func (o *Object) find(field string) jsontext.Value {
	for _, m := range o.members {
		if m.name == field {
			return m.value
		}
	}
	return nil
}

func (o *Object) text(field string, value jsontext.Value) (string, bool) {
	if value.Kind() != jsontext.KindString {
		o.Wrong(field, "invalid_type", "%s must be a string, not a JSON %s", field, nameOf(value.Kind()))
		return "", false
	}
	text, err := jsontext.AppendUnquote(nil, value)
	return string(text), err == nil
}

func nameOf(kind jsontext.Kind) string {
	switch kind {
	case jsontext.KindNull:
		return "null"
	case jsontext.KindTrue, jsontext.KindFalse:
		return "boolean"
	case jsontext.KindString:
		return "string"
	case jsontext.KindNumber:
		return "number"
	case jsontext.KindBeginArray:
		return "array"
	}
	return "object"
}
