// Package body reads request bodies: bounded, and as strict about JSON as its standard is. It is the one
// door to go-json-experiment (encoding/json/v2 to be), which refuses duplicate keys and bad UTF-8.
package body

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
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

// Read reads the whole body. Its error is payload_too_large, request_timeout, or the client's own failure.
func Read(r *http.Request) ([]byte, error) {
	var data []byte
	var err error
	if 0 <= r.ContentLength && r.ContentLength <= most {
		data = make([]byte, r.ContentLength)
		_, err = io.ReadFull(r.Body, data)
	} else {
		data, err = io.ReadAll(io.LimitReader(r.Body, most+1))
	}
	if slow := new(pipes.Error); errors.As(err, &slow) {
		return nil, slow
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
		if _, err := decoder.ReadValue(); err != nil { // it only begins like one
			return nil, invalidJSON("The body is not valid JSON: %s", explain(err))
		}
		return nil, invalidJSON("The body is a JSON %s; an object is wanted", nameOf(kind))
	}
	object := &Object{members: make([]member, 0, 4), parser: p}
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
			object.members = append(object.members, member{name: key, value: data[end-int64(len(value)) : end]})
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
