package model

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"example.com/pipesfake/scenarios"

	"pgregory.net/rapid"
)

// twins are two environments to which the same happens, but for the clock: that of one jumps, that of the other is
// moved minute by minute with somebody reading the events at each.
type twins struct{ jumping, walking *Environment }

func (w twins) both(do func(e *Environment)) {
	do(w.jumping)
	do(w.walking)
}

func (w twins) advance(minutes int) {
	w.jumping.Advance(time.Duration(minutes) * time.Minute)
	for range minutes {
		w.walking.Advance(time.Minute)
		w.walking.AllEvents()
	}
}

// history tells the events of an environment, and how some connections stand.
func history(e *Environment, keys []scenarios.Key) (lines []string) {
	for _, one := range e.AllEvents() {
		lines = append(lines, fmt.Sprintf("%s %s %s of %v: %s %v",
			one.At.Sub(noon()), one.EventID(), one.Name, one.Key, one.State, one.Scopes))
	}
	for _, key := range keys {
		c := e.Inspect(key)
		lines = append(lines, fmt.Sprintf("%v: %s %v until %s, %s",
			key, c.State, c.Scopes, c.ExpiresAt.Sub(noon()), c.Decision.Because()))
	}
	return lines
}

func drawKey(rt *rapid.T, keys []scenarios.Key) scenarios.Key {
	return rapid.SampledFrom(keys).Draw(rt, "connection")
}

// drawPlace returns a place that covers a connection, and perhaps others.
func drawPlace(rt *rapid.T, key scenarios.Key) Place {
	some := func(of string) bool { return rapid.Bool().Draw(rt, of) }
	for {
		var place Place
		if some("provider") {
			place.Provider = key.Provider
		}
		if some("user") {
			place.User = key.User
		}
		if some("organization") {
			place.Organization = key.Organization
		}
		place.NoOrganization, place.Shared = some("no organization"), some("shared")
		if place.Covers(key) && len(place.Check()) == 0 {
			return place
		}
	}
}

// drawSwitched returns what a switch may say: a state, one whose refresh fails, or a script of minutes.
func drawSwitched(rt *rapid.T) *scenarios.Scenario {
	states := []string{scenarios.Connected, scenarios.NeedsReauthorization, scenarios.NotInstalled}
	state := func() *scenarios.Scenario {
		return &scenarios.Scenario{State: scenarios.State{State: rapid.SampledFrom(states).Draw(rt, "state")}}
	}
	switch rapid.IntRange(0, 3).Draw(rt, "kind") {
	case 0:
		return &scenarios.Scenario{State: scenarios.State{ExpiresIn: 7 * time.Minute, Refresh: scenarios.RefreshFails}}
	case 1:
		return &scenarios.Scenario{Repeat: scenarios.Forever, Steps: []scenarios.Step{
			{Scenario: state(), For: 3 * time.Minute}, {Scenario: state(), For: 4 * time.Minute},
		}}
	}
	return state()
}

// Whatever ends in a jump: the events are those of an environment in which somebody looked all the time.
func TestAJumpTellsWhatWalkingTells(t *testing.T) {
	t.Parallel()
	var keys []scenarios.Key
	for _, user := range []string{"alice", "bob", ""} {
		for _, organization := range []string{"", "acme", "umbrella"} {
			if user+organization != "" {
				keys = append(keys, scenarios.Key{Provider: "github", User: user, Organization: organization},
					scenarios.Key{Provider: "slack", User: user, Organization: organization})
			}
		}
	}
	actions := []string{
		"switch", "switch", "switch", "advance", "advance", "ask", "ask", "import", "delete", "take back", "set back",
	}
	rapid.Check(t, func(rt *rapid.T) {
		w := twins{newEnvironment(t), newEnvironment(t)}
		if rapid.Bool().Draw(rt, "somebody is told as it happens") {
			_, end := w.jumping.Subscribe()
			defer end()
		}
		for range rapid.IntRange(1, 25).Draw(rt, "actions") {
			key := drawKey(rt, keys)
			switch rapid.SampledFrom(actions).Draw(rt, "action") {
			case "switch":
				place, scenario := drawPlace(rt, key), drawSwitched(rt)
				ttl := time.Duration(rapid.IntRange(0, 20).Draw(rt, "ttl")) * time.Minute
				w.both(func(e *Environment) { switchTo(t, e, place, scenario, ttl) })
			case "advance":
				w.advance(rapid.IntRange(1, 40).Draw(rt, "minutes"))
			case "ask":
				w.both(func(e *Environment) { _, _ = e.Token(Query{Key: key}) })
			case "import":
				w.both(func(e *Environment) { _, _ = e.Import(Query{Key: key}, false, Tokens{AccessToken: "t"}) })
			case "delete":
				w.both(func(e *Environment) { _, _ = e.Delete(Query{Key: key}) })
			case "take back":
				w.both(func(e *Environment) { _, _, _ = e.TakeBack() })
			case "set back":
				w.both(func(e *Environment) { e.Advance(-5 * time.Minute) })
			}
		}
		if got, want := history(w.jumping, keys), history(w.walking, keys); !slices.Equal(got, want) {
			rt.Fatalf("jumping tells\n%s\nwalking tells\n%s", fmt.Sprint(got), fmt.Sprint(want))
		}
	})
}

