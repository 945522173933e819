package model

import (
	"example.com/pipesfake/fake/internal/state"
	"example.com/pipesfake/scenarios"
)

// Configurations lists all integrations as an organization has them. Its error is entity_not_found.
func (e *Environment) Configurations(organization string) ([]Configuration, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.state.CheckMember("", organization); err != nil {
		return nil, err
	}
	e.state.OpenCatalog()
	configurations := []Configuration{}
	for _, i := range e.state.Catalog.Integrations {
		if e.state.ConfiguredIntegration(i.Slug) == i {
			configurations = append(configurations, e.state.ConfigurationOf(organization, i))
		}
	}
	return configurations, nil
}

// Configure changes the settings of an organization that differ from those of an integration. What change leaves nil
// stays as it is. Its errors are entity_not_found, invalid_request, scopes_not_configured and
// too_many_configurations.
func (e *Environment) Configure(organization, slug string, change func(*scenarios.Override)) (Configuration, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.advanceAndEmit()
	if err := e.state.CheckMember("", organization); err != nil {
		return Configuration{}, err
	}
	e.state.OpenCatalog()
	i := e.state.ConfiguredIntegration(slug)
	if i == nil {
		_, err := e.state.ManagedIntegration(slug, scenarios.OwnerUser)
		return Configuration{}, err
	}
	provider, _ := e.state.Set.Declared(slug)
	made := e.state.OverrideOf(organization, slug, provider)
	before := made.Scopes
	change(&made.Override)
	if err := e.state.CheckOverride(i, made); err != nil {
		return Configuration{}, err
	}
	key := state.OverrideKey{Organization: organization, Slug: slug}
	if _, again := e.state.Catalog.Overrides[key]; !again {
		if err := e.checkRoomForConfiguration(); err != nil {
			return Configuration{}, err
		}
		made.Created = now
	}
	made.Updated = now
	e.MarkChanged()
	e.state.NoteScopeChange(state.ScopeSource{Slug: slug, Organization: organization}, before, made.Scopes)
	e.state.Catalog.Overrides[key] = state.CalledOverride{OverrideKey: key, Override: made}
	e.addOverrideSecrets(i.Provider, made.Override)
	return e.state.ConfigurationOf(organization, i), nil
}
