package scenarios

import (
	"strconv"
	"strings"
)

// Place says which connections something is about. What is left zero means any.
type Place struct {
	Provider, User, Organization string
	NoOrganization               bool // only connections without an organization
	Shared                       bool // only connections that an organization owns
}

// Covers tells whether a connection is in the place.
func (p Place) Covers(key Key) bool {
	return (p.Provider == "" || p.Provider == key.Provider) && (p.User == "" || p.User == key.User) &&
		(p.Organization == "" || p.Organization == key.Organization) &&
		(!p.NoOrganization || key.Organization == "") && (!p.Shared || key.User == "")
}

// Check tells what is wrong with a place, by field.
func (p Place) Check() (problems Problems) {
	if p.Provider != "" {
		if problem := CheckSlug(p.Provider); problem != "" {
			problems = append(problems, Problem{Field: "provider", Message: "provider " + problem})
		}
	}
	for _, part := range []struct{ field, id string }{{"user_id", p.User}, {"organization_id", p.Organization}} {
		if problem := CheckID(part.id); part.id != "" && problem != "" {
			problems = append(problems, Problem{Field: part.field, Message: part.field + " " + problem})
		}
	}
	if p.Shared && (p.User != "" || p.NoOrganization) {
		problems = append(problems, Problem{Field: "connection_owner", Message: "connection_owner organization means connections that have " +
			"an organization and no user: leave user_id out, and organization_id out or an id"})
	}
	return problems
}

// String names the connections of a place: everybody, provider github, user user_alice …
func (p Place) String() string {
	var parts []string
	for _, part := range []struct{ word, id string }{{"provider", p.Provider}, {"user", p.User}, {"organization", p.Organization}} {
		if part.id != "" {
			parts = append(parts, part.word+" "+strconv.QuoteToASCII(part.id)) // it stands in headers, too
		}
	}
	if p.NoOrganization {
		parts = append(parts, "no organization")
	}
	if p.Shared {
		parts = append(parts, "owned by the organization")
	}
	if len(parts) == 0 {
		return "everybody"
	}
	return strings.Join(parts, ", ")
}
