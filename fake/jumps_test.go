package fake_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake"
)

// nestedScripts returns a file with three scripts of 999 steps each, one inside the other. The steps of the innermost
// last a millisecond, those of the others a second and 1000 seconds.
func nestedScripts() string {
	var text strings.Builder
	text.WriteString("version: 1\nscenarios:\n")
	steps := func(name, first, second, lasts string) {
		fmt.Fprintf(&text, "  %s:\n    steps:\n", name)
		for i := range 999 {
			fmt.Fprintf(&text, "      - {scenario: %s, for: %s}\n", []string{first, second}[i%2], lasts)
		}
		fmt.Fprintf(&text, "      - {scenario: %s}\n", first)
	}
	steps("inner", "active", "not_installed", "1ms")
	steps("middle", "inner", "inner", "1s")
	steps("outer", "middle", "middle", "1000s")
	return text.String()
}

// inTime fails the test if a call does not return. The limit is far above what a busy machine needs: package model
// counts the steps that a jump visits (TestAJumpLooksAtFewSteps).
func inTime(t *testing.T, what string, call func()) {
	t.Helper()
	done := make(chan struct{})
	go func() { defer close(done); call() }()
	select {
	case <-done:
	case <-time.After(5 * time.Minute):
		t.Fatalf("%s: no answer within five minutes", what)
	}
}

// A jump of the clock over deeply nested scripts returns soon, and ends in the right step.
func TestClockJumpOverNestedScripts(t *testing.T) {
	t.Parallel()
	file := nestedScripts()
	for name, c := range map[string]struct{ isSeen, isTold bool }{
		"never seen": {false, false}, "seen": {true, false}, "told to an endpoint": {true, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := file
			if c.isTold {
				r := receive(t, "s", func(int) int { return 200 })
				text += "webhooks: [{url: \"" + r.URL + "\", secret: s}]\n"
			}
			w := withFile(t, text, fake.WithTime(noon))
			if c.isSeen {
				w.token("slack", "alice")
			}
			w.Use("outer")
			inTime(t, "to step 1", func() { w.Advance(100_000*time.Second + 500*time.Microsecond) })
			inTime(t, "alice", func() { expect(t, "alice", w.token("slack", "alice").says(), "active") })
			w.Advance(time.Millisecond)
			expect(t, "alice, in step 2", w.token("slack", "alice").says(), "not_installed")
			expect(t, "bob", w.token("slack", "bob").says(), "not_installed")
			where := string(w.control("GET", "scenario?provider=slack&user_id=alice", "").body)
			if !strings.Contains(where, "step 2 of 1000 of inner") {
				t.Errorf("it is in %s", where)
			}
		})
	}
}

// All steps of a script together may last longer than a time.Duration can hold.
func TestStepsOfFiveCenturies(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithTime(noon))
	century := `{"scenario": "not_installed", "for": "876000h"}, `
	w.put(`{"scenario": {"steps": [{"scenario": "active", "for": "1s"}, ` + strings.Repeat(century, 5) +
		`{"scenario": "active", "for": "2678744074709551616ns"}], "repeat": true}}`) // two seconds in 64 bits
	w.Advance(time.Hour)
	expect(t, "in the first century", w.token("slack", "alice").says(), "not_installed")
	where := string(w.control("GET", "scenario?provider=slack&user_id=alice", "").body)
	if !strings.Contains(where, `"round": 1`) || !strings.Contains(where, "2126-10-30T12:00:01.000Z") {
		t.Errorf("it is in %s", where)
	}
}

// The clock can go back and forth over nested scripts many times, with snapshots, exports and several connections that
// are each in a script of their own.
func TestClockMovesBackAndForthOverScripts(t *testing.T) {
	t.Parallel()
	w := withFile(t, nestedScripts(), fake.WithTime(noon))
	for i := range 10 {
		w.Use("outer", fake.User(fmt.Sprint("user_", i)))
		w.token("slack", fmt.Sprint("user_", i))
	}
	inTime(t, "all of it", func() {
		for i := range 200 {
			w.Advance(2 * time.Hour)
			w.SetTime(noon.Add(time.Duration(i%7) * time.Second))
			if i == 100 {
				w.Snapshot("here")
				w.Export()
				w.Restore("here")
			}
		}
	})
	w.SetTime(noon.Add(24*time.Hour + 1500*time.Microsecond))
	expect(t, "a connection that was seen", w.token("slack", "user_0").says(), "not_installed")
}

// A jump over the ends of many ttls costs only what they change, and each event has the time of its change.
func TestClockJumpOverManyTTLs(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithTime(noon))
	const users, organizations = 2_000, 100
	ask := func(i int) {
		body := fmt.Sprintf(`{"user_id": "user_%d", "organization_id": "org_%d"}`, i, i%organizations)
		w.do("POST", "/data-integrations/github/token", body)
	}
	for i := range users {
		ask(i)
	}
	for i := range organizations {
		w.put(fmt.Sprintf(`{"scenario": "not_installed", "organization_id": "org_%d", "ttl": "%dm"}`, i, i+1))
	}
	w.Advance(24 * time.Hour)
	inTime(t, "a call", func() { ask(0) })
	times := map[time.Duration]int{}
	for _, one := range w.Events() {
		times[one.Time.Sub(noon)]++
	}
	expect(t, "at the switches", times[0], users)
	for i := range organizations {
		expect(t, fmt.Sprint("at the end of switch ", i), times[time.Duration(i+1)*time.Minute], users/organizations)
	}
}
