package model

import (
	"fmt"

	"example.com/pipesfake/fake/internal/listing"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/fake/internal/state"
	"example.com/pipesfake/scenarios"
)

// Integration finds a data integration. Its error is entity_not_found.
func (e *Environment) Integration(slug, ownership string) (*Integration, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.state.ManagedIntegration(slug, ownership)
}

// Integrations lists those that calls manage, of one ownership or (empty) both. Its error is about a cursor.
func (e *Environment) Integrations(page Page, ownership string) (Listed[*Integration], error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.state.OpenCatalog()
	isManaged := func(i *Integration) bool {
		return !i.IsShared() && (ownership == "" || i.Ownership == ownership)
	}
	return listing.Cut(e.state.Catalog.Integrations, page, isManaged, e.state.Catalog.Numbers.Find)
}

// CreateIntegration makes an integration out of what the caller filled in. With a secret it also installs the first
// connection of an owner. Its errors are entity_not_found, entity_already_exists, slug_reserved and
// too_many_data_integrations.
func (e *Environment) CreateIntegration(made Integration, first *Install) (*Integration, *Account, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.advanceAndEmit()
	e.state.OpenCatalog()
	if err := e.prepareIntegration(&made); err != nil {
		return nil, nil, err
	}
	if err := e.checkRoomForIntegration(made.Slug, made.Ownership); err != nil {
		return nil, nil, err
	}
	made.ID = e.state.IntegrationID(made.Slug, made.Ownership)
	made.Key = e.state.IntegrationKey(made.Slug, made.Ownership)
	made.Created, made.Updated = now, now
	if first == nil {
		e.putIntegration(&made)
		return &made, nil, nil
	}
	if err := e.state.CheckOwner(first.Query); err != nil {
		return nil, nil, err
	}
	e.record(first.Key, now) // it is seen as it is without the integration, which may be undone
	e.putIntegration(&made)
	account, err := e.install(*first, now)
	if err != nil {
		e.state.Catalog.Undo(&made)
		return nil, nil, err
	}
	return &made, account, nil
}

// putIntegration sets an integration up, with its secrets.
func (e *Environment) putIntegration(i *Integration) {
	e.MarkChanged()
	e.addFileSecrets()
	e.state.Catalog.Put(i)
	e.addIntegrationSecrets(i)
}

// prepareIntegration checks that an integration can be made, and completes it with what its provider says.
func (e *Environment) prepareIntegration(made *Integration) error {
	other := e.state.OtherIntegration(made.Slug, made.Ownership)
	switch {
	case e.state.Catalog.Find(made.Slug, made.Ownership) != nil:
		return &pipes.Error{Code: pipes.AlreadyExists, Message: fmt.Sprintf(
			"A data integration with the slug %q exists already in this environment.", made.Slug)}
	case made.Custom != nil && e.state.Set.Known(made.Slug):
		return &pipes.Error{Code: pipes.SlugReserved, Message: fmt.Sprintf(
			"%q is a built-in provider: a custom provider needs a slug of its own.", made.Slug)}
	case made.Custom == nil && other != nil:
		made.Custom = other.Custom // a definition serves both
	case made.Custom == nil:
		if provider, declared := e.state.Set.Declared(made.Slug); declared {
			made.Provider.Fields, made.Provider.Metadata = provider.Fields, provider.Metadata
		} else if err := e.state.Set.Provider(made.Slug); err != nil && !e.state.Set.Known(made.Slug) {
			return state.NotFound("Provider not found: %s", err)
		}
	}
	if made.Custom != nil {
		made.Provider.Name = made.Custom.Name
	} else {
		made.Provider.Name = e.state.Set.Implied(made.Slug).Name
	}
	return state.CheckConfig(made.Provider, made.Provider.Config)
}

// UpdateIntegration changes an integration as the caller does with a copy of it, or not at all. With a secret it also
// installs a connection. Its errors are entity_not_found, data_integration_shared and those of change.
func (e *Environment) UpdateIntegration(slug, ownership string, change func(*Integration) error, also *Install) (
	*Integration, error,
) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.advanceAndEmit()
	old, err := e.state.ManagedIntegration(slug, ownership)
	if err != nil {
		return nil, err
	}
	if old.IsShared() {
		return nil, &pipes.Error{Code: pipes.IntegrationShared, Message: fmt.Sprintf(
			"%q uses shared credentials, which calls do not manage: "+
				"declare it with credentials: custom under providers.", slug)}
	}
	made := *old
	if err := change(&made); err != nil {
		return nil, err
	}
	if also != nil {
		if _, err := e.install(*also, now); err != nil {
			return nil, err
		}
	}
	made.Updated = now
	e.state.NoteScopeChange(state.ScopeSource{Slug: slug, Ownership: ownership}, old.Scopes, made.Scopes)
	e.putIntegration(&made)
	other := e.state.OtherIntegration(slug, ownership)
	if other != nil && made.Custom != nil && other.Custom == old.Custom { // a definition serves both
		both := *other
		both.Custom, both.Provider.Name = made.Custom, made.Provider.Name
		e.state.Catalog.Put(&both)
	}
	return &made, nil
}

// DeleteIntegration removes an integration with all its connections. Its error is entity_not_found.
func (e *Environment) DeleteIntegration(slug, ownership string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.advanceAndEmit()
	old, err := e.state.ManagedIntegration(slug, ownership)
	if err != nil {
		return err
	}
	e.addFileSecrets()
	isOf := func(key scenarios.Key) bool { return key.Provider == slug && state.OwnershipOf(key) == ownership }
	notInstalled := scenarios.State{State: scenarios.NotInstalled}
	d := e.state.NewWrite("deleted with its data integration", notInstalled, now)
	e.state.Catalog.MarkRemoved(old, d) // its connections are gone before it is
	e.state.Connections.In(Place{Provider: slug}, func(r *state.Connection) {
		if isOf(r.Key) {
			e.emitIfChanged(r, now)
			r.Forget(d)
		}
	})
	e.state.RemoveOthers(isOf)
	e.state.Catalog.Remove(old)
	e.MarkChanged()
	return nil
}
