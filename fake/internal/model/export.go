package model

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// exporter is an environment that nobody else knows and where time stands still, to be told as a scenario file.
type exporter struct {
	*Environment
	now    time.Time
	clock  clock.Saved     // of the environment that it is a copy of
	tokens map[string]bool // that its own file says
	left   []string        // what was left out, in words
}

// Export is a scenario file that begins where the environment stands, without secrets: its own file, with the
// switches and faults in force, the integrations that calls changed, and a switch for each connection that
// stands otherwise. What no file can say is told in comments at its beginning. Nobody waits for more than the copying.
func (e *Environment) Export() ([]byte, error) {
	saved := e.Save()
	here := exporter{New(e.name, "", saved.set, clock.Standing(saved.Now)), saved.Now, saved.Clock, saved.set.Tokens(), nil}
	if err := here.fill(saved); err != nil {
		return nil, err
	}
	export, err := saved.set.Export(here.session())
	if err != nil {
		return nil, err
	}
	set, err := export.Load()
	if err != nil {
		return nil, err
	}
	export.Add(here.differing(here.loaded(set)))
	text, err := export.Text()
	if err != nil {
		return nil, err
	}
	if set, err = scenarios.Parse("the export", text); err != nil {
		return nil, err
	}
	return append(scenarios.Comments(here.notes(here.loaded(set))), text...), nil
}

// loaded is what an exported file loads to.
func (e *exporter) loaded(set *scenarios.Set) *Environment {
	return New(e.name, "", set, clock.Standing(e.now))
}

func (e *exporter) session() scenarios.Session {
	session := scenarios.Session{Lasted: max(0, e.now.Sub(e.started)), Providers: map[string]*scenarios.Provider{}}
	for _, one := range e.switches.inForce() {
		scenario, had := one.Scenario.Without(e.tokens)
		if had {
			e.left = append(e.left, fmt.Sprintf("Left out: an access_token of switch %d, for %s. Another one is served.", one.Number, one.Place))
		}
		session.Switches = append(session.Switches, e.since(scenarios.Switch{Place: one.Place, Scenario: scenario}, one.At, one.EndsAt()))
	}
	for _, one := range e.faults.All() {
		if one.Times > 0 {
			one.Times -= one.Matches
		}
		session.Faults = append(session.Faults, one.Fault)
	}
	session.Webhooks = e.webhooks()
	for at := range e.catalog.removed {
		if _, declared := e.set.Declared(at.slug); declared && e.catalog.roots[at] == nil && e.other(at.slug, at.ownership) == nil {
			session.Providers[at.slug] = nil
		}
	}
	for _, i := range e.catalog.list.items {
		if made := e.exported(i); made != nil {
			session.Providers[i.Slug] = made
		}
	}
	for _, slug := range slices.Sorted(maps.Keys(session.Providers)) {
		e.left = append(e.left, e.cutScopes(slug, session.Providers[slug])...)
	}
	return session
}

// cutScopes leaves organizations the scopes that their provider asks for: a file has no others.
func (e *Environment) cutScopes(slug string, made *scenarios.Provider) (notes []string) {
	if made == nil {
		return nil
	}
	asked := either(made.Scopes, e.set.Scopes(slug))
	for _, id := range slices.Sorted(maps.Keys(made.Organizations)) {
		one := made.Organizations[id]
		kept := slices.DeleteFunc(slices.Clone(one.Scopes), func(scope string) bool { return !slices.Contains(asked, scope) })
		if len(kept) < len(one.Scopes) {
			notes = append(notes, fmt.Sprintf("Left out: scopes of organization %q for which %s no longer asks.", id, slug))
			one.Scopes = kept
			made.Organizations[id] = one
		}
	}
	return notes
}

// since is a switch that has been in force since an instant, until another one (zero: something newer).
func (e *exporter) since(made scenarios.Switch, since, until time.Time) scenarios.Switch {
	if made.Age = max(0, e.now.Sub(since)); !until.IsZero() {
		made.TTL = made.Age + until.Sub(e.now)
	}
	return made
}

// webhooks are the endpoints as a file says them; nil: they are the file's own. Secrets that calls saw are left out.
func (e *Environment) webhooks() []scenarios.Webhook {
	said, changed := e.set.Webhooks(), false
	made := []scenarios.Webhook{}
	for i, one := range e.endpoints.list.items {
		changed = changed || one.Updated.After(e.started) || i >= len(said) || one.URL != said[i].URL
		written := scenarios.Webhook{URL: one.URL, Events: slices.DeleteFunc(slices.Clone(one.Events), func(name string) bool { return !slices.Contains(pipes.Events(), name) })}
		for _, other := range said {
			if other.URL == one.URL {
				written.Secret = other.Secret
			}
		}
		if one.Enabled && len(written.Events) > 0 {
			made = append(made, written)
		}
	}
	if !changed && len(made) == len(said) {
		return nil
	}
	return made
}

