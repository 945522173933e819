package fake

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"example.com/pipesfake/fake/internal/control"
)

// Coverage says which of the responses that an application must survive it was given. There are five for each provider:
// active, missing_scopes, expired, not_installed and needs_reauthorization.
type Coverage struct {
	Percent   int                // of the responses of all providers
	Seen, Of  int                // how many of how many responses were given at least once
	Providers []ProviderCoverage // ordered by name
	Errors    map[string]int     // how often each error code was given to calls about none of the providers
	Faults    map[string]int     // how often each kind of fault applied to calls about none of the providers
}

// ProviderCoverage is the coverage of one provider. A count of zero means that the application was not given it.
type ProviderCoverage struct {
	Provider string         // its slug
	Percent  int            // of its five responses
	Answers  map[string]int // how often each of the five responses was given
	Errors   map[string]int // how often each error code was given
	Faults   map[string]int // how often each kind of fault applied
	Missing  []string       // the responses that were not given
}

// String returns the coverage as text: a line for the whole, and one for each provider.
func (c Coverage) String() string {
	lines := []string{fmt.Sprintf("%d %% covered: %d of %d responses%s%s",
		c.Percent, c.Seen, c.Of, counted("; errors", c.Errors), counted("; faults", c.Faults))}
	for _, one := range c.Providers {
		lines = append(lines, one.String())
	}
	return strings.Join(lines, "\n")
}

// String returns the coverage of the provider on one line.
func (c ProviderCoverage) String() string {
	text := fmt.Sprintf("%s %d %%%s%s%s", c.Provider, c.Percent,
		counted(":", c.Answers), counted("; errors", c.Errors), counted("; faults", c.Faults))
	if len(c.Missing) > 0 {
		text += "; missing " + strings.Join(c.Missing, ", ")
	}
	return text
}

// counted returns what was counted at least once, in order, after a word. It returns "" if that is nothing.
func counted(word string, counts map[string]int) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		if n := counts[name]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", name, n))
		}
	}
	if parts == nil {
		return ""
	}
	return word + " " + strings.Join(parts, ", ")
}

// Coverage returns which responses the environment gave since it started, was reset, or coverage was cleared. It counts
// the providers of the scenario file, and those that calls used. A response that a fault replaced or broke counts as a
// fault only.
func (e *Environment) Coverage() Coverage { return coverageOf(e.asControl().Coverage()) }

// CoverageOfAll returns which responses the environments of the server gave together, including those before resets and
// those of deleted environments. A TestMain can check it after m.Run.
func (s *Server) CoverageOfAll() Coverage {
	view, err := s.own.asControl().CoverageOfAll()
	if err != nil {
		s.own.t.Helper()
		s.own.t.Fatalf("pipesfake: %s", mistake(err))
	}
	return coverageOf(view)
}

// ClearCoverage forgets what the environments of the server have counted.
func (s *Server) ClearCoverage() {
	if err := s.server.Environments().ResetCoverage(context.Background()); err != nil {
		s.own.t.Helper()
		s.own.t.Fatalf("pipesfake: %s", mistake(err))
	}
}

func coverageOf(view control.Coverage) Coverage {
	coverage := Coverage{
		Percent: view.Percent, Seen: view.Seen, Of: view.Of, Errors: view.Errors, Faults: view.Faults,
	}
	for _, one := range view.Providers {
		coverage.Providers = append(coverage.Providers, ProviderCoverage(one))
	}
	return coverage
}
