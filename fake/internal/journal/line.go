package journal

import (
	"unicode/utf8"

	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/redact"
	"example.com/pipesfake/scenarios"
)

// NewRedactor returns a redactor for the requests of an environment, or of none.
func NewRedactor(environment *model.Environment) redact.Redactor {
	if environment == nil {
		return redact.Redactor{}
	}
	return redact.New(environment.Redact, func() []string { return environment.Scenarios().SecretFields() })
}

// Line is the part of an entry that lists show, without secrets.
type Line struct {
	Method, Path, Because string
	scenarios.Key
}

// LineOf returns the line of an entry.
func LineOf(r redact.Redactor, e *Entry) Line {
	r = r.ForCall(e.Header)
	return Line{r.Hide(e.Method), r.Text(e.Path), r.Sentence(e.Because()), scenarios.Key{
		Provider: r.Hide(e.Provider), User: r.Hide(e.User), Organization: r.Hide(e.Organization),
	}}
}

// WholeCharacters returns a body of an entry without the part of a character that it was cut off in.
func WholeCharacters(body []byte) []byte {
	if len(body) < maxBody {
		return body // it was not cut
	}
	for len(body) > maxBody-utf8.UTFMax && !utf8.Valid(body) {
		body = body[:len(body)-1]
	}
	return body
}
