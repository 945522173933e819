package state

import "example.com/pipesfake/scenarios"

// Place says which connections something is about. What is left zero means any.
type Place = scenarios.Place

// shape says which parts a place names, a bit for each.
type shape int

const (
	namesProvider shape = 1 << iota
	namesUser
	namesOrganization
	namesNoOrganization
	namesShared

	shapes // how many shapes there are
)

func shapeOf(p Place) (s shape) {
	for bit, named := range []bool{p.Provider != "", p.User != "", p.Organization != "", p.NoOrganization, p.Shared} {
		if named {
			s |= 1 << bit
		}
	}
	return s
}

// around returns the place of a shape that covers a connection, if there is one.
func around(key scenarios.Key, s shape) (p Place, ok bool) {
	if s&namesProvider != 0 {
		p.Provider = key.Provider
	}
	if s&namesUser != 0 {
		p.User = key.User
	}
	if s&namesOrganization != 0 {
		p.Organization = key.Organization
	}
	p.NoOrganization, p.Shared = s&namesNoOrganization != 0, s&namesShared != 0
	ok = shapeOf(p) == s && (!p.NoOrganization || key.Organization == "") && (!p.Shared || key.User == "")
	return p, ok
}

// widened returns a place that names only the parts of a shape.
func widened(p Place, s shape) Place {
	if s&namesProvider == 0 {
		p.Provider = ""
	}
	if s&namesUser == 0 {
		p.User = ""
	}
	if s&namesOrganization == 0 {
		p.Organization = ""
	}
	p.NoOrganization = p.NoOrganization && s&namesNoOrganization != 0
	p.Shared = p.Shared && s&namesShared != 0
	return p
}

// ExactPlace returns the place of one connection alone.
func ExactPlace(key scenarios.Key) Place {
	return Place{
		Provider: key.Provider, User: key.User, Organization: key.Organization,
		NoOrganization: key.Organization == "", Shared: key.User == "",
	}
}

// IsOfOneOwner reports whether all connections of a place have one owner, which they are found by.
func IsOfOneOwner(p Place) bool { return p.User != "" || p.Shared && p.Organization != "" }

// Overlap reports whether there can be a connection that both places cover.
func Overlap(a, b Place) bool {
	differ := func(a, b string) bool { return a != "" && b != "" && a != b }
	exclude := func(a, b Place) bool {
		return a.NoOrganization && b.Organization != "" || a.Shared && (b.User != "" || b.NoOrganization)
	}
	return !differ(a.Provider, b.Provider) && !differ(a.User, b.User) && !differ(a.Organization, b.Organization) &&
		!exclude(a, b) && !exclude(b, a)
}
