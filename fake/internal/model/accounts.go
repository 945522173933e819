package model

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"example.com/pipesfake/fake/internal/fault"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// Query names the connection that a call is about.
type Query struct {
	scenarios.Key           // User is empty for one that the organization owns
	ID               string // of exactly this connection of the owner; empty: the compatibility connection
	SupportsMultiple bool   // the caller knows that there may be several
	ActingUser       string // who acts for the organization that owns it
}

// Account is a connection with all that is told of it.
type Account struct {
	Connection
	APIKeyLast4           string
	ClientID, SecretLast4 string
	Config                map[string]string // of the connection, without secret fields
	IntegrationConfig     map[string]string // of the integration, without secret fields
	Metadata              map[string]string
	Identifier            string // of the account at the provider; empty: not known
	DisplayName           string
	Created, Updated      time.Time
}

// check finds what a query names and does not exist. Its error is entity_not_found.
func (e *Environment) check(q Query) error {
	if err := e.owner(q); err != nil {
		return err
	}
	if err := e.connectable(q.Provider, ownershipOf(q.Key)); err != nil {
		return notFound("Data integration not found: %s", err)
	}
	return nil
}

// owner finds whom a query names and does not exist. Its error is entity_not_found.
func (e *Environment) owner(q Query) error {
	if err := e.knows(q.ActingUser, ""); err != nil {
		return err
	}
	return e.knows(q.User, q.Organization)
}

// knows finds a user or an organization that does not exist; empty is nobody. Its error is entity_not_found.
func (e *Environment) knows(user, organization string) error {
	switch {
	case user != "" && !e.set.KnowsUser(user):
		return notFound("User not found: %q is not among the users of %s", scenarios.Abridge(user), e.set.Name)
	case organization != "" && !e.set.KnowsOrganization(organization):
		return notFound("Organization not found: %q is not among the organizations of %s", scenarios.Abridge(organization), e.set.Name)
	}
	return nil
}

// locate finds the record that a query means. Its errors are entity_not_found and account_selection_required.
func (e *Environment) locate(q Query, now time.Time) (*connection, error) {
	if err := e.check(q); err != nil {
		return nil, err
	}
	compatibility := e.record(q.Key, now)
	if q.ID == "" && !q.SupportsMultiple {
		return compatibility, nil
	}
	var present []*connection
	for _, r := range e.connections.all(q.Key) {
		switch {
		case q.ID != "" && e.connectionAt(r, now).ID() == q.ID:
			return r, nil
		case e.connectionAt(r, now).State != scenarios.NotInstalled:
			present = append(present, r)
		}
	}
	switch {
	case q.ID != "":
		return nil, notFound("Connected account not found: %q is none of this owner with %s", scenarios.Abridge(q.ID), q.Provider)
	case len(present) > 1:
		return nil, &pipes.Error{Code: pipes.AccountSelectionRequired, Message: fmt.Sprintf(
			"%d connected accounts match: say which one with connected_account_id.", len(present))}
	case len(present) == 1:
		return present[0], nil
	}
	return compatibility, nil
}

// account tells a connection in full.
func (e *Environment) account(r *connection, c Connection, now time.Time) *Account {
	a := &Account{
		Connection: c, Created: r.created,
		Config: map[string]string{}, IntegrationConfig: map[string]string{},
	}
	stored := account{}
	if r.account != nil {
		stored = *r.account
	}
	a.Identifier, a.DisplayName = stored.identifier, stored.displayName
	life := r.tokenLife(c.Decision)
	a.Updated = later(later(r.created, c.Decision.At), life.from)
	if full := c.Decision.Scenario.State.Full(); full.State != c.State && canExpire(full) {
		a.Updated = life.from.Add(full.ExpiresIn) // a failed refresh
	}
	provider := e.set.Implied("")
	if i := e.integration(r.key.Provider, ownershipOf(r.key)); i != nil {
		provider = i.Provider
	}
	disclose(a.Config, provider, stored.config)
	disclose(a.IntegrationConfig, provider, provider.Config)
	a.Metadata = metadata(r.key.Provider, provider, stored.config)
	switch c.AuthMethod {
	case scenarios.APIKey:
		secret := c.Token
		if secret == "" && stored.method == scenarios.APIKey { // it needs reauthorization
			secret = stored.secret
		}
		a.APIKeyLast4 = Last4(cmp.Or(secret, e.mint.APIKey(r.key.Provider, r.key.User, r.key.Organization, int(r.index), int(r.incarnation))))
	case scenarios.ClientCredentials:
		id, secret := stored.clientID, stored.clientSecret
		if id == "" {
			id, secret = e.mint.Client(r.key.Provider, r.key.User, r.key.Organization)
		}
		a.ClientID, a.SecretLast4 = id, Last4(secret)
	}
	return a
}

// disclose copies the config values that may be shown: those of secret fields may not.
func disclose(shown map[string]string, provider scenarios.Provider, values map[string]string) {
	for name, value := range values {
		if field, declared := provider.Fields[name]; !field.Secret && (declared || provider.Fields == nil) {
			shown[name] = value
		}
	}
}

// Last4 is what is shown of a secret.
func Last4(secret string) string {
	runes := []rune(secret)
	return string(runes[max(0, len(runes)-4):])
}

