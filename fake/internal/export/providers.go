package export

import (
	"fmt"
	"maps"
	"slices"

	"example.com/pipesfake/fake/internal/state"
	"example.com/pipesfake/internal/names"
	"example.com/pipesfake/scenarios"
)

// providers returns the providers that are not as the environment's own file says; nil for those that were deleted.
func (e *exporter) providers() map[string]*scenarios.Provider {
	providers := map[string]*scenarios.Provider{}
	for at := range e.Catalog.Removed {
		if _, declared := e.Set.Declared(at.Slug); declared && e.ConfiguredIntegration(at.Slug) == nil {
			providers[at.Slug] = nil
		}
	}
	for _, i := range e.Catalog.Integrations {
		if e.ConfiguredIntegration(i.Slug) != i {
			continue // a file describes it together with that of users
		}
		if made := e.provider(i); made != nil {
			providers[i.Slug] = made
		}
	}
	return providers
}

// provider returns an integration as a file describes it, merged with the other integration of its provider. It returns
// nil if the environment's own file describes it already.
func (e *exporter) provider(i *state.Integration) *scenarios.Provider {
	declared, known := e.Set.Declared(i.Slug)
	made := i.Provider
	made.Name, made.Scopes, made.Description = e.Set.Implied(i.Slug).Name, state.FirstSet(i.Scopes, declared.Scopes), ""
	made.Credentials, made.Ownership, made.API = scenarios.CredentialsShared, []string{i.Ownership}, declared.API
	if known {
		made.Name = declared.Name
	}
	if i.Custom != nil {
		made.Name = i.Custom.Name
	}
	if i.Description != nil {
		made.Description = *i.Description
	}
	if i.Credentials != nil {
		made.Credentials = i.Credentials.Type
	}
	if i.Ownership == scenarios.OwnerUser && e.OtherIntegration(i.Slug, i.Ownership) != nil {
		made.Ownership = []string{scenarios.OwnerUser, scenarios.OwnerOrganization}
		if len(declared.Ownership) > 1 {
			made.Ownership = declared.Ownership
		}
	}
	made.Config = e.namedConfig(made.Config, "the data integration "+i.Slug)
	made.Organizations = e.organizations(i, made.Credentials)
	if known && made.SaysAs(declared) {
		return nil
	}
	return &made
}

// organizations returns the settings of organizations that differ from those of an integration.
func (e *exporter) organizations(i *state.Integration, credentials string) map[string]scenarios.Override {
	declared, _ := e.Set.Declared(i.Slug)
	all := map[string]scenarios.Override{}
	if e.Catalog.Deletions(i.Slug, scenarios.OwnerUser) == 0 {
		maps.Copy(all, declared.Organizations)
	}
	for at, one := range e.Catalog.Overrides {
		if at.Slug == i.Slug {
			all[at.Organization] = one.Override.Override
		}
	}
	for _, id := range slices.Sorted(maps.Keys(all)) {
		one := all[id]
		given := one.ClientID != "" || one.Config != nil
		if given && credentials != scenarios.CredentialsOrganization {
			e.leaveOut("the credentials and the config that organization %q gave for %s, "+
				"which takes none from organizations now.", id, i.Slug)
			one.ClientID, one.ClientSecret, one.Config = "", "", nil
		}
		one.Config = e.namedConfig(one.Config, fmt.Sprintf("organization %q with %s", id, i.Slug))
		all[id] = one
	}
	return all
}

// namedConfig returns a config without the fields that no file can name.
func (e *exporter) namedConfig(config map[string]string, whose string) map[string]string {
	made := maps.Clone(config)
	for _, name := range slices.Sorted(maps.Keys(config)) {
		if !names.IsName(name) {
			e.leaveOut("the %q in the config of %s, which is not a name in a file.", name, whose)
			delete(made, name)
		}
	}
	return made
}

// keepScopes lets a provider request scopes where a file cannot say that it requests none, because a scenario or a
// connection lacks some.
func (e *exporter) keepScopes(slug string, made *scenarios.Provider, switches []scenarios.Switch) {
	if made.Scopes == nil || len(made.Scopes) > 0 || !e.lacksSome(slug, switches) {
		return
	}
	made.Scopes = e.Set.UsualScopes(slug)
	e.leaveOut("that %s asks for no scopes, while a scenario or a connection lacks some.", slug)
}

// lacksSome reports whether a scenario or a connection lacks scopes of a provider.
func (e *exporter) lacksSome(slug string, switches []scenarios.Switch) bool {
	lacks := func(s *scenarios.Scenario) bool { return s.Lacking() != nil }
	if lacks(e.Set.Start) {
		return true
	}
	for _, one := range switches {
		if (one.Provider == "" || one.Provider == slug) && lacks(one.Scenario) {
			return true
		}
	}
	for one := range e.Set.ConnectionsAfter(0) {
		if one.Provider == slug && lacks(one.Scenario) {
			return true
		}
	}
	for r := range e.Connections.After(0) {
		if r.Provider != slug {
			continue
		}
		for _, one := range layersOf(&e.State, r, e.now) {
			if len(one.MissingScopes) > 0 {
				return true
			}
		}
	}
	return false
}

// cutScopes leaves organizations only the scopes that their provider requests: a file has no others.
func (e *exporter) cutScopes(slug string, made *scenarios.Provider) {
	requested := state.FirstSet(made.Scopes, e.Set.Scopes(slug))
	for _, id := range slices.Sorted(maps.Keys(made.Organizations)) {
		one := made.Organizations[id]
		kept := slices.DeleteFunc(slices.Clone(one.Scopes), func(scope string) bool {
			return !slices.Contains(requested, scope)
		})
		if len(kept) < len(one.Scopes) {
			e.leaveOut("scopes of organization %q for which %s no longer asks.", id, slug)
			one.Scopes = kept
			made.Organizations[id] = one
		}
	}
}
