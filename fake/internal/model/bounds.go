package model

import (
	"fmt"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// How much of each kind calls can make in an environment. What the file says is not bounded by this, other than by
// its author. Connections that calls wrote are never forgotten: they are bounded for each owner alone.
const (
	maxSwitches       = 100_000
	maxInlineBytes    = 16 << 20 // of the inline scenarios of all switches
	maxEndpoints      = scenarios.MaxWebhooks
	maxIntegrations   = 100_000 // with those that were deleted
	maxConfigurations = 100_000 // of organizations
	maxAccounts       = 1_000   // standard connections of one owner with one provider
	maxRemoved        = 10_000  // ids of removed objects that lists still find their place by
)

// tooMany is the error of what would be one too many.
func tooMany(code pipes.Code, format string, args ...any) error {
	return &pipes.Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// checkRoom returns too_many_switches where a call cannot make one more.
func (e *Environment) checkRoom(scenario *scenarios.Scenario) error {
	const mend = "take some back (DELETE /_control/scenario), or all (POST /_control/reset)"
	switch s := &e.switches; {
	case s.called >= maxSwitches:
		return tooMany(pipes.TooManySwitches, "%d switches of calls are in force in environment %s already: %s.",
			s.called, e.name, mend)
	case s.inlineBytes+inlineBytes(scenario) > maxInlineBytes:
		return tooMany(pipes.TooManySwitches, "The inline scenarios of the switches in force in environment %s would have "+
			"more than %d MiB: %s, or define the scenario in the file and switch to its name.", e.name, maxInlineBytes>>20, mend)
	}
	return nil
}

// checkRoomForIntegration returns too_many_data_integrations where a call cannot make one more.
func (e *Environment) checkRoomForIntegration(at root) error {
	_, again := e.catalog.removed[at]
	all := len(e.catalog.roots) + len(e.catalog.removed)
	if again || all < maxIntegrations {
		return nil
	}
	return tooMany(pipes.TooManyIntegrations, "There are %d data integrations in environment %s already, with those that "+
		"were deleted, which stay away until a reset: reset it (POST /_control/reset).", all, e.name)
}

func (e *Environment) tooManyConfigurations() error {
	return tooMany(pipes.TooManyConfigurations, "Calls configured %d data integrations for organizations in environment %s "+
		"already: reset it (POST /_control/reset), or declare organizations in the file.", len(e.catalog.overrides), e.name)
}

// inlineBytes is how much an inline scenario says; a name says nothing of its own.
func inlineBytes(s *scenarios.Scenario) int {
	if s.Name != "" {
		return 0
	}
	text, err := s.Text()
	if err != nil {
		return 0 // it cannot be saved either
	}
	return len(text)
}
