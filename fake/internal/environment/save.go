package environment

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/fault"
	"example.com/pipesfake/scenarios"
)

// Saved is an environment at one instant, to be restored or written as JSON. It holds secrets.
type Saved struct {
	Scenarios string // the digest of the set that it belongs to
	Requests  uint64
	Clock     clock.Saved
	Now       time.Time // of the environment
	Began     time.Time
	Words     uint64
	Backs     uint64
	Peaks     []savedPeak `json:",omitempty"`

	LastSwitch uint64
	Switches   []savedSwitch `json:",omitempty"`
	Records    []savedRecord `json:",omitempty"` // in the order in which they were seen
	Faults     fault.Saved
	Catalog    savedCatalog
	Endpoints  []Endpoint `json:",omitempty"`
	Deleted    map[string]uint64
	Made       uint64       // endpoints, until now
	Events     []savedEvent `json:",omitempty"`
	LastEvent  uint64
	Consents   []Authorization `json:",omitempty"`
	Pending    []Pending       `json:",omitempty"` // deliveries
}

// Pending is an event that an endpoint is still to be told.
type Pending struct{ Endpoint, Event string }

type (
	savedPeak struct {
		Number uint64
		At     time.Time
	}
	savedSwitch struct {
		Number, Sequence, Backs uint64
		Place                   Place
		Scenario                json.RawMessage
		At                      time.Time
		TTL                     time.Duration
		Position                scenarios.Position
	}
	savedWord struct {
		At              time.Time
		State           scenarios.State
		Call            string
		Sequence, Backs uint64
		Expires         time.Time `json:",omitzero"`
	}
	savedAccount struct {
		Word                    savedWord
		Method, Secret          string
		RefreshToken            bool
		ClientID, ClientSecret  string
		Config                  map[string]string
		Identifier, DisplayName string
	}
	savedRefresh struct {
		Word  uint64
		State int
		At    time.Time
	}
	savedRun struct {
		Word              uint64
		Frames            []savedFrame
		State             json.RawMessage
		Since             time.Time
		States            int
		Backs, StateBacks uint64
	}
	savedFrame struct {
		Step, Round, Calls int
		Since              time.Time
		Laid               *fault.Laid `json:",omitempty"`
	}
	savedRecord struct {
		Key                                            scenarios.Key
		Standard, Generation, Lives, Added, Authorized int32
		Refreshes                                      []savedRefresh `json:",omitempty"`
		Created                                        time.Time
		Issued                                         []string      `json:",omitempty"`
		Account                                        *savedAccount `json:",omitempty"`
		Told                                           string
		ToldScopes                                     []string
		Runs                                           []savedRun `json:",omitempty"`
	}
	savedEvent struct {
		Key              scenarios.Key
		Standard, Lives  int32
		Name, State      string
		Scopes           []string
		At               time.Time
		Created, Updated time.Time
		Count            uint64
		Integration      int
		Failure          *Failure `json:",omitempty"`
	}
)

// Save is a copy of everything but the journal. Nobody waits while it is written.
func (e *Environment) Save() (Saved, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.upToNow()
	s := Saved{
		Scenarios: e.set.Digest(), Requests: e.requests.Load(), Clock: e.clock.Save(), Now: now, Began: e.began, Words: e.words, Backs: e.backs,
		LastSwitch: e.switches.last, Faults: e.faults.Save(), Catalog: e.catalog.save(),
		Deleted: maps.Clone(e.hooks.list.numbers), Made: e.hooks.count, LastEvent: e.log.count,
	}
	for _, one := range e.peaks {
		s.Peaks = append(s.Peaks, savedPeak{one.number, one.at})
	}
	for _, one := range e.switches.inForce() {
		text, err := one.Scenario.Text()
		if err != nil {
			return s, err
		}
		s.Switches = append(s.Switches, savedSwitch{one.Number, one.sequence, one.backs, one.Place, text, one.At, one.TTL, one.Position})
	}
	for r := range e.seen.after(0) {
		for _, one := range e.seen.all(r.key) {
			saved, err := one.save()
			if err != nil {
				return s, err
			}
			s.Records = append(s.Records, saved)
		}
	}
	for _, one := range e.hooks.list.items {
		s.Endpoints = append(s.Endpoints, *one)
	}
	for _, one := range e.log.events {
		s.Events = append(s.Events, savedEvent{one.Key, one.standard, one.lives, one.Name, one.State, one.Scopes, one.At, one.Created, one.Updated, one.count, one.integration, one.Failure})
	}
	for _, one := range e.consents.order {
		s.Consents = append(s.Consents, *one)
	}
	return s, nil
}

