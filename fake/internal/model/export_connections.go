package model

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/scenarios"
)

// layer is how a connection stands under a word, until its ttl ends (zero: it has none).
type layer struct {
	Connection
	until time.Time
}

// layers are how a connection stands under the words that come to decide as ttls end, the one that decides now first.
func (e *Environment) layers(r *connection, now time.Time) (layers []layer) {
	for until := (time.Time{}); ; {
		word := e.decidingAfter(r, until, now)
		until = time.Time{}
		if word.Switch != nil {
			until = word.Switch.EndsAt()
		}
		layers = append(layers, layer{e.under(r, word), until})
		if until.IsZero() {
			return layers
		}
	}
}

func (e *Environment) under(r *connection, word Decision) Connection {
	return renderConnection(e.mint, e.grantFor(r.key, word), word, r)
}

// differing are switches for the connections that stand otherwise where an export was loaded: from the lowest word on
// under which one does.
func (e *exporter) differing(again *Environment) (switches []scenarios.Switch) {
	for r := range e.connections.after(0) {
		if again.exists(r.key.Provider) != nil {
			continue // with strict, or where no file can name it
		}
		is, would := e.layers(r, e.now), again.layers(again.unseen(r.key), e.now)
		key := r.key
		place := Place{Provider: key.Provider, User: key.User, Organization: key.Organization}
		place.NoOrganization, place.Shared = key.Organization == "", key.User == ""
		for i := e.differ(again, r, is, would) - 1; i >= 0; i-- {
			scenario, since := e.standing(e.Environment, again, r, is[i].Connection)
			switches = append(switches, e.since(scenarios.Switch{Place: place, Scenario: scenario}, since, is[i].until))
		}
	}
	return switches
}

// differ is how many words from the newest on it takes to tell how a connection stands otherwise; 0: it does not.
func (e *exporter) differ(again *Environment, r *connection, is, would []layer) int {
	if len(is) != len(would) {
		return len(is)
	}
	unseen := again.unseen(r.key)
	for i := len(is) - 1; i >= 0; i-- {
		a, since := e.standing(e.Environment, again, r, is[i].Connection)
		b, from := e.standing(again, again, unseen, would[i].Connection)
		if !is[i].until.Equal(would[i].until) || !since.Equal(from) || !sameScenario(a, b) {
			return i + 1
		}
	}
	return 0
}

// sameScenario reports whether two scenarios say the same.
func sameScenario(a, b *scenarios.Scenario) bool {
	if a.Steps == nil && b.Steps == nil {
		x, y := a.State, b.State
		return x.State == y.State && x.AuthMethod == y.AuthMethod && x.ExpiresIn == y.ExpiresIn &&
			x.Refresh == y.Refresh && x.AccessToken == y.AccessToken && a.Consent == b.Consent &&
			sameScopes(x.Scopes, y.Scopes) && sameScopes(x.MissingScopes, y.MissingScopes)
	}
	x, err := a.Text()
	if err != nil {
		return false
	}
	y, err := b.Text()
	return err == nil && bytes.Equal(x, y)
}

func sameScopes(a, b []string) bool { return slices.Equal(a, b) && (a == nil) == (b == nil) }

// isSecret tells whether a connection's token was given by a call, and the file does not say it.
func (e *exporter) isSecret(c Connection, r *connection) bool {
	switch {
	case c.Token == "":
		return false
	case r.account != nil && r.account.secret == c.Token:
		return true
	}
	return c.Decision.Scenario.State.AccessToken == c.Token && !e.tokens[c.Token]
}

