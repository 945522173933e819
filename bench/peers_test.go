package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The configurations contain the answer, as text or as JSON, and those in JSON can be read.
func TestPeerFiles(t *testing.T) {
	t.Parallel()
	answer := `{"active":true,"access_token":{"scopes":["repo"]}}`
	quoted, _ := json.Marshal(answer)
	for _, p := range allPeers() {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			files, err := p.files([]byte(answer + "\n"))
			if err != nil || len(files) != 1 {
				t.Fatalf("%d files, %v", len(files), err)
			}
			for name, text := range files {
				if filepath.Ext(name) == ".json" && !json.Valid(text) {
					t.Errorf("%s is not JSON: %s", name, text)
				}
				isAnswer := strings.Contains(string(text), answer) || strings.Contains(string(text), string(quoted))
				if p.calls == nil || name != "seed.json" && !isAnswer {
					t.Errorf("%s does not have the answer: %s", name, text)
				}
			}
		})
	}
}

func TestPeersSection(t *testing.T) {
	t.Parallel()
	round1 := round{requests: 100, perSecond: 1000, p50: 0.5, p99: 4.123, cpu: 20}
	round2 := round{requests: 10, perSecond: 44, p50: 20.4, p99: 99.6, cpu: 700}
	rivals := []*rival{
		{name: "bare handler", rounds: []round{round1}, started: []float64{0.003}, idle: []float64{7}, loaded: 14,
			afterFew: 12, afterAll: 13, asked: 100_000},
		{name: "Slow", version: "1.2", rounds: []round{round2}, started: []float64{1.5}, idle: []float64{100},
			loaded: 200, afterFew: 110, afterAll: 150, asked: 60_000},
		{name: "Absent", version: "3", problem: "node | is not\ninstalled"},
	}
	b := &bench{rounds: 1, seconds: 3}
	got := b.peersSection(rivals, time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC))
	for _, line := range []string{
		"Measured on 27 November 2026 on a machine with ",
		"| bare handler | 1 | 20 µs | 0.50, 4.1 ms | 3 ms | 7 MiB | 14 MiB | 12 MiB | 13 MiB |",
		"| Slow 1.2 | 0.044 | 700 µs | 20, 100 ms | 1500 ms | 100 MiB | 200 MiB | 110 MiB | " +
			"150 MiB, and there was time for 60 000 |",
		"| Absent 3 | not measured: node / is not | | | | | | | |",
	} {
		if !strings.Contains(got, line) {
			t.Errorf("no line %q in:\n%s", line, got)
		}
	}
}

func TestReplaceSection(t *testing.T) {
	t.Parallel()
	got, err := replaceSection("a\n"+sectionBegin+"old\n"+sectionEnd+"b\n", "new\n")
	if want := "a\n" + sectionBegin + "new\n" + sectionEnd + "b\n"; got != want || err != nil {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
	for name, text := range map[string]string{
		"no comments": "a\n", "no end": "a\n" + sectionBegin, "the end first": sectionEnd + sectionBegin,
	} {
		if _, err := replaceSection(text, "new\n"); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
