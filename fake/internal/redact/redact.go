// Package redact shows requests without their secrets.
//
// A Redactor masks three kinds of secrets: values whose names say that they are secret (headers, members of JSON
// objects, fields of forms and queries, name=value in other texts), texts that an environment knows as secrets, and
// the key that a call authenticated with. Text that cannot be parsed is shown only if it contains no name of a secret.
package redact

import (
	"html"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"example.com/pipesfake/internal/fields"
)

// Redactor masks secrets. The zero Redactor knows no secrets, and goes by names alone.
type Redactor struct {
	hideKnown    func(text string) string // nil: no secrets are known
	secretFields func() []string          // nil: no config fields are secret
	callKeys     []string                 // what the call authenticated with
}

// New returns a redactor for an environment. HideKnown masks the secrets that the environment knows in a text, and
// secretFields lists the names of config fields that are secret; it is called at most once, when it is needed.
func New(hideKnown func(text string) string, secretFields func() []string) Redactor {
	return Redactor{hideKnown: hideKnown, secretFields: sync.OnceValue(secretFields)}
}

// minKeyLength is how long a key must be to be masked wherever it occurs. A shorter one is a word like others.
const minKeyLength = 8

// ForCall returns a redactor that masks the keys in the headers of a call as well, wherever they occur.
func (r Redactor) ForCall(header http.Header) Redactor {
	r.callKeys = nil
	for name, values := range header {
		if name != "Authorization" && !authHeader().MatchString(name) {
			continue
		}
		for _, value := range values {
			if _, key, hasScheme := strings.Cut(value, " "); hasScheme {
				value = strings.TrimSpace(key)
			}
			if len(value) >= minKeyLength {
				r.callKeys = append(r.callKeys, value)
			}
		}
	}
	return r
}

// Hide masks known secrets in a text, whatever the text is.
func (r Redactor) Hide(text string) string {
	for _, key := range r.callKeys {
		text = strings.ReplaceAll(text, key, Mask(key))
		if start := strings.TrimSuffix(fields.Abridge(key), "…"); start != key { // errors quote long keys so
			text = strings.ReplaceAll(text, start, "…")
		}
	}
	if r.hideKnown != nil {
		text = r.hideKnown(text)
	}
	return text
}

// Header returns headers without secrets, several values of a name joined by commas.
func (r Redactor) Header(header http.Header) map[string]string {
	shown := map[string]string{}
	for name, values := range header {
		value := strings.Join(values, ", ")
		if isSecretHeader(name) {
			shown[name] = Mask(value)
			continue
		}
		shown[name] = r.Text(value)
	}
	return shown
}

// Body returns a body without secrets: JSON, a form, or text.
func (r Redactor) Body(body []byte) string {
	text := string(body)
	start := strings.TrimSpace(text)
	switch {
	case start == "":
		return text
	case strings.IndexByte(`{["`, start[0]) >= 0:
		return r.json(text, 0)
	case !utf8.ValidString(text):
		return "…"
	case !strings.ContainsAny(start, " \t\r\n\"<>{}") && strings.Contains(start, "="):
		return r.Hide(r.form(text, 0))
	}
	shown, rest := r.pairs(text, 0)
	if r.mayHoldSecret(rest) {
		return "…"
	}
	return r.Hide(shown)
}

// Text returns a line, such as an error, an address or the value of a header, without secrets.
func (r Redactor) Text(text string) string { return r.text(text, 0) }

// Sentence returns a message of our own without secrets. Unlike with Text, a message that begins like JSON is no JSON.
func (r Redactor) Sentence(text string) string {
	text, _ = r.pairs(text, 0)
	return r.Hide(text)
}

// maxDepth is how deep texts within texts are parsed: JSON in a form in JSON.
const maxDepth = 5

func (r Redactor) text(text string, depth int) string {
	start := strings.TrimSpace(text)
	switch {
	case start == "":
		return text
	case depth == maxDepth:
		if r.mayHoldSecret(text) {
			return "…"
		}
	case start[0] == '{', start[0] == '[', start[0] == '"' && isJSON(start):
		return r.json(text, depth)
	case isAddress(start):
		text = r.address(text, depth)
	default:
		text, _ = r.pairs(text, depth)
	}
	return r.Hide(text)
}

// Parts of the names of secrets. A name that contains one is that of a secret.
var (
	secretName = pattern(`(?i)secret|token|key|passw|passphrase|verifier|connect.?code` +
		`|^pass$|^pwd$|^(proxy-)?authorization$|^(set-)?cookie$|^value$`)
	secretNameInText = pattern(`(?i)secret|token|key|passw|passphrase|verifier|connect.?code` +
		`|authorization|cookie|\b(pass|pwd|value)\b`)
	secretHeader = pattern(`(?i)auth|session|signature|credential|cookie|token|key|secret|passw`)
	authHeader   = pattern(`(?i)token|key|secret`) // holds what a call authenticates with
)

func isSecretHeader(name string) bool {
	return secretHeader().MatchString(name) && !strings.EqualFold(name, "Idempotency-Key")
}

// isSecret reports whether values of this name are secret. In a form, the name of config[pin] is pin.
func (r Redactor) isSecret(name string) bool {
	if inner := strings.LastIndexByte(name, '['); inner >= 0 && r.isSecret(strings.TrimSuffix(name[inner+1:], "]")) {
		return true
	}
	return secretName().MatchString(name) || slices.Contains(r.fieldNames(), name)
}

// mayHoldSecret reports whether a text that was not parsed contains the name of a secret, however it is escaped.
func (r Redactor) mayHoldSecret(text string) bool {
	text = html.UnescapeString(unescape(text))
	return secretNameInText().MatchString(text) ||
		slices.ContainsFunc(r.fieldNames(), func(name string) bool { return strings.Contains(text, name) })
}

func (r Redactor) fieldNames() []string {
	if r.secretFields == nil {
		return nil
	}
	return r.secretFields()
}

var escape = pattern(`\\u[0-9A-Fa-f]{4}|%[0-9A-Fa-f]{2}|\x00`)

// unescape replaces the escapes of JSON and of addresses.
func unescape(text string) string {
	return escape().ReplaceAllStringFunc(text, func(one string) string {
		if n, err := strconv.ParseUint(strings.TrimLeft(one, `\u%`), 16, 32); err == nil {
			return string(rune(n))
		}
		return ""
	})
}

// Mask returns what is shown of a secret: the last four characters of a long one.
func Mask(secret string) string {
	const minShown = 16
	if len(secret) < minShown {
		return "…"
	}
	runes := []rune(secret)
	return "…" + string(runes[max(0, len(runes)-4):])
}
