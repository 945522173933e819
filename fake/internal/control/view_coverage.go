package control

import (
	"fmt"
	"slices"
	"strings"

	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// Coverage lists which responses a test suite saw.
type Coverage struct {
	Percent   int                `json:"percent"` // of the five answers of every provider
	Seen      int                `json:"seen"`
	Of        int                `json:"of"`
	Providers []ProviderCoverage `json:"providers"`
	Errors    map[string]int     `json:"errors"` // by code, of calls about none of them
	Faults    map[string]int     `json:"faults"` // by way, of the same
}

// ProviderCoverage is the coverage of one provider. A zero was not seen.
type ProviderCoverage struct {
	Provider string         `json:"provider"`
	Percent  int            `json:"percent"`
	Answers  map[string]int `json:"answers"`
	Errors   map[string]int `json:"errors"`
	Faults   map[string]int `json:"faults"`
	Missing  []string       `json:"missing"` // the answers that were not seen
}

// coverage returns the coverage of some providers, sorted. What was counted for other providers counts for none.
func (v views) coverage(providers []string, all journal.Coverage) Coverage {
	counted := all.ForProviders(providers)
	count := func(provider string, kind journal.CoverageKind, names []string) map[string]int {
		counts := map[string]int{}
		for _, name := range names {
			counts[name] = counted[journal.CoverageKey{Provider: provider, Kind: kind, Name: name}]
		}
		return counts
	}
	answers, errors, faults := journal.Answers(), pipes.APICodes(), waysToBreak()
	view := Coverage{
		Of: len(answers) * len(providers), Providers: []ProviderCoverage{},
		Errors: count("", journal.KindError, errors), Faults: count("", journal.KindFault, faults),
	}
	for _, slug := range providers {
		one := ProviderCoverage{
			Provider: v.Hide(slug), Answers: count(slug, journal.KindAnswer, answers),
			Errors: count(slug, journal.KindError, errors), Faults: count(slug, journal.KindFault, faults),
			Missing: []string{},
		}
		for _, name := range answers {
			if one.Answers[name] == 0 {
				one.Missing = append(one.Missing, name)
			}
		}
		seen := len(answers) - len(one.Missing)
		one.Percent = 100 * seen / len(answers)
		view.Seen += seen
		view.Providers = append(view.Providers, one)
	}
	if view.Of > 0 {
		view.Percent = 100 * view.Seen / view.Of
	}
	return view
}

// markdown returns a table for people: how often each answer was seen, and below it what was never seen.
func (c Coverage) markdown() string {
	answers := journal.Answers()
	var text strings.Builder
	fmt.Fprintf(&text, "# Coverage: %d %% (%d of %d answers)\n\n", c.Percent, c.Seen, c.Of)
	fmt.Fprintf(&text, "| provider | %s | errors seen | faults seen |\n|---|%s---|---|\n",
		strings.Join(answers, " | "), strings.Repeat("---|", len(answers)))
	for _, one := range c.Providers {
		cells := []string{strings.ReplaceAll(one.Provider, "|", `\|`)}
		for _, name := range answers {
			cells = append(cells, orDash(one.Answers[name]))
		}
		cells = append(cells, listSeen(one.Errors), listSeen(one.Faults))
		fmt.Fprintf(&text, "| %s |\n", strings.Join(cells, " | "))
	}
	if errors, faults := listSeen(c.Errors), listSeen(c.Faults); errors+faults != "––" {
		fmt.Fprintf(&text, "\nWithout a provider: errors %s; faults %s.\n", errors, faults)
	}
	errors, faults := []map[string]int{c.Errors}, []map[string]int{c.Faults}
	for _, one := range c.Providers {
		errors, faults = append(errors, one.Errors), append(faults, one.Faults)
	}
	fmt.Fprintf(&text, "\nErrors never seen: %s.\n", listUnseen(errors))
	fmt.Fprintf(&text, "\nFaults never seen: %s.\n", listUnseen(faults))
	return text.String()
}

func orDash(n int) string {
	if n == 0 {
		return "–"
	}
	return fmt.Sprint(n)
}

// listSeen lists what was seen, with how often.
func listSeen(counts map[string]int) string {
	var seen []string
	for name, n := range counts {
		if n > 0 {
			seen = append(seen, fmt.Sprintf("%s %d", name, n))
		}
	}
	slices.Sort(seen)
	if len(seen) == 0 {
		return "–"
	}
	return strings.Join(seen, ", ")
}

// listUnseen lists the names that have no count in any of the maps, which all have the same names.
func listUnseen(all []map[string]int) string {
	var unseen []string
	for name := range all[0] {
		if !slices.ContainsFunc(all, func(counts map[string]int) bool { return counts[name] > 0 }) {
			unseen = append(unseen, name)
		}
	}
	slices.Sort(unseen)
	if len(unseen) == 0 {
		return "none"
	}
	return strings.Join(unseen, ", ")
}

// waysToBreak returns the keys of all kinds of faults.
func waysToBreak() (keys []string) {
	for _, kind := range scenarios.FaultKinds() {
		keys = append(keys, kind.Name)
	}
	return keys
}
