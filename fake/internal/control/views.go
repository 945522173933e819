package control

import (
	"strconv"
	"time"

	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/fake/internal/redact"
)

// views builds what the calls return. It masks the secrets that an environment knows while it builds, because tokens
// and other secrets can be used in the place of ids. The zero value shows everything as it is written: it is for what
// the scenario file says.
type views struct{ redact.Redactor }

// views returns the views of one call.
func (c Call) views() views { return views{journal.NewRedactor(c.Environment.Environment)} }

// textOrNull returns a text without secrets, or nil if it is empty.
func (v views) textOrNull(text string) *string { return pipes.TextOrNull(v.Hide(text)) }

// each returns texts without secrets. It never changes its argument, which others may share.
func (v views) each(texts []string) []string {
	for i, text := range texts {
		if shown := v.Hide(text); shown != text {
			texts = append(append(append([]string{}, texts[:i]...), shown), texts[i+1:]...)
		}
	}
	return texts
}

// timestamp returns an instant as JSON shows it; nil means there is none.
func timestamp(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	text := pipes.Timestamp(t)
	return &text
}

// cursor returns the parameter that asks for the next part of a list; nil means this part is the last.
func cursor(next uint64) *string {
	if next == 0 {
		return nil
	}
	return pipes.TextOrNull(strconv.FormatUint(next, 10))
}