// exported is an integration, with that of the other ownership, as a file says it; nil: as it does already.
func (e *Environment) exported(i *Integration) *scenarios.Provider {
	declared, known := e.set.Declared(i.Slug)
	changed := !known || i.Updated.After(e.started) || e.generationOf(i.Slug, i.Ownership) > 0
	made := i.Provider
	made.Name, made.Scopes, made.Credentials, made.Ownership, made.Description = e.set.Implied(i.Slug).Name, i.Scopes, scenarios.CredentialsShared, []string{i.Ownership}, ""
	if known {
		made.Name, made.Scopes = declared.Name, either(i.Scopes, declared.Scopes)
	}
	if i.Custom != nil {
		made.Name = i.Custom.Name
	}
	if i.Description != nil {
		made.Description = *i.Description
	}
	if i.Credentials != nil {
		made.Credentials = i.Credentials.Type
	}
	if other := e.other(i.Slug, i.Ownership); other != nil {
		made.Ownership = []string{scenarios.OwnerUser, scenarios.OwnerOrganization}
		changed = changed || other.Updated.After(e.started)
	} else if len(declared.Ownership) > 1 {
		changed = true
	}
	made.Organizations = map[string]scenarios.Override{}
	if e.generationOf(i.Slug, scenarios.OwnerUser) == 0 {
		for id, one := range declared.Organizations {
			made.Organizations[id] = one
		}
	}
	for at, one := range e.catalog.overrides {
		if at.slug == i.Slug {
			made.Organizations[at.organization] = one.Override
			changed = true
		}
	}
	if !changed {
		return nil
	}
	return &made
}

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
		layers = append(layers, e.under(r, word, until))
		if until.IsZero() {
			return layers
		}
	}
}

func (e *Environment) under(r *connection, word Decision, until time.Time) layer {
	return layer{renderConnection(e.mint, e.grantFor(r.key, word), word, r), until}
}

// differing are switches for the connections that stand otherwise where an export was loaded: from the lowest word on
// under which one does.
func (e *exporter) differing(again *Environment) (switches []scenarios.Switch) {
	for r := range e.connections.after(0) {
		is, would := e.layers(r, e.now), again.layers(again.unseen(r.key), e.now)
		key := r.key
		place := Place{Provider: key.Provider, User: key.User, Organization: key.Organization, NoOrganization: key.Organization == "", Shared: key.User == ""}
		plain := again.under(again.unseen(r.key), Decision{Scenario: &scenarios.Scenario{}, reached: e.now}, time.Time{})
		for i := e.differ(is, would, r) - 1; i >= 0; i-- {
			switches = append(switches, e.exactly(place, r, is[i], plain.Connection))
		}
	}
	return switches
}

// differ is how many words from the newest on it takes to tell how a connection stands otherwise; 0: it does not.
func (e *exporter) differ(is, would []layer, r *connection) int {
	if len(is) != len(would) {
		return len(is)
	}
	for i := len(is); i > 0; i-- {
		if a, b := is[i-1], would[i-1]; !a.until.Equal(b.until) || !e.sameState(a.Connection, b.Connection, r) {
			return i
		}
	}
	return 0
}

// sameState tells whether a connection stands as another one does, but for ids and what is secret.
func (e *exporter) sameState(a, b Connection, r *connection) bool {
	sameSteps := slices.EqualFunc(a.Decision.Steps, b.Decision.Steps, func(x, y Step) bool { return left(x) == left(y) && x.Until.Equal(y.Until) })
	sameMethod := a.AuthMethod == b.AuthMethod || a.State == scenarios.NotInstalled
	return a.State == b.State && sameMethod && slices.Equal(a.Scopes, b.Scopes) && slices.Equal(a.MissingScopes, b.MissingScopes) &&
		a.ExpiresAt.Equal(b.ExpiresAt) && sameSteps && (a.Token == b.Token || e.isSecret(a, r))
}

// left is how many calls a step has left.
func left(s Step) int { return s.Times - s.Calls*min(1, s.Times) }

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