func (r *record) save() (savedRecord, error) {
	s := savedRecord{
		Key: r.key, Standard: r.standard, Generation: r.generation, Lives: r.lives, Added: r.added, Authorized: r.authorized,
		Created: r.created, Issued: slices.Clone(r.issued), Told: r.told.state, ToldScopes: r.told.scopes,
	}
	for _, one := range r.refreshes {
		s.Refreshes = append(s.Refreshes, savedRefresh{one.word, one.state, one.at})
	}
	if a := r.account; a != nil {
		s.Account = &savedAccount{a.word.save(), a.method, a.secret, a.refreshToken, a.clientID, a.clientSecret, a.config, a.identifier, a.displayName}
	}
	for _, one := range r.runs {
		text, err := one.state.Text()
		if err != nil {
			return s, err
		}
		saved := savedRun{one.word, nil, text, one.since, one.states, one.backs, one.stateBacks}
		for _, f := range one.frames {
			if f.laid != nil {
				f.laid = f.laid.Clone()
			}
			saved.Frames = append(saved.Frames, savedFrame{f.step, f.round, f.calls, f.since, f.laid})
		}
		s.Runs = append(s.Runs, saved)
	}
	return s, nil
}

func (d *Decision) save() savedWord {
	return savedWord{d.At, d.Scenario.State, d.Call, d.sequence, d.backs, d.expires}
}

func (s savedWord) word(set *scenarios.Set) Decision {
	return Decision{By: ByAPI, At: s.At, Scenario: &scenarios.Scenario{State: s.State}, Call: s.Call, set: set, sequence: s.Sequence, backs: s.Backs, expires: s.Expires}
}

type savedCatalog struct {
	Opened       bool
	Integrations []savedIntegration `json:",omitempty"`
	Count        uint64
	Numbers      map[string]uint64 `json:",omitempty"`
	Removed      []savedRemoval    `json:",omitempty"`
	Overrides    []savedOverride   `json:",omitempty"`
	Asked        []savedAsking     `json:",omitempty"`
}

type (
	savedIntegration struct {
		Integration
		Order uint64
	}
	savedRemoval struct {
		Slug, Ownership string
		Word            savedWord
		Times           int
	}
	savedOverride struct {
		For, Slug string
		Override
	}
	savedAsking struct {
		Slug, Ownership, Organization string
		Until                         uint64
		Scopes                        []string
	}
)

func (c *catalog) save() savedCatalog {
	s := savedCatalog{Opened: c.opened, Count: c.count, Numbers: maps.Clone(c.list.numbers)}
	for _, i := range c.list.items {
		s.Integrations = append(s.Integrations, savedIntegration{*i, i.order})
	}
	for at, one := range c.removed {
		s.Removed = append(s.Removed, savedRemoval{at.slug, at.ownership, one.word.save(), one.times})
	}
	for at, one := range c.overrides {
		s.Overrides = append(s.Overrides, savedOverride{at.organization, at.slug, one})
	}
	for by, all := range c.asked {
		for _, one := range all {
			s.Asked = append(s.Asked, savedAsking{by.slug, by.ownership, by.organization, one.until, one.scopes})
		}
	}
	return s
}
