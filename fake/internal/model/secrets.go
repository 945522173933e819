package model

import (
	"iter"

	"example.com/pipesfake/fake/internal/redact"
	"example.com/pipesfake/fake/internal/secrets"
	"example.com/pipesfake/fake/internal/state"
	"example.com/pipesfake/scenarios"
)

// addConfigSecrets adds the values of secret fields.
func (e *Environment) addConfigSecrets(provider scenarios.Provider, values map[string]string) {
	for name, value := range values {
		if provider.Fields[name].Secret {
			e.secrets.Add(value)
		}
	}
}

func (e *Environment) addIntegrationSecrets(i *state.Integration) {
	if i.Credentials != nil {
		e.secrets.Add(i.Credentials.ClientSecret)
	}
	e.addConfigSecrets(i.Provider, i.Provider.Config)
	for _, one := range i.Provider.Organizations {
		e.addOverrideSecrets(i.Provider, one)
	}
}

func (e *Environment) addOverrideSecrets(provider scenarios.Provider, one scenarios.Override) {
	e.secrets.Add(one.ClientSecret)
	e.addConfigSecrets(provider, one.Config)
}

func (e *Environment) addAccountSecrets(r *state.Connection) {
	if r.Stored == nil {
		return
	}
	e.secrets.Add(r.Stored.Secret, r.Stored.ClientSecret)
	if i := e.state.Integration(r.Provider, state.OwnershipOf(r.Key)); i != nil {
		e.addConfigSecrets(i.Provider, r.Stored.Config)
	}
}

// addFileSecrets adds the secrets of the file's integrations, once they are needed.
func (e *Environment) addFileSecrets() {
	if e.hasFileSecrets {
		return
	}
	e.hasFileSecrets = true
	e.state.OpenCatalog()
	for _, i := range e.state.Catalog.Integrations {
		e.addIntegrationSecrets(i)
	}
}

// addAllSecrets adds all secrets of a restored state, and the tokens that were known before.
func (e *Environment) addAllSecrets(before iter.Seq[string]) {
	for token := range before {
		e.secrets.Add(token)
	}
	e.state.Connections.Each(e.addAccountSecrets)
	for _, i := range e.state.Catalog.Integrations {
		e.addIntegrationSecrets(i)
	}
	for at, one := range e.state.Catalog.Overrides {
		if i := e.state.ConfiguredIntegration(at.Slug); i != nil {
			e.addOverrideSecrets(i.Provider, one.Override.Override)
		}
	}
	for _, one := range e.state.Endpoints {
		e.secrets.Add(one.Secret)
	}
	for _, one := range e.state.Consents.All() {
		e.secrets.Add(one.Code)
	}
	for token := range e.state.Tokens() {
		e.secrets.AddToken(token)
	}
}

// Secrets returns what the environment knows as secrets, except for tokens of its state, if that changed since a number
// (zero: in any case), and the next such number.
func (e *Environment) Secrets(since uint64) (known []string, next uint64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if next = e.secrets.Count() + 1; next != since {
		known = e.secrets.All()
	}
	return known, next
}

// AddSecrets adds secrets that the environment knew before it was restored.
func (e *Environment) AddSecrets(known []string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.secrets.Add(known...)
}

// Redact returns a text without the secrets that the environment knows.
func (e *Environment) Redact(text string) string { return e.ReplaceSecrets(text, redact.Mask) }

// ReplaceSecrets returns a text with something else in the place of each secret that the environment knows. It calls
// replace under the lock.
func (e *Environment) ReplaceSecrets(text string, replace func(secret string) string) string {
	if len(text) < secrets.MinLength {
		return text
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.addFileSecrets()
	return e.secrets.Replace(text, e.state.HasToken, replace)
}

// Last4 returns what is shown of a secret that callers recognize.
func Last4(secret string) string { return state.Last4(secret) }
