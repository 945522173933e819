package ui

import (
	"maps"
	"slices"
	"strconv"
	"testing"

	"example.com/pipesfake/scenarios"
)

func TestLinesInForce(t *testing.T) {
	t.Parallel()
	const file = `version: 1
start: broken
scenarios:
  broken:
    state: needs_reauthorization
  outage:
    steps:
      - {fault: {status: 503}, times: 2}
      - {scenario: active}
faults:
  - {operation: token, status: 500}
connections:
  - {provider: github, user_id: alice, scenario: outage}
  - {provider: github, user_id: bob, scenario: active}
`
	alice := scenarios.Place{User: "alice"}
	for name, one := range map[string]struct {
		switches []scenarios.Place // each to "broken"
		want     map[int32]string
	}{
		"as the file starts": {nil, map[int32]string{
			2: "everybody else", 4: "everybody else", 6: "alice, github", 8: "alice, github",
			11: "fault_1", 13: "alice, github", 14: "bob, github",
		}},
		"a switch for everybody covers all entries": {[]scenarios.Place{{}}, map[int32]string{
			4: "everybody and others", 11: "fault_1",
		}},
		"a switch for one user": {[]scenarios.Place{alice}, map[int32]string{
			2: "everybody else", 4: "everybody else and others", 11: "fault_1", 14: "bob, github",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRequest(t, file)
			for _, place := range one.switches {
				use(t, r, "broken", place)
			}
			got := linesInForce(r, r.Environment.Scenarios(), 1, 14)
			if !maps.Equal(got, one.want) {
				t.Errorf("got  %v\nwant %v", got, one.want)
			}
		})
	}
}

func TestALineInForceForSeveral(t *testing.T) {
	t.Parallel()
	at := scenarios.Position{Line: 1}
	for name, one := range map[string]struct {
		whom []string
		want string
	}{
		"nobody":            {nil, ""},
		"one":               {[]string{"alice"}, "alice"},
		"the same twice":    {[]string{"alice", "alice"}, "alice"},
		"two":               {[]string{"alice", "bob"}, "alice and others"},
		"three":             {[]string{"alice", "bob", "carol"}, "alice and others"},
		"secrets are alike": {[]string{"secret", "secret"}, "…"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			hide := func(text string) string {
				if text == "secret" {
					return "…"
				}
				return text
			}
			marker := lineMarker{marks: map[int32]string{}, hide: hide}
			for _, whom := range one.whom {
				marker.mark(at, whom)
				marker.mark(scenarios.Position{}, whom) // of a call
			}
			if got := marker.marks[1]; got != one.want || len(marker.marks) > 1 {
				t.Errorf("got %v, want %q", marker.marks, one.want)
			}
		})
	}
}

func TestWhichConnectionsOfTheFileAreLookedAt(t *testing.T) {
	t.Parallel()
	one, other := &scenarios.Scenario{Name: "one"}, &scenarios.Scenario{Name: "other"}
	var connections []scenarios.Connection
	for line := 1; line <= 20; line++ {
		scenario := one
		if line == 20 {
			scenario = other
		}
		connections = append(connections, scenarios.Connection{
			Key:      scenarios.Key{User: strconv.Itoa(line)},
			Scenario: scenario, Position: scenarios.Position{Line: int32(line)},
		})
	}
	for name, one := range map[string]struct {
		from, to int
		want     []string
	}{
		"a few of each scenario":       {0, 0, []string{"1", "2", "3", "4", "5", "20"}},
		"and all on the shown lines":   {10, 12, []string{"1", "2", "3", "4", "5", "10", "11", "12", "20"}},
		"the shown lines count as few": {1, 7, []string{"1", "2", "3", "4", "5", "6", "7", "20"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var users []string
			for _, key := range sample(slices.Values(connections), one.from, one.to) {
				users = append(users, key.User)
			}
			if !slices.Equal(users, one.want) {
				t.Errorf("got %q, want %q", users, one.want)
			}
		})
	}
}

func TestWhereAMistakeOfTheFileIsShown(t *testing.T) {
	t.Parallel()
	for problem, want := range map[string]mistake{
		"f.yaml:3:5: wrong":     {Line: "3", Page: "0"},
		"f.yaml:300:1: wrong":   {Line: "300", Page: "0"},
		"f.yaml:301:1: wrong":   {Line: "301", Page: "300"},
		"f.yaml:901:1: too far": {},
		"f.yaml:0:1: wrong":     {},
		"f.yaml: wrong":         {},
		"f.yaml:x: wrong":       {},
		"g.yaml:3:5: wrong":     {},
		"permission denied":     {},
	} {
		want.Text = problem
		if got := mistakeOf(problem, "f.yaml", 900); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
}
