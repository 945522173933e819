package body

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/internal/fields"

	"github.com/go-json-experiment/json/jsontext"
)

// Parser parses JSON objects, and reuses its decoders. The zero Parser is ready to use, and safe for concurrent use.
type Parser struct{ decoders sync.Pool }

// decoder is a decoder with what it reads from. It reads a bytes.Buffer without copying.
type decoder struct {
	jsontext.Decoder
	buffer bytes.Buffer
}

// decode returns a decoder of some data. Put it back when it is not used any more.
func (p *Parser) decode(data []byte) *decoder {
	d, _ := p.decoders.Get().(*decoder)
	if d == nil {
		d = new(decoder)
	}
	d.buffer = *bytes.NewBuffer(data)
	d.Reset(&d.buffer)
	return d
}

// Parse parses one JSON object, which nothing may follow. Its error is invalid_json, and says where.
func (p *Parser) Parse(data []byte) (*Object, error) {
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, invalidJSON("The body is empty; a JSON object is wanted")
	}
	decoder := p.decode(data)
	defer p.decoders.Put(decoder)
	if kind := decoder.PeekKind(); kind != jsontext.KindBeginObject && kind != jsontext.KindInvalid {
		if _, err := decoder.ReadValue(); err != nil { // such as nul, which begins like null
			return nil, notValid(err)
		}
		return nil, invalidJSON("The body is a JSON %s; an object is wanted", nameOf(kind))
	}
	object := &Object{parser: p}
	if err := object.readMembers(&decoder.Decoder, data); err != nil {
		return nil, notValid(err)
	}
	if _, err := decoder.ReadToken(); err == nil {
		return nil, invalidJSON("The body goes on after its JSON object, at byte %d", decoder.InputOffset())
	} else if !errors.Is(err, io.EOF) {
		return nil, notValid(err)
	}
	return object, nil
}

// readMembers reads the object that the decoder is in front of. The values are parts of data.
func (o *Object) readMembers(decoder *jsontext.Decoder, data []byte) error {
	if _, err := decoder.ReadToken(); err != nil {
		return err
	}
	for decoder.PeekKind() != jsontext.KindEndObject {
		token, err := decoder.ReadToken()
		if err != nil {
			return err
		}
		name := token.String() // the token lasts only until the next read, like the value
		value, err := decoder.ReadValue()
		if err != nil {
			return err
		}
		end := decoder.InputOffset()
		o.members = append(o.members, member{name: name, value: data[end-int64(len(value)) : end]})
	}
	_, err := decoder.ReadToken()
	return err
}

func notValid(err error) error { return invalidJSON("The body is not valid JSON: %s", explain(err)) }

// explain returns what is wrong with JSON, and where, without the library's name.
func explain(err error) string {
	var syntax *jsontext.SyntacticError
	if !errors.As(err, &syntax) {
		return err.Error()
	}
	if errors.Is(err, jsontext.ErrDuplicateName) {
		name := fields.Abridge(syntax.JSONPointer.LastToken())
		return fmt.Sprintf("the name %q occurs twice in its object, at byte %d", name, syntax.ByteOffset)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return "it ends too early"
	}
	return fmt.Sprintf("%s, at byte %d", strings.TrimPrefix(syntax.Err.Error(), "jsontext: "), syntax.ByteOffset)
}

func invalidJSON(format string, args ...any) error {
	return &pipes.Error{Code: pipes.InvalidJSON, Message: fmt.Sprintf(format, args...) + "."}
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
