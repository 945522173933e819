package scenarios

import (
	"strconv"
	"strings"
	"sync"

	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/internal/place"
)

// Owners of connections. Each kind of owner has its own integration with a provider.
const (
	OwnerUser         = "user"
	OwnerOrganization = place.Organization
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
var placeFields = sync.OnceValue(func() []fields.Field[Place] {
	return fields.Embed(place.Fields(), func(p *Place) *place.Place { return (*place.Place)(p) })
})

// placeMapping describes a place on its own.
var placeMapping = sync.OnceValue(func() *fields.Mapping[Place] { return fields.NewMapping("place", placeFields()) })

// Covers reports whether the place selects a connection.
func (p Place) Covers(key Key) bool {
	return (p.Provider == "" || p.Provider == key.Provider) && (p.User == "" || p.User == key.User) &&
		(p.Organization == "" || p.Organization == key.Organization) &&
		(!p.NoOrganization || key.Organization == "") && (!p.Shared || key.User == "")
}

// Check returns the problems of a place that was made in Go.
func (p Place) Check() (problems Problems) {
	placeMapping().Check(&p, "", problems.report)
	if p.Shared && (p.User != "" || p.NoOrganization) {
		problems.add("connection_owner", "organization means connections that have an organization and no user: "+
			"leave user_id out, and organization_id out or an id")
	}
	return problems
}

// Tree returns the fields of the place that are set.
func (p Place) Tree() fields.Tree { return placeMapping().Write(&p) }

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
