// Package place describes the fields that select connections, which many mappings contain.
package place

import (
	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/internal/names"
)

// Organization is the owner of connections that their organization shares.
const Organization = "organization"

// Place has the fields of scenarios.Place, so that a pointer to one converts to a pointer to the other.
type Place struct {
	Provider, User, Organization string
	NoOrganization               bool
	Shared                       bool
}

// Fields returns the descriptions of the fields of a place. In a query, organization_id is none for connections without
// one.
func Fields() []fields.Field[Place] {
	return []fields.Field[Place]{
		fields.Bind("provider", orAny(names.Slugs()), func(p *Place) *string { return &p.Provider },
			"The provider's slug. Left out: any."),
		fields.Bind("user_id", orAny(names.IDs()), func(p *Place) *string { return &p.User },
			"The user's id. Left out: any."),
		organizationField(),
		fields.Custom("connection_owner", fields.Choice(Organization).Shape,
			"Only connections that an organization owns. Left out: any.",
			func(r *fields.Reader, n *fields.Node, path string, into *Place) {
				_, into.Shared = fields.Choice(Organization).TryRead(r, n, path)
			},
			func(from *Place) (any, bool) { return Organization, from.Shared }),
	}
}

// organizationField describes organization_id, which is null for connections without an organization.
func organizationField() fields.Field[Place] {
	return fields.Custom("organization_id",
		fields.Shape{Name: "id or null", Schema: `{"anyOf": [{"$ref": "#/definitions/id"}, {"type": "null"}]}`},
		"The organization's id. Left out: any. Null: connections without one.",
		func(r *fields.Reader, n *fields.Node, path string, into *Place) {
			into.NoOrganization = n.Kind == fields.Null || n.Kind == fields.Untyped && n.Text == "none"
			if !into.NoOrganization {
				into.Organization = orAny(names.IDs()).Read(r, n, path)
			}
		},
		func(from *Place) (any, bool) {
			if from.NoOrganization {
				return nil, true
			}
			return from.Organization, from.Organization != ""
		},
	).CheckedBy(func(from *Place, path string, report fields.Report) {
		if problem := names.CheckID(from.Organization); from.Organization != "" && problem != "" {
			report(path, problem)
		}
	})
}

// orAny returns the type for a part of a place: its messages say that leaving it out means any.
func orAny(t fields.Type[string]) fields.Type[string] {
	any := fields.FilledTextOr("any").Checked(t.Check).Shaped(t.Shape)
	parse := any.Parse
	any.Parse = func(r *fields.Reader, n *fields.Node, path string) string {
		if n.Kind == fields.Null {
			r.Mistake(n, path, "%s must be a string, not nothing: leave it out for any", r.Name(path))
			return ""
		}
		return parse(r, n, path)
	}
	return any
}
