package control

import (
	"fmt"
	"slices"
	"strings"

	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// Coverage is which answers a suite saw.
type Coverage struct {
	Percent   int                `json:"percent"` // of the five answers of every provider
	Seen      int                `json:"seen"`
	Of        int                `json:"of"`
	Providers []ProviderCoverage `json:"providers"`
	Errors    map[string]int     `json:"errors"` // by code, of calls about none of them
	Faults    map[string]int     `json:"faults"` // by way, of the same
}

// ProviderCoverage is that of one provider. Zeros are what was not seen.
type ProviderCoverage struct {
	Provider string         `json:"provider"`
	Percent  int            `json:"percent"`
	Answers  map[string]int `json:"answers"`
	Errors   map[string]int `json:"errors"`
	Faults   map[string]int `json:"faults"`
	Missing  []string       `json:"missing"` // the answers that were not seen
}

func coverageOf(e *model.Environment, all journal.Coverage) Coverage {
	slugs := all.Providers(func(slug string) bool { return e.CheckPlace(model.Place{Provider: slug}) == nil }, e.Scenarios().Providers()...)
	c := all.ForProviders(slugs)
	counts := func(provider string, kind journal.CoverageKind, names []string) map[string]int {
		all := map[string]int{}
		for _, name := range names {
			all[name] = c[journal.CoverageKey{Provider: provider, Kind: kind, Name: name}]
		}
		return all
	}
	errors, faults := pipes.APICodes(), scenarios.WaysToBreak()
	view := Coverage{Providers: []ProviderCoverage{}, Errors: counts("", journal.KindError, errors), Faults: counts("", journal.KindFault, faults)}
	for _, slug := range slugs {
		one := ProviderCoverage{
			Provider: slug, Answers: counts(slug, journal.KindAnswer, journal.Answers()),
			Errors: counts(slug, journal.KindError, errors), Faults: counts(slug, journal.KindFault, faults), Missing: []string{},
		}
		for _, name := range journal.Answers() {
			if one.Answers[name] == 0 {
				one.Missing = append(one.Missing, name)
			}
		}
		of := len(journal.Answers())
		seen := of - len(one.Missing)
		one.Percent = 100 * seen / of
		view.Seen, view.Of = view.Seen+seen, view.Of+of
		view.Providers = append(view.Providers, one)
	}
	if view.Of > 0 {
		view.Percent = 100 * view.Seen / view.Of
	}
	return view
}

// GetCoverage tells which answers the environment gave, or (all=true) every environment since the server began,
// also before their resets; as JSON or Markdown.
func GetCoverage(c Call) (any, error) {
	var p coverageParameters
	if err := readQuery(c, coverageQuery, &p, nil); err != nil {
		return nil, err
	}
	covered := c.Environment.Journal.Coverage()
	if p.all == "true" {
		covered = c.Registry.Coverage()
	}
	view := coverageOf(c.Environment.Environment, covered).hidden(c.Registry.Redact)
	if p.format == "markdown" {
		return call.Text{ContentType: "text/markdown; charset=utf-8", Body: []byte(view.markdown())}, nil
	}
	return view, nil
}

// DeleteCoverage forgets what all environments have counted.
func DeleteCoverage(c Call) (any, error) {
	c.Registry.ResetCoverage()
	return coverageOf(c.Environment.Environment, nil).hidden(c.hider()), nil
}

// markdown is a table for people: how often each answer was seen, and what was not.
func (c Coverage) markdown() string {
	var text strings.Builder
	fmt.Fprintf(&text, "# Coverage: %d %% (%d of %d answers)\n\n", c.Percent, c.Seen, c.Of)
	fmt.Fprintf(&text, "| provider | %s | errors seen | faults seen |\n|---|%s---|---|\n", strings.Join(journal.Answers(), " | "), strings.Repeat("---|", len(journal.Answers())))
	for _, one := range c.Providers {
		cells := []string{strings.ReplaceAll(one.Provider, "|", `\|`)}
		for _, name := range journal.Answers() {
			cells = append(cells, orDash(one.Answers[name]))
		}
		cells = append(cells, seenOf(one.Errors), seenOf(one.Faults))
		fmt.Fprintf(&text, "| %s |\n", strings.Join(cells, " | "))
	}
	if errors, faults := seenOf(c.Errors), seenOf(c.Faults); errors+faults != "––" {
		fmt.Fprintf(&text, "\nWithout a provider: errors %s; faults %s.\n", errors, faults)
	}
	for _, kind := range []struct {
		word   string
		counts func(ProviderCoverage) map[string]int
		also   map[string]int
	}{
		{"Errors", func(p ProviderCoverage) map[string]int { return p.Errors }, c.Errors},
		{"Faults", func(p ProviderCoverage) map[string]int { return p.Faults }, c.Faults},
	} {
		var never []string
		for name, n := range kind.also {
			if n == 0 && !slices.ContainsFunc(c.Providers, func(p ProviderCoverage) bool { return kind.counts(p)[name] > 0 }) {
				never = append(never, name)
			}
		}
		slices.Sort(never)
		fmt.Fprintf(&text, "\n%s never seen: %s.\n", kind.word, orNone(never))
	}
	return text.String()
}

func orDash(n int) string {
	if n == 0 {
		return "–"
	}
	return fmt.Sprint(n)
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

func seenOf(counts map[string]int) string {
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

// hidden is coverage as it may be shown.
func (c Coverage) hidden(hide hider) Coverage {
	for i := range c.Providers {
		c.Providers[i].Provider = hide(c.Providers[i].Provider)
	}
	return c
}
