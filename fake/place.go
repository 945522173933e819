package fake

import (
	"fmt"
	"time"

	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/internal/names"
	"example.com/pipesfake/internal/narrow"
	"example.com/pipesfake/scenarios"
)

// Place limits a switch, a fault or a check to some connections, and with [For] a switch to some time. Without a Place
// they cover all connections. Several places limit them together: Provider("github") with User("alice") covers alice's
// connections with GitHub. Each kind of Place can be given once. An empty name is a mistake; it does not mean all
// connections.
type Place func(*scenarios.Place) error

// Provider covers the connections with one provider, such as "github".
func Provider(slug string) Place {
	return func(p *scenarios.Place) error {
		if p.Provider != "" {
			return twice("Provider", slug, p.Provider)
		}
		p.Provider = slug
		return named("Provider", slug)
	}
}

// User covers the connections of one user, both those in an organization and those in none.
func User(id string) Place {
	return func(p *scenarios.Place) error {
		if p.User != "" {
			return twice("User", id, p.User)
		}
		p.User = id
		return named("User", id)
	}
}

// Organization covers the connections in one organization.
func Organization(id string) Place {
	return func(p *scenarios.Place) error {
		switch {
		case p.Organization != "":
			return twice("Organization", id, p.Organization)
		case p.NoOrganization:
			return withAndWithout(id)
		}
		p.Organization = id
		return named("Organization", id)
	}
}

// NoOrganization covers the connections that are in no organization.
func NoOrganization() Place {
	return func(p *scenarios.Place) error {
		if p.Organization != "" {
			return withAndWithout(p.Organization)
		}
		p.NoOrganization = true
		return nil
	}
}

// OrganizationOwned covers the connections that an organization owns and its members share. Together with Organization
// it covers those of one organization.
func OrganizationOwned() Place {
	return func(p *scenarios.Place) error {
		p.Shared = true
		return nil
	}
}

// For limits a switch to a duration of the environment's clock. Then what was in force before it decides again.
func For(d time.Duration) Place {
	return func(*scenarios.Place) error {
		if d < time.Millisecond || d > model.MaxTTL {
			return fmt.Errorf("fake.For(%v): it must be a millisecond or longer, and at most a hundred years", d)
		}
		return narrow.Duration(d)
	}
}

func twice(place, id, before string) error {
	return fmt.Errorf(
		"fake.%s is given twice (%q, and %q before): places narrow together, so make two calls, one for each",
		place, fields.Abridge(id), fields.Abridge(before))
}

func withAndWithout(organization string) error {
	return fmt.Errorf("fake.Organization(%q) and fake.NoOrganization are given together: "+
		"places narrow together, so make two calls, one for each",
		fields.Abridge(organization))
}

func named(place, id string) error {
	if problem := names.CheckID(id); problem != "" {
		return fmt.Errorf("fake.%s(%q): it %s", place, fields.Abridge(id), problem)
	}
	return nil
}
