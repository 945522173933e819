package state

import (
	"testing"
	"time"

	"example.com/pipesfake/scenarios"
)

// Decisions by one directive are stored once where they say the same of every connection.
func TestSharedDecision(t *testing.T) {
	t.Parallel()
	const file = `
scenarios:
  dying: {expires_in: 1h, refresh: fails}
connections:
  - {provider: github, user_id: carol, scenario: expired}
  - {provider: github, user_id: dave, scenario: expired}
`
	imported := func(s *State, users ...string) {
		for _, user := range users {
			s.seen(githubOf(user, "")).Stored = &Stored{Write: s.NewWrite("imported", scenarios.State{}, start())}
		}
	}
	for name, test := range map[string]struct {
		before   func(t *testing.T, s *State)
		one, two scenarios.Key
		after    time.Duration
		want     bool
	}{
		"the start":        {one: githubOf("alice", ""), two: githubOf("bob", "acme"), want: true},
		"entries":          {one: githubOf("carol", ""), two: githubOf("dave", "")},
		"a slip in a slug": {one: scenarios.Key{Provider: "gihub", User: "alice"}, two: githubOf("alice", "")},
		"writes": {
			before: func(_ *testing.T, s *State) { imported(s, "alice", "bob") },
			one:    githubOf("alice", ""), two: githubOf("bob", ""),
		},
		"a switch": {
			before: func(t *testing.T, s *State) { s.switchTo(t, "expired", Place{}, 0, 0) },
			one:    githubOf("alice", ""), two: githubOf("carol", ""), want: true,
		},
		"two switches": {
			before: func(t *testing.T, s *State) {
				s.switchTo(t, "expired", Place{}, 0, 0)
				s.switchTo(t, "expired", Place{User: "alice"}, 0, 0)
			},
			one: githubOf("alice", ""), two: githubOf("bob", ""),
		},
		"a token that died": {
			before: func(t *testing.T, s *State) { s.switchTo(t, "dying", Place{}, 0, 0) },
			one:    githubOf("alice", ""), two: githubOf("bob", ""), after: 2 * time.Hour,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, file)
			if test.before != nil {
				test.before(t, s)
			}
			one := s.ViewAt(s.seen(test.one), start().Add(test.after)).Decision
			two := s.ViewAt(s.seen(test.two), start().Add(test.after)).Decision
			if got := one.Shared() == two.Shared(); got != test.want {
				t.Errorf("it is shared: %t, want %t", got, test.want)
			}
			for _, d := range []Decision{one, two} {
				if shared := d.Shared(); shared.Because() != d.Because() || shared.At != d.At || shared.By != d.By {
					t.Errorf("%q since %s is stored as %q since %s", d.Because(), d.At, shared.Because(), shared.At)
				}
			}
			one.Changed = "the token was refreshed"
			if one.Shared().Changed != one.Changed || two.Shared().Changed != "" {
				t.Error("what a call changed is lost, or stored with another one")
			}
		})
	}
}
