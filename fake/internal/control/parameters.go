package control

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// parameters reads the query of a call, and gathers what is wrong with it.
type parameters struct {
	values url.Values
	wrong  []pipes.FieldError
}

func (c Call) parameters() *parameters { return &parameters{values: c.Query} }

func (p *parameters) refuse(field, format string, args ...any) {
	p.wrong = append(p.wrong, pipes.FieldError{Field: field, Code: "invalid", Message: field + " " + fmt.Sprintf(format, args...)})
}

func (p *parameters) err() error {
	if len(p.wrong) == 0 {
		return nil
	}
	return pipes.Invalid(p.wrong...)
}

// number reads a whole number, zero when it is absent or wrong.
func (p *parameters) number(field string, least, most int) int {
	if !p.values.Has(field) {
		return 0
	}
	n, err := strconv.Atoi(p.values.Get(field))
	if err != nil || n < least || n > most {
		p.refuse(field, "must be a whole number from %d to %d", least, most)
		return 0
	}
	return n
}

func (p *parameters) numberOrNil(field string) *int {
	if !p.values.Has(field) {
		return nil
	}
	return new(p.number(field, 0, 1_000_000_000))
}

func (p *parameters) oneOf(field string, allowed ...string) string {
	text := p.values.Get(field)
	if p.values.Has(field) && !slices.Contains(allowed, text) {
		p.refuse(field, "%s", scenarios.NotOneOf(text, allowed))
	}
	return text
}

// word reads a text that may be absent, but not empty.
func (p *parameters) word(field string) string {
	if p.values.Has(field) && p.values.Get(field) == "" {
		p.refuse(field, "must not be empty: leave it out for any")
	}
	return p.values.Get(field)
}

// filter reads which requests are meant.
func (p *parameters) filter() journal.Filter {
	filter := journal.Filter{Operation: p.word("operation"), NoAnswer: p.values.Get("status") == "none"}
	filter.Provider, filter.User, filter.Organization = p.word("provider"), p.word("user_id"), p.word("organization_id")
	if !filter.NoAnswer {
		filter.Status = p.number("status", 200, 599)
	}
	if filter.NoOrganization = filter.Organization == "none"; filter.NoOrganization {
		filter.Organization = ""
	}
	filter.Shared = p.oneOf("connection_owner", scenarios.OwnerOrganization) != ""
	p.check(filter.Place.Check())
	return filter
}

// check tells what a check found.
func (p *parameters) check(problems scenarios.Problems) {
	for _, problem := range problems {
		p.wrong = append(p.wrong, pipes.FieldError{Field: problem.Field, Code: "invalid", Message: problem.Message})
	}
}

// timeout reads how long a wait lasts.
func (p *parameters) timeout() time.Duration {
	if !p.values.Has("timeout") {
		return usualWait
	}
	d, err := scenarios.ParseDuration(p.values.Get("timeout"))
	switch {
	case err != nil:
		p.refuse("timeout", "%s", err)
	case d <= 0 || d > longestWait:
		p.refuse("timeout", "must be longer than zero and at most %s, not %s", scenarios.FormatDuration(longestWait), p.values.Get("timeout"))
	}
	return d
}
