package scenarios

import (
	"slices"
	"time"

	"gopkg.in/yaml.v3"
)

var placeFields = []string{"provider", "user_id", "organization_id", "connection_owner"}

// place reads which connections something is about.
func (l *loader) place(f fields, place *Place) {
	f.read("provider", func(n *yaml.Node, path string) { place.Provider = l.provider(n, path) })
	f.read("user_id", func(n *yaml.Node, path string) {
		place.User = l.id(n, path)
		l.member(n, path, "user", place.User, l.set.users)
	})
	f.read("organization_id", func(n *yaml.Node, path string) {
		if place.NoOrganization = n.ShortTag() == "!!null"; !place.NoOrganization {
			place.Organization = l.id(n, path)
			l.member(n, path, "organization", place.Organization, l.set.organizations)
		}
	})
	f.read("connection_owner", func(n *yaml.Node, path string) { place.Shared = l.choice(n, path, OwnerOrganization) != "" })
}

// switched reads a switch that is in force from the start on.
func (l *loader) switched(n *yaml.Node, path string) {
	before := len(l.problems)
	f := l.fields(n, path, append(slices.Clone(placeFields), "scenario", "age", "ttl"))
	if resolve(n).Kind != yaml.MappingNode {
		return
	}
	s := Switch{Position: l.position(n), Age: l.set.Age}
	l.place(f, &s.Place)
	f.read("scenario", func(n *yaml.Node, path string) {
		if s.Scenario = l.reference(n, path); s.Scenario != nil && s.Scenario.Name == "" {
			s.Scenario.Position = l.position(n)
		}
	})
	f.read("age", func(n *yaml.Node, path string) { s.Age = l.age(n, path) })
	f.read("ttl", func(n *yaml.Node, path string) {
		good := len(l.problems)
		if s.TTL = l.span(n, path, 0); len(l.problems) == good && (s.TTL <= s.Age || s.TTL > longestLife) {
			l.wrong(n, path, "ttl must be longer than the age of %s, and at most a hundred years, not %s", FormatDuration(s.Age), FormatDuration(s.TTL))
		}
	})
	if f.values["scenario"] == nil {
		l.wrong(n, join(path, "scenario"), "scenario is missing: a switch needs one, and covers everybody unless it says whom")
	}
	if len(l.problems) > before {
		return
	}
	for _, problem := range s.Place.Check() {
		at := f.values[problem.Field]
		l.wrong(at, join(path, problem.Field), "%s", problem.Message)
	}
	if problem := l.checkScopes(s.Provider, s.Scenario); problem != "" {
		l.wrong(n, path, "%s", problem)
	}
	l.set.switches = append(l.set.switches, s)
}

// age reads how long something has been in force when an environment begins.
func (l *loader) age(n *yaml.Node, path string) time.Duration {
	before := len(l.problems)
	text := l.durationText(n, path)
	d, err := parseAnyDuration(text)
	switch {
	case len(l.problems) > before:
	case err != nil:
		l.wrong(n, path, "%s %s", last(path), err)
	case d < 0 || d > longestLife:
		l.wrong(n, path, "age must be 0s or longer, and at most a hundred years, not %s", Abridge(text))
	default:
		return d
	}
	return 0
}
