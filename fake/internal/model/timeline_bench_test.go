package model

import (
	"fmt"
	"testing"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/scenarios"
)

// noon is when the environments of these tests begin.
func noon() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }

// newEnvironment returns an environment of the built-in scenarios whose clock stands at noon.
func newEnvironment(tb testing.TB) *Environment {
	tb.Helper()
	set, err := scenarios.Parse("test.yaml", []byte("version: 1\n"))
	if err != nil {
		tb.Fatal(err)
	}
	return New("test", "", set, clock.FrozenAt(noon()))
}

// scenarioNamed returns a built-in scenario.
func scenarioNamed(tb testing.TB, e *Environment, name string) *scenarios.Scenario {
	tb.Helper()
	found, err := e.Scenarios().Scenario(name)
	if err != nil {
		tb.Fatal(err)
	}
	return found
}

// nestedScript returns a script of 999 steps, in a script of 999 steps, and so on. The steps of the innermost one
// last a millisecond, those around it a thousand times longer each.
func nestedScript(tb testing.TB, e *Environment, depth int) *scenarios.Scenario {
	tb.Helper()
	inner := [2]*scenarios.Scenario{scenarioNamed(tb, e, "active"), scenarioNamed(tb, e, "missing_scopes")}
	length := time.Millisecond
	for level := range depth {
		script := &scenarios.Scenario{Name: fmt.Sprint("nested_", level)}
		for i := range 999 {
			script.Steps = append(script.Steps, scenarios.Step{Scenario: inner[i%2], For: length})
		}
		script.Steps = append(script.Steps, scenarios.Step{Scenario: scenarioNamed(tb, e, "active")})
		inner, length = [2]*scenarios.Scenario{script, script}, length*1000
	}
	return inner[0]
}

func switchTo(tb testing.TB, e *Environment, place Place, scenario *scenarios.Scenario, ttl time.Duration) {
	tb.Helper()
	if _, err := e.Switch(place, scenario, ttl); err != nil {
		tb.Fatal(err)
	}
}

// see asks for the tokens of so many users, each in one of some organizations.
func see(tb testing.TB, e *Environment, users, organizations int) {
	tb.Helper()
	for i := range users {
		if _, err := e.Token(Query{Key: seenKey(i, organizations)}); err != nil {
			tb.Fatal(err)
		}
	}
}

// seenKey is the connection of one of the users that see asks for.
func seenKey(i, organizations int) scenarios.Key {
	organization := fmt.Sprint("org_", i%organizations)
	return scenarios.Key{Provider: "github", User: fmt.Sprint("user_", i), Organization: organization}
}

// One call after the clock jumped by 100 000 s costs the same however deeply scripts are nested: for a connection that
// was never seen, and for one whose changes are told on the way.
func BenchmarkAdvanceNestedScripts(b *testing.B) {
	for _, who := range []string{"unseen", "seen"} {
		for depth := 1; depth <= 5; depth++ {
			b.Run(fmt.Sprintf("%s/depth=%d", who, depth), func(b *testing.B) {
				for b.Loop() {
					b.StopTimer()
					e := newEnvironment(b)
					script := nestedScript(b, e, depth)
					if who == "seen" {
						see(b, e, 1, 1)
					}
					switchTo(b, e, Place{}, script, 0)
					if !e.Advance(100_000 * time.Second) {
						b.Fatal("the clock cannot be moved")
					}
					b.StartTimer()
					see(b, e, 1, 1)
				}
			})
		}
	}
}

// A jump over the ends of many ttls costs what it changes, not the number of switches times that of connections.
func BenchmarkAdvanceTTLs(b *testing.B) {
	ttl := func(i int) time.Duration { return time.Minute + time.Duration(i)*time.Second }
	for _, c := range []struct {
		name     string
		switches []int // how many
		make     func(b *testing.B, e *Environment, i, switches int)
	}{
		{"organizations", []int{1, 100, 1000}, switchOrganization},
		{"everybody", []int{1, 10, 100}, switchEverybody},
		{"newest_first", []int{1, 10, 100}, switchNewestFirst},
		{"there_and_back", []int{1, 10, 100}, switchThereAndBack},
	} {
		for _, switches := range c.switches {
			b.Run(fmt.Sprintf("%s/switches=%d", c.name, switches), func(b *testing.B) {
				e := newEnvironment(b)
				see(b, e, 100_000, 1000)
				for b.Loop() {
					b.StopTimer()
					for i := range switches {
						c.make(b, e, i, switches)
					}
					e.AllEvents()
					if !e.Advance(ttl(2 * switches)) {
						b.Fatal("the clock cannot be moved")
					}
					b.StartTimer()
					see(b, e, 1, 1)
				}
			})
		}
	}
}

func switchOrganization(b *testing.B, e *Environment, i, _ int) {
	place := Place{Organization: fmt.Sprintf("org_%d", i)}
	switchTo(b, e, place, scenarioNamed(b, e, "not_installed"), time.Minute+time.Duration(i)*time.Second)
}

func switchEverybody(b *testing.B, e *Environment, i, _ int) {
	switchTo(b, e, Place{}, scenarioNamed(b, e, "not_installed"), time.Minute+time.Duration(i)*time.Second)
}

func switchNewestFirst(b *testing.B, e *Environment, i, switches int) {
	switchTo(b, e, Place{}, scenarioNamed(b, e, "not_installed"), time.Minute+time.Duration(switches-i)*time.Second)
}

func switchThereAndBack(b *testing.B, e *Environment, i, switches int) {
	name := []string{"not_installed", "active"}[i%2]
	switchTo(b, e, Place{}, scenarioNamed(b, e, name), time.Minute+time.Duration(switches-i)*time.Second)
}
