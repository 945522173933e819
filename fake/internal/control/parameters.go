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

// number reads a whole number, zero when it is absent.
func (p *parameters) number(field string, least, most int) int {
	n, err := strconv.Atoi(p.values.Get(field))
	if p.values.Has(field) && (err != nil || n < least || n > most) {
		p.refuse(field, "must be a whole number from %d to %d", least, most)
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

// filter reads which requests are meant.
func (p *parameters) filter() journal.Filter {
	filter := journal.Filter{Operation: p.oneOf("operation", scenarios.Operations()...), Status: p.number("status", 200, 599)}
	filter.Provider, filter.User, filter.Organization = p.values.Get("provider"), p.values.Get("user_id"), p.values.Get("organization_id")
	if filter.NoOrganization = filter.Organization == "none"; filter.NoOrganization {
		filter.Organization = ""
	}
	filter.Shared = p.oneOf("connection_owner", scenarios.OwnerOrganization) != ""
	for _, problem := range filter.Place.Check() {
		p.wrong = append(p.wrong, pipes.FieldError{Field: problem.Field, Code: "invalid", Message: problem.Message})
	}
	for _, field := range []string{"provider", "user_id", "organization_id"} {
		if p.values.Has(field) && p.values.Get(field) == "" {
			p.refuse(field, "must not be empty: leave it out for any")
		}
	}
	return filter
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
