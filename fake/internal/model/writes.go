package model

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/fake/internal/state"
	"example.com/pipesfake/scenarios"
)

// Tokens is what an import or update says of a connection. What is nil or empty is not said.
type Tokens struct {
	AccessToken  string
	RefreshToken string
	ExpiresAt    *time.Time
	Scopes       []string
	State        string // scenarios.Connected or NeedsReauthorization
	Names
	Once Once // of an import
}

// Names is what an owner's application calls a connection. Nil keeps what was, an empty text clears it.
type Names struct {
	Identifier  *string // of the account at the provider
	DisplayName *string
}

// set writes the names that are given.
func (n Names) set(made *state.Stored) {
	if n.Identifier != nil {
		made.Identifier = *n.Identifier
	}
	if n.DisplayName != nil {
		made.DisplayName = *n.DisplayName
	}
}

// Import makes a connection out of tokens; with add, beside existing ones. Its errors are entity_not_found,
// entity_already_exists, idempotency_key_conflict, invalid_data_integration_state, client_credentials_not_configured,
// auth_method_mismatch, and those of a connection that cannot be added.
func (e *Environment) Import(q Query, add bool, t Tokens) (*Account, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.advanceAndEmit()
	if earlier, err := t.Once.find(e.state); earlier != nil || err != nil {
		return earlier, err
	}
	if err := e.checkImport(q); err != nil {
		return nil, err
	}
	r, err := e.findVacant(q.Key, add, now)
	if err != nil {
		return nil, err
	}
	d := e.state.NewWrite("imported", t.imported(now), now)
	if t.ExpiresAt != nil {
		d.Expires = *t.ExpiresAt
	}
	made := &state.Stored{
		Write: d, Method: scenarios.OAuth, Secret: t.AccessToken, RefreshToken: t.RefreshToken != "",
	}
	e.secrets.Add(t.RefreshToken)
	account := e.write(r, made, t.Names, now)
	t.Once.remember(e.state, account)
	return account, nil
}

// checkImport checks that tokens can be imported to the integration of a query (the codes: Python SDK 10.8; when
// client_credentials_not_configured comes is inferred).
func (e *Environment) checkImport(q Query) error {
	if err := e.state.CheckQuery(q); err != nil {
		return err
	}
	integration := e.state.Integration(q.Provider, state.OwnershipOf(q.Key))
	provider := integration.Provider
	switch {
	case provider.State != scenarios.Valid:
		return &pipes.Error{Code: pipes.InvalidIntegrationState, Message: fmt.Sprintf(
			"The data integration %q is %s, not valid: nothing can be imported to it.", q.Provider, provider.State)}
	case !slices.Contains(provider.AuthMethods, scenarios.OAuth):
		return mismatch("The data integration %q connects by %s, and tokens are imported to OAuth ones only",
			q.Provider, provider.AuthMethods[0])
	case integration.ByOrganizations() && e.state.ConfigurationOf(q.Organization, integration).Override.ClientID == "":
		return &pipes.Error{Code: pipes.ClientCredentialsNotConfigured, Message: credentialsMissing(q.Key)}
	}
	return nil
}

// imported returns the state of a connection that is made out of tokens.
func (t Tokens) imported(now time.Time) scenarios.State {
	made := scenarios.State{
		State: t.State, Scopes: t.Scopes, ExpiresIn: scenarios.Never, Refresh: scenarios.RefreshFails,
	}
	if t.Scopes == nil {
		made.Scopes = []string{} // inferred: none were granted
	}
	if t.ExpiresAt != nil {
		made.ExpiresIn = max(t.ExpiresAt.Sub(now), state.NoLifeLeft)
	}
	if t.RefreshToken != "" {
		made.Refresh = scenarios.RefreshWorks
	}
	return made
}

func mismatch(format string, args ...any) error {
	return &pipes.Error{Code: pipes.AuthMethodMismatch, Message: fmt.Sprintf(format, args...) + "."}
}

