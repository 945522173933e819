package environment

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// Export is a scenario file that begins where the environment stands, without secrets: its own file, with the
// switches and faults in force, the integrations that calls changed, and a switch for each connection that
// stands otherwise. What no file can say is told in comments at its beginning.
func (e *Environment) Export() ([]byte, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.upToNow()
	session := e.session(now)
	text, err := e.set.Export(session)
	if err != nil {
		return nil, err
	}
	again, err := e.loaded(text, now)
	if err != nil {
		return nil, err
	}
	session.Switches = append(session.Switches, e.differing(again, now)...)
	if text, err = e.set.Export(session); err != nil {
		return nil, err
	}
	if again, err = e.loaded(text, now); err != nil {
		return nil, err
	}
	session.Notes = append(session.Notes, e.notes(again, now)...)
	return e.set.Export(session)
}

// loaded is what an exported file loads to.
func (e *Environment) loaded(text []byte, now time.Time) (*Environment, error) {
	set, err := scenarios.Parse("the export", bytes.TrimSpace(text))
	if err != nil {
		return nil, err
	}
	return New(e.name, set, clock.Standing(now)), nil
}

func (e *Environment) session(now time.Time) scenarios.Session {
	session := scenarios.Session{
		Lasted: max(0, now.Sub(e.began)), Providers: map[string]*scenarios.Provider{},
		Notes: []string{fmt.Sprintf("Environment %s as it stood at %s, exported by pipesfake.", e.name, pipes.Timestamp(now))},
	}
	for _, one := range e.switches.inForce() {
		session.Switches = append(session.Switches, scenarios.Switch{Place: one.Place, Scenario: one.Scenario, Age: max(0, now.Sub(one.At)), TTL: one.TTL})
	}
	for _, one := range e.faults.All() {
		if one.Times > 0 {
			one.Times -= one.Struck
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
		session.Notes = append(session.Notes, e.cutScopes(slug, session.Providers[slug])...)
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

// webhooks are the endpoints as a file says them; nil: they are the file's own. Secrets that calls saw are left out.
func (e *Environment) webhooks() []scenarios.Webhook {
	said, changed := e.set.Webhooks(), false
	made := []scenarios.Webhook{}
	for i, one := range e.hooks.list.items {
		changed = changed || one.Updated.After(e.began) || i >= len(said) || one.URL != said[i].URL
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
	changed := !known || i.Updated.After(e.began) || e.generationOf(i.Slug, i.Ownership) > 0
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
		changed = changed || other.Updated.After(e.began)
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

// keys are those of the connections that were seen.
func (e *Environment) keys() (keys []scenarios.Key) {
	for r := range e.seen.after(0) {
		keys = append(keys, r.key)
	}
	return keys
}

// differing are switches for the connections that stand otherwise where an export was loaded.
func (e *Environment) differing(again *Environment, now time.Time) (switches []scenarios.Switch) {
	for _, key := range e.keys() {
		r := e.seen.records[key]
		is, would := e.look(r, now), again.Look(key)
		if e.sameState(is, would, r) {
			continue
		}
		place := Place{Provider: key.Provider, User: key.User, Organization: key.Organization, NoOrganization: key.Organization == "", Shared: key.User == ""}
		switches = append(switches, e.exactly(place, r, is, would, now))
	}
	return switches
}

// sameState tells whether a connection stands as another one does, but for ids and what is secret.
func (e *Environment) sameState(a, b Connection, r *record) bool {
	sameSteps := slices.EqualFunc(a.Decision.Steps, b.Decision.Steps, func(x, y Step) bool { return left(x) == left(y) && x.Until.Equal(y.Until) })
	return a.State == b.State && a.AuthMethod == b.AuthMethod && slices.Equal(a.Scopes, b.Scopes) && slices.Equal(a.MissingScopes, b.MissingScopes) &&
		a.ExpiresAt.Equal(b.ExpiresAt) && sameSteps && (a.Token == b.Token || isSecret(a, r))
}

// left is how many calls a step has left.
func left(s Step) int { return s.Times - s.Calls*min(1, s.Times) }

// isSecret tells whether a connection's token was given by a call.
func isSecret(c Connection, r *record) bool {
	return r.account != nil && r.account.secret != "" && r.account.secret == c.Token
}

// exactly is a switch that puts one connection where it stands.
func (e *Environment) exactly(place Place, r *record, is, would Connection, now time.Time) scenarios.Switch {
	if is.Decision.run != nil {
		script, since := is.Decision.run.rest(now)
		return scenarios.Switch{Place: place, Scenario: script, Age: max(0, now.Sub(since))}
	}
	state := scenarios.State{State: is.State}
	exact := scenarios.Switch{Place: place, Scenario: &scenarios.Scenario{}}
	if is.State != scenarios.NotInstalled && is.AuthMethod != would.AuthMethod {
		state.AuthMethod = is.AuthMethod
	}
	if is.State == scenarios.NeedsReauthorization && !(slices.Equal(would.Scopes, is.Scopes) && slices.Equal(would.MissingScopes, is.MissingScopes)) {
		state.Scopes, state.MissingScopes = is.Scopes, is.MissingScopes
	}
	if is.State == scenarios.Connected && is.AuthMethod != scenarios.APIKey {
		full := is.Decision.Scenario.State.Full()
		life := r.life(is.Decision)
		if state.ExpiresIn, exact.Age = life.span(full), now.Sub(life.from); exact.Age < 0 || state.ExpiresIn == 0 {
			state.ExpiresIn, exact.Age = is.ExpiresAt.Sub(now), 0
		}
		if is.ExpiresAt.IsZero() || state.ExpiresIn > clock.Furthest { // which no file says
			state.ExpiresIn = scenarios.Never
		}
		state.Refresh, state.Scopes, state.MissingScopes = full.Refresh, is.Scopes, is.MissingScopes
		if !isSecret(is, r) {
			state.AccessToken = is.Token
		}
		if len(is.MissingScopes) == 0 && would.State == is.State && slices.Equal(would.Scopes, is.Scopes) {
			state.Scopes, state.MissingScopes = nil, nil // what its integration asks for
		}
		if is.Token == would.Token && full.AccessToken == "" {
			state.AccessToken = ""
		}
	}
	exact.Scenario.State = state
	return exact
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
