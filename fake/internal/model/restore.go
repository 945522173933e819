package model

import (
	"fmt"
	"reflect"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/scenarios"
)

// Restore puts back what was saved, and begins no new counting of requests. What does not belong to the set in
// force, or is damaged (a DamagedError), changes nothing; the error says what.
func (e *Environment) Restore(s Saved) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if s.Scenarios == "" {
		return damaged("it names no scenario file")
	}
	if digest := e.set.Digest(); s.Scenarios != digest {
		return fmt.Errorf("it belongs to another state of the scenario file than that of %s now", e.set.Name)
	}
	if err := s.check(); err != nil {
		return err
	}
	made := New(e.name, e.secret, e.set, clock.Standing(s.Now))
	if err := made.fill(s); err != nil {
		return damaged("%s", err)
	}
	e.clock.Restore(s.Clock)
	e.mint, e.started, e.directives, e.rewindCount, e.rewinds = made.mint, made.started, made.directives, made.rewindCount, made.rewinds
	e.why, e.pending = nil, nil
	e.switches, e.catalog, e.connections, e.endpoints, e.log, e.consents, e.faults = made.switches, made.catalog, made.connections, made.endpoints, made.log, made.consents, made.faults
	before := e.tokens
	e.tokens, e.owners = made.tokens, nil
	e.addAll(before)
	for token := range e.tokens {
		e.announce(token)
	}
	e.schedule = schedule{sooner: e.armWakeup}
	e.switches.dues = &e.schedule
	e.setBaseline()
	e.resume(s)
	e.redeliver(s.Pending)
	e.armWakeup()
	e.notifySubscribers()
	e.hasFaults.Store(!e.faults.None())
	e.MarkChanged()
	return nil
}

// Resume is Restore where the process ended in between: the requests count on.
func (e *Environment) Resume(s Saved) error {
	err := e.Restore(s)
	if err == nil {
		e.requests.Store(s.Requests)
	}
	return err
}

// redeliver sends what was pending when the environment was saved, and nothing else.
func (e *Environment) redeliver(pending []Pending) {
	if e.outbox == nil {
		return
	}
	var deliveries []Delivery
	for _, one := range pending {
		if to, event := e.endpoints.byID(one.Endpoint), e.eventByID(one.Event); to != nil && event != nil {
			deliveries = append(deliveries, Delivery{to, event})
		}
	}
	e.outbox.Replace(deliveries)
}

// fill builds an environment that nobody else knows.
func (e *Environment) fill(s Saved) (err error) {
	e.tokens, e.schedule = map[string][]*connection{}, schedule{}
	e.started, e.directives, e.rewindCount = s.Began, s.Words, s.Backs
	for _, one := range s.Peaks {
		e.rewinds = append(e.rewinds, rewind{one.Number, one.At})
	}
	e.switches = newSwitches(&e.schedule)
	scripts := map[uint64]*scenarios.Scenario{} // by word
	for _, one := range s.Switches {
		scenario, err := one.Scenario.of(e.set)
		if err != nil {
			return err
		}
		scripts[one.Sequence] = scenario
		e.switches.last = one.Number - 1
		e.switches.add(&Switch{Place: one.Place, Scenario: scenario, At: one.At, TTL: one.TTL, Position: one.Position, set: e.set, sequence: one.Sequence, backs: one.Backs})
	}
	e.switches.last = s.LastSwitch
	e.faults.Restore(s.Faults)
	e.catalog = s.Catalog.catalog(e.set)
	e.connections = newSeen()
	for _, one := range s.Records {
		if err := e.recall(one, scripts); err != nil {
			return err
		}
	}
	e.endpoints = endpoints{}
	for _, one := range s.Endpoints {
		one.order = s.Deleted[one.ID]
		e.endpoints.list.add(&one)
	}
	e.endpoints.list.recall(s.Deleted)
	e.endpoints.count = s.Made
	e.log.events, e.log.count = nil, s.LastEvent
	for _, one := range s.Events {
		e.log.events = append(e.log.events, &Event{
			identity: identity{one.Key, e.mint, one.Standard, one.Lives}, Name: one.Name, At: one.At, State: one.State, Scopes: one.Scopes,
			Created: one.Created, Updated: one.Updated, count: one.Count, integration: one.Integration, Failure: one.Failure,
		})
	}
	for _, one := range s.Consents {
		e.consents.add(&one)
	}
	return nil
}

