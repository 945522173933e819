package state

import (
	"testing"
	"time"

	"example.com/pipesfake/fake/internal/script"
	"example.com/pipesfake/scenarios"
)

// start is when the states of these tests begin.
func start() time.Time { return time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC) }

// parse returns the set of a scenario file.
func parse(tb testing.TB, file string) *scenarios.Set {
	tb.Helper()
	set, err := scenarios.Parse("test.yaml", []byte("version: 1\n"+file))
	if err != nil {
		tb.Fatal(err)
	}
	return set
}

// begin returns the state at the start of a scenario file.
func begin(tb testing.TB, file string) *State {
	tb.Helper()
	return New("test", parse(tb, file), start())
}

// named returns a scenario of the file, or a built-in one.
func (s *State) named(tb testing.TB, name string) *scenarios.Scenario {
	tb.Helper()
	found, err := s.Set.Scenario(name)
	if err != nil {
		tb.Fatal(err)
	}
	return found
}

// switchTo adds a switch to a scenario, some time after the start.
func (s *State) switchTo(tb testing.TB, name string, place Place, after, ttl time.Duration) *Switch {
	tb.Helper()
	made := &Switch{
		Place: place, Scenario: script.Reference{Scenario: s.named(tb, name)}, At: start().Add(after), TTL: ttl,
	}
	s.AddSwitch(made)
	return made
}

// seen returns the connection of a key, which is remembered from then on.
func (s *State) seen(key scenarios.Key) *Connection {
	if found := s.Connections.Find(key); found != nil {
		return found
	}
	made := s.Unseen(key)
	s.Remember(made)
	return made
}

func githubOf(user, organization string) scenarios.Key {
	return scenarios.Key{Provider: "github", User: user, Organization: organization}
}
