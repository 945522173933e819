package export

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/state"
	"example.com/pipesfake/scenarios"
)

// layer is a connection under one directive, until the TTL of that ends (zero: it has none).
type layer struct {
	state.View
	until time.Time
}

// layersOf returns a connection under the directives that come to decide as TTLs end, the one that decides now first.
func layersOf(s *state.State, r *state.Connection, now time.Time) (layers []layer) {
	for until := (time.Time{}); ; {
		d := s.DecideAfter(r, until, now)
		until = time.Time{}
		if d.Switch != nil {
			until = d.Switch.EndsAt()
		}
		layers = append(layers, layer{s.ViewUnder(r, &d), until})
		if until.IsZero() {
			return layers
		}
	}
}

// switchesForConnections returns switches for the connections that are otherwise in a state that the file was loaded
// to: from the lowest directive on under which one is.
func (e *exporter) switchesForConnections(loaded *state.State) (switches []scenarios.Switch) {
	for r := range e.Connections.After(0) {
		if loaded.CheckProvider(r.Provider) != nil {
			continue // with strict, or where no file can name it
		}
		layers := layersOf(&e.State, r, e.now)
		for i := e.countDiffering(loaded, r, layers) - 1; i >= 0; i-- {
			scenario, since := e.keeping(&e.State, loaded, r, layers[i].View)
			made := scenarios.Switch{Place: state.ExactPlace(r.Key), Scenario: scenario}
			switches = append(switches, e.since(made, since, layers[i].until))
		}
	}
	return switches
}