// recall remembers a connection again.
func (e *Environment) recall(s savedRecord, scripts map[uint64]*scenarios.Scenario) error {
	r := &connection{
		key: s.Key, index: s.Standard, tokenGeneration: s.Generation, incarnation: s.Lives, added: s.Added, authorized: s.Authorized,
		created: s.Created, lastEvent: lastEvent{s.Told, s.ToldScopes},
	}
	for _, token := range s.Issued {
		e.issue(r, token)
	}
	for _, one := range s.Refreshes {
		r.refreshes = append(r.refreshes, refresh{one.Word, one.State, one.At})
	}
	if a := s.Account; a != nil {
		r.account = &account{new(a.Word.word(e.set)), a.Method, a.Secret, a.RefreshToken, a.ClientID, a.ClientSecret, a.Config, a.Identifier, a.DisplayName}
	}
	if s.Standard > 0 {
		e.connections.others[s.Key] = append(e.connections.others[s.Key], r)
	} else {
		r.entry = e.set.Connection(s.Key)
		e.connections.add(r)
	}
	for _, one := range s.Runs {
		script := scripts[one.Word]
		if one.Word == 0 {
			if script = e.set.Start; r.entry != nil {
				script = r.entry.Scenario
			}
		}
		if script == nil {
			continue // of a word that is gone
		}
		made, err := e.rerun(script, one)
		if err != nil {
			return err
		}
		r.runs = append(r.runs, made)
	}
	return nil
}

// rerun finds the scripts that a run was in.
func (e *Environment) rerun(script *scenarios.Scenario, s savedRun) (*run, error) {
	state, err := s.State.of(e.set)
	if err != nil {
		return nil, err
	}
	made := &run{directive: s.Word, state: state, since: s.Since, states: s.States, backs: s.Backs, stateBacks: s.StateBacks}
	for _, f := range s.Frames {
		if script == nil || script.Steps == nil || f.Step < 0 || f.Step > len(script.Steps) {
			return nil, fmt.Errorf("a script is in step %d, which it has not", f.Step+1)
		}
		made.frames = append(made.frames, frame{script: script, step: f.Step, round: f.Round, calls: f.Calls, since: f.Since, laid: f.Laid})
		script = made.frames[len(made.frames)-1].now().Scenario
	}
	return made, nil
}

// resume lets happen what is due, as from the instant of the saving on.
func (e *Environment) resume(s Saved) {
	for _, one := range e.switches.order {
		if one.TTL != 0 {
			e.endLater(one)
		}
	}
	for r := range e.connections.after(0) {
		for _, one := range e.connections.all(r.key) {
			e.scheduleNext(one, e.connectionAt(one, s.Now))
		}
	}
}

func (s savedCatalog) catalog(set *scenarios.Set) catalog {
	c := newCatalog()
	c.opened, c.count = s.Opened, s.Count
	for _, one := range s.Integrations {
		made := one.Integration
		made.order = one.Order
		for _, ownership := range []string{scenarios.OwnerUser, scenarios.OwnerOrganization} {
			if other := c.roots[root{made.Slug, ownership}]; other != nil && made.Custom != nil && reflect.DeepEqual(other.Custom, made.Custom) {
				made.Custom = other.Custom // a definition serves both
			}
		}
		c.list.add(&made)
		c.roots[root{made.Slug, made.Ownership}] = &made
	}
	c.list.recall(s.Numbers)
	for _, one := range s.Removed {
		c.removed[root{one.Slug, one.Ownership}] = removal{one.Word.word(set), one.Times}
	}
	for _, one := range s.Overrides {
		c.overrides[organizationRoot{one.For, one.Slug}] = one.Override
	}
	for _, one := range s.Asked {
		who := scopeSource{one.Slug, one.Ownership, one.Organization}
		c.scopeChanges[who] = append(c.scopeChanges[who], scopeChange{one.Until, one.Scopes})
	}
	return c
}
