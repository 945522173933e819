// Package state holds what an environment remembers, as plain data: switches and other directives, connections, data
// integrations, events, webhook endpoints, consents and faults. Its rules are functions of the data, without a clock
// or a lock: decide.go, switches.go and place.go find the directive that decides on a connection, view.go and
// token_life.go say what the connection then is.
//
// A rule may complete what it reads: it moves a script on to the present, caches a token or a reason, and puts the
// file's integrations into the catalog. So a state that is in use is read and changed by package model alone, under a
// lock.
//
// A state is saved as JSON. What derives from the rest is not: Rebuild makes it again.
package state

import (
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/fault"
	"example.com/pipesfake/fake/internal/listing"
	"example.com/pipesfake/fake/internal/mint"
	"example.com/pipesfake/scenarios"
)

// State is everything that an environment remembers. It holds secrets. The names in JSON are those of the state file.
// Some are older than those of the fields, because old state files have them.
type State struct {
	Began       time.Time     // when the set came into force
	Directives  uint64        `json:"Words"` // the last number of a switch, a write or a change of requested scopes
	RewindCount uint64        `json:"Backs"` // how often the clock was set back
	Rewinds     clock.Rewinds `json:"Peaks,omitempty"`

	LastSwitch      uint64      // how many switches there were
	Switches        Switches    `json:"-"` // see Saved.InForce
	Connections     Connections `json:"-"` // see Saved.Records
	Faults          fault.Faults
	Catalog         Catalog
	Endpoints       []*Endpoint     `json:",omitempty"` // in the order of their creation
	EndpointNumbers listing.Numbers `json:"Deleted"`    // also of deleted endpoints
	EndpointCount   uint64          `json:"Made"`       // how many there were
	Events          []*Event        `json:",omitempty"` // the last ones, the oldest first
	EventCount      uint64          `json:"LastEvent"`  // how many there were
	Consents        Consents
	Answered        []*Answered `json:",omitempty"` // the last calls with an idempotency key, the oldest first

	// The rest derives from the above and from the scenario file.

	Set     *scenarios.Set    `json:"-"`
	Mint    mint.Mint         `json:"-"`
	tokens  *tokenIndex       // nil while it is not in use
	byStart *Decision         // which all decisions by the start share, or nil
	similar map[string]string // the cached answers of scenarios.Set.Similar, by slug
	unsaved notes
}

// Saved is a copy of a state at one time, as a snapshot and the state file hold it. Its State can be used after
// Rebuild.
type Saved struct {
	State
	Scenarios string // the digest of the set that it belongs to
	Requests  uint64 // how many there were
	Clock     clock.Saved
	Now       time.Time     // when the copy was made, by the environment's clock
	InForce   []*Switch     `json:"Switches,omitempty"` // the switches in force, the oldest first
	Records   []*Connection `json:",omitempty"`         // the connections, in the order in which they were first seen
	Pending   []Pending     `json:",omitempty"`         // the deliveries that were not over
	Emitting  *Emitting     `json:",omitempty"`         // nil if all events until Now were emitted
}

// Emitting is a change of the directives that cover a place, whose events were not all emitted yet.
type Emitting struct {
	Place Place
	At    time.Time
}

// Pending is a delivery of an event to an endpoint, by their IDs.
type Pending struct{ Endpoint, Event string }

// Unseen returns the record of a connection that nobody asked for.
func (s *State) Unseen(key scenarios.Key) *Connection {
	r := &Connection{Identity: Identity{Key: key}, Entry: s.Set.Entry(key), Created: s.Began.Add(-s.Set.Age)}
	if r.Entry != nil {
		r.Created = s.Began.Add(-r.Entry.Age)
	}
	return r
}

// AddSwitch adds a switch: it is the newest directive. It returns the switch that is removed to make room, or nil.
func (s *State) AddSwitch(made *Switch) (removed *Switch) {
	s.Directives++
	s.LastSwitch++
	made.Sequence, made.Number, made.set = s.Directives, s.LastSwitch, s.Set
	removed = s.Switches.Add(made)
	s.unsaved.touch(made)
	if removed != nil {
		s.unsaved.drop(removed)
	}
	return removed
}

// RemoveSwitch removes a switch that is in force.
func (s *State) RemoveSwitch(old *Switch) {
	s.Switches.Remove(old)
	s.unsaved.drop(old)
}

// AddConsent adds an authorization.
func (s *State) AddConsent(made *Authorization) {
	forgotten := s.Consents.Add(made)
	s.unsaved.touch(made)
	if forgotten != nil {
		s.unsaved.drop(forgotten)
	}
}

// Touch notes that a connection changed, so that it is saved, unless it is no longer remembered.
func (s *State) Touch(r *Connection) {
	if !r.Forgotten {
		s.unsaved.touch(r)
	}
}

// TouchConsent notes that an authorization changed, so that it is saved.
func (s *State) TouchConsent(a *Authorization) { s.unsaved.touch(a) }
