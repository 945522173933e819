package export

import (
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/script"
	"example.com/pipesfake/fake/internal/state"
	"example.com/pipesfake/scenarios"
)

// start is when the states of these tests begin, and now when they are exported.
func start() time.Time { return time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC) }
func now() time.Time   { return start().Add(10 * time.Minute) }

// write returns the export of a scenario file's state after some changes.
func write(t *testing.T, file string, change func(*state.State)) string {
	t.Helper()
	set, err := scenarios.Parse("test.yaml", []byte("version: 1\n"+file))
	if err != nil {
		t.Fatal(err)
	}
	s := state.New("test", set, start())
	change(s)
	hide := func(text string, replace func(string) string) string {
		return strings.ReplaceAll(text, "gho_secret", replace("gho_secret"))
	}
	text, err := Write("test", s.Copy(clock.Saved{}, now(), 0), hide)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := scenarios.Parse("export.yaml", text); err != nil {
		t.Errorf("the export does not load: %v\n%s", err, text)
	}
	return string(text)
}

func switchTo(s *state.State, scenario string, place state.Place, ttl time.Duration) {
	found, _ := s.Set.Scenario(scenario)
	s.AddSwitch(&state.Switch{
		Place: place, Scenario: script.Reference{Scenario: found}, At: start().Add(time.Minute), TTL: ttl,
	})
}

// seen returns the connection of a user with github, which is remembered from then on.
func seen(s *state.State, user string) *state.Connection {
	made := s.Unseen(scenarios.Key{Provider: "github", User: user})
	s.Connections.Add(made)
	return made
}

func TestWrite(t *testing.T) {
	t.Parallel()
	const scripted = `
scenarios:
  dies:
    steps:
      - {scenario: active, for: 30m}
      - {scenario: needs_reauthorization}
`
	for name, c := range map[string]struct {
		file   string
		change func(*state.State)
		want   []string // what the export contains
		not    []string // and what it does not
	}{
		"nothing has changed": {"", func(*state.State) {}, []string{"version: 1"}, []string{"\nswitches:"}},
		"a switch says since when and for how long": {
			"", func(s *state.State) { switchTo(s, "expired", state.Place{User: "bob"}, time.Hour) },
			[]string{"switches:", "user_id: bob", "scenario: expired", "age: 9m", "ttl: 1h"}, nil,
		},
		"a connection that a switch describes needs no other": {
			"", func(s *state.State) {
				switchTo(s, "expired", state.Place{}, 0)
				seen(s, "alice")
			}, []string{"scenario: expired"}, []string{"alice"},
		},
		"a write becomes a switch for its connection, without the secret": {
			"", func(s *state.State) {
				r := seen(s, "alice")
				d := s.NewWrite("imported", scenarios.State{
					Scopes: []string{"repo"}, ExpiresIn: scenarios.Never, Refresh: scenarios.RefreshFails,
				}, now())
				r.Stored = &state.Stored{Write: d, Method: scenarios.OAuth, Secret: "gho_secret"}
			},
			[]string{"user_id: alice", "organization_id: null", "expires_in: never",
				"Left out: the secret that was given for"},
			[]string{"gho_secret"},
		},
		"a secret in the place of an id becomes a word": {
			"", func(s *state.State) { switchTo(s, "expired", state.Place{User: "gho_secret"}, 0) },
			[]string{`user_id: "mask-1"`}, []string{"gho_secret"},
		},
		"a script goes on where it is": {
			scripted, func(s *state.State) { switchTo(s, "dies", state.Place{User: "alice"}, 0) },
			[]string{"scenario: dies", "age: 9m"}, nil,
		},
		"a fault has the calls left that it had": {
			"faults:\n  - {status: 503, times: 3}\n", func(s *state.State) { s.Faults.Active[0].Matches = 1 },
			[]string{"times: 2"}, []string{"times: 3"},
		},
		"webhook endpoints without the values of their queries": {
			"", func(s *state.State) {
				s.AddEndpoint(&state.Endpoint{
					URL: "http://localhost/?key=abc", Enabled: true,
					Events: []string{"pipes.connected_account.connected"},
				})
			}, []string{"http://localhost/?key=left-out-1"}, []string{"abc"},
		},
		"a deleted integration": {
			"strict: true\nproviders:\n  github: {}\n", func(s *state.State) {
				i, _ := s.ManagedIntegration("github", scenarios.OwnerUser)
				s.Catalog.MarkRemoved(i, s.NewWrite("deleted", scenarios.State{State: scenarios.NotInstalled}, now()))
				s.Catalog.Remove(i)
				switchTo(s, "expired", state.Place{Provider: "github"}, 0)
			}, []string{"Left out: switch 1, for", "with strict a file cannot name a provider that was deleted"}, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := write(t, c.file, c.change)
			for _, want := range c.want {
				if !strings.Contains(text, want) {
					t.Errorf("%q is not in\n%s", want, text)
				}
			}
			for _, not := range c.not {
				if strings.Contains(text, not) {
					t.Errorf("%q is in\n%s", not, text)
				}
			}
		})
	}
}

func TestSince(t *testing.T) {
	t.Parallel()
	const century = clock.Furthest
	for name, c := range map[string]struct {
		since, until time.Duration // from now; until zero: no end
		age, ttl     time.Duration
		capped       bool
	}{
		"for an hour":                        {-time.Hour, 0, time.Hour, 0, false},
		"for an hour, with another left":     {-time.Hour, time.Hour, time.Hour, 2 * time.Hour, false},
		"from later on: the clock went back": {time.Hour, 0, 0, 0, false},
		"longer than a file may say":         {-2 * century, 0, century, 0, true},
		"with longer left":                   {0, 2 * century, 0, century, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := &exporter{now: now()}
			until := time.Time{}
			if c.until != 0 {
				until = now().Add(c.until)
			}
			made := e.since(scenarios.Switch{}, now().Add(c.since), until)
			if made.Age != c.age || made.TTL != c.ttl || e.capped != c.capped {
				t.Errorf("age %s, ttl %s, capped: %t", made.Age, made.TTL, e.capped)
			}
		})
	}
}

func TestAddressWithoutSecrets(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"http://localhost/hook":           "http://localhost/hook",
		"http://localhost/?a=x&b=y":       "http://localhost/?a=left-out-7&b=left-out-7",
		"http://localhost/?secret":        "http://localhost/?left-out-7",
		"http://localhost/#secret":        "http://localhost/#left-out-7",
		"http://localhost/?a=1&b=2&c=3&d": "http://localhost/?left-out-7",
	} {
		if got := addressWithoutSecrets(address, 7); got != want {
			t.Errorf("%s becomes %s, not %s", address, got, want)
		}
	}
}
