package model

import (
	"slices"
	"time"

	"example.com/pipesfake/fake/internal/mint"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// identity is which connection of its owner it is, and which one there since it was last deleted.
type identity struct {
	scenarios.Key
	mint            mint.Mint
	standard, lives int32
}

// ID is that of the connected account; a deletion makes the next one another.
func (i identity) ID() string {
	return i.mint.Account(i.Provider, i.User, i.Organization, int(i.standard), int(i.lives))
}

// Role tells the compatibility connection, which calls mean that name none, from standard ones.
func (i identity) Role() string {
	if i.standard > 0 {
		return pipes.Standard
	}
	return pipes.Compatibility
}

// Connection is what an owner has with one provider, at one instant.
type Connection struct {
	identity
	State         string // scenarios.Connected, NeedsReauthorization or NotInstalled
	AuthMethod    string
	Scopes        []string
	MissingScopes []string
	ExpiresAt     time.Time // zero: never
	Token         string    // the access token, or the API key
	Stale         bool      // the token expired, and is served as it is
	Decision      Decision
	Validity      Validity

	flips bool // whether it will need reauthorization at ExpiresAt
}

// Validity says how long the answer to Ask is the same for whoever asks the same: while Changes of the environment
// is what it was, and until time changes it. The zero Stands is of one that the next call may change.
type Validity struct {
	Revision uint64
	Until    time.Time // zero where time changes nothing
}

// Covers tells whether it still stands, by Changes and the time of the environment.
func (s Validity) Covers(changes uint64, now time.Time) bool {
	return s.Revision == changes && (s.Until.IsZero() || now.Before(s.Until))
}

// grant is what an integration gives to every connection of it, in one organization.
type grant struct {
	requested       []string // the scopes that it asks for
	requestedBefore []string // those of them that it asked for when the word was said
	method          string   // how its connections authenticate unless told otherwise
}

// grantFor is what the integration gives to a connection.
func (e *Environment) grantFor(key scenarios.Key, word Decision) grant {
	provider, declared := e.set.Declared(key.Provider)
	g := grant{method: scenarios.OAuth}
	if declared {
		g.method = provider.AuthMethods[0]
	}
	if made := e.catalog.roots[root{key.Provider, ownershipOf(key)}]; made != nil {
		g.method = made.Provider.AuthMethods[0]
		g.requested = made.Scopes
	}
	by, in := scopeSource{key.Provider, ownershipOf(key), ""}, scopeSource{key.Provider, "", key.Organization}
	g.requestedBefore = g.requested
	if len(e.catalog.scopeChanges) > 0 {
		g.requestedBefore = e.catalog.requestedAt(by, word.sequence, g.requested)
	}
	if key.Organization != "" {
		own := e.override(key.Organization, key.Provider, provider).Scopes
		g.requested, g.requestedBefore = either(own, g.requested), either(e.catalog.requestedAt(in, word.sequence, own), g.requestedBefore)
	}
	if g.requested == nil || g.requestedBefore == nil {
		usual := e.set.Scopes(key.Provider)
		g.requested, g.requestedBefore = either(g.requested, usual), either(g.requestedBefore, usual)
	}
	if !slices.Equal(g.requested, g.requestedBefore) {
		g.requestedBefore = slices.DeleteFunc(slices.Clone(g.requested), func(scope string) bool { return !slices.Contains(g.requestedBefore, scope) })
	}
	return g
}

func either(scopes, fallback []string) []string {
	if scopes == nil {
		return fallback
	}
	return scopes
}

// renderConnection makes the connection out of the word that decides and what is remembered. It reads nothing that
// changes, so that it can work on copies.
func renderConnection(mint mint.Mint, ground grant, word Decision, r *connection) Connection {
	state := word.Scenario.State.Full()
	c := Connection{identity: identity{r.key, mint, r.index, r.incarnation}, State: state.State, AuthMethod: methodOf(ground, word, r), Decision: word}
	c.Scopes, c.MissingScopes = state.Grant(ground.requestedBefore, ground.requested)
	if c.State == scenarios.NotInstalled || c.AuthMethod == scenarios.APIKey {
		c.Scopes, c.MissingScopes = []string{}, []string{}
	}
	if c.State != scenarios.Connected {
		return c
	}
	if c.AuthMethod == scenarios.APIKey {
		c.Token = state.AccessToken
		if r.account != nil && r.account.method == scenarios.APIKey && c.Token == "" {
			c.Token = r.account.secret
		}
		if c.Token == "" {
			c.Token = mint.APIKey(r.key.Provider, r.key.User, r.key.Organization, int(r.index), int(r.incarnation))
		}
		return c
	}
	life := r.tokenLife(word)
	if state.ExpiresIn != scenarios.Never {
		c.ExpiresAt = life.from.Add(life.span(state))
		c.Stale = !word.reached.Before(c.ExpiresAt)
	} else if !life.refreshed {
		c.ExpiresAt = word.expires // further than a duration reaches, and so than time can be moved
	}
	if c.flips = canExpire(state) && state.Refresh == scenarios.RefreshFails; c.flips && !word.reached.Before(c.ExpiresAt) {
		c.Decision.died, c.Decision.why = c.ExpiresAt, nil
		c.State, c.ExpiresAt, c.flips, c.Stale = scenarios.NeedsReauthorization, time.Time{}, false, false
		return c
	}
	if c.Token = state.AccessToken; c.Token == "" && r.account != nil && c.AuthMethod == scenarios.OAuth && r.account.method == scenarios.OAuth {
		c.Token = r.account.secret
	}
	if c.Token == "" || life.refreshed {
		c.Token = r.token(mint)
	}
	return c
}

// methodOf is how a connection authenticates: as the scenario names, else as it was installed, else as
// its integration says.
func methodOf(ground grant, word Decision, r *connection) string {
	switch {
	case word.Scenario.State.AuthMethod != "":
		return word.Scenario.State.AuthMethod
	case r.account != nil && r.account.method != "":
		return r.account.method
	}
	return ground.method
}

// canExpire tells whether a token's life can end: one that was stale from the start is served as it is.
func canExpire(state scenarios.State) bool {
	return state.ExpiresIn > 0 && state.ExpiresIn != scenarios.Never
}

// refresh replaces a token when less than a tenth of its life is left, where refresh works, and tells so.
func (e *Environment) refresh(r *connection, word Decision, now time.Time) (changed string) {
	if due := r.refreshDue(word); due.IsZero() || now.Before(due) {
		return ""
	}
	if method := methodOf(e.grantFor(r.key, word), word, r); method != scenarios.APIKey {
		r.replaced(word, method, now)
		if r.token(e.mint) == word.Scenario.State.AccessToken {
			r.renew() // an export pins a token that was minted
		}
		e.MarkChanged()
		return "the token was refreshed"
	}
	return ""
}

// refreshDue is the first instant at which a call refreshes the token; zero: none does.
func (r *connection) refreshDue(word Decision) time.Time {
	state := word.Scenario.State.Full()
	if state.State != scenarios.Connected || state.Refresh != scenarios.RefreshWorks || !canExpire(state) {
		return time.Time{}
	}
	life := r.tokenLife(word)
	span := life.span(state)
	return life.from.Add(span - max(span/10, 1) + 1)
}

// validityOf tells how long what was just answered stays so.
func (e *Environment) validityOf(r *connection, c Connection, now time.Time) Validity {
	s := Validity{Revision: e.revision.Load()}
	sooner := func(at time.Time) {
		if !at.IsZero() && at.After(now) && (s.Until.IsZero() || at.Before(s.Until)) {
			s.Until = at
		}
	}
	sooner(r.refreshDue(c.Decision))
	sooner(c.ExpiresAt)
	if len(e.schedule.heap) > 0 {
		sooner(e.schedule.heap[0].at)
	}
	return s
}

// connectionAt is a connection at an instant, as its record and the words have it.
func (e *Environment) connectionAt(r *connection, now time.Time) Connection {
	return e.lookAs(r, e.decidingDirective(r, now))
}

// lookAs is look with a decision that was made already.
func (e *Environment) lookAs(r *connection, word Decision) Connection {
	c := renderConnection(e.mint, e.grantFor(r.key, word), word, r)
	if r.created.IsZero() && c.State != scenarios.NotInstalled {
		r.created = c.Decision.At
	}
	return c
}

// record finds what is remembered of a compatibility connection, or begins to remember it.
func (e *Environment) record(key scenarios.Key, now time.Time) *connection {
	if found := e.connections.records[key]; found != nil {
		return found
	}
	made := e.unseen(key)
	if forgotten := e.connections.add(made); forgotten != nil {
		forgotten.forgotten = true
		for _, token := range forgotten.issued {
			e.unknow(forgotten, token)
		}
		e.schedule.cancel(forgotten.timer)
	}
	e.meet(made, now)
	return made
}

// unseen is the record of a connection that nobody asked about.
func (e *Environment) unseen(key scenarios.Key) *connection {
	r := &connection{key: key, entry: e.set.Connection(key), created: e.started.Add(-e.set.Age)}
	if r.entry != nil {
		r.created = e.started.Add(-r.entry.Age)
	}
	return r
}

// meet takes note of how a connection stands when it is first seen, which is no change.
func (e *Environment) meet(r *connection, now time.Time) {
	e.MarkChanged()
	c := e.connectionAt(r, now)
	r.lastEvent = lastEvent{c.State, c.Scopes}
	e.scheduleNext(r, c)
}
