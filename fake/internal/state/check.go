package state

import (
	"fmt"
	"slices"

	"example.com/pipesfake/fake/internal/fault"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/fake/internal/script"
	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/internal/names"
	"example.com/pipesfake/scenarios"
)

// DamagedError is the error of a state that no environment can have saved.
type DamagedError struct{ What string }

func (d DamagedError) Error() string { return "it is damaged: " + d.What }

func damaged(format string, args ...any) error { return DamagedError{fmt.Sprintf(format, args...)} }

// Check finds what is damaged in a state that was read, as far as other code relies on it. Rebuild finds what refers to
// the scenario file.
func (s *Saved) Check() error {
	for _, one := range s.InForce {
		if one == nil {
			return damaged("a switch is missing")
		}
		if problems := one.Place.Check(); len(problems) > 0 || one.TTL < 0 {
			return damaged("switch %d is of no place, or ended before it began", one.Number)
		}
	}
	for _, one := range s.Faults.Active {
		if err := checkFault(one); err != nil {
			return err
		}
	}
	if err := s.checkConnections(); err != nil {
		return err
	}
	if s.Emitting != nil && len(s.Emitting.Place.Check()) > 0 {
		return damaged("events are emitted for no place")
	}
	if err := s.checkEvents(); err != nil {
		return err
	}
	return s.Catalog.check()
}

// checkConnections checks the connections and their numbers, which those of older versions lack.
func (s *Saved) checkConnections() error {
	last := uint64(0)
	for _, one := range s.Records {
		if one == nil {
			return damaged("a connection is missing")
		}
		if err := one.check(); err != nil {
			return err
		}
		if one.Index == 0 && one.Sequence != 0 && one.Sequence <= last {
			return damaged("connection %d comes after connection %d", one.Sequence, last)
		}
		last = max(last, one.Sequence)
	}
	return nil
}

// checkEvents checks the events, the endpoints that receive them, and the pages that wait for an answer.
func (s *Saved) checkEvents() error {
	for _, one := range s.Endpoints {
		if one == nil {
			return damaged("a webhook endpoint is missing")
		}
		if one.ID == "" || !names.IsWebURL(one.URL) {
			return damaged("webhook endpoint %q has no id, or no address", one.ID)
		}
	}
	for _, one := range s.Events {
		if one == nil {
			return damaged("an event is missing")
		}
		if checkKey(one.Key) != nil || !slices.Contains(pipes.Events(), one.Name) {
			return damaged("event %d has an unknown name, or no connection", one.Count)
		}
	}
	for _, one := range s.Consents.order {
		if one == nil {
			return damaged("a consent is missing")
		}
		if err := checkKey(one.Key); err != nil {
			return err
		}
	}
	return nil
}

func checkFault(one *fault.Active) error {
	if one == nil {
		return damaged("a fault is missing")
	}
	if problems := one.Check(); len(problems) > 0 {
		return damaged("the fault %s: %s", one.ID, problems[0].Message)
	}
	return nil
}

func checkKey(key scenarios.Key) error {
	if problem := names.CheckSlug(key.Provider); problem != "" {
		return damaged("provider %s", problem)
	}
	place := Place{User: key.User, Organization: key.Organization}
	if problems := place.Check(); len(problems) > 0 {
		return damaged("%s", problems[0].Message)
	}
	if key.User+key.Organization == "" {
		return damaged("a connection to %s has no owner", key.Provider)
	}
	return nil
}

func (r *Connection) check() error {
	if err := checkKey(r.Key); err != nil {
		return err
	}
	if a := r.Stored; a != nil {
		if err := a.Write.check(); err != nil {
			return err
		}
		if a.Method != "" && !isMethod(a.Method) {
			return damaged("a connection to %s authenticates by %q", r.Provider, fields.Abridge(a.Method))
		}
	}
	for _, run := range r.history().Runs {
		if err := checkRun(run, r.Provider); err != nil {
			return err
		}
	}
	return nil
}

func checkRun(run *script.Run, provider string) error {
	if run == nil || len(run.Frames) == 0 {
		return damaged("a script of a connection to %s is in no step", provider)
	}
	for _, f := range run.Frames {
		if f.Round < 0 || f.Calls < 0 {
			return damaged("a script of a connection to %s counts backwards", provider)
		}
		if f.Fault == nil {
			continue
		}
		if err := checkFault(f.Fault); err != nil {
			return err
		}
	}
	return nil
}

// check does not look at durations: those of calls may be longer than a file's.
func (d *Write) check() error {
	state := scenarios.State{State: d.State.State, Refresh: d.State.Refresh, AuthMethod: d.State.AuthMethod}
	if state.State == scenarios.NotInstalled {
		state = scenarios.State{State: state.State}
	}
	if problems := state.Check(); len(problems) > 0 {
		return damaged("what was %s: %s", d.Call, problems[0].Message)
	}
	return nil
}

func (c *Catalog) check() error {
	for _, one := range c.Integrations {
		if one == nil {
			return damaged("a data integration is missing")
		}
		if problem := names.CheckSlug(one.Slug); problem != "" || !isOwnership(one.Ownership) {
			return damaged("the data integration %q has no slug, or no ownership", fields.Abridge(one.Slug))
		}
		if methods := one.Provider.AuthMethods; len(methods) == 0 || !slices.ContainsFunc(methods, isMethod) {
			return damaged("the data integration %s has no auth method", one.Slug)
		}
	}
	for _, one := range c.Removed {
		if problem := names.CheckSlug(one.Slug); problem != "" || !isOwnership(one.Ownership) {
			return damaged("a data integration that was deleted has no slug, or no ownership")
		}
		if err := one.Write.check(); err != nil {
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
