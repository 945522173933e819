package model

import (
	"fmt"
	"time"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/fake/internal/state"
	"example.com/pipesfake/scenarios"
)

// How much of each kind calls can make in an environment. What the file says is not bounded by this, other than by its
// author. Connections that calls wrote are never forgotten: they are bounded for each owner alone.
const (
	maxEndpoints      = scenarios.MaxWebhooks
	maxIntegrations   = 100_000 // with those that were deleted
	maxConfigurations = 100_000 // of organizations
	maxAccounts       = 1_000   // standard connections of one owner with one provider
)

// tooMany returns the error of what would be one too many.
func tooMany(code pipes.Code, format string, args ...any) error {
	return &pipes.Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// checkRoomForSwitch returns too_many_switches if calls cannot make one more.
func (e *Environment) checkRoomForSwitch(made *state.Switch) error {
	const mend = "take some back (DELETE /_control/scenario), or all (POST /_control/reset)"
	switch s := &e.state.Switches; {
	case s.IsFull():
		return tooMany(pipes.TooManySwitches, "%d switches of calls are in force in environment %s already: %s.",
			state.MaxSwitches, e.name, mend)
	case !s.HasRoomFor(made):
		return tooMany(pipes.TooManySwitches, "The inline scenarios of the switches in force in environment %s would "+
			"have more than %d MiB: %s, or define the scenario in the file and switch to its name.",
			e.name, state.MaxInlineSize>>20, mend)
	}
	return nil
}

// checkRoomForIntegration returns too_many_data_integrations if calls cannot make one more.
func (e *Environment) checkRoomForIntegration(slug, ownership string) error {
	all := len(e.state.Catalog.Integrations) + len(e.state.Catalog.Removed)
	if e.state.Catalog.Deletions(slug, ownership) > 0 || all < maxIntegrations {
		return nil
	}
	return tooMany(pipes.TooManyIntegrations, "There are %d data integrations in environment %s already, with those "+
		"that were deleted, which stay away until a reset: reset it (POST /_control/reset).", all, e.name)
}

// checkRoomForConfiguration returns too_many_configurations if calls cannot make one more.
func (e *Environment) checkRoomForConfiguration() error {
	if len(e.state.Catalog.Overrides) < maxConfigurations {
		return nil
	}
	return tooMany(pipes.TooManyConfigurations, "Calls configured %d data integrations for organizations in "+
		"environment %s already: reset it (POST /_control/reset), or declare organizations in the file.",
		len(e.state.Catalog.Overrides), e.name)
}

// MaxTTL is the longest time for which a switch that a call makes can be in force.
const MaxTTL = 100 * 365 * 24 * time.Hour
