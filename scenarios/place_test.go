package scenarios

import (
	"reflect"
	"strings"
	"testing"
)

func TestPlacesAsTrees(t *testing.T) {
	t.Parallel()
	for want, place := range map[string]Place{
		`{}`: {},
		`{"provider":"github","user_id":"alice","organization_id":"acme"}`: {
			Provider: "github", User: "alice", Organization: "acme"},
		`{"organization_id":null}`:            {NoOrganization: true},
		`{"connection_owner":"organization"}`: {Shared: true},
	} {
		if got, err := place.Tree().MarshalJSON(); err != nil || string(got) != want {
			t.Errorf("%s (%v), want %s", got, err, want)
		}
	}
}

func TestPlaceCovers(t *testing.T) {
	t.Parallel()
	own := Key{Provider: "github", User: "alice"}
	inOrganization := Key{Provider: "github", User: "alice", Organization: "acme"}
	shared := Key{Provider: "github", Organization: "acme"}
	for name, c := range map[string]struct {
		place                       Place
		own, inOrganization, shared bool
		text                        string
	}{
		"everybody":        {Place{}, true, true, true, "everybody"},
		"a provider":       {Place{Provider: "github"}, true, true, true, `provider "github"`},
		"another provider": {Place{Provider: "slack"}, false, false, false, `provider "slack"`},
		"a user":           {Place{User: "alice"}, true, true, false, `user "alice"`},
		"an organization":  {Place{Organization: "acme"}, false, true, true, `organization "acme"`},
		"no organization":  {Place{NoOrganization: true}, true, false, false, "no organization"},
		"owned by an organization": {Place{Shared: true, Organization: "acme"}, false, false, true,
			`organization "acme", owned by the organization`},
	} {
		if got := []bool{c.place.Covers(own), c.place.Covers(inOrganization),
			c.place.Covers(shared)}; !reflect.DeepEqual(got, []bool{c.own, c.inOrganization, c.shared}) {
			t.Errorf("%s covers %v", name, got)
		}
		if got := c.place.String(); got != c.text {
			t.Errorf("%s is called %s", name, got)
		}
	}
}

func TestCheckPlaces(t *testing.T) {
	t.Parallel()
	const contradiction = "connection_owner|connection_owner organization means connections that have an " +
		"organization and no user: " +
		"leave user_id out, and organization_id out or an id"
	for name, c := range map[string]struct {
		place Place
		want  string
	}{
		"any": {Place{}, ""},
		"a slug": {Place{Provider: "a b"},
			`provider|provider "a b" is not a slug: 1 to 100 letters, digits, dashes, dots or underscores`},
		"ids": {Place{User: "a\n", Organization: "\xff"},
			"user_id|user_id has a control character in it\norganization_id|organization_id is not UTF-8"},
		"a shared user's":                {Place{Shared: true, User: "u"}, contradiction},
		"shared without an organization": {Place{Shared: true, NoOrganization: true}, contradiction},
	} {
		if got := problemsOf(c.place.Check()); got != c.want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// problemsOf are problems as a text.
func problemsOf(problems Problems) string {
	texts := make([]string, len(problems))
	for i, problem := range problems {
		texts[i] = problem.Field + "|" + problem.Message
	}
	return strings.Join(texts, "\n")
}
