package fake

import "example.com/pipesfake/fake/internal/control"

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

// Coverage returns which responses the environment gave since it started, was reset, or coverage was cleared. It counts
// the providers of the scenario file, and those that calls used. A response that a fault replaced or broke counts as a
// fault only.
func (e *Environment) Coverage() Coverage { return coverageOf(e.asControl().Coverage(false)) }

// CoverageOfAll returns which responses the environments of the server gave together, including those before resets and
// those of deleted environments. A TestMain can check it after m.Run.
func (s *Server) CoverageOfAll() Coverage { return coverageOf(s.own.asControl().Coverage(true)) }

// ClearCoverage forgets what the environments of the server have counted.
func (s *Server) ClearCoverage() { s.server.Environments().ResetCoverage() }

func coverageOf(view control.Coverage) Coverage {
	coverage := Coverage{
		Percent: view.Percent, Seen: view.Seen, Of: view.Of, Errors: view.Errors, Faults: view.Faults,
	}
	for _, one := range view.Providers {
		coverage.Providers = append(coverage.Providers, ProviderCoverage(one))
	}
	return coverage
}
