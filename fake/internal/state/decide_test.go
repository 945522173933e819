package state

import (
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/scenarios"
)

// The newest directive that covers a connection decides.
func TestTheNewestDirectiveDecides(t *testing.T) {
	t.Parallel()
	const file = `
start: expired
connections:
  - {provider: github, user_id: listed, scenario: missing_scopes}
`
	alice, everybody := githubOf("alice", ""), Place{}
	type steps = func(t *testing.T, s *State)
	for name, c := range map[string]struct {
		before steps
		key    scenarios.Key
		want   string // what Because begins with
	}{
		"the start, for everybody": {nil, alice, "expired by start of test.yaml:"},
		"the entry in the file, over the start": {
			nil, githubOf("listed", ""), "missing_scopes by test.yaml:",
		},
		"an entry is of the connection without an organization alone": {
			nil, githubOf("listed", "acme"), "expired by start of",
		},
		"a switch, over the entry": {
			func(t *testing.T, s *State) { s.switchTo(t, "not_installed", everybody, 0, 0) },
			githubOf("listed", ""), "not_installed since switch 1 of",
		},
		"the last switch": {
			func(t *testing.T, s *State) {
				s.switchTo(t, "not_installed", everybody, 0, 0)
				s.switchTo(t, "active", everybody, time.Second, 0)
			},
			alice, "active since switch 2 of",
		},
		"a wider switch resets what a narrower one did before": {
			func(t *testing.T, s *State) {
				s.switchTo(t, "not_installed", Place{User: "alice"}, 0, 0)
				s.switchTo(t, "active", everybody, time.Second, 0)
			},
			alice, "active since switch 2 of",
		},
		"a narrower one after it stands out": {
			func(t *testing.T, s *State) {
				s.switchTo(t, "active", everybody, 0, 0)
				s.switchTo(t, "not_installed", Place{User: "alice"}, time.Second, 0)
			},
			alice, "not_installed since switch 2 of",
		},
		"a switch of another provider does not": {
			func(t *testing.T, s *State) { s.switchTo(t, "not_installed", Place{Provider: "slack"}, 0, 0) },
			alice, "expired by start",
		},
		"a switch for a user covers the organization's connection": {
			func(t *testing.T, s *State) { s.switchTo(t, "not_installed", Place{User: "alice"}, 0, 0) },
			githubOf("alice", "acme"), "not_installed since switch 1",
		},
		"a switch for no organization does not": {
			func(t *testing.T, s *State) {
				s.switchTo(t, "not_installed", Place{User: "alice", NoOrganization: true}, 0, 0)
			},
			githubOf("alice", "acme"), "expired by start",
		},
		"a switch for what organizations own": {
			func(t *testing.T, s *State) { s.switchTo(t, "not_installed", Place{Shared: true}, 0, 0) },
			githubOf("", "acme"), "not_installed since switch 1",
		},
		"a write, over the switch before it": {
			func(t *testing.T, s *State) {
				s.switchTo(t, "not_installed", everybody, 0, 0)
				d := s.NewWrite("imported", scenarios.State{}, start())
				s.seen(alice).Stored = &Stored{Write: d}
			},
			alice, "connected since it was imported over the API",
		},
		"a switch, over the write before it": {
			func(t *testing.T, s *State) {
				d := s.NewWrite("imported", scenarios.State{}, start())
				s.seen(alice).Stored = &Stored{Write: d}
				s.switchTo(t, "not_installed", everybody, time.Second, 0)
			},
			alice, "not_installed since switch 1",
		},
		"the deletion of the integration": {
			func(t *testing.T, s *State) {
				s.Catalog.Put(s.Integration("github", scenarios.OwnerUser))
				d := s.NewWrite("deleted", scenarios.State{State: scenarios.NotInstalled}, start())
				s.Catalog.MarkRemoved(s.Catalog.Find("github", scenarios.OwnerUser), d)
			},
			alice, "not_installed since it was deleted over the API",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, file)
			if c.before != nil {
				c.before(t, s)
			}
			r := s.seen(c.key)
			decided := s.Decide(r, start().Add(time.Minute))
			if got := decided.Because(); !strings.HasPrefix(got, c.want) {
				t.Errorf("%q, not %q…", got, c.want)
			}
		})
	}
}

// When a TTL ends, the newest remaining directive decides.
func TestDecideAfterTTLs(t *testing.T) {
	t.Parallel()
	s := begin(t, "")
	s.switchTo(t, "expired", Place{}, 0, 0)
	s.switchTo(t, "not_installed", Place{User: "alice"}, 0, time.Hour)
	s.switchTo(t, "missing_scopes", Place{}, 0, time.Minute)
	r := s.seen(githubOf("alice", ""))
	for _, c := range []struct {
		after time.Duration
		want  string
	}{
		{0, "missing_scopes"}, {time.Minute - 1, "missing_scopes"},
		{time.Minute, "not_installed"}, {time.Hour, "expired"},
	} {
		if got := s.DecideAfter(r, start().Add(c.after), start()).Scenario.Name; got != c.want {
			t.Errorf("after %s: %s, not %s", c.after, got, c.want)
		}
	}
}

func TestSwitches(t *testing.T) {
	t.Parallel()
	s := begin(t, "")
	for range maxPerPlace {
		s.switchTo(t, "expired", Place{}, 0, 0)
	}
	first := s.Switches.All()[0]
	removed := s.AddSwitch(&Switch{Scenario: first.Scenario, At: start()})
	if removed != first || !first.Gone || s.Switches.Len() != maxPerPlace {
		t.Errorf("of too many in one place the first one goes, not %+v; %d are left", removed, s.Switches.Len())
	}
	alice := s.switchTo(t, "active", Place{User: "alice"}, 0, 0)
	if s.Switches.IsCovered(alice) {
		t.Error("the newest switch is covered by none")
	}
	s.switchTo(t, "active", Place{}, 0, 0)
	if !s.Switches.IsCovered(alice) {
		t.Error("a newer switch for everybody covers that for a user")
	}
	if newest := s.Switches.Newest(1); newest[0].Number != s.LastSwitch {
		t.Errorf("the newest switch is %d, not %d", newest[0].Number, s.LastSwitch)
	}
	page, more := s.Switches.After(s.LastSwitch-2, 1)
	if len(page) != 1 || page[0].Number != s.LastSwitch-1 || !more {
		t.Errorf("a page: %v, more: %t", page, more)
	}
}

// A switch is found by the places that cover a connection, whichever parts they name.
func TestShapes(t *testing.T) {
	t.Parallel()
	key := githubOf("alice", "")
	for index := range shapes {
		place, ok := around(key, shape(index))
		if ok && len(place.Check()) == 0 && !place.Covers(key) {
			t.Errorf("%+v does not cover %+v", place, key)
		}
		if ok && shapeOf(place) != shape(index) {
			t.Errorf("%+v has another shape", place)
		}
	}
	if place := widened(ExactPlace(key), namesUser); place != (Place{User: "alice"}) {
		t.Errorf("widened to the user: %+v", place)
	}
}
