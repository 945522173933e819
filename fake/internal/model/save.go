package model

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

	set *scenarios.Set // of one that was just made
}

// Pending is the saved form of a Delivery: two IDs.
type Pending struct{ Endpoint, Event string }

type (
	savedPeak struct {
		Number uint64
		At     time.Time
	}
	savedSwitch struct {
		Number, Sequence, Backs uint64
		Place                   Place
		Scenario                reference
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
		State             reference
		Since             time.Time
		States            int
		Backs, StateBacks uint64
	}
	savedFrame struct {
		Step, Round, Calls int
		Since              time.Time
		Laid               *fault.Active `json:",omitempty"`
	}
	savedRecord struct {
		Key        scenarios.Key
		Standard   int32          `json:",omitempty"`
		Generation int32          `json:",omitempty"`
		Lives      int32          `json:",omitempty"`
		Added      int32          `json:",omitempty"`
		Authorized int32          `json:",omitempty"`
		Refreshes  []savedRefresh `json:",omitempty"`
		Created    time.Time      `json:",omitzero"`
		Issued     []string       `json:",omitempty"`
		Account    *savedAccount  `json:",omitempty"`
		Told       string
		ToldScopes []string   `json:",omitzero"`
		Runs       []savedRun `json:",omitempty"`
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

// reference is a scenario that is written as its Text, and read once the set is known that it refers to.
type reference struct {
	*scenarios.Scenario
	text json.RawMessage
}

func (r reference) MarshalJSON() ([]byte, error) { return r.Text() }

func (r *reference) UnmarshalJSON(text []byte) error {
	r.text = slices.Clone(text)
	return nil
}

func (r reference) of(set *scenarios.Set) (*scenarios.Scenario, error) {
	if r.Scenario != nil {
		return r.Scenario, nil
	}
	return scenarios.ParseReference(set, r.text)
}

// Save is a copy of everything but the journal. What may be many is copied as it stands: nobody waits while the
// copies are made into what is saved.
func (e *Environment) Save() Saved {
	s, _ := e.SaveUnless(nil)
	return s
}

// SaveUnless is Save that does not wait for an environment that is busy any longer than until giveUp is closed. It
// reports whether it got the environment.
func (e *Environment) SaveUnless(giveUp <-chan struct{}) (Saved, bool) {
	s, records, events, got := e.copied(giveUp)
	if !got {
		return s, false
	}
	s.Records = make([]savedRecord, len(records))
	for i := range records {
		s.Records[i] = records[i].save()
	}
	for _, one := range events {
		s.Events = append(s.Events, savedEvent{one.Key, one.standard, one.lives, one.Name, one.State, one.Scopes, one.At, one.Created, one.Updated, one.count, one.integration, one.Failure})
	}
	return s, true
}

func (e *Environment) copied(giveUp <-chan struct{}) (s Saved, records []connection, events []*Event, got bool) {
	if !e.mu.LockFirst(giveUp) {
		return s, nil, nil, false
	}
	defer e.mu.Unlock()
	now := e.upToNow()
	s = Saved{
		Scenarios: e.set.Digest(), Requests: e.requests.Load(), Clock: e.clock.Save(), Now: now, Began: e.started, Words: e.directives, Backs: e.rewindCount,
		LastSwitch: e.switches.last, Faults: e.faults.Save(), Catalog: e.catalog.save(),
		Deleted: maps.Clone(e.endpoints.list.numbers), Made: e.endpoints.count, LastEvent: e.log.count, set: e.set,
	}
	for _, one := range e.rewinds {
		s.Peaks = append(s.Peaks, savedPeak{one.number, one.at})
	}
	for _, one := range e.switches.inForce() {
		s.Switches = append(s.Switches, savedSwitch{one.Number, one.sequence, one.backs, one.Place, reference{Scenario: one.Scenario}, one.At, one.TTL, one.Position})
	}
	for _, one := range e.endpoints.list.items {
		s.Endpoints = append(s.Endpoints, *one)
	}
	for _, one := range e.consents.order {
		s.Consents = append(s.Consents, *one)
	}
	if e.outbox != nil {
		for _, one := range e.outbox.Pending() {
			s.Pending = append(s.Pending, Pending{one.To.ID, one.Event.EventID()})
		}
	}
	return s, e.connections.copies(), slices.Clone(e.log.events), true
}

func (r *connection) save() savedRecord {
	s := savedRecord{
		Key: r.key, Standard: r.index, Generation: r.tokenGeneration, Lives: r.incarnation, Added: r.added, Authorized: r.authorized,
		Created: r.created, Issued: r.issued, Told: r.lastEvent.state, ToldScopes: r.lastEvent.scopes,
	}
	for _, one := range r.refreshes {
		s.Refreshes = append(s.Refreshes, savedRefresh{one.directive, one.state, one.at})
	}
	if a := r.account; a != nil {
		s.Account = &savedAccount{a.directive.save(), a.method, a.secret, a.refreshToken, a.clientID, a.clientSecret, a.config, a.identifier, a.displayName}
	}
	for _, one := range r.runs {
		saved := savedRun{one.directive, nil, reference{Scenario: one.state}, one.since, one.states, one.backs, one.stateBacks}
		for _, f := range one.frames {
			saved.Frames = append(saved.Frames, savedFrame{f.step, f.round, f.calls, f.since, f.laid})
		}
		s.Runs = append(s.Runs, saved)
	}
	return s
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
		s.Removed = append(s.Removed, savedRemoval{at.slug, at.ownership, one.directive.save(), one.times})
	}
	for at, one := range c.overrides {
		s.Overrides = append(s.Overrides, savedOverride{at.organization, at.slug, one})
	}
	for by, all := range c.scopeChanges {
		for _, one := range all {
			s.Asked = append(s.Asked, savedAsking{by.slug, by.ownership, by.organization, one.until, one.scopes})
		}
	}
	return s
}
