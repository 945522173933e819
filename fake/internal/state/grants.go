package state

import (
	"example.com/pipesfake/scenarios"
)

// GrantFor returns what the integration gives to a connection under a directive, by its sequence number.
func (s *State) GrantFor(key scenarios.Key, directive uint64) Grant {
	provider, declared := s.Set.Declared(key.Provider)
	g := Grant{Method: scenarios.OAuth}
	if declared {
		g.Method = provider.AuthMethods[0]
	}
	if made := s.Catalog.Find(key.Provider, OwnershipOf(key)); made != nil {
		g.Method = made.Provider.AuthMethods[0]
		g.Requested = made.Scopes
	}
	g.RequestedBefore = g.Requested
	if len(s.Catalog.ScopeChanges) > 0 {
		who := ScopeSource{Slug: key.Provider, Ownership: OwnershipOf(key)}
		g.RequestedBefore = s.Catalog.ScopeChanges.at(who, directive, g.Requested)
	}
	if key.Organization != "" {
		own := s.OverrideOf(key.Organization, key.Provider, provider).Scopes
		who := ScopeSource{Slug: key.Provider, Organization: key.Organization}
		ownBefore := s.Catalog.ScopeChanges.at(who, directive, own)
		g.Requested, g.RequestedBefore = FirstSet(own, g.Requested), FirstSet(ownBefore, g.RequestedBefore)
	}
	if g.Requested == nil || g.RequestedBefore == nil {
		usual := s.Set.Scopes(key.Provider)
		g.Requested, g.RequestedBefore = FirstSet(g.Requested, usual), FirstSet(g.RequestedBefore, usual)
	}
	g.RequestedBefore = intersection(g.Requested, g.RequestedBefore)
	return g
}
