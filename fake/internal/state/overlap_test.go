package state

import (
	"testing"
)

func TestOverlap(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		a, b Place
		want bool
	}{
		"everybody":                       {Place{}, Place{User: "alice"}, true},
		"different parts":                 {Place{Provider: "github"}, Place{User: "alice"}, true},
		"the same":                        {Place{User: "alice"}, Place{User: "alice"}, true},
		"other providers":                 {Place{Provider: "github"}, Place{Provider: "slack"}, false},
		"other users":                     {Place{User: "alice"}, Place{User: "bob"}, false},
		"other organizations":             {Place{Organization: "acme"}, Place{Organization: "beta"}, false},
		"without an organization":         {Place{NoOrganization: true}, Place{Organization: "acme"}, false},
		"without one, and a user":         {Place{NoOrganization: true}, Place{User: "alice"}, true},
		"an organization's, and a user's": {Place{Shared: true}, Place{User: "alice"}, false},
		"an organization's, without one":  {Place{Shared: true}, Place{NoOrganization: true}, false},
		"an organization's":               {Place{Shared: true}, Place{Organization: "acme"}, true},
	} {
		if Overlap(c.a, c.b) != c.want || Overlap(c.b, c.a) != c.want {
			t.Errorf("%s: not %v", name, c.want)
		}
	}
}
