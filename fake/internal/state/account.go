package state

import (
	"cmp"
	"time"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/scenarios"
)

// Account is a connection with all that calls show of it.
type Account struct {
	View
	APIKeyLast4           string
	ClientID, SecretLast4 string
	Config                map[string]string // of the connection, without secret fields
	IntegrationConfig     map[string]string // of the integration, without secret fields
	Metadata              map[string]string
	Identifier            string // of the account at the provider; empty: not known
	DisplayName           string
	EstablishedBy         string // the user who consented; empty: nobody did
	Created, Updated      time.Time
	Warnings              []pipes.Warning // about what a write said

	Answered string // the response of the call that this one repeats, if there was one; the other fields are zero then
}

// CheckQuery checks that what a query names exists. Its error is entity_not_found.
func (s *State) CheckQuery(q Query) error {
	if err := s.CheckOwner(q); err != nil {
		return err
	}
	if err := s.CheckConnectable(q.Provider, OwnershipOf(q.Key)); err != nil {
		return NotFound("Data integration not found: %s", err)
	}
	return nil
}

// CheckOwner checks that the users and the organization of a query exist. Its error is entity_not_found.
func (s *State) CheckOwner(q Query) error {
	if err := s.CheckMember(q.ActingUser, ""); err != nil {
		return err
	}
	return s.CheckMember(q.User, q.Organization)
}

// CheckMember checks that a user and an organization exist. Empty ones are not checked. Its error is entity_not_found.
func (s *State) CheckMember(user, organization string) error {
	switch {
	case user != "" && !s.Set.KnowsUser(user):
		return NotFound("User not found: %q is not among the users of %s", fields.Abridge(user), s.Set.Name)
	case organization != "" && !s.Set.KnowsOrganization(organization):
		return NotFound("Organization not found: %q is not among the organizations of %s",
			fields.Abridge(organization), s.Set.Name)
	}
	return nil
}

// AccountOf returns all that calls show of a connection.
func (s *State) AccountOf(r *Connection, v *View) *Account {
	a := &Account{View: *v, Created: r.Created, Updated: updated(r, v)}
	stored := Stored{}
	if r.Stored != nil {
		stored = *r.Stored
	}
	a.Identifier, a.DisplayName, a.EstablishedBy = stored.Identifier, stored.DisplayName, stored.EstablishedBy
	provider := s.Set.Implied("")
	if i := s.Integration(r.Provider, OwnershipOf(r.Key)); i != nil {
		provider = i.Provider
	}
	a.Config, a.IntegrationConfig = disclosed(provider, stored.Config), disclosed(provider, provider.Config)
	a.Metadata = metadata(r.Provider, provider, stored.Config)
	switch v.AuthMethod {
	case scenarios.APIKey:
		a.APIKeyLast4 = s.apiKeyLast4(r, v)
	case scenarios.ClientCredentials:
		id, secret := stored.ClientID, stored.ClientSecret
		if id == "" {
			id, secret = s.Mint.Client(r.Provider, r.User, r.Organization)
		}
		a.ClientID, a.SecretLast4 = id, Last4(secret)
	}
	return a
}

// DetailsOf returns what events show of a connection.
func (s *State) DetailsOf(r *Connection, v *View) *Details {
	made := Details{AuthMethod: v.AuthMethod}
	if v.AuthMethod == scenarios.APIKey {
		made.APIKeyLast4 = s.apiKeyLast4(r, v)
	}
	if r.Stored != nil {
		made.Identifier, made.DisplayName = r.Stored.Identifier, r.Stored.DisplayName
		made.EstablishedBy = r.Stored.EstablishedBy
	}
	return &made
}

// apiKeyLast4 returns what is shown of the API key of a connection.
func (s *State) apiKeyLast4(r *Connection, v *View) string {
	secret := v.Token
	if secret == "" && r.Stored != nil && r.Stored.Method == scenarios.APIKey { // it is not connected
		secret = r.Stored.Secret
	}
	minted := s.Mint.APIKey(r.Provider, r.User, r.Organization, int(r.Index), int(r.Incarnation))
	return Last4(cmp.Or(secret, minted))
}

// updated returns when a connection was last changed: by its creation, a directive, a refresh or a failing refresh.
func updated(r *Connection, v *View) time.Time {
	life := r.TokenLife(&v.Decision)
	full := v.Decision.Scenario.State.Full()
	if full.State != v.State && CanExpire(full) {
		return life.From.Add(full.ExpiresIn) // a failed refresh
	}
	return later(later(r.Created, v.Decision.At), life.From)
}

// disclosed returns the config values that may be shown: those of secret fields may not.
func disclosed(provider scenarios.Provider, values map[string]string) map[string]string {
	shown := map[string]string{}
	for name, value := range values {
		if field, declared := provider.Fields[name]; !field.Secret && (declared || provider.Fields == nil) {
			shown[name] = value
		}
	}
	return shown
}

// Last4 returns what is shown of a secret.
func Last4(secret string) string {
	runes := []rune(secret)
	return string(runes[max(0, len(runes)-4):])
}

// metadata returns what a provider gives beside a client_credentials token: the file's, and for Salesforce the instance
// that the connection's domain names (inferred from the spec's example).
func metadata(slug string, provider scenarios.Provider, config map[string]string) map[string]string {
	if provider.Metadata == nil && slug == "salesforce" {
		domain := cmp.Or(config["mydomain"], "example")
		return map[string]string{"instance_url": "https://" + domain + ".my.salesforce.com"}
	}
	return provider.Metadata
}