// eventTimes counts the events by their instant.
func eventTimes(e *Environment) map[time.Duration]int {
	counts := map[time.Duration]int{}
	for _, one := range e.AllEvents() {
		counts[one.At.Sub(noon())]++
	}
	return counts
}

// The end of a ttl costs what it changes: a switch under a newer one is passed over without a look at any connection,
// and beyond so many changes in a jump the switches that are left end as one.
func TestTheEndsOfManySwitches(t *testing.T) {
	t.Parallel()
	const users, minute = 1000, time.Minute
	ups, downs := &scenarios.Scenario{}, &scenarios.Scenario{State: scenarios.State{State: scenarios.NotInstalled}}
	for name, c := range map[string]struct {
		put  func(e *Environment)
		jump time.Duration
		want map[time.Duration]int

		looks uint64
	}{
		"the last of many ends last": {func(e *Environment) {
			for i := range 100 {
				switchTo(t, e, Place{}, downs, time.Duration(i+1)*minute)
			}
		}, 200 * minute, map[time.Duration]int{0: users, 100 * minute: users}, users},
		"the last of many ends first, and each says the same": {func(e *Environment) {
			for i := range 100 {
				switchTo(t, e, Place{}, downs, time.Duration(100-i)*minute)
			}
		}, 200 * minute, map[time.Duration]int{0: users, 100 * minute: users}, 100 * users},
		"under a newer one for everybody": {func(e *Environment) {
			for i := range 10 {
				switchTo(t, e, Place{Organization: fmt.Sprintf("org_%d", i)}, downs, time.Duration(i+1)*minute)
			}
			switchTo(t, e, Place{}, ups, 0)
		}, 200 * minute, map[time.Duration]int{0: 2 * users}, 0},
		"over an older one for everybody": {func(e *Environment) {
			switchTo(t, e, Place{}, downs, 20*minute)
			for i := range 10 {
				switchTo(t, e, Place{Organization: fmt.Sprintf("org_%d", i)}, ups, time.Duration(i+1)*minute)
			}
		}, 3 * minute, map[time.Duration]int{0: 2 * users, minute: 100, 2 * minute: 100, 3 * minute: 100}, 300},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEnvironment(t)
			see(t, e, users, 10)
			c.put(e)
			e.AllEvents()
			before := e.Revision()
			if !e.Advance(c.jump) {
				t.Fatal("the clock cannot be moved")
			}
			if got := eventTimes(e); !maps.Equal(got, c.want) {
				t.Errorf("it tells %v, not %v", got, c.want)
			}
			// Each connection that is looked at is counted, and so is each switch.
			if looked := e.Revision() - before; looked > c.looks+110 {
				t.Errorf("it looked at %d connections, not at most %d", looked, c.looks)
			}
		})
	}
}

// Each of many connections changes at each of many instants: so many changes happen at their own, and the rest as one.
func TestMoreChangesThanAJumpTells(t *testing.T) {
	t.Parallel()
	const users, switches = 5000, 90
	e := newEnvironment(t)
	see(t, e, users, 10)
	names := []string{"not_installed", "active"}
	for i := range switches {
		switchTo(t, e, Place{}, scenarioNamed(t, e, names[i%2]), time.Duration(switches-i)*time.Minute)
	}
	e.Advance(1000 * time.Minute)
	times := slices.Sorted(maps.Keys(eventTimes(e)))
	if last, before := times[len(times)-1], times[len(times)-2]; last != 1000*time.Minute || before != 21*time.Minute {
		t.Errorf("the last changes are at %s and %s", before, last)
	}
	for i := range users {
		if c := e.Inspect(seenKey(i, 10)); c.State != scenarios.Connected {
			t.Fatalf("user_%d is %s", i, c.State)
		}
	}
}
