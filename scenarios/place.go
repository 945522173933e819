package scenarios

import (
	"strconv"
	"strings"

	"example.com/pipesfake/internal/fields"
)

// Who owns a connection, and so which integration of a provider it belongs to.
const (
	OwnerUser         = "user"
	OwnerOrganization = "organization"
)

// Key names one connection. Organization is empty for a connection without one, and User for one that its organization
// owns.
type Key struct {
	Provider, User, Organization string
}

// Place says which connections something is about. What is left zero means any.
type Place struct {
	Provider, User, Organization string
	NoOrganization               bool // only connections without an organization
	Shared                       bool // only connections that an organization owns
}

// placeFields are the fields of a place within a switch or a fault.
var placeFields = []fields.Field[Place]{
	fields.Bind("provider", orAny(slugs()), func(p *Place) *string { return &p.Provider },
		"The provider's slug. Left out: any."),
	fields.Bind("user_id", orAny(ids()), func(p *Place) *string { return &p.User }, "The user's id. Left out: any."),
	organizationField(),
	fields.Custom("connection_owner", fields.Choice(OwnerOrganization).Shape,
		"Only connections that an organization owns.",
		func(r *fields.Reader, n *fields.Node, path string, into *Place) {
			_, into.Shared = fields.Choice(OwnerOrganization).TryRead(r, n, path)
		},
		func(from *Place) (any, bool) { return OwnerOrganization, from.Shared }),
}

// organizationField takes null for connections without an organization.
func organizationField() fields.Field[Place] {
	return fields.Custom("organization_id",
		fields.Shape{Name: "id or null", Schema: `{"anyOf": [{"$ref": "#/definitions/id"}, {"type": "null"}]}`},
		"The organization's id. Left out: any. Null: connections without one.",
		func(r *fields.Reader, n *fields.Node, path string, into *Place) {
			into.NoOrganization = n.Kind == fields.Null || n.Kind == fields.Untyped && n.Text == "none"
			if !into.NoOrganization {
				into.Organization = orAny(ids()).Read(r, n, path)
			}
		},
		func(from *Place) (any, bool) {
			if from.NoOrganization {
				return nil, true
			}
			return from.Organization, from.Organization != ""
		},
	).CheckedBy(func(from *Place, path string, report fields.Report) {
		if problem := CheckID(from.Organization); from.Organization != "" && problem != "" {
			report(path, problem)
		}
	})
}

// PlaceFields returns the descriptions of a place's fields, for mappings outside of scenario files that have them, too.
// In a query, organization_id is none for connections without one.
func PlaceFields() []fields.Field[Place] { return placeFields }

var placeMapping = fields.NewMapping("place", placeFields)

// Covers reports whether a connection is in the place.
func (p Place) Covers(key Key) bool {
	return (p.Provider == "" || p.Provider == key.Provider) && (p.User == "" || p.User == key.User) &&
		(p.Organization == "" || p.Organization == key.Organization) &&
		(!p.NoOrganization || key.Organization == "") && (!p.Shared || key.User == "")
}

// Check returns what is wrong with a place, by field.
func (p Place) Check() (problems Problems) {
	placeMapping.Check(&p, "", problems.report)
	if p.Shared && (p.User != "" || p.NoOrganization) {
		problems.add("connection_owner", "organization means connections that have an organization and no user: "+
			"leave user_id out, and organization_id out or an id")
	}
	return problems
}

// Tree returns the fields of the place that are not left out, in order.
func (p Place) Tree() fields.Tree { return placeMapping.Write(&p) }

// String names the connections of a place: everybody, provider github, user user_alice …
func (p Place) String() string {
	var parts []string
	for _, part := range []struct{ name, id string }{
		{"provider", p.Provider}, {"user", p.User}, {"organization", p.Organization},
	} {
		if part.id != "" {
			parts = append(parts, part.name+" "+strconv.QuoteToASCII(part.id)) // it is sent in headers, too
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
