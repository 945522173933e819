package ui

import (
	"net/url"
	"strings"
	"testing"

	"example.com/pipesfake/scenarios"
)

// The query of a connection selects this one alone, and is read as the same key again.
func TestThePlaceOfAConnection(t *testing.T) {
	t.Parallel()
	for query, key := range map[string]scenarios.Key{
		"organization_id=&provider=p&user_id=u":                      {Provider: "p", User: "u"},
		"organization_id=o&provider=p&user_id=u":                     {Provider: "p", User: "u", Organization: "o"},
		"connection_owner=organization&organization_id=o&provider=p": {Provider: "p", Organization: "o"},
	} {
		if got := place(key); got != query {
			t.Errorf("%+v: got %s, want %s", key, got, query)
		}
		if got, isOne := keyOf(query); got != key || !isOne {
			t.Errorf("%s: got %+v, %v", query, got, isOne)
		}
	}
}

func TestPlacesOfSeveralConnections(t *testing.T) {
	t.Parallel()
	for _, query := range []string{
		"", "provider=p", "user_id=u", "provider=p&user_id=u", "organization_id=o&provider=p",
		"organization_id=&user_id=u", "organization_id=&provider=p", "provider=p&user_id=u&organization_id=%zz",
	} {
		if isOne(query) {
			t.Errorf("%q is taken for one connection", query)
		}
	}
}

// A switch is covered by a newer one whose place contains its own.
func TestPlacesAroundAPlace(t *testing.T) {
	t.Parallel()
	alice := scenarios.Place{Provider: "github", User: "alice", NoOrganization: true}
	for name, one := range map[string]struct {
		wider scenarios.Place
		want  bool
	}{
		"itself":               {alice, true},
		"everybody":            {scenarios.Place{}, true},
		"the user":             {scenarios.Place{User: "alice"}, true},
		"the provider":         {scenarios.Place{Provider: "github"}, true},
		"all without one":      {scenarios.Place{NoOrganization: true}, true},
		"another user":         {scenarios.Place{User: "bob"}, false},
		"an organization":      {scenarios.Place{Organization: "acme"}, false},
		"what is shared":       {scenarios.Place{Shared: true}, false},
		"the user in everyone": {scenarios.Place{Provider: "github", User: "alice"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := false
			for _, place := range around(alice) {
				got = got || place == one.wider
			}
			if got != one.want {
				t.Errorf("got %v, want %v", got, one.want)
			}
		})
	}
}

// A panel explains the scenario of a connection if its name is not that of the state.
func TestThePanelExplainsTheScenario(t *testing.T) {
	t.Parallel()
	r := newRequest(t, "version: 1\n")
	at := "/_ui/?open=" + url.QueryEscape("organization_id=&provider=github&user_id=alice")
	for scenario, explains := range map[string]bool{"active": true, "needs_reauthorization": false} {
		use(t, r, scenario, scenarios.Place{})
		text := "The scenario <strong>" + scenario + "</strong> puts it into this state."
		if got := strings.Contains(get(t, r, at), text); got != explains {
			t.Errorf("%s: explained %v, want %v", scenario, got, explains)
		}
	}
}