// standing is a scenario that keeps a connection of one of the two environments as it is, if it is in force since an
// instant in the one that an export was loaded to. It is the same for connections that stand alike: what a plain
// connection has anyway is not said.
func (e *exporter) standing(of, again *Environment, r *connection, is Connection) (*scenarios.Scenario, time.Time) {
	unseen := again.unseen(r.key)
	plain := again.under(unseen, Decision{Scenario: &scenarios.Scenario{}, reached: e.now})
	isPlayed := is.Decision.run != nil && is.Decision.run.goesOn()
	pinned := scenarios.State{}
	if (is.State != scenarios.NotInstalled || isPlayed) && is.AuthMethod != plain.AuthMethod {
		pinned.AuthMethod = is.AuthMethod
		plain = again.under(unseen, Decision{Scenario: &scenarios.Scenario{State: pinned}, reached: e.now})
	}
	if is.Token != plain.Token && !(of == e.Environment && e.isSecret(is, r)) {
		pinned.AccessToken = is.Token
	}
	if isPlayed {
		there := again.grantFor(r.key, Decision{})
		return e.standingRun(of.grantFor(r.key, is.Decision), there, r, is, pinned)
	}
	state, since := e.standingState(r, is, plain, pinned)
	return &scenarios.Scenario{State: state, Consent: is.Decision.Scenario.Consent}, since
}

// standingState is the same of a connection in a state that stays. What it has otherwise than a plain connection is
// added to what is pinned.
func (e *exporter) standingState(r *connection, is, plain Connection, state scenarios.State) (scenarios.State, time.Time) {
	state.State = is.State
	if is.State == scenarios.NotInstalled || is.AuthMethod == scenarios.APIKey {
		return state, e.now
	}
	if !slices.Equal(is.Scopes, plain.Scopes) || !slices.Equal(is.MissingScopes, plain.MissingScopes) {
		state.Scopes, state.MissingScopes = is.Scopes, is.MissingScopes
	}
	if is.State != scenarios.Connected {
		return state, e.now
	}
	full, life := is.Decision.Scenario.State.Full(), r.tokenLife(is.Decision)
	since := life.from
	state.Refresh, state.ExpiresIn = full.Refresh, life.span(full)
	if since.After(e.now) { // the clock was set back
		state.ExpiresIn, since, e.later = is.ExpiresAt.Sub(e.now), e.now, true
	}
	switch {
	case is.ExpiresAt.IsZero() || is.ExpiresAt.Sub(e.now) > clock.Furthest: // which no file says
		state.ExpiresIn, since = scenarios.Never, e.now
	case state.ExpiresIn > clock.Furthest:
		state.ExpiresIn, since, e.capped = clock.Furthest, is.ExpiresAt.Add(-clock.Furthest), true
	case state.ExpiresIn == 0:
		state.ExpiresIn = soon
	case state.ExpiresIn < -clock.Furthest:
		state.ExpiresIn, e.capped = -clock.Furthest, true
	}
	return state, since
}

// standingRun is the same of a connection that a script brought to its state, with what is pinned where the script does
// not say it: how it authenticates, in every state, and the token of this one. In an environment where the integration
// gives another ground, the states say their scopes.
func (e *exporter) standingRun(here, there grant, r *connection, is Connection, pinned scenarios.State) (
	*scenarios.Scenario, time.Time,
) {
	left, state := is.Decision.run.clone(), is.Decision.Scenario
	if life := r.tokenLife(is.Decision); life.refreshed {
		left.since = life.from
	}
	if is.Decision.died.After(e.now) { // the clock was set back, and what died stays dead
		with := *state
		with.Name, with.State.State = "", scenarios.NeedsReauthorization
		left.state = &with
	} else if pinned.AccessToken != "" && pinned.AccessToken != state.State.AccessToken {
		with := *state
		with.Name, with.State.AccessToken = "", pinned.AccessToken
		left.state = &with
	}
	script, since := left.rest()
	if !script.IsShorterThan(maxWrittenOut) {
		script, _ = script.Without(e.tokens)
		return script, since
	}
	if pinned.AuthMethod != "" && state.State.AuthMethod == "" {
		script = eachState(script, func(s *scenarios.State) { s.AuthMethod = cmp.Or(s.AuthMethod, pinned.AuthMethod) })
	}
	if !slices.Equal(here.requested, there.requested) || !slices.Equal(here.requestedBefore, here.requested) {
		script = eachState(script, func(s *scenarios.State) {
			s.Scopes, s.MissingScopes = s.Grant(here.requestedBefore, here.requested)
		})
	}
	known := maps.Clone(e.tokens)
	known[pinned.AccessToken] = true
	script, _ = script.Without(known)
	return script, since
}
