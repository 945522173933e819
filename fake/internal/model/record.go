package model

import (
	"fmt"
	"slices"
	"time"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/fake/internal/state"
	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/scenarios"
)

// record returns the compatibility connection of a key, which is remembered from then on.
func (e *Environment) record(key scenarios.Key, now time.Time) *state.Connection {
	found, isNew := e.remember(key)
	if isNew {
		e.noteFirstAt(found, now)
	}
	return found
}

// remember returns the compatibility connection of a key, and reports whether it is new: then noteFirst must be called.
func (e *Environment) remember(key scenarios.Key) (r *state.Connection, isNew bool) {
	if found := e.state.Connections.Find(key); found != nil {
		return found, false
	}
	made, forgotten := e.state.RememberNew(key)
	e.markRemembered()
	if forgotten != nil {
		e.schedule.Cancel(forgotten.Timer)
		e.MarkChanged()
	}
	return made, true
}

// noteFirst notes how a connection was when it was seen for the first time, which is no change.
func (e *Environment) noteFirst(r *state.Connection, v *View) {
	r.EmittedState, r.EmittedScopes = v.State, v.Scopes
	e.scheduleNext(r, v)
}

// noteFirstAt is noteFirst for who has no view of the connection yet.
func (e *Environment) noteFirstAt(r *state.Connection, now time.Time) {
	v := e.state.ViewAt(r, now)
	e.noteFirst(r, &v)
}

// locate finds the connection that a query names. Its errors are entity_not_found and account_selection_required.
func (e *Environment) locate(q Query, now time.Time) (*state.Connection, error) {
	r, isNew, err := e.find(q, now)
	if isNew {
		e.noteFirstAt(r, now)
	}
	return r, err
}

// find is locate that leaves noteFirst to the caller if the connection is new.
func (e *Environment) find(q Query, now time.Time) (r *state.Connection, isNew bool, err error) {
	if err := e.state.CheckQuery(q); err != nil {
		return nil, false, err
	}
	if q.IsPlain() {
		r, isNew = e.remember(q.Key)
		return r, isNew, nil
	}
	r, err = e.choose(q, e.record(q.Key, now), now)
	return r, false, err
}

// choose returns the connection that a query names, of several that an owner may have with a provider. Its errors are
// those of locate.
func (e *Environment) choose(q Query, compatibility *state.Connection, now time.Time) (*state.Connection, error) {
	var present []*state.Connection
	for _, r := range e.state.Connections.All(q.Key) {
		v := e.state.ViewAt(r, now)
		if q.ID != "" && v.ID() == q.ID {
			return r, nil
		}
		if v.State != scenarios.NotInstalled {
			present = append(present, r)
		}
	}
	switch {
	case q.ID != "":
		return nil, state.NotFound("Connected account not found: this owner has no %q with %s",
			fields.Abridge(q.ID), q.Provider)
	case len(present) > 1:
		return nil, &pipes.Error{Code: pipes.AccountSelectionRequired, Message: fmt.Sprintf(
			"%d connected accounts match: say which one with connected_account_id.", len(present))}
	case len(present) == 1:
		return present[0], nil
	}
	return compatibility, nil
}

// findPresent finds a connection that exists. Its errors are entity_not_found and account_selection_required.
func (e *Environment) findPresent(q Query, now time.Time) (*state.Connection, View, error) {
	r, err := e.locate(q, now)
	if err != nil {
		return nil, View{}, err
	}
	v := e.state.ViewAt(r, now)
	if v.State == scenarios.NotInstalled {
		return nil, v, state.NotFound("Connected account not found: this owner has none with %s (%s)",
			r.Provider, v.Decision.Because())
	}
	return r, v, nil
}

// countPresent returns how many connections an owner has with a provider.
func (e *Environment) countPresent(key scenarios.Key, now time.Time) (count int) {
	for _, r := range e.state.Connections.All(key) {
		if e.state.ViewAt(r, now).State != scenarios.NotInstalled {
			count++
		}
	}
	return count
}

