package state

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"example.com/pipesfake/scenarios"
)

// What happens to a connection does not change the history of a copy, which somebody may read at the same time.
func TestHistoryOfCopy(t *testing.T) {
	t.Parallel()
	later := start().Add(time.Hour)
	for name, change := range map[string]func(s *State, r *Connection){
		"a refresh": func(_ *State, r *Connection) {
			r.Replaced(&Decision{Sequence: 7}, scenarios.OAuth, later)
		},
		"another refresh under its directive": func(_ *State, r *Connection) {
			r.Replaced(&Decision{Sequence: 1}, scenarios.OAuth, later)
		},
		"a token in the place of the oldest": func(s *State, r *Connection) { s.Issue(r, "gho_9", false) },
		"another run": func(_ *State, r *Connection) {
			r.runOf(&Decision{Sequence: 7, Scenario: new(scenarios.Scenario)})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "")
			r := s.seen(githubOf("alice", ""))
			s.Issue(r, "gho_1", false)
			r.Replaced(&Decision{Sequence: 1}, scenarios.OAuth, start())
			for i := 2; i <= MaxIssuedTokens; i++ {
				s.Issue(r, fmt.Sprint("gho_", i), false)
			}
			copied, before := *r, deepCopy(r.history())
			change(s, r)
			if reflect.DeepEqual(r.history(), before) {
				t.Fatal("nothing changed")
			}
			if got := copied.history(); !reflect.DeepEqual(got, before) {
				t.Errorf("the copy has %+v, want %+v", got, before)
			}
		})
	}
}

// deepCopy returns a history that shares no slice.
func deepCopy(h History) History {
	return History{slices.Clone(h.Refreshes), slices.Clone(h.Issued), slices.Clone(h.Runs)}
}

// A history is saved as fields of its connection, as older versions saved it, and most connections have none.
func TestSavedHistory(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		json string
		want *History
	}{
		"none": {`{"Told":"connected"}`, nil},
		"tokens": {
			`{"Issued":["gho_1","gho_2"],"Told":"connected"}`,
			&History{Issued: []string{"gho_1", "gho_2"}},
		},
		"a refresh": {
			`{"Refreshes":[{"Word":1,"State":2,"At":"2026-11-26T12:00:00Z"}],"Told":"connected"}`,
			&History{Refreshes: []Refresh{{1, 2, start()}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var read, again Connection
			if err := json.Unmarshal([]byte(test.json), &read); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(read.History, test.want) {
				t.Errorf("it is read as %+v, want %+v", read.History, test.want)
			}
			text, err := json.Marshal(read)
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(text, &again); err != nil || !reflect.DeepEqual(again, read) {
				t.Errorf("it is saved as %s (%v)", text, err)
			}
		})
	}
}
