package model

import (
	"time"

	"example.com/pipesfake/fake/internal/state"
	"example.com/pipesfake/scenarios"
)

// Account returns a connected account. Its errors are entity_not_found and account_selection_required.
func (e *Environment) Account(q Query) (*Account, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.advance()
	r, c, err := e.findPresent(q, now)
	if err != nil {
		return nil, err
	}
	c.Decision.CacheReason()
	c.Validity = e.validityOf(q, r.RefreshDue(&c.Decision), &c, now)
	return e.state.AccountOf(r, &c), nil
}

// DataProvider is an integration as an owner sees it, with the connections that exist.
type DataProvider struct {
	*Integration
	CredentialsType string
	Scopes          []string
	Compatibility   *Account // nil: none
	Accounts        []*Account
}

// DataProviders lists the integrations that an owner (in an organization) can connect to: the file's, those that calls
// made, and those that the owner was seen with. Its error is entity_not_found.
func (e *Environment) DataProviders(q Query) ([]DataProvider, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.advance()
	if err := e.state.CheckMember(q.User, q.Organization); err != nil {
		return nil, err
	}
	e.state.OpenCatalog()
	ownership := state.OwnershipOf(q.Key)
	offers := []DataProvider{}
	for _, i := range e.state.Catalog.Integrations {
		if i.Ownership == ownership {
			offers = append(offers, e.dataProvider(i, q, now))
		}
	}
	listed := map[string]bool{}
	for _, r := range e.state.Connections.OfOwner(q.Key) {
		isListed := listed[r.Provider] || e.state.Catalog.Find(r.Provider, ownership) != nil
		if isListed || e.state.CheckConnectable(r.Provider, ownership) != nil {
			continue
		}
		listed[r.Provider] = true
		offers = append(offers, e.dataProvider(e.state.Integration(r.Provider, ownership), q, now))
	}
	return offers, nil
}

func (e *Environment) dataProvider(i *Integration, q Query, now time.Time) DataProvider {
	key := scenarios.Key{Provider: i.Slug, User: q.User, Organization: q.Organization}
	offer := DataProvider{
		Integration: i, CredentialsType: scenarios.CredentialsShared,
		Scopes: e.state.GrantFor(key, 0).Requested, Accounts: []*Account{},
	}
	if i.Credentials != nil {
		offer.CredentialsType = i.Credentials.Type
	} else if !i.IsShared() {
		offer.CredentialsType = scenarios.CredentialsCustom // keys are the application's own (inferred)
	}
	e.record(key, now)
	for _, r := range e.state.Connections.All(key) {
		c := e.state.ViewAt(r, now)
		if c.State == scenarios.NotInstalled {
			continue
		}
		account := e.state.AccountOf(r, &c)
		if r.Index == 0 {
			offer.Compatibility = account
		}
		if r.Index == 0 || q.SupportsMultiple {
			offer.Accounts = append(offer.Accounts, account)
		}
	}
	return offer
}