// exactly is a switch that puts one connection where it stands. What a switch to a plain connection gives it anyway
// is not said.
func (e *exporter) exactly(place Place, r *connection, is layer, plain Connection) scenarios.Switch {
	if is.Decision.run != nil {
		script, since := is.Decision.run.rest(e.now)
		if is.AuthMethod != plain.AuthMethod && is.Decision.Scenario.State.AuthMethod == "" &&
			script.IsShorterThan(maxWrittenOut) {
			script = by(is.AuthMethod, script) // as it was installed
		}
		script, _ = script.Without(e.tokens)
		return e.since(scenarios.Switch{Place: place, Scenario: script}, since, is.until)
	}
	state, since := scenarios.State{State: is.State}, e.now
	if is.State != scenarios.NotInstalled && is.AuthMethod != plain.AuthMethod {
		state.AuthMethod = is.AuthMethod
	}
	oauth := is.State != scenarios.NotInstalled && is.AuthMethod != scenarios.APIKey
	if oauth && !(slices.Equal(is.Scopes, plain.Scopes) && slices.Equal(is.MissingScopes, plain.MissingScopes)) {
		state.Scopes, state.MissingScopes = is.Scopes, is.MissingScopes
	}
	if oauth && is.State == scenarios.Connected {
		full := is.Decision.Scenario.State.Full()
		life := r.tokenLife(is.Decision)
		switch state.ExpiresIn, since = life.span(full), life.from; {
		case is.ExpiresAt.IsZero() || state.ExpiresIn > clock.Furthest: // which no file says
			state.ExpiresIn = scenarios.Never
		case since.After(e.now):
			state.ExpiresIn, since = is.ExpiresAt.Sub(e.now), e.now
		case state.ExpiresIn == 0:
			state.ExpiresIn = soon
		}
		if state.Refresh = full.Refresh; is.Token != plain.Token && !e.isSecret(is.Connection, r) {
			state.AccessToken = is.Token
		}
	}
	return e.since(scenarios.Switch{Place: place, Scenario: &scenarios.Scenario{State: state}}, since, is.until)
}

// maxWrittenOut is how many scenarios an export writes out in place of the names of a script. Longer scripts keep
// the names, and a comment says what is otherwise.
const maxWrittenOut = 5_000

// by is a scenario whose states authenticate by a method where they name none.
func by(method string, s *scenarios.Scenario) *scenarios.Scenario {
	made := *s
	made.Name, made.Steps = "", slices.Clone(s.Steps)
	if state := &made.State; s.Steps == nil && state.State != scenarios.NotInstalled {
		state.AuthMethod = cmp.Or(state.AuthMethod, method)
	}
	for i, step := range made.Steps {
		if step.Scenario != nil {
			made.Steps[i].Scenario = by(method, step.Scenario)
		}
	}
	return &made
}

// rest is a script of the steps that are still to come, which began at an instant.
func (r *run) rest(now time.Time) (script *scenarios.Scenario, since time.Time) {
	last := &r.frames[len(r.frames)-1]
	if last.now().For == 0 && last.now().Times == 0 && last.now().Fault == nil && len(r.frames) == 1 {
		return r.state, r.since // it stays
	}
	for i := len(r.frames) - 1; i >= 0; i-- {
		f := &r.frames[i]
		first := f.now()
		if f.step == len(f.script.Steps) {
			first = scenarios.Step{Scenario: r.state}
		}
		if script != nil {
			first.Scenario = script
		}
		first.Times -= f.calls * min(1, first.Times)
		if first.For > 0 {
			first.For -= last.since.Sub(f.since)
		}
		script = f.after(first)
	}
	return script, last.since
}

// after is the frame's script from a step on that is begun.
func (f *frame) after(first scenarios.Step) *scenarios.Scenario {
	steps := []scenarios.Step{first}
	if f.step < len(f.script.Steps) {
		steps = append(steps, f.script.Steps[f.step+1:]...)
	}
	final := &steps[len(steps)-1]
	switch {
	case f.script.Repeat == scenarios.Forever:
		steps = append(steps, scenarios.Step{Scenario: f.script})
	case f.script.Repeat > f.round+1:
		again := *f.script
		again.Name, again.Repeat = "", f.script.Repeat-f.round-1
		steps = append(steps, scenarios.Step{Scenario: &again})
	case final.Fault != nil && f.script.Repeat > 0:
		for i := len(f.script.Steps) - 1; i >= 0; i-- {
			if state := f.script.Steps[i].Scenario; state != nil {
				steps = append(steps, scenarios.Step{Scenario: state})
				break
			}
		}
	default:
		final.Times, final.For = 0, 0
	}
	return &scenarios.Scenario{Steps: steps}
}
