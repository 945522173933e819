// Package pipes states the contract in Go: WorkOS's wire types, names and enums. It decides nothing.
package pipes

import (
	"encoding/json"
	"strings"
	"time"
)

// Operation names a call of the API, short and the same everywhere: log, control plane, faults.
type Operation string

// The operations that this fake answers.
const (
	Token Operation = "token" // POST /data-integrations/{slug}/token
)

// TokenResponse is DataIntegrationAccessTokenResponse: AccessToken when Active, else Error (source: spec).
type TokenResponse struct {
	Active      bool         `json:"active"`
	AccessToken *AccessToken `json:"access_token,omitempty"`
	Error       string       `json:"error,omitempty"`
}

// AccessToken is what a usable connection answers. Every field is required, ExpiresAt as null when the
// token does not expire (source: spec).
type AccessToken struct {
	Object        string   `json:"object"`
	AccessToken   string   `json:"access_token"`
	ExpiresAt     *Time    `json:"expires_at"`
	Scopes        []string `json:"scopes"`
	MissingScopes []string `json:"missing_scopes"`
}

// AppendJSON appends what encoding/json makes of r, several times as fast: this is the answer that
// applications wait for most.
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

// Time is an instant on the wire.
type Time time.Time

// MarshalJSON writes it as a string.
func (t Time) MarshalJSON() ([]byte, error) { return t.appendJSON(nil), nil }

func (t Time) appendJSON(b []byte) []byte {
	return append(appendTimestamp(append(b, '"'), time.Time(t)), '"')
}

// Timestamp writes an instant as WorkOS does: UTC, milliseconds, Z (source: spec).
func Timestamp(t time.Time) string { return string(appendTimestamp(nil, t)) }

// appendTimestamp does what AppendFormat does with 2006-01-02T15:04:05.000Z, without reading a layout.
func appendTimestamp(b []byte, t time.Time) []byte {
	t = t.UTC()
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	for _, part := range [...]struct {
		number, width int
		end           byte
	}{
		{year, 4, '-'}, {int(month), 2, '-'}, {day, 2, 'T'}, {hour, 2, ':'}, {minute, 2, ':'}, {second, 2, '.'}, {t.Nanosecond() / 1e6, 3, 'Z'},
	} {
		for unit := [...]int{1, 10, 100, 1000}[part.width-1]; unit > 0; unit /= 10 {
			b = append(b, byte('0'+part.number/unit%10))
		}
		b = append(b, part.end)
	}
	return b
}

// Error is the body of every answer that is not a success. It has no key named error: the Node SDK
// would take it for an OAuth error (source: SDK, measured).
type Error struct {
	Code    Code         `json:"code"`
	Message string       `json:"message"`
	Errors  []FieldError `json:"errors,omitempty"`
}

// FieldError is one field that is wrong.
type FieldError struct {
	Field   string `json:"field"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

func (e *Error) Error() string { return string(e.Code) + ": " + e.Message }

// Code says what kind of error it is; the table in package fake gives each a status.
type Code string

// The codes. WorkOS's own where it has one (source: spec); the others are ours.
const (
	Unauthorized        Code = "unauthorized"
	LiveKey             Code = "live_key"
	ForeignHost         Code = "foreign_host"
	ForeignOrigin       Code = "foreign_origin"
	EntityNotFound      Code = "entity_not_found"
	NothingToTakeBack   Code = "nothing_to_take_back"
	MethodNotAllowed    Code = "method_not_allowed"
	PayloadTooLarge     Code = "payload_too_large"
	InvalidJSON         Code = "invalid_json"
	InvalidRequest      Code = "invalid_request"
	AuthMethodMismatch  Code = "auth_method_mismatch"
	NotImplemented      Code = "not_implemented"
	TooManyEnvironments Code = "too_many_environments"
	InternalError       Code = "internal_error"
)

// Invalid is the error of fields that are wrong, with a sentence that names them all.
func Invalid(fields ...FieldError) *Error {
	messages := make([]string, len(fields))
	for i, f := range fields {
		messages[i] = f.Message
		if f.Field == "" { // a name may be empty in JSON; a field of an error may not
			fields[i].Field = `""`
		}
	}
	return &Error{Code: InvalidRequest, Message: "Validation failed: " + strings.Join(messages, "; ") + ".", Errors: fields}
}
