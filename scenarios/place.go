package scenarios

import (
	"slices"
	"strconv"
	"strings"

	"example.com/pipesfake/internal/fields"
)

// Owners of connections. Each kind of owner has its own integration with a provider.
const (
	OwnerUser         = "user"
	OwnerOrganization = "organization"
)

// Key identifies a connection. Organization is empty for a connection without one, and User for a connection that its
// organization owns.
type Key struct {
	Provider, User, Organization string
}

// Place selects connections. A field with the zero value selects any.
type Place struct {
	Provider, User, Organization string
	NoOrganization               bool // only connections without an organization
	Shared                       bool // only connections that an organization owns
}

// placeFields describes the fields of a place, which switches and faults contain.
var placeFields = []fields.Field[Place]{
	fields.Bind("provider", orAny(slugs()), func(p *Place) *string { return &p.Provider },
		"The provider's slug. Left out: any."),
	fields.Bind("user_id", orAny(ids()), func(p *Place) *string { return &p.User }, "The user's id. Left out: any."),
	organizationField(),
	fields.Custom("connection_owner", fields.Choice(OwnerOrganization).Shape,
		"Only connections that an organization owns. Left out: any.",
		func(r *fields.Reader, n *fields.Node, path string, into *Place) {
			_, into.Shared = fields.Choice(OwnerOrganization).TryRead(r, n, path)
		},
		func(from *Place) (any, bool) { return OwnerOrganization, from.Shared }),
}

// organizationField describes organization_id, which is null for connections without an organization.
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

// PlaceFields returns the descriptions of the fields of a place, for other mappings that contain one. In a query,
// organization_id is none for connections without one.
func PlaceFields() []fields.Field[Place] { return slices.Clone(placeFields) }

// placeMapping describes a place on its own.
var placeMapping = fields.NewMapping("place", placeFields)

// Covers reports whether the place selects a connection.
func (p Place) Covers(key Key) bool {
	return (p.Provider == "" || p.Provider == key.Provider) && (p.User == "" || p.User == key.User) &&
		(p.Organization == "" || p.Organization == key.Organization) &&
		(!p.NoOrganization || key.Organization == "") && (!p.Shared || key.User == "")
}

// Check returns the problems of a place that was made in Go.
func (p Place) Check() (problems Problems) {
	placeMapping.Check(&p, "", problems.report)
	if p.Shared && (p.User != "" || p.NoOrganization) {
		problems.add("connection_owner", "organization means connections that have an organization and no user: "+
			"leave user_id out, and organization_id out or an id")
	}
	return problems
}

// Tree returns the fields of the place that are set.
func (p Place) Tree() fields.Tree { return placeMapping.Write(&p) }

// String describes the selected connections for people: everybody, or provider "github", user "user_alice".
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
