package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"example.com/pipesfake/fake/internal/model"
)

// jsonText is JSON that is shown without its secrets, and else as it was written.
type jsonText struct {
	Redactor
	text    string
	depth   int
	decoder *json.Decoder
	shown   strings.Builder
	at      int // how far the text is shown
}

// json is a text of JSON without secrets. Where it is damaged or cut off, what follows is left out unless there is no
// secret's name in all of it.
func (r Redactor) json(text string, depth int) string {
	j := jsonText{Redactor: r, text: text, depth: depth, decoder: json.NewDecoder(strings.NewReader(text))}
	j.decoder.UseNumber()
	err := j.value()
	for err == nil {
		err = j.value()
	}
	rest := text[j.at:]
	if !errors.Is(err, io.EOF) && r.mayTell(text) {
		return j.shown.String() + "…"
	}
	return j.shown.String() + r.hide(rest)
}

func isJSON(text string) bool { return json.Valid([]byte(text)) }

// next is the next token, and how it is written. What stands before it is shown.
func (j *jsonText) next() (token json.Token, raw string, err error) {
	if token, err = j.decoder.Token(); err != nil {
		return nil, "", err
	}
	return token, j.upTo(int(j.decoder.InputOffset())), nil
}

// upTo is what is written from the next word on, which is not shown yet, unlike what stands before it.
func (j *jsonText) upTo(end int) string {
	written := j.text[j.at:end]
	word := strings.TrimLeft(written, " \t\r\n,:")
	j.shown.WriteString(written[:len(written)-len(word)])
	j.at = end
	return word
}

// value shows the next value. Its error is io.EOF where there is none, and another one where the text is damaged.
func (j *jsonText) value() error {
	token, raw, err := j.next()
	if err != nil {
		return err
	}
	switch token := token.(type) {
	case json.Delim:
		return j.within(token, raw)
	case string:
		raw = j.replaced(raw, token, j.Redactor.text(token, j.depth+1))
	default:
		raw = j.replaced(raw, raw, j.hide(raw))
	}
	j.shown.WriteString(raw)
	return nil
}

// within shows the rest of an object or an array.
func (j *jsonText) within(begin json.Delim, raw string) (err error) {
	j.shown.WriteString(raw)
	for err == nil && j.decoder.More() {
		if begin == '{' {
			err = j.member()
		} else {
			err = j.value()
		}
	}
	if err == nil {
		_, raw, err = j.next()
		j.shown.WriteString(raw)
	}
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// member shows one of an object, and of a secret that there is one.
func (j *jsonText) member() error {
	token, raw, err := j.next()
	if err != nil {
		return err
	}
	name, _ := token.(string)
	j.shown.WriteString(j.replaced(raw, name, j.hide(name)))
	if !j.isSecret(name) {
		return j.value()
	}
	var value json.RawMessage
	if err := j.decoder.Decode(&value); err != nil {
		return err
	}
	j.shown.WriteString(j.secret(name, j.upTo(int(j.decoder.InputOffset()))))
	return nil
}

// secret is what is shown of one.
func (j *jsonText) secret(name, raw string) string {
	switch raw[0] {
	case 'n', 't', 'f':
		return raw
	case '"':
		var text string
		err := json.Unmarshal([]byte(raw), &text)
		if err == nil && utf8.RuneCountInString(text) <= 4 && (strings.HasSuffix(name, "_last_4") || strings.HasSuffix(name, "_last_four")) {
			return raw
		}
		return quoted(model.Mask(text))
	case '{':
		if isTokenAnswer(raw) && j.depth < deepest {
			return j.json(raw, j.depth+1)
		}
	}
	return quoted("…")
}

// isTokenAnswer tells whether an object is what the token endpoint answers: all but the token itself may be shown.
func isTokenAnswer(raw string) bool {
	var members map[string]json.RawMessage
	if json.Unmarshal([]byte(raw), &members) != nil || string(members["object"]) != `"access_token"` {
		return false
	}
	for _, name := range []string{"object", "access_token", "expires_at", "scopes", "missing_scopes"} {
		delete(members, name)
	}
	return len(members) == 0
}

// replaced is how a text is written, unless it is shown otherwise.
func (j *jsonText) replaced(raw, text, shown string) string {
	if shown == text {
		return raw
	}
	return quoted(shown)
}

func quoted(text string) string {
	var written bytes.Buffer
	encoder := json.NewEncoder(&written)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text) // a text can be written
	return strings.TrimSuffix(written.String(), "\n")
}
