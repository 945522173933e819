package model

import (
	"slices"
	"time"

	"example.com/pipesfake/fake/internal/state"
	"example.com/pipesfake/scenarios"
)

// Install is what connects an owner without OAuth: an API key, or client credentials.
type Install struct {
	Query
	Names
	Method                         string // scenarios.APIKey or ClientCredentials
	Secret, ClientID, ClientSecret string
	Config                         map[string]string
	Add                            bool // whether to add another connection beside existing ones
	Once                           Once
}

// Install connects an owner with a secret, or replaces the secret of a connection. Its errors are entity_not_found,
// auth_method_mismatch, idempotency_key_conflict, invalid_request, and those of a connection that cannot be added.
func (e *Environment) Install(i Install) (*Account, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.advanceAndEmit()
	if earlier, err := i.Once.find(e.state); earlier != nil || err != nil {
		return earlier, err
	}
	account, err := e.install(i, now)
	if err == nil {
		i.Once.remember(e.state, account)
	}
	return account, err
}

func (e *Environment) install(i Install, now time.Time) (*Account, error) {
	if err := e.checkInstall(i); err != nil {
		return nil, err
	}
	r, err := e.findInstalled(i, now)
	if err != nil {
		return nil, err
	}
	made := &state.Stored{
		Write: e.state.NewWrite("connected by "+i.Method, scenarios.State{}, now), Method: i.Method,
		Secret: i.Secret, ClientID: i.ClientID, ClientSecret: i.ClientSecret, Config: i.Config,
	}
	if r.Stored != nil {
		made.Identifier, made.DisplayName = r.Stored.Identifier, r.Stored.DisplayName
	}
	return e.write(r, made, i.Names, now), nil
}

// checkInstall checks that an integration, if anybody set it up, connects by a method, and the config of the
// connection.
func (e *Environment) checkInstall(i Install) error {
	if err := e.state.CheckQuery(i.Query); err != nil {
		return err
	}
	ownership := state.OwnershipOf(i.Key)
	provider := e.state.Integration(i.Provider, ownership).Provider
	_, isDeclared := e.state.Set.Declared(i.Provider)
	isSetUp := isDeclared || e.state.Catalog.Find(i.Provider, ownership) != nil
	if isSetUp && !slices.Contains(provider.AuthMethods, i.Method) {
		return mismatch("The data integration %q connects by %s, not by %s",
			i.Provider, provider.AuthMethods[0], i.Method)
	}
	if i.Method == scenarios.ClientCredentials {
		return state.CheckInstallation(provider, provider.Config, i.Config)
	}
	return nil
}

// findInstalled returns the connection that a secret is written to: a new one, or one with the same method.
func (e *Environment) findInstalled(i Install, now time.Time) (*state.Connection, error) {
	if i.Add {
		return e.findVacant(i.Key, true, now)
	}
	r, err := e.locate(Query{Key: i.Key, ID: i.ID}, now)
	if err != nil {
		return nil, err
	}
	c := e.state.ViewAt(r, now)
	switch {
	case c.State == scenarios.NotInstalled && i.ID == "":
		return r, e.checkNew(r, false, now)
	case c.State != scenarios.NotInstalled && c.AuthMethod != i.Method:
		return nil, mismatch("This connection's auth method is %s (%s), not %s: switch it to not_installed first, "+
			"or declare auth_methods: [%s] under providers", c.AuthMethod, c.Decision.Because(), i.Method, i.Method)
	}
	return r, nil
}
