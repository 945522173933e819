package server

import (
	"strings"
	"testing"

	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/scenarios"
)

// A file that is loaded again resets every environment to its start. Snapshots are of another file then, but stay.
func TestWhatAReloadKeeps(t *testing.T) {
	t.Parallel()
	const loaded = "version: 1\nstart: expired\n"
	for name, one := range map[string]struct {
		content                    string
		start                      string // the scenario that the file in force starts with
		switches, requests, faults int
		refused                    string
	}{
		"a good file": {content: loaded, start: "expired"},
		"a file that is not YAML": {
			content: "version: 1\n\tstart: x\n", refused: "test.yaml:2",
			start: "active", switches: 1, requests: 1, faults: 1,
		},
		"a file with a mistake": {
			content: "version: 1\nstart: exspired\n", refused: "expired",
			start: "active", switches: 1, requests: 1, faults: 1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, Config{})
			serveOne(s, newRequest("GET", "http://localhost/events", "Authorization", "Bearer sk_env_ci"))
			e := open(t, s, "ci")
			expired, err := e.Scenarios().Scenario("expired")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := e.Switch(scenarios.Place{}, expired, 0); err != nil {
				t.Fatal(err)
			}
			fault, err := scenarios.ParseFault(e.Scenarios(), []byte(`{"status": 503, "operation": "token"}`))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := e.AddFault(fault); err != nil {
				t.Fatal(err)
			}
			if _, err := e.TakeSnapshot("before"); err != nil {
				t.Fatal(err)
			}
			s.reloadFrom("test.yaml", []byte(one.content))
			_, switches := e.Switches(10)
			faults, _ := e.Faults()
			requests, _ := e.Journal.Last(0, 10, func(*journal.Entry) bool { return true })
			if got := e.Scenarios().Start.Name; got != one.start {
				t.Errorf("it starts with %q, want %q", got, one.start)
			}
			if switches != one.switches || len(faults) != one.faults || len(requests) != one.requests {
				t.Errorf("%d switches, %d faults, %d requests", switches, len(faults), len(requests))
			}
			if n := len(e.ListSnapshots()); n != 1 {
				t.Errorf("%d snapshots are left", n)
			}
			problems := strings.Join(s.reload.refused(e.Scenarios()), "\n")
			if (problems == "") != (one.refused == "") || !strings.Contains(problems, one.refused) {
				t.Errorf("the problems are %q", problems)
			}
		})
	}
}

// A refused file is reported until a good one is loaded, and each problem is reported once.
func TestARefusedReloadIsReported(t *testing.T) {
	t.Parallel()
	s := newServer(t, Config{})
	for _, one := range []struct {
		content  string
		problems int
	}{
		{"version: 1\nstart: x\n", 1},
		{"version: 1\nstart: x\nnothing: 1\n", 2},
		{"version: 1\n", 0},
	} {
		s.reloadFrom("test.yaml", []byte(one.content))
		health := s.reload.health(s.environments.Scenarios())
		got := 0
		if health.Refused != nil {
			got = len(health.Refused.Problems)
		}
		if health.Status != "ok" || got != one.problems {
			t.Errorf("%q: got %+v, want %d problems", one.content, health, one.problems)
		}
	}
}