// Update changes what is said of a connection, and keeps the rest. Its errors are entity_not_found and
// account_selection_required.
func (e *Environment) Update(q Query, t Tokens) (*Account, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.advanceAndEmit()
	q.SupportsMultiple = false // it does not change which connection an update is for (source: Python SDK 10.8)
	r, c, err := e.findPresent(q, now)
	if err != nil {
		return nil, err
	}
	stored := state.Stored{Method: c.AuthMethod}
	if r.Stored != nil {
		stored = *r.Stored
	}
	to := t.updated(r, c, now)
	if t.RefreshToken != "" {
		stored.RefreshToken, to.Refresh = true, scenarios.RefreshWorks
	}
	if t.AccessToken != "" {
		r.RenewToken()
		stored.Secret, stored.Method = t.AccessToken, c.AuthMethod
		if !stored.RefreshToken {
			to.Refresh = scenarios.RefreshFails
		}
	}
	d := e.state.NewWrite("updated", to, now)
	switch {
	case t.ExpiresAt != nil:
		d.Expires = *t.ExpiresAt
	case t.AccessToken == "":
		d.Expires = c.Decision.Expires
	}
	stored.Write = d
	t.Names.set(&stored)
	r.Stored = &stored
	e.secrets.Add(t.AccessToken, t.RefreshToken)
	return e.afterWrite(r, t.Names, now), nil
}

// updated returns the state that an update leaves: what it says, and else what was. A new access token without
// expires_at does not expire, and connects, unless the update says otherwise (inferred).
func (t Tokens) updated(r *state.Connection, c View, now time.Time) scenarios.State {
	was, life := c.Decision.Scenario.State.Full(), r.TokenLife(&c.Decision)
	to := scenarios.State{
		State: c.State, Scopes: c.Scopes, MissingScopes: c.MissingScopes,
		ExpiresIn: remainingLife(was, life, now, t.State == scenarios.Connected),
		Refresh:   was.Refresh, AuthMethod: c.AuthMethod,
	}
	if !life.Refreshed {
		to.AccessToken = was.AccessToken
	}
	if t.Scopes != nil {
		to.Scopes, to.MissingScopes = t.Scopes, nil
	}
	if t.AccessToken != "" {
		to.State, to.AccessToken, to.ExpiresIn = scenarios.Connected, "", scenarios.Never
	}
	if t.ExpiresAt != nil {
		to.ExpiresIn = max(t.ExpiresAt.Sub(now), state.NoLifeLeft)
	}
	if t.State != "" {
		to.State = t.State
	}
	return to
}

// remainingLife returns how long the token of a state still lives after an update that does not say so. If its life is
// over, and the update says that it is connected, it gets a usual life: the caller knows better than the clock.
func remainingLife(was scenarios.State, life state.TokenLife, now time.Time, isConnected bool) time.Duration {
	if was.ExpiresIn == scenarios.Never {
		return scenarios.Never
	}
	left := life.From.Add(life.Span(was)).Sub(now)
	switch {
	case state.CanExpire(was) && left <= 0 && isConnected:
		return scenarios.DefaultLife
	case state.CanExpire(was) && left <= 0:
		return state.NoLifeLeft
	case left == 0:
		return -state.NoLifeLeft // zero would mean the default
	}
	return left
}

// lastStored returns what is stored of a connection while the event of its deletion is emitted, which still shows it.
func lastStored(r *state.Connection, v View, d state.Write) *state.Stored {
	last := state.Stored{}
	if r.Stored != nil {
		last = *r.Stored
	}
	last.Write, last.Method, last.Secret = d, v.AuthMethod, cmp.Or(v.Token, last.Secret)
	return &last
}

// Delete removes a connection: the next one is another. Its errors are entity_not_found and account_selection_required.
func (e *Environment) Delete(q Query) (Decision, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.advanceAndEmit()
	r, v, err := e.findPresent(q, now)
	if err != nil {
		return Decision{}, err
	}
	d := e.state.NewWrite("deleted", scenarios.State{State: scenarios.NotInstalled}, now)
	r.Stored = lastStored(r, v, d)
	changed := e.emitIfChanged(r, now)
	r.Forget(d)
	if r.Index > 0 {
		e.state.RemoveOther(r)
	}
	decision := e.state.DecisionOf(d)
	decision.Similar, decision.Changed = e.state.SimilarProvider(r.Provider), "deleted: "+changed
	return decision, nil
}
