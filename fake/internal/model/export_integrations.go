package model

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// exportedProviders are the providers that are others than the file says; nil for those that were deleted.
func (e *exporter) exportedProviders() map[string]*scenarios.Provider {
	providers := map[string]*scenarios.Provider{}
	for at := range e.catalog.removed {
		if _, declared := e.set.Declared(at.slug); declared && e.configured(at.slug) == nil {
			providers[at.slug] = nil
		}
	}
	for _, i := range e.catalog.list.items {
		if e.configured(i.Slug) != i {
			continue // it is described together with that of users
		}
		if made := e.exported(i, e.otherOf(i)); made != nil {
			providers[i.Slug] = made
		}
	}
	return providers
}

// otherOf is the integration that a file describes together with one of users, or nil.
func (e *Environment) otherOf(i *Integration) *Integration {
	if i.Ownership == scenarios.OwnerOrganization {
		return nil
	}
	return e.other(i.Slug, i.Ownership)
}

// exported is an integration, with the other one of its provider, as a file says it; nil: as the file does already.
func (e *exporter) exported(i, other *Integration) *scenarios.Provider {
	declared, known := e.set.Declared(i.Slug)
	made := i.Provider
	made.Name, made.Scopes, made.Description = e.set.Implied(i.Slug).Name, either(i.Scopes, declared.Scopes), ""
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
	if other != nil {
		made.Ownership = []string{scenarios.OwnerUser, scenarios.OwnerOrganization}
		if len(declared.Ownership) > 1 {
			made.Ownership = declared.Ownership
		}
	}
	made.Config = e.namedConfig(made.Config, "the data integration "+i.Slug)
	made.Organizations = e.exportedOrganizations(i, made.Credentials)
	if known && made.SaysAs(declared) {
		return nil
	}
	return &made
}

// exportedOrganizations are what organizations have otherwise than an integration.
func (e *exporter) exportedOrganizations(i *Integration, credentials string) map[string]scenarios.Override {
	declared, _ := e.set.Declared(i.Slug)
	all := map[string]scenarios.Override{}
	if e.generationOf(i.Slug, scenarios.OwnerUser) == 0 {
		maps.Copy(all, declared.Organizations)
	}
	for at, one := range e.catalog.overrides {
		if at.slug == i.Slug {
			all[at.organization] = one.Override
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

// namedConfig is a config without the fields that no file can name.
func (e *exporter) namedConfig(config map[string]string, whose string) map[string]string {
	made := maps.Clone(config)
	for _, name := range slices.Sorted(maps.Keys(config)) {
		if !scenarios.IsName(name) {
			e.leaveOut("the %q in the config of %s, which is not a name in a file.", name, whose)
			delete(made, name)
		}
	}
	return made
}

// keepScopes lets a provider ask for scopes where a file cannot say that it asks for none, because something lacks
// some.
func (e *exporter) keepScopes(slug string, made *scenarios.Provider, switches []scenarios.Switch) {
	if made.Scopes == nil || len(made.Scopes) > 0 || !e.lacksSome(slug, switches) {
		return
	}
	made.Scopes = e.set.UsualScopes(slug)
	e.leaveOut("that %s asks for no scopes, while a scenario or a connection lacks some.", slug)
}

func (e *exporter) lacksSome(slug string, switches []scenarios.Switch) bool {
	lacks := func(s *scenarios.Scenario) bool { return scenarios.CheckLacking(s, slug, nil) != "" }
	if lacks(e.set.Start) {
		return true
	}
	for _, one := range switches {
		if (one.Provider == "" || one.Provider == slug) && lacks(one.Scenario) {
			return true
		}
	}
	for _, one := range e.set.Connections() {
		if one.Provider == slug && lacks(one.Scenario) {
			return true
		}
	}
	for r := range e.connections.after(0) {
		if r.key.Provider != slug {
			continue
		}
		for _, one := range e.layers(r, e.now) {
			if len(one.MissingScopes) > 0 {
				return true
			}
		}
	}
	return false
}

// cutScopes leaves organizations the scopes that their provider asks for: a file has no others.
func (e *exporter) cutScopes(slug string, made *scenarios.Provider) {
	asked := either(made.Scopes, e.set.Scopes(slug))
	for _, id := range slices.Sorted(maps.Keys(made.Organizations)) {
		one := made.Organizations[id]
		kept := slices.DeleteFunc(slices.Clone(one.Scopes), func(scope string) bool {
			return !slices.Contains(asked, scope)
		})
		if len(kept) < len(one.Scopes) {
			e.leaveOut("scopes of organization %q for which %s no longer asks.", id, slug)
			one.Scopes = kept
			made.Organizations[id] = one
		}
	}
}

// webhooks are the endpoints as a file says them; nil: they are the file's own. Secrets that calls saw are left out.
func (e *exporter) webhooks() []scenarios.Webhook {
	said := e.set.Webhooks()
	made := []scenarios.Webhook{}
	for _, one := range e.endpoints.list.items {
		written := scenarios.Webhook{URL: one.URL, Events: []string{}}
		for _, name := range one.Events {
			if slices.Contains(pipes.Events(), name) && !slices.Contains(written.Events, name) {
				written.Events = append(written.Events, name)
			}
		}
		if !one.Enabled || len(written.Events) == 0 {
			continue
		}
		own := slices.IndexFunc(said, func(other scenarios.Webhook) bool { return other.URL == one.URL })
		if own >= 0 {
			written.Secret = said[own].Secret
		} else if written.URL = addressWithoutSecrets(one.URL, one.order); written.URL != one.URL {
			e.leaveOut("what stood in the query, or behind the #, of the webhook endpoint %s: write it yourself.",
				written.URL)
		}
		if len(written.Events) < len(one.Events) {
			e.leaveOut("events of the webhook endpoint %s that never happen here, or are named twice.", written.URL)
		}
		made = append(made, written)
	}
	same := func(a, b scenarios.Webhook) bool {
		return a.URL == b.URL && a.Secret == b.Secret && slices.Equal(a.Events, b.Events)
	}
	if slices.EqualFunc(made, said, same) {
		return nil
	}
	return made
}

// addressWithoutSecrets is the address of an endpoint with words in place of the values of its query, and of its
// fragment: any of them may be a secret. The number tells it from others.
func addressWithoutSecrets(address string, number uint64) string {
	u, err := url.Parse(address)
	if err != nil || u.RawQuery == "" && u.Fragment == "" {
		return address
	}
	word := fmt.Sprintf("left-out-%d", number)
	if u.RawQuery != "" {
		parts := strings.Split(u.RawQuery, "&")
		for i, part := range parts {
			if name, _, named := strings.Cut(part, "="); named {
				parts[i] = name + "=" + word
			} else {
				parts[i] = word
			}
		}
		if u.RawQuery = strings.Join(parts, "&"); len(u.RawQuery) > len(address) {
			u.RawQuery = word
		}
	}
	if u.Fragment != "" {
		u.Fragment, u.RawFragment = word, ""
	}
	return u.String()
}
