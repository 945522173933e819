package fake

import (
	"errors"
	"fmt"
	"time"

	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/scenarios"
)

// Place limits a switch, a fault or a check to some connections, and with [For] a switch to some time. Without a Place
// they cover all connections. Several places limit them together: Provider("github") with User("alice") covers alice's
// connections with GitHub. Each kind of Place can be given once. An empty name is a mistake; it does not mean all
// connections.
type Place func(*model.Place) error

// Provider covers the connections with one provider, such as "github".
func Provider(slug string) Place {
	return func(p *model.Place) error {
		if p.Provider != "" {
			return twice("Provider", slug, p.Provider)
		}
		p.Provider = slug
		return named("Provider", slug)
	}
}

// User covers the connections of one user, both those in an organization and those in none.
func User(id string) Place {
	return func(p *model.Place) error {
		if p.User != "" {
			return twice("User", id, p.User)
		}
		p.User = id
		return named("User", id)
	}
}

// Organization covers the connections in one organization.
func Organization(id string) Place {
	return func(p *model.Place) error {
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
	return func(p *model.Place) error {
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
	return func(p *model.Place) error {
		p.Shared = true
		return nil
	}
}

// For limits a switch to a duration of the environment's clock. Then what was in force before it decides again.
func For(d time.Duration) Place {
	return func(*model.Place) error {
		if d < time.Millisecond || d > model.MaxTTL {
			return fmt.Errorf("fake.For(%v): it must be a millisecond or longer, and at most a hundred years", d)
		}
		return duration(d)
	}
}

// duration is what For hands to a switch. It is the error of everything that a duration cannot limit.
type duration time.Duration

func (d duration) Error() string {
	return fmt.Sprintf("fake.For(%v) limits a switch, and nothing else", time.Duration(d))
}

func twice(place, id, before string) error {
	return fmt.Errorf(
		"fake.%s is given twice (%q, and %q before): places narrow together, so make two calls, one for each",
		place, scenarios.Abridge(id), scenarios.Abridge(before))
}

func withAndWithout(organization string) error {
	return fmt.Errorf("fake.Organization(%q) and fake.NoOrganization are given together: "+
		"places narrow together, so make two calls, one for each",
		scenarios.Abridge(organization))
}

func named(place, id string) error {
	if problem := scenarios.CheckID(id); problem != "" {
		return fmt.Errorf("fake.%s(%q): it %s", place, scenarios.Abridge(id), problem)
	}
	return nil
}

// narrow adds places to a place.
func narrow(place *model.Place, places []Place) error {
	for _, one := range places {
		if err := one(place); err != nil {
			return err
		}
	}
	if problems := place.Check(); len(problems) > 0 {
		return problems
	}
	return nil
}

// narrowSwitch is narrow for a switch: it also returns how long the switch is in force, 0 if it stays.
func narrowSwitch(place *model.Place, places []Place) (ttl time.Duration, err error) {
	var others []Place
	for _, one := range places {
		var given duration
		if !errors.As(one(new(model.Place)), &given) {
			others = append(others, one)
			continue
		}
		if ttl != 0 {
			return 0, fmt.Errorf("fake.For is given twice (%v, and %v before): a switch has one duration",
				time.Duration(given), ttl)
		}
		ttl = time.Duration(given)
	}
	return ttl, narrow(place, others)
}