// countDiffering returns how many layers, from the newest on, have to be written so that a connection is the same in a
// state that the file was loaded to: none if it is the same already.
func (e *exporter) countDiffering(loaded *state.State, r *state.Connection, layers []layer) int {
	unseen := loaded.Unseen(r.Key)
	there := layersOf(loaded, unseen, e.now)
	if len(layers) != len(there) {
		return len(layers)
	}
	later, capped := e.later, e.capped // which are about what is written, not what is compared
	defer func() { e.later, e.capped = later, capped }()
	for i := len(layers) - 1; i >= 0; i-- {
		a, since := e.keeping(&e.State, loaded, r, layers[i].View)
		b, sinceThere := e.keeping(loaded, loaded, unseen, there[i].View)
		if !layers[i].until.Equal(there[i].until) || !since.Equal(sinceThere) || !sameScenario(a, b) {
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

// isSecret reports whether a call gave a connection its token, and the environment's own file does not say it.
func (e *exporter) isSecret(v state.View, r *state.Connection) bool {
	switch {
	case v.Token == "":
		return false
	case r.Stored != nil && r.Stored.Secret == v.Token:
		return true
	}
	return v.Decision.Scenario.State.AccessToken == v.Token && !e.tokens[v.Token]
}

// keeping returns a scenario that keeps a connection of one of two states as it is, if it is in force since a time in
// the state that the file was loaded to. It is the same for connections that are alike: what a plain connection has
// anyway is not said.
func (e *exporter) keeping(of, loaded *state.State, r *state.Connection, v state.View) (
	*scenarios.Scenario, time.Time,
) {
	unseen := loaded.Unseen(r.Key)
	plain := loaded.ViewUnder(unseen, &state.Decision{Scenario: &scenarios.Scenario{}, Reached: e.now})
	isPlayed := v.Decision.Run != nil && v.Decision.Run.GoesOn()
	said := scenarios.State{}
	if (v.State != scenarios.NotInstalled || isPlayed) && v.AuthMethod != plain.AuthMethod {
		said.AuthMethod = v.AuthMethod
		plain = loaded.ViewUnder(unseen, &state.Decision{Scenario: &scenarios.Scenario{State: said}, Reached: e.now})
	}
	if v.Token != plain.Token && !(of == &e.State && e.isSecret(v, r)) {
		said.AccessToken = v.Token
	}
	if isPlayed {
		there := loaded.GrantFor(r.Key, 0)
		return e.keepingScript(of.GrantFor(r.Key, v.Decision.Sequence), there, r, v, said)
	}
	said, since := e.keepingState(r, v, plain, said)
	return &scenarios.Scenario{State: said, Consent: v.Decision.Scenario.Consent}, since
}

// keepingState is keeping for a connection in a state that stays. It adds what the connection has otherwise than a
// plain one to what is said already.
func (e *exporter) keepingState(r *state.Connection, v, plain state.View, said scenarios.State) (
	scenarios.State, time.Time,
) {
	said.State = v.State
	if v.State == scenarios.NotInstalled || v.AuthMethod == scenarios.APIKey {
		return said, e.now
	}
	if !slices.Equal(v.Scopes, plain.Scopes) || !slices.Equal(v.MissingScopes, plain.MissingScopes) {
		said.Scopes, said.MissingScopes = v.Scopes, v.MissingScopes
	}
	if v.State != scenarios.Connected {
		return said, e.now
	}
	full, life := v.Decision.Scenario.State.Full(), r.TokenLife(&v.Decision)
	since := life.From
	said.Refresh, said.ExpiresIn = full.Refresh, life.Span(full)
	if since.After(e.now) { // the clock was set back
		said.ExpiresIn, since, e.later = v.ExpiresAt.Sub(e.now), e.now, true
	}
	switch {
	case v.ExpiresAt.IsZero() || v.ExpiresAt.Sub(e.now) > clock.Furthest: // no file can say when
		said.ExpiresIn, since = scenarios.Never, e.now
	case said.ExpiresIn > clock.Furthest:
		said.ExpiresIn, since, e.capped = clock.Furthest, v.ExpiresAt.Add(-clock.Furthest), true
	case said.ExpiresIn == 0:
		said.ExpiresIn = state.NoLifeLeft
	case said.ExpiresIn < -clock.Furthest:
		said.ExpiresIn, e.capped = -clock.Furthest, true
	}
	return said, since
}

// keepingScript is keeping for a connection in a script. What is said already is added where the script does not say
// it: how the connection authenticates, in every state, and the token of this one. If the integration grants other
// scopes in the state that the file was loaded to, the states say their scopes.
func (e *exporter) keepingScript(here, there state.Grant, r *state.Connection, v state.View, said scenarios.State) (
	*scenarios.Scenario, time.Time,
) {
	run, present := v.Decision.Run.Clone(), v.Decision.Scenario
	if life := r.TokenLife(&v.Decision); life.Refreshed {
		run.Since = life.From
	}
	if v.Decision.Died.After(e.now) { // the clock was set back, and a token that died stays dead
		with := *present
		with.Name, with.State.State = "", scenarios.NeedsReauthorization
		run.State.Scenario = &with
	} else if said.AccessToken != "" && said.AccessToken != present.State.AccessToken {
		with := *present
		with.Name, with.State.AccessToken = "", said.AccessToken
		run.State.Scenario = &with
	}
	script, since := run.Remaining()
	if !script.IsShorterThan(maxWrittenOut) {
		script, _ = script.Without(e.tokens)
		return script, since
	}
	if said.AuthMethod != "" && present.State.AuthMethod == "" {
		script = withEachState(script, func(s *scenarios.State) {
			s.AuthMethod = cmp.Or(s.AuthMethod, said.AuthMethod)
		})
	}
	if !slices.Equal(here.Requested, there.Requested) || !slices.Equal(here.RequestedBefore, here.Requested) {
		script = withEachState(script, func(s *scenarios.State) {
			s.Scopes, s.MissingScopes = s.Grant(here.RequestedBefore, here.Requested)
		})
	}
	known := maps.Clone(e.tokens)
	known[said.AccessToken] = true
	script, _ = script.Without(known)
	return script, since
}

// maxWrittenOut is how many scenarios an export writes out in place of the names of a script. Longer scripts keep the
// names.
const maxWrittenOut = 5_000

// withEachState returns a scenario whose states are changed, except those of no connection.
func withEachState(s *scenarios.Scenario, change func(*scenarios.State)) *scenarios.Scenario {
	made := *s
	made.Name, made.Steps = "", slices.Clone(s.Steps)
	if s.Steps == nil && s.State.State != scenarios.NotInstalled {
		change(&made.State)
	}
	for i, step := range made.Steps {
		if step.Scenario != nil {
			made.Steps[i].Scenario = withEachState(step.Scenario, change)
		}
	}
	return &made
}
