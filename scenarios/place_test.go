package scenarios

import (
	"errors"
	"strings"
	"testing"
)

func TestTreeOfPlace(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		place Place
		want  string
	}{
		"everybody": {Place{}, `{}`},
		"ids": {Place{Provider: "github", User: "alice", Organization: "acme"},
			`{"provider":"github","user_id":"alice","organization_id":"acme"}`},
		"no organization":          {Place{NoOrganization: true}, `{"organization_id":null}`},
		"owned by an organization": {Place{Shared: true}, `{"connection_owner":"organization"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, err := c.place.Tree().MarshalJSON(); err != nil || string(got) != c.want {
				t.Errorf("%s (%v), want %s", got, err, c.want)
			}
		})
	}
}

// A part that a place leaves out selects any connection. Each part that it names must match.
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
		"everybody":           {Place{}, true, true, true, "everybody"},
		"the provider":        {Place{Provider: "github"}, true, true, true, `provider "github"`},
		"another provider":    {Place{Provider: "slack"}, false, false, false, `provider "slack"`},
		"the user":            {Place{User: "alice"}, true, true, false, `user "alice"`},
		"another user":        {Place{User: "bob"}, false, false, false, `user "bob"`},
		"the organization":    {Place{Organization: "acme"}, false, true, true, `organization "acme"`},
		"no organization":     {Place{NoOrganization: true}, true, false, false, "no organization"},
		"any that are shared": {Place{Shared: true}, false, false, true, "owned by the organization"},
		"the user in the organization": {Place{User: "alice", Organization: "acme"}, false, true, false,
			`user "alice", organization "acme"`},
		"shared in the organization": {Place{Shared: true, Organization: "acme"}, false, false, true,
			`organization "acme", owned by the organization`},
		"a user with a line break": {Place{User: "a\nü"}, false, false, false, `user "a\n\u00fc"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, connection := range []struct {
				name   string
				key    Key
				covers bool
			}{
				{"the user's own connection", own, c.own},
				{"the user's connection in the organization", inOrganization, c.inOrganization},
				{"the organization's shared connection", shared, c.shared},
			} {
				if got := c.place.Covers(connection.key); got != connection.covers {
					t.Errorf("it covers %s: %v", connection.name, got)
				}
			}
			if got := c.place.String(); got != c.text {
				t.Errorf("it is called %s, not %s", got, c.text)
			}
		})
	}
}

func TestCheckPlace(t *testing.T) {
	t.Parallel()
	const contradiction = "connection_owner|connection_owner organization means connections that have an " +
		"organization and no user: leave user_id out, and organization_id out or an id"
	for name, c := range map[string]struct {
		place Place
		want  string
	}{
		"everybody":                     {Place{}, ""},
		"shared connections":            {Place{Shared: true}, ""},
		"shared within an organization": {Place{Shared: true, Organization: "acme"}, ""},
		"a provider that is not a slug": {Place{Provider: "a b"},
			`provider|provider "a b" is not a slug: 1 to 100 letters, digits, dashes, dots or underscores`},
		"ids that are none": {Place{User: "a\n", Organization: "\xff"},
			"user_id|user_id has a control character in it\norganization_id|organization_id is not UTF-8"},
		"shared, but of a user":               {Place{Shared: true, User: "u"}, contradiction},
		"shared, but without an organization": {Place{Shared: true, NoOrganization: true}, contradiction},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := problemsOf(c.place.Check()); got != c.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, c.want)
			}
		})
	}
}

// problemsOf returns problems as a text: FIELD|MESSAGE on each line.
func problemsOf(problems Problems) string {
	texts := make([]string, len(problems))
	for i, problem := range problems {
		texts[i] = problem.Field + "|" + problem.Message
	}
	return strings.Join(texts, "\n")
}

// Tools need not read the message to know what kind of mistake it is about.
func TestProblemCode(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`"activ"`:                  "unknown",
		`{"expires": "1h"}`:        "unknown",
		`{"expires_in": "1 hour"}`: "invalid",
		`{"scopes": "repo"}`:       "invalid_type",
	} {
		_, err := ParseInline(Builtin(), []byte(text))
		problems, _ := errors.AsType[Problems](err)
		if len(problems) != 1 || problems[0].Code() != want {
			t.Errorf("%s: %v, want one problem with the code %s", text, err, want)
		}
	}
}
