package state

import (
	"fmt"
	"slices"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/scenarios"
)

// OpenCatalog puts the file's integrations into the catalog, if they are not in it yet.
func (s *State) OpenCatalog() {
	if s.Catalog.Opened {
		return
	}
	s.Catalog.Opened = true
	for _, slug := range s.Set.Providers() {
		provider, _ := s.Set.Declared(slug)
		for _, ownership := range provider.Ownership {
			s.Catalog.Put(s.integrationOf(slug, ownership, provider))
		}
	}
}

// integrationOf returns the integration that a provider of the file, or one that nobody declared, makes.
func (s *State) integrationOf(slug, ownership string, provider scenarios.Provider) *Integration {
	i := &Integration{
		Slug: slug, Ownership: ownership, ID: s.IntegrationID(slug, ownership), Key: s.IntegrationKey(slug, ownership),
		Scopes: provider.Scopes, Provider: provider, Created: s.Began, Updated: s.Began,
	}
	if provider.Description != "" {
		i.Description = &provider.Description
	}
	if provider.Credentials != scenarios.CredentialsShared {
		i.Credentials = &Credentials{Type: provider.Credentials}
		if provider.Credentials == scenarios.CredentialsCustom {
			i.Credentials.ClientID, i.Credentials.ClientSecret = s.Mint.Client(slug, ownership)
		}
	}
	return i
}

// IntegrationID returns the ID of an integration. A deletion makes the next one another.
func (s *State) IntegrationID(slug, ownership string) string {
	return s.Mint.ID("data_integration", s.Catalog.Deletions(slug, ownership), slug, ownership)
}

// IntegrationKey returns the key of an integration's redirect URI.
func (s *State) IntegrationKey(slug, ownership string) string {
	return s.Mint.ID("dik", s.Catalog.Deletions(slug, ownership), slug, ownership)
}

// CheckProvider returns why there is no provider, for connections of either owner, or nil.
func (s *State) CheckProvider(slug string) error {
	user := s.CheckConnectable(slug, scenarios.OwnerUser)
	if user != nil && s.CheckConnectable(slug, scenarios.OwnerOrganization) == nil {
		return nil
	}
	return user
}

// CheckConnectable returns why a provider does not exist for connections of an owner, or nil. Any slug exists that was
// not deleted; with strict only those that the file or a call made.
func (s *State) CheckConnectable(slug, ownership string) error {
	if s.Catalog.Find(slug, ownership) != nil {
		return nil
	}
	if s.Catalog.Deletions(slug, ownership) > 0 {
		return fmt.Errorf("%q was deleted", slug)
	}
	provider, declared := s.Set.Declared(slug)
	if s.Set.Strict && declared && !slices.Contains(provider.Ownership, ownership) {
		return fmt.Errorf("%q has no integration of ownership %s: "+
			"with strict it needs one under providers", slug, ownership)
	}
	return s.Set.Provider(slug)
}

// maxSimilar is how many slugs State.similar holds. Further ones are compared with all providers each time.
const maxSimilar = 1_000

// SimilarProvider returns the provider that is probably meant by a slug that neither the file nor a call declared, if
// the slug is nearly the same, or "".
func (s *State) SimilarProvider(slug string) string {
	similar, isCached := s.similar[slug]
	if !isCached {
		similar = s.Set.Similar(slug)
		if s.similar == nil {
			s.similar = map[string]string{}
		}
		if len(s.similar) < maxSimilar {
			s.similar[slug] = similar
		}
	}
	if similar == "" || s.Catalog.Find(slug, scenarios.OwnerUser) != nil ||
		s.Catalog.Find(slug, scenarios.OwnerOrganization) != nil {
		return ""
	}
	return similar
}

// ManagedIntegration returns the integration that a management call is about: only what the file or a call made. Its
// error is entity_not_found.
func (s *State) ManagedIntegration(slug, ownership string) (*Integration, error) {
	s.OpenCatalog()
	if found := s.Catalog.Find(slug, ownership); found != nil {
		return found, nil
	}
	kind := "data integration"
	if ownership == scenarios.OwnerOrganization {
		kind = "organization-owned data integration"
	}
	return nil, NotFound("No %s %q is set up here: create it (POST /data-integrations), or declare it under providers",
		kind, fields.Abridge(slug))
}

// NotFound returns an entity_not_found error. The message gets a full stop.
func NotFound(format string, args ...any) error {
	return &pipes.Error{Code: pipes.EntityNotFound, Message: fmt.Sprintf(format, args...) + "."}
}

// Integration returns the integration that connections belong to, which is made up where any slug exists. It is nil if
// there is none.
func (s *State) Integration(slug, ownership string) *Integration {
	s.OpenCatalog()
	if found := s.Catalog.Find(slug, ownership); found != nil || s.CheckConnectable(slug, ownership) != nil {
		return found
	}
	provider, declared := s.Set.Declared(slug)
	if !declared {
		provider = s.Set.Implied(slug)
	}
	return s.integrationOf(slug, ownership, provider)
}

// NamedBy returns the connection that a place names exactly, if it does: a provider with a user, or with an
// organization that can have a connection of its own. Without an organization it is the user's connection without one,
// as in a scenario file.
func (s *State) NamedBy(p Place) (key scenarios.Key, ok bool) {
	if p.Provider == "" {
		return key, false
	}
	s.OpenCatalog()
	isOfOrganization := p.Organization != "" && s.Catalog.Find(p.Provider, scenarios.OwnerOrganization) != nil
	key = scenarios.Key{Provider: p.Provider, User: p.User, Organization: p.Organization}
	return key, IsOfOneOwner(p) || isOfOrganization
}

// OtherIntegration returns the provider's integration of the other ownership, or nil.
func (s *State) OtherIntegration(slug, ownership string) *Integration {
	return s.Catalog.Find(slug, OtherOwnership(ownership))
}

// OtherOwnership returns the ownership that another one is not.
func OtherOwnership(ownership string) string {
	if ownership == scenarios.OwnerUser {
		return scenarios.OwnerOrganization
	}
	return scenarios.OwnerUser
}

// NoteScopeChange notes what a source requested until now: what was connected before lacks what is new.
func (s *State) NoteScopeChange(who ScopeSource, before, now []string) {
	if slices.Equal(before, now) && (before == nil) == (now == nil) {
		return
	}
	s.Directives++
	s.Catalog.ScopeChanges.add(ScopeChange{who, s.Directives, before})
}
