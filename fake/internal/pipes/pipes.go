// Package pipes describes the contract in Go: the types, names and enums that WorkOS has on the wire.
package pipes

import (
	"encoding/json"
	"time"
)

// TokenResponse is DataIntegrationAccessTokenResponse: AccessToken when Active, else Error (source: spec).
type TokenResponse struct {
	Active      bool         `json:"active"`
	AccessToken *AccessToken `json:"access_token,omitempty"`
	Error       string       `json:"error,omitempty"`
}

// AccessToken is the token of a connection that can be used. Every field is required. ExpiresAt is null for a token
// that does not expire (source: spec).
type AccessToken struct {
	Object        string   `json:"object"`
	AccessToken   string   `json:"access_token"`
	ExpiresAt     *Time    `json:"expires_at"`
	Scopes        []string `json:"scopes"`
	MissingScopes []string `json:"missing_scopes"`
}

// AppendJSON appends r as encoding/json would write it, several times as fast, because applications wait for this
// response most.
func (r *TokenResponse) AppendJSON(b []byte) []byte {
	if !r.Active {
		return append(appendString(append(b, `{"active":false,"error":`...), r.Error), '}')
	}
	t := r.AccessToken
	b = appendString(append(b, `{"active":true,"access_token":{"object":`...), t.Object)
	b = appendString(append(b, `,"access_token":`...), t.AccessToken)
	b = append(b, `,"expires_at":`...)
	if t.ExpiresAt == nil {
		b = append(b, "null"...)
	} else {
		b = t.ExpiresAt.appendJSON(b)
	}
	b = appendStrings(append(b, `,"scopes":`...), t.Scopes)
	b = appendStrings(append(b, `,"missing_scopes":`...), t.MissingScopes)
	return append(b, "}}"...)
}

func appendStrings(b []byte, list []string) []byte {
	b = append(b, '[')
	for i, text := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, text)
	}
	return append(b, ']')
}

func appendString(b []byte, text string) []byte {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			quoted, _ := json.Marshal(text) // a string always marshals
			return append(b, quoted...)
		}
	}
	return append(append(append(b, '"'), text...), '"')
}

// The reasons of an inactive TokenResponse (source: spec).
const (
	NotInstalled         = "not_installed"
	NeedsReauthorization = "needs_reauthorization"
)

// Time is a time on the wire.
type Time time.Time

// TextOrNull returns a pointer to the text, or nil for the empty text.
func TextOrNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// OrNull returns a pointer to the time, or nil for the zero time.
func OrNull(t time.Time) *Time {
	if t.IsZero() {
		return nil
	}
	return (*Time)(&t)
}

// MarshalJSON writes the time as a string, as Timestamp does.
func (t Time) MarshalJSON() ([]byte, error) { return t.appendJSON(nil), nil }

func (t Time) appendJSON(b []byte) []byte {
	return append(appendTimestamp(append(b, '"'), time.Time(t)), '"')
}

// Timestamp formats a time as WorkOS does: in UTC, with milliseconds and Z (source: spec).
func Timestamp(t time.Time) string { return string(appendTimestamp(nil, t)) }

// appendTimestamp does the same as AppendFormat with 2006-01-02T15:04:05.000Z. It is faster, since it reads no layout.
func appendTimestamp(b []byte, t time.Time) []byte {
	t = t.UTC()
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	for _, part := range [...]struct {
		number, width int
		end           byte
	}{
		{year, 4, '-'}, {int(month), 2, '-'}, {day, 2, 'T'},
		{hour, 2, ':'}, {minute, 2, ':'}, {second, 2, '.'}, {t.Nanosecond() / 1e6, 3, 'Z'},
	} {
		for unit := [...]int{1, 10, 100, 1000}[part.width-1]; unit > 0; unit /= 10 {
			b = append(b, byte('0'+part.number/unit%10))
		}
		b = append(b, part.end)
	}
	return b
}
