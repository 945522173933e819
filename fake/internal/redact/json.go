package redact

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// jsonText copies JSON without its secrets. Everything else, spaces included, stays as it was written.
type jsonText struct {
	Redactor
	text    string
	depth   int
	decoder *json.Decoder
	shown   strings.Builder
	at      int // how much of text was read
}

// json returns the text of JSON values without secrets. Where the text is damaged or cut off, the rest is left out,
// unless the whole text contains no name of a secret.
func (r Redactor) json(text string, depth int) string {
	j := jsonText{Redactor: r, text: text, depth: depth, decoder: json.NewDecoder(strings.NewReader(text))}
	j.decoder.UseNumber()
	err := j.value()
	for err == nil {
		err = j.value()
	}
	rest := text[j.at:]
	if !errors.Is(err, io.EOF) && r.mayHoldSecret(text) {
		return j.shown.String() + "…"
	}
	return j.shown.String() + r.Hide(rest)
}

func isJSON(text string) bool { return json.Valid([]byte(text)) }

// next returns the next token and how it is written, after it copied the spaces and commas before it.
func (j *jsonText) next() (token json.Token, raw string, err error) {
	if token, err = j.decoder.Token(); err != nil {
		return nil, "", err
	}
	return token, j.upTo(int(j.decoder.InputOffset())), nil
}

// upTo returns the text up to an offset, after it copied the spaces and commas before it.
func (j *jsonText) upTo(end int) string {
	written := j.text[j.at:end]
	raw := strings.TrimLeft(written, " \t\r\n,:")
	j.shown.WriteString(written[:len(written)-len(raw)])
	j.at = end
	return raw
}

// value copies the next value. Its error is io.EOF if there is none, and another one if the text is damaged.
func (j *jsonText) value() error {
	token, raw, err := j.next()
	if err != nil {
		return err
	}
	switch token := token.(type) {
	case json.Delim:
		return j.members(token, raw)
	case string:
		raw = rewritten(raw, token, j.Redactor.text(token, j.depth+1))
	default:
		raw = rewritten(raw, raw, j.Hide(raw))
	}
	j.shown.WriteString(raw)
	return nil
}

// members copies the rest of an object or an array.
func (j *jsonText) members(begin json.Delim, raw string) (err error) {
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

// member copies a member of an object, and masks its value if its name is that of a secret.
func (j *jsonText) member() error {
	token, raw, err := j.next()
	if err != nil {
		return err
	}
	name, _ := token.(string)
	j.shown.WriteString(rewritten(raw, name, j.Hide(name)))
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

// secret returns what is shown of a secret value: null, true and false, the last four characters that the API itself
// shows, what surrounds the token in a token response, and else a mask.
func (j *jsonText) secret(name, raw string) string {
	switch raw[0] {
	case 'n', 't', 'f':
		return raw
	case '"':
		var text string
		err := json.Unmarshal([]byte(raw), &text)
		isLastFour := strings.HasSuffix(name, "_last_4") || strings.HasSuffix(name, "_last_four")
		if err == nil && isLastFour && utf8.RuneCountInString(text) <= 4 {
			return raw
		}
		return quote(Mask(text))
	case '{':
		if isTokenResponse(raw) && j.depth < maxDepth {
			return j.json(raw, j.depth+1)
		}
	}
	return quote("…")
}

// isTokenResponse reports whether an object is a token as the token endpoint returns it, in which only the member
// access_token is secret.
func isTokenResponse(raw string) bool {
	var members map[string]json.RawMessage
	if json.Unmarshal([]byte(raw), &members) != nil || string(members["object"]) != `"access_token"` {
		return false
	}
	for _, name := range []string{"object", "access_token", "expires_at", "scopes", "missing_scopes"} {
		delete(members, name)
	}
	return len(members) == 0
}

// rewritten returns how a text is written in JSON: as it was, or quoted anew if something in it was masked.
func rewritten(raw, text, shown string) string {
	if shown == text {
		return raw
	}
	return quote(shown)
}

func quote(text string) string {
	var written bytes.Buffer
	encoder := json.NewEncoder(&written)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text) // cannot fail for a string
	return strings.TrimSuffix(written.String(), "\n")
}
