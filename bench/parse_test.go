package main

import (
	"slices"
	"testing"
)

func TestParseStat(t *testing.T) {
	t.Parallel()
	const rest = " S 7 1 1 0 -1 4194560 100 0 0 0 11 22 33 44 20 0 1 0 5 0 0"
	for name, c := range map[string]struct {
		text string
		want processStat
	}{
		"a plain name":                 {"42 (node)" + rest, processStat{42, 7, 110}},
		"a name with spaces":           {"42 (npm exec a b)" + rest, processStat{42, 7, 110}},
		"a name with parentheses":      {"42 (a) S 1 (b)" + rest, processStat{42, 7, 110}},
		"a line without times":         {"42 (node) S 7", processStat{}},
		"something that is not a line": {"", processStat{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := parseStat(c.text)
			if got != c.want || (err != nil) != (c.want == processStat{}) {
				t.Errorf("got %v, %v, want %v", got, err, c.want)
			}
		})
	}
}

func TestStatusValue(t *testing.T) {
	t.Parallel()
	status := "Name:\tnode\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\n"
	if kib, err := statusValue(status, "VmRSS"); kib != 1024 || err != nil {
		t.Errorf("got %v, %v", kib, err)
	}
	if _, err := statusValue(status, "VmSwap"); err == nil {
		t.Error("no error for a value that is missing")
	}
}

func TestDescendants(t *testing.T) {
	t.Parallel()
	parents := map[int]int{10: 1, 11: 10, 12: 11, 13: 10, 20: 1, 21: 20}
	got := descendants(10, parents)
	slices.Sort(got)
	if want := []int{10, 11, 12, 13}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestParseRound(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		output string
		want   round
		fails  bool
	}{
		"a result": {"Running 1s test\nRESULT 2000 1000000 500.0 4000.0 0\n",
			round{requests: 2000, perSecond: 2000, p50: 0.5, p99: 4, cpu: 3}, false},
		"errors":      {"RESULT 2000 1000000 500.0 4000.0 7\n", round{}, true},
		"no response": {"RESULT 0 1000000 0.0 0.0 0\n", round{}, true},
		"no result":   {"unable to connect\n", round{}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := parseRound(c.output, 6000)
			if got != c.want || (err != nil) != c.fails {
				t.Errorf("got %v, %v, want %v", got, err, c.want)
			}
		})
	}
}
