package ui

import (
	"slices"
	"strings"

	"example.com/pipesfake/scenarios"
)

// maxNamed is how many switches can add an owner to the table.
const maxNamed = 10

// namedOwners returns the owners that the open connection and the newest switches name, and that the environment has
// not seen yet. The table shows them, so that whom one adds is there before the application asks for them.
func (r Request) namedOwners(search string) (owners []scenarios.Key) {
	add := func(owner scenarios.Key) {
		owner.Provider = ""
		text := strings.ToLower(owner.User + " " + owner.Organization)
		if strings.Contains(text, strings.ToLower(search)) && !slices.Contains(owners, owner) {
			owners = append(owners, owner)
		}
	}
	if open, is := keyOf(r.Query.Get("open")); is && !r.Environment.KnowsOwner(scenarios.Place{
		User: open.User, Organization: open.Organization, NoOrganization: open.Organization == "",
	}) {
		add(open)
	}
	switches, _ := r.Environment.Switches(maxNamed)
	for _, one := range switches {
		if (one.Place.User != "" || one.Place.Shared) && !r.Environment.KnowsOwner(one.Place) {
			add(scenarios.Key{User: one.Place.User, Organization: one.Place.Organization})
		}
	}
	return owners
}
