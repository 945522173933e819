package model

import (
	"fmt"
	"slices"
	"time"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// Tokens are what an import or update says of a connection; nil and empty parts are not said.
type Tokens struct {
	AccessToken  string
	RefreshToken string
	ExpiresAt    *time.Time
	Scopes       []string
	State        string // scenarios.Connected or NeedsReauthorization
	Names
}

// Names are what a connection is called by its owner's application. Nil keeps what was, empty clears it.
type Names struct {
	Identifier  *string // of the account at the provider
	DisplayName *string
}

func (n Names) over(was account) (identifier, displayName string) {
	identifier, displayName = was.identifier, was.displayName
	if n.Identifier != nil {
		identifier = *n.Identifier
	}
	if n.DisplayName != nil {
		displayName = *n.DisplayName
	}
	return identifier, displayName
}

// Install is what connects an owner without OAuth: an API key, or client credentials.
type Install struct {
	Query
	Names
	Method                         string // scenarios.APIKey or ClientCredentials
	Secret, ClientID, ClientSecret string
	Config                         map[string]string
	Add                            bool // another connection beside those that there are
}

// Import makes a connection out of tokens; with add, beside those that there are. Its errors are
// entity_not_found, entity_already_exists, data_integration_invalid and auth_method_mismatch.
func (e *Environment) Import(q Query, add bool, t Tokens) (*Account, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.beginChange()
	if err := e.check(q); err != nil {
		return nil, err
	}
	key := q.Key
	i := e.integration(key.Provider, ownershipOf(key))
	switch {
	case i.Provider.State != scenarios.Valid:
		return nil, &pipes.Error{Code: pipes.IntegrationInvalid, Message: fmt.Sprintf("The data integration %q is %s, not valid: nothing can be imported to it.", key.Provider, i.Provider.State)}
	case !slices.Contains(i.Provider.AuthMethods, scenarios.OAuth):
		return nil, mismatch("The data integration %q connects by %s, and tokens are imported to OAuth ones only", key.Provider, i.Provider.AuthMethods[0])
	}
	r, err := e.vacancy(key, add, now)
	if err != nil {
		return nil, err
	}
	state := scenarios.State{State: t.State, Scopes: t.Scopes, ExpiresIn: scenarios.Never, Refresh: scenarios.RefreshFails}
	if t.Scopes == nil {
		state.Scopes = []string{} // inferred: none were granted
	}
	if t.ExpiresAt != nil {
		state.ExpiresIn = max(t.ExpiresAt.Sub(now), soon)
	}
	if t.RefreshToken != "" {
		state.Refresh = scenarios.RefreshWorks
	}
	word := e.newDirective("imported", state, now)
	if t.ExpiresAt != nil {
		word.expires = *t.ExpiresAt
	}
	made := &account{directive: &word, method: scenarios.OAuth, secret: t.AccessToken, refreshToken: t.RefreshToken != ""}
	made.identifier, made.displayName = t.Names.over(account{})
	e.secrets.add(t.RefreshToken)
	return e.write(r, made, now), nil
}

func mismatch(format string, args ...any) error {
	return &pipes.Error{Code: pipes.AuthMethodMismatch, Message: fmt.Sprintf(format, args...) + "."}
}

// vacancy is the record that a new connection is written to. Its errors are entity_already_exists and
// too_many_connected_accounts.
func (e *Environment) vacancy(key scenarios.Key, add bool, now time.Time) (*connection, error) {
	r := e.record(key, now)
	c := e.connectionAt(r, now)
	exists := c.State != scenarios.NotInstalled
	switch {
	case exists && !add:
		return nil, &pipes.Error{Code: pipes.AlreadyExists, Message: fmt.Sprintf("A connected account exists already for this user, integration and organization: it is %s. "+
			"To import one, switch it to not_installed first (PUT /_control/scenario), or delete it.", c.Decision.Because())}
	case exists || len(e.connections.others[key]) > 0 && add:
		if len(e.connections.others[key]) >= maxAccounts {
			return nil, tooMany(pipes.TooManyAccounts, "This owner has %d connected accounts beside the first one with %q already: "+
				"delete some, or reset the environment (POST /_control/reset).", len(e.connections.others[key]), key.Provider)
		}
		r.added++
		other := &connection{key: key, index: r.added, lastEvent: lastEvent{state: scenarios.NotInstalled}}
		e.connections.others[key] = append(e.connections.others[key], other)
		return other, nil
	}
	r.created = now
	return r, nil
}

// write stores what a call says of a connection, and tells what changed.
func (e *Environment) write(r *connection, made *account, now time.Time) *Account {
	if r.created.IsZero() {
		r.created = now
	}
	r.renew()
	r.account = made
	e.addAccount(r)
	return e.written(r, now)
}

// written is a connection after a write.
func (e *Environment) written(r *connection, now time.Time) *Account {
	changed := e.emitIfChanged(r, now)
	a := e.account(r, e.connectionAt(r, now), now)
	if a.Decision.Changed = a.Decision.Call; changed != "" {
		a.Decision.Changed += ": " + changed
	}
	return a
}

// Update changes what is said, and keeps the rest. Its errors are entity_not_found and
// account_selection_required.
func (e *Environment) Update(q Query, t Tokens) (*Account, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.beginChange()
	r, c, err := e.present(q, now)
	if err != nil {
		return nil, err
	}
	stored := account{method: c.AuthMethod}
	if r.account != nil {
		stored = *r.account
	}
	state := e.kept(r, c, t, now)
	if t.RefreshToken != "" {
		stored.refreshToken, state.Refresh = true, scenarios.RefreshWorks
	}
	if t.AccessToken != "" {
		r.renew()
		stored.secret = t.AccessToken
		stored.method = c.AuthMethod
		if !stored.refreshToken {
			state.Refresh = scenarios.RefreshFails
		}
	}
	word := e.newDirective("updated", state, now)
	switch {
	case t.ExpiresAt != nil:
		word.expires = *t.ExpiresAt
	case t.AccessToken == "":
		word.expires = c.Decision.expires
	}
	stored.directive = &word
	stored.identifier, stored.displayName = t.Names.over(stored)
	r.account = &stored
	e.secrets.add(t.AccessToken, t.RefreshToken)
	return e.written(r, now), nil
}

// kept is the state that an update leaves: what it says, and else what was. A new access token without
// expires_at does not expire, and connects, unless the update says otherwise (inferred).
func (e *Environment) kept(r *connection, c Connection, t Tokens, now time.Time) scenarios.State {
	was := c.Decision.Scenario.State.Full()
	life := r.tokenLife(c.Decision)
	state := scenarios.State{State: c.State, Scopes: c.Scopes, MissingScopes: c.MissingScopes, ExpiresIn: was.ExpiresIn, Refresh: was.Refresh, AuthMethod: c.AuthMethod}
	if !life.refreshed {
		state.AccessToken = was.AccessToken
	}
	if t.Scopes != nil {
		state.Scopes, state.MissingScopes = t.Scopes, nil
	}
	if was.ExpiresIn != scenarios.Never {
		state.ExpiresIn = life.from.Add(life.span(was)).Sub(now)
		if canExpire(was) && state.ExpiresIn <= 0 {
			state.ExpiresIn = soon
			if t.State == scenarios.Connected {
				state.ExpiresIn = scenarios.DefaultLife // the caller knows better than the clock
			}
		} else if state.ExpiresIn == 0 {
			state.ExpiresIn = -soon
		}
	}
	if t.AccessToken != "" {
		state.State, state.AccessToken, state.ExpiresIn = scenarios.Connected, "", scenarios.Never
	}
	if t.ExpiresAt != nil {
		state.ExpiresIn = max(t.ExpiresAt.Sub(now), soon)
	}
	if t.State != "" {
		state.State = t.State
	}
	return state
}

// Delete removes a connection: the next one is another. Its errors are entity_not_found and
// account_selection_required.
func (e *Environment) Delete(q Query) (Decision, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.beginChange()
	r, _, err := e.present(q, now)
	if err != nil {
		return Decision{}, err
	}
	word := e.newDirective("deleted", scenarios.State{State: scenarios.NotInstalled}, now)
	r.account = &account{directive: &word}
	changed := e.emitIfChanged(r, now)
	r.forget(word)
	word.Changed = "deleted: " + changed
	if r.index > 0 {
		e.connections.others[r.key] = slices.DeleteFunc(e.connections.others[r.key], func(other *connection) bool { return other == r })
	}
	return word, nil
}

// Install connects an owner with a secret, or replaces the secret of a connection. Its errors are
// entity_not_found, auth_method_mismatch and invalid_request.
func (e *Environment) Install(i Install) (*Account, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.install(i, e.beginChange())
}

func (e *Environment) install(i Install, now time.Time) (*Account, error) {
	if err := e.check(i.Query); err != nil {
		return nil, err
	}
	_, declared := e.set.Declared(i.Provider)
	integration := e.integration(i.Provider, ownershipOf(i.Key))
	if made := e.catalog.roots[root{i.Provider, ownershipOf(i.Key)}]; (declared || made != nil) && !slices.Contains(integration.Provider.AuthMethods, i.Method) {
		return nil, mismatch("The data integration %q connects by %s, not by %s", i.Provider, integration.Provider.AuthMethods[0], i.Method)
	}
	if i.Method == scenarios.ClientCredentials {
		if err := checkInstallation(integration.Provider, integration.Provider.Config, i.Config); err != nil {
			return nil, err
		}
	}
	r, err := e.installed(i, now)
	if err != nil {
		return nil, err
	}
	word := e.newDirective("connected by "+i.Method, scenarios.State{}, now)
	made := &account{
		directive: &word, method: i.Method, secret: i.Secret, clientID: i.ClientID, clientSecret: i.ClientSecret, config: i.Config,
	}
	was := account{}
	if r.account != nil {
		was = *r.account
	}
	made.identifier, made.displayName = i.Names.over(was)
	return e.write(r, made, now), nil
}

// installed is the record that a secret is written to: a new one, or one with the same method.
func (e *Environment) installed(i Install, now time.Time) (*connection, error) {
	if i.Add {
		return e.vacancy(i.Key, true, now)
	}
	r, err := e.locate(Query{Key: i.Key, ID: i.ID}, now)
	if err != nil {
		return nil, err
	}
	if c := e.connectionAt(r, now); c.State != scenarios.NotInstalled && c.AuthMethod != i.Method {
		return nil, mismatch("This connection's auth method is %s (%s), not %s: switch it to not_installed first, or declare auth_methods: [%s] under providers",
			c.AuthMethod, c.Decision.Because(), i.Method, i.Method)
	}
	return r, nil
}