// checkNew checks that an owner may have a connection more: with add, or where the compatibility connection does not
// exist (the codes and the rule of the first: Node SDK 11; what the limit counts is inferred). Its errors are
// multiple_connections_unavailable and connected_account_limit_reached.
func (e *Environment) checkNew(compatibility *state.Connection, add bool, now time.Time) error {
	set, provider := e.state.Set, compatibility.Provider
	if set.MultipleConnections && set.MaxConnections == 0 ||
		!add && e.state.ViewAt(compatibility, now).State != scenarios.NotInstalled {
		return nil
	}
	count := e.countPresent(compatibility.Key, now)
	switch {
	case add && count > 0 && !set.MultipleConnections:
		return &pipes.Error{Code: pipes.MultipleConnectionsUnavailable, Message: fmt.Sprintf(
			"This owner has a connected account with %s already, and multiple_connections of %s is false: "+
				"leave out connection_intent, or delete the account first.", provider, set.Name)}
	case set.MaxConnections > 0 && count >= set.MaxConnections:
		return &pipes.Error{Code: pipes.ConnectedAccountLimitReached, Message: fmt.Sprintf(
			"This owner has as many connected accounts with %s as max_connections of %s allows, %d: "+
				"delete one, or raise it.", provider, set.Name, set.MaxConnections)}
	}
	return nil
}

// findVacant returns the connection that a new one is written to: another one beside existing ones, or one that does
// not exist. Its errors are entity_already_exists, too_many_connected_accounts and those of checkNew.
func (e *Environment) findVacant(key scenarios.Key, add bool, now time.Time) (*state.Connection, error) {
	r := e.record(key, now)
	if err := e.checkNew(r, add, now); err != nil {
		return nil, err
	}
	v := e.state.ViewAt(r, now)
	exists, others := v.State != scenarios.NotInstalled, len(e.state.Connections.Others(key))
	switch {
	case exists && !add:
		return nil, &pipes.Error{Code: pipes.AlreadyExists, Message: fmt.Sprintf(
			"A connected account exists already for this user, integration and organization (%s). "+
				"To import one, switch it to not_installed first (PUT /_control/scenario), or delete it.",
			v.Decision.Because())}
	case exists || others > 0 && add:
		if others >= maxAccounts {
			return nil, tooMany(pipes.TooManyAccounts, "This owner already has %d connected accounts in addition to "+
				"the first with %q: delete some, or reset the environment (POST /_control/reset).",
				others, key.Provider)
		}
		r.Added++
		identity := state.Identity{Key: key, Index: r.Added}
		other := &state.Connection{
			Identity: identity, EmittedState: scenarios.NotInstalled, SeenAfter: e.state.Directives,
		}
		e.state.Touch(r)
		e.state.AddOther(other)
		return other, nil
	}
	r.Created = now
	return r, nil
}

// write stores what a call says of a connection, and returns what became of it.
func (e *Environment) write(r *state.Connection, made *state.Stored, names Names, now time.Time) *Account {
	if r.Created.IsZero() {
		r.Created = now
	}
	r.RenewToken()
	names.set(made)
	r.Stored = made
	e.addAccountSecrets(r)
	return e.afterWrite(r, names, now)
}

// afterWrite returns a connection after a write, with what changed, and warnings about the names that the write gave.
func (e *Environment) afterWrite(r *state.Connection, names Names, now time.Time) *Account {
	changed := e.emitIfChanged(r, now)
	v := e.state.ViewAt(r, now)
	a := e.state.AccountOf(r, &v)
	if name := names.DisplayName; name != nil && *name != "" && e.isDisplayNameTaken(r, now) {
		a.Warnings = []pipes.Warning{{Code: pipes.DuplicateDisplayName, Message: fmt.Sprintf(
			"Another connected account of this owner with %s has the account_display_name %q, too.",
			r.Provider, fields.Abridge(*name))}}
	}
	if a.Decision.Changed = a.Decision.Call; changed != "" {
		a.Decision.Changed += ": " + changed
	}
	return a
}

// isDisplayNameTaken reports whether another connection of the same owner with the same provider has the display name
// of a connection (whose names are compared: inferred).
func (e *Environment) isDisplayNameTaken(r *state.Connection, now time.Time) bool {
	return slices.ContainsFunc(e.state.Connections.All(r.Key), func(other *state.Connection) bool {
		return other != r && other.Stored != nil && other.Stored.DisplayName == r.Stored.DisplayName &&
			e.state.ViewAt(other, now).State != scenarios.NotInstalled
	})
}
