package call

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/internal/names"
)

// Parameters reads the query of a call, and collects what is wrong with it. Err returns that in one error.
type Parameters struct {
	Values url.Values
	wrong  []pipes.FieldError
}

// Parameters returns a reader of the call's query.
func (c *Call) Parameters() *Parameters { return &Parameters{Values: c.Query} }

// Refuse adds a mistake. The message continues the name of the field.
func (p *Parameters) Refuse(field, message string) {
	p.wrong = append(p.wrong, pipes.FieldError{Field: field, Code: "invalid", Message: field + " " + message})
}

// Err returns an invalid_request error with all mistakes, or nil.
func (p *Parameters) Err() error {
	if len(p.wrong) == 0 {
		return nil
	}
	return pipes.Invalid(p.wrong...)
}

// ID reads the id of an organization or a connection; an empty one counts as absent.
func (p *Parameters) ID(field string) string {
	id := p.Values.Get(field)
	if problem := names.CheckID(id); id != "" && problem != "" {
		p.Refuse(field, problem)
	}
	return id
}

// Flag reads true or false. An absent or empty one is false.
func (p *Parameters) Flag(field string) bool {
	text := p.Values.Get(field)
	if text != "" && text != "true" && text != "false" {
		p.Refuse(field, "must be true or false")
	}
	return text == "true"
}

// OneOf reads one of some values. An absent or empty one is fallback.
func (p *Parameters) OneOf(field, fallback string, allowed ...string) string {
	text := p.Values.Get(field)
	switch {
	case text == "":
		return fallback
	case !slices.Contains(allowed, text):
		p.Refuse(field, "must be one of "+strings.Join(allowed, ", ")+fields.DidYouMean(text, allowed))
	}
	return text
}

// Date reads an ISO 8601 date or time. It returns nil if the field is absent, empty or wrong. The SDK for Kotlin and
// Java leaves out seconds that are zero.
func (p *Parameters) Date(field string) *time.Time {
	text := p.Values.Get(field)
	if text == "" {
		return nil
	}
	layouts := []string{time.RFC3339, "2006-01-02T15:04Z07:00", time.DateOnly}
	for _, layout := range layouts {
		if at, err := time.Parse(layout, text); err == nil {
			return new(at.UTC())
		}
	}
	p.Refuse(field, "is not an ISO 8601 date like 2026-01-15T12:00:00.000Z")
	return nil
}

// Page reads which part of a list is requested (source: spec).
func (p *Parameters) Page() model.Page {
	page := model.Page{
		Before: p.Values.Get("before"), After: p.Values.Get("after"), Limit: 10,
		Order: p.OneOf("order", pipes.Descending, pipes.Normal, pipes.Descending, pipes.Ascending),
	}
	if page.Before != "" && page.After != "" {
		p.Refuse("before", "and after exclude each other")
	}
	if text := p.Values.Get("limit"); text != "" {
		limit, err := strconv.Atoi(text)
		if err != nil || limit < 1 || limit > 100 {
			p.Refuse("limit", "must be a whole number from 1 to 100")
		}
		page.Limit = limit
	}
	return page
}