// metadata is what a provider answers beside a client_credentials token: the file's, and for Salesforce
// the instance that the connection's domain names (inferred from the spec's example).
func metadata(slug string, provider scenarios.Provider, config map[string]string) map[string]string {
	if provider.Metadata == nil && slug == "salesforce" {
		return map[string]string{"instance_url": "https://" + cmp.Or(config["mydomain"], "example") + ".my.salesforce.com"}
	}
	return provider.Metadata
}

// Token answers what a call for a token finds: a token near its end is refreshed, and the step of a script
// has one call less. Its errors are entity_not_found and account_selection_required.
func (e *Environment) Token(q Query) (c Connection, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	err = e.ask(q, func(_ *connection, found Connection, _ time.Time) { c = found })
	return c, err
}

// Credential answers the same in full.
func (e *Environment) Credential(q Query) (a *Account, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	err = e.ask(q, func(r *connection, c Connection, now time.Time) { a = e.account(r, c, now) })
	return a, err
}

// ask shows what a call finds, before the call counts.
func (e *Environment) ask(q Query, show func(r *connection, c Connection, now time.Time)) error {
	now := e.now()
	r, err := e.locate(q, now)
	if err != nil {
		return err
	}
	word := e.decidingDirective(r, now)
	if len(word.Steps) == 0 {
		changed := e.refresh(r, word, now)
		c := e.connectionAt(r, now)
		c.Decision.Changed = changed
		e.issue(r, c.Token)
		c.Validity = e.validityOf(r, c, now)
		c.Decision.why = c.Decision.Header() // said once, for all that are told the same
		show(r, c, now)
		return nil
	}
	e.catchUp(now) // its events come before those that the call may cause
	changed := ""
	struck := e.located(word.run.struck(fault.Call{Key: r.key, Now: now}, e.mint.Fraction))
	if struck == nil || !struck.Replaces() {
		changed = e.refresh(r, word, now)
	}
	c := e.connectionAt(r, now)
	e.MarkChanged()
	if word.run.count(now) {
		changed = strings.TrimPrefix(changed+"; it was the last call of its step", "; ")
		changed = strings.TrimSuffix(changed+", "+e.emitIfChanged(r, now), ", ")
	}
	c.Decision.Fault, c.Decision.Changed = struck, changed
	e.issue(r, c.Token)
	show(r, c, now)
	return nil
}

// Account answers a connected account. Its errors are entity_not_found and account_selection_required.
func (e *Environment) Account(q Query) (*Account, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	r, c, err := e.present(q, e.now())
	if err != nil {
		return nil, err
	}
	return e.account(r, c, e.now()), nil
}

// present finds a connection that exists.
func (e *Environment) present(q Query, now time.Time) (*connection, Connection, error) {
	r, err := e.locate(q, now)
	if err != nil {
		return nil, Connection{}, err
	}
	c := e.connectionAt(r, now)
	if c.State == scenarios.NotInstalled {
		return nil, c, notFound("Connected account not found: there is none with %s (%s)", r.key.Provider, c.Decision.Because())
	}
	return r, c, nil
}

// DataProvider is an integration as an owner sees it, with the connections that there are.
type DataProvider struct {
	*Integration
	CredentialsType string
	Scopes          []string
	Compatibility   *Account // nil: none
	Accounts        []*Account
}

// DataProviders are the integrations that an owner (in an organization) can connect to: the file's, those that
// calls made, and those that the owner was seen with. Its error is entity_not_found.
func (e *Environment) DataProviders(q Query) ([]DataProvider, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.now()
	if err := e.knows(q.User, q.Organization); err != nil {
		return nil, err
	}
	e.open()
	ownership := ownershipOf(q.Key)
	offers := []DataProvider{}
	for _, i := range e.catalog.list.items {
		if i.Ownership == ownership {
			offers = append(offers, e.offer(i, q, now))
		}
	}
	listed := map[string]bool{}
	for _, r := range e.connections.of(ownerOf(q.Key)) {
		key := r.key
		at := root{key.Provider, ownership}
		if listed[key.Provider] || e.catalog.roots[at] != nil || e.connectable(key.Provider, ownership) != nil {
			continue
		}
		listed[key.Provider] = true
		offers = append(offers, e.offer(e.integration(key.Provider, ownership), q, now))
	}
	return offers, nil
}

func (e *Environment) offer(i *Integration, q Query, now time.Time) DataProvider {
	key := scenarios.Key{Provider: i.Slug, User: q.User, Organization: q.Organization}
	offer := DataProvider{Integration: i, CredentialsType: scenarios.CredentialsShared, Scopes: e.grantFor(key, Decision{}).requested, Accounts: []*Account{}}
	if i.Credentials != nil {
		offer.CredentialsType = i.Credentials.Type
	} else if !i.IsShared() {
		offer.CredentialsType = scenarios.CredentialsCustom // keys are the application's own (inferred)
	}
	e.record(key, now)
	for _, r := range e.connections.all(key) {
		c := e.connectionAt(r, now)
		if c.State == scenarios.NotInstalled {
			continue
		}
		account := e.account(r, c, now)
		if r.index == 0 {
			offer.Compatibility = account
		}
		if r.index == 0 || q.SupportsMultiple {
			offer.Accounts = append(offer.Accounts, account)
		}
	}
	return offer
}
