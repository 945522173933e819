package model

import (
	"fmt"
	"slices"

	"example.com/pipesfake/fake/internal/fault"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// DamagedError is the error of restoring a Saved that no environment can have written.
type DamagedError struct{ What string }

func (d DamagedError) Error() string { return "it is damaged: " + d.What }

func damaged(format string, args ...any) error { return DamagedError{fmt.Sprintf(format, args...)} }

// check finds what is damaged in a saved environment, as far as others rely on it. What refers to the scenario file is
// found when it is looked up.
func (s *Saved) check() error {
	for _, one := range s.Switches {
		if problems := one.Place.Check(); len(problems) > 0 || one.TTL < 0 {
			return damaged("switch %d is of no place, or ended before it began", one.Number)
		}
	}
	for _, one := range s.Faults.Laid {
		if err := checkLaid(one); err != nil {
			return err
		}
	}
	for _, one := range s.Records {
		if err := one.check(); err != nil {
			return err
		}
	}
	if err := s.checkTold(); err != nil {
		return err
	}
	return s.Catalog.check()
}

// checkTold is check of whom events are told, and which, and of pages that wait for an answer.
func (s *Saved) checkTold() error {
	for _, one := range s.Endpoints {
		if one.ID == "" || !scenarios.IsWebURL(one.URL) {
			return damaged("webhook endpoint %q has no id, or no address", one.ID)
		}
	}
	for _, one := range s.Events {
		if err := checkKey(one.Key); err != nil || !slices.Contains(pipes.Events(), one.Name) {
			return damaged("event %d is about no connection, or is none", one.Count)
		}
	}
	for _, one := range s.Consents {
		if err := checkKey(one.Key); err != nil {
			return err
		}
	}
	return nil
}

func checkLaid(one *fault.Active) error {
	if one == nil {
		return damaged("a fault is missing")
	}
	if problems := one.Check(); len(problems) > 0 {
		return damaged("the fault %s: %s", one.ID, problems[0].Message)
	}
	return nil
}

func checkKey(key scenarios.Key) error {
	if problem := scenarios.CheckSlug(key.Provider); problem != "" {
		return damaged("provider %s", problem)
	}
	place := Place{User: key.User, Organization: key.Organization}
	if problems := place.Check(); len(problems) > 0 {
		return damaged("%s", problems[0].Message)
	}
	if key.User+key.Organization == "" {
		return damaged("a connection to %s is of nobody", key.Provider)
	}
	return nil
}

func (s *savedRecord) check() error {
	if err := checkKey(s.Key); err != nil {
		return err
	}
	if a := s.Account; a != nil {
		if err := a.Word.check(); err != nil {
			return err
		}
		if a.Method != "" && !isMethod(a.Method) {
			return damaged("a connection to %s authenticates by %q", s.Key.Provider, scenarios.Abridge(a.Method))
		}
	}
	for _, one := range s.Runs {
		if len(one.Frames) == 0 {
			return damaged("a script of a connection to %s is in no step", s.Key.Provider)
		}
		for _, f := range one.Frames {
			if f.Round < 0 || f.Calls < 0 {
				return damaged("a script of a connection to %s counts backwards", s.Key.Provider)
			}
			if f.Laid == nil {
				continue
			}
			if err := checkLaid(f.Laid); err != nil {
				return err
			}
		}
	}
	return nil
}

// check leaves durations alone: those of calls may be longer than a file's.
func (s *savedWord) check() error {
	state := scenarios.State{State: s.State.State, Refresh: s.State.Refresh, AuthMethod: s.State.AuthMethod}
	if state.State == scenarios.NotInstalled {
		state = scenarios.State{State: state.State}
	}
	if problems := state.Check(); len(problems) > 0 {
		return damaged("what was %s: %s", s.Call, problems[0].Message)
	}
	return nil
}

func (s *savedCatalog) check() error {
	for _, one := range s.Integrations {
		if problem := scenarios.CheckSlug(one.Slug); problem != "" || !isOwnership(one.Ownership) {
			return damaged("the data integration %q has no slug, or no ownership", scenarios.Abridge(one.Slug))
		}
		if methods := one.Provider.AuthMethods; len(methods) == 0 || !slices.ContainsFunc(methods, isMethod) {
			return damaged("the data integration %s has no auth method", one.Slug)
		}
	}
	for _, one := range s.Removed {
		if problem := scenarios.CheckSlug(one.Slug); problem != "" || !isOwnership(one.Ownership) {
			return damaged("a data integration that was deleted has no slug, or no ownership")
		}
		if err := one.Word.check(); err != nil {
			return err
		}
	}
	return nil
}

func isMethod(method string) bool {
	return slices.Contains([]string{scenarios.OAuth, scenarios.APIKey, scenarios.ClientCredentials}, method)
}

func isOwnership(ownership string) bool {
	return ownership == scenarios.OwnerUser || ownership == scenarios.OwnerOrganization
}
