// Package model is the environment that an API key opens, and the only place where a connection's state changes. Every
// endpoint and every control call is a view of it.
//
// An Environment wraps a state, which is plain data with rules, in a lock, a clock and timers. Its files build on each
// other in this order: environment, subscribers, emit, timeline, wakeup, record; then a file for each subject of calls.
package model

import (
	"sync/atomic"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/mint"
	"example.com/pipesfake/fake/internal/schedule"
	"example.com/pipesfake/fake/internal/secrets"
	"example.com/pipesfake/fake/internal/state"
	"example.com/pipesfake/scenarios"
)

// Environment holds what one API key sees. It is safe for concurrent use: what a call changes, others see whole or
// not at all, and a call that begins after it sees it.
type Environment struct {
	name      string
	secret    string // makes the addresses of consent pages unguessable; empty where a test asked for a seed
	clock     *clock.Clock
	hasFaults atomic.Bool   // whether any fault is active
	revision  atomic.Uint64 // see Revision
	answers   atomic.Uint64 // see AnswerRevision
	ended     atomic.Bool   // whether nothing happens by itself any more

	mu          lock // over everything below
	isSaved     bool // the state notes what changes, for TakeUnsaved
	state       *state.State
	faultSerial int // of the last fault, also of before a reset
	schedule    schedule.Schedule
	wakeup      *time.Timer    // for what is due next
	pending     *pendingChange // whose events are still to be emitted
	progress    progress
	baseline    Cursor // nothing before it is news
	secrets     secrets.Set
	// hasFileSecrets is whether secrets has those of the file's integrations, which are read when they are needed.
	hasFileSecrets bool
	owners         *ownerIndex
	outbox         Outbox // or nil
	listeners      map[chan struct{}]bool

	onForeignToken func(token string)

	_        [64]byte // each call writes to requests, and reads what is above
	requests atomic.Uint64
	_        [64]byte
}

// Outbox takes events to endpoints. Its methods are called under the environment's lock, so that state and deliveries
// change as one: they must neither wait nor call the environment.
type Outbox interface {
	// Send takes an event to an endpoint, after what was sent to it before.
	Send(to *Endpoint, event *Event)
	// Pending returns the deliveries that are not over, the oldest first.
	Pending() []Delivery
	// Replace forgets everything that was sent, also what is on its way, and sends these.
	Replace(deliveries []Delivery)
}

// Delivery is an event that an endpoint is to receive.
type Delivery struct {
	To    *Endpoint
	Event *Event
}

// Name returns the name that a key sk_env_<name> opens the environment by.
func (e *Environment) Name() string { return e.name }

// RequestID returns the ID of the next request. They count from one, and anew after a reset.
func (e *Environment) RequestID() string { return mint.RequestID(e.name, e.requests.Add(1)) }

// Requests returns how many request IDs there were.
func (e *Environment) Requests() uint64 { return e.requests.Load() }

// ContinueRequests makes the next request ID that of at least this number plus one.
func (e *Environment) ContinueRequests(from uint64) { e.requests.Store(max(from, e.requests.Load())) }

// Revision counts the changes that would have to be saved.
func (e *Environment) Revision() uint64 { return e.revision.Load() }

// AnswerRevision counts the changes by which a connection may give another answer than before. To remember a new
// connection changes no answer, so it does not count. AnswerRevision is never zero.
func (e *Environment) AnswerRevision() uint64 { return e.answers.Load() + 1 }

// MarkChanged counts a change.
func (e *Environment) MarkChanged() {
	e.revision.Add(1)
	e.answers.Add(1)
}

// markRemembered counts a change by which every connection answers as before.
func (e *Environment) markRemembered() { e.revision.Add(1) }

// Scenarios returns the set in force.
func (e *Environment) Scenarios() *scenarios.Set {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.state.Set
}

// Tag returns the digits that the environment's own tokens and consent pages carry; see mint.TagOf.
func (e *Environment) Tag() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.state.Mint.Tag()
}
