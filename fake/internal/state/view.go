package state

import (
	"time"

	"example.com/pipesfake/fake/internal/mint"
	"example.com/pipesfake/scenarios"
)

// View is a connection as it is at one time: what every endpoint shows a part of.
type View struct {
	Identity
	State         string // scenarios.Connected, NeedsReauthorization or NotInstalled
	AuthMethod    string
	Scopes        []string
	MissingScopes []string
	ExpiresAt     time.Time // zero: never
	Token         string    // the access token, or the API key
	Minted        bool      // whether Token is the minted access token of its generation
	Stale         bool      // whether the token expired, and is served as it is
	WillFail      bool      // whether it will need reauthorization at ExpiresAt
	Decision      Decision
	Validity      Validity

	mint mint.Mint
}

// ID returns the ID of the connected account.
func (v View) ID() string { return v.AccountID(v.mint) }

// Validity says how long a response about a connection is the same for every caller that asks the same: while the
// revision of the environment is what it was, and until time changes it. The zero Validity is of one that the next call
// may change.
type Validity struct {
	Revision uint64
	Until    time.Time // zero where time changes nothing
}

// Covers reports whether the response is still the same at a revision and a time of the environment.
func (v Validity) Covers(revision uint64, now time.Time) bool {
	return v.Revision == revision && (v.Until.IsZero() || now.Before(v.Until))
}

// ShortenTo ends the validity at a time, if that is later than now and sooner than its end.
func (v *Validity) ShortenTo(at, now time.Time) {
	if !at.IsZero() && at.After(now) && (v.Until.IsZero() || at.Before(v.Until)) {
		v.Until = at
	}
}

// render completes a view of which only the decision is known. All that it reads is in its arguments, so that it works
// on copies.
func (v *View) render(mint mint.Mint, grant *Grant, r *Connection) {
	state := v.Decision.Scenario.State.Full()
	v.Identity, v.State, v.AuthMethod, v.mint = r.Identity, state.State, authMethod(grant, &v.Decision, r), mint
	v.Scopes, v.MissingScopes = state.Grant(grant.RequestedBefore, grant.Requested)
	if v.State == scenarios.NotInstalled || v.AuthMethod == scenarios.APIKey {
		v.Scopes, v.MissingScopes = []string{}, []string{}
	}
	switch {
	case v.State != scenarios.Connected:
	case v.AuthMethod == scenarios.APIKey:
		v.Token = apiKey(mint, state, r)
	default:
		v.renderToken(state, r)
	}
}

// authMethod returns how a connection authenticates: as the scenario names, else as it was installed, else as its
// integration says.
func authMethod(grant *Grant, d *Decision, r *Connection) string {
	switch {
	case d.Scenario.State.AuthMethod != "":
		return d.Scenario.State.AuthMethod
	case r.Stored != nil && r.Stored.Method != "":
		return r.Stored.Method
	}
	return grant.Method
}

// apiKey returns the API key that a connection serves: the scenario's, else the one that was installed, else a minted
// one.
func apiKey(mint mint.Mint, state scenarios.State, r *Connection) string {
	switch {
	case state.AccessToken != "":
		return state.AccessToken
	case r.Stored != nil && r.Stored.Method == scenarios.APIKey && r.Stored.Secret != "":
		return r.Stored.Secret
	}
	return mint.APIKey(r.Provider, r.User, r.Organization, int(r.Index), int(r.Incarnation))
}

// renderToken adds the access token and its end to a connected view. If refresh fails, the connection needs
// reauthorization from the end of the token on.
func (v *View) renderToken(state scenarios.State, r *Connection) {
	life := r.TokenLife(&v.Decision)
	if state.ExpiresIn != scenarios.Never {
		v.ExpiresAt = life.From.Add(life.Span(state))
		v.Stale = !v.Decision.Reached.Before(v.ExpiresAt)
	} else if !life.Refreshed {
		v.ExpiresAt = v.Decision.Expires // the date that a call gave, which may be further away than a duration can say
	}
	v.WillFail = CanExpire(state) && state.Refresh == scenarios.RefreshFails
	if v.WillFail && !v.Decision.Reached.Before(v.ExpiresAt) {
		v.Decision.Died, v.Decision.reason, v.Decision.shared = v.ExpiresAt, nil, nil
		v.State, v.ExpiresAt, v.WillFail, v.Stale = scenarios.NeedsReauthorization, time.Time{}, false, false
		return
	}
	v.Token = state.AccessToken
	isStored := r.Stored != nil && v.AuthMethod == scenarios.OAuth && r.Stored.Method == scenarios.OAuth
	if v.Token == "" && isStored {
		v.Token = r.Stored.Secret
	}
	if v.Token == "" || life.Refreshed {
		v.Token, v.Minted = r.MintedToken(v.mint), true
	}
}
