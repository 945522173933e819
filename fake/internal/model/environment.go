// Package model is the world that an API key opens, and the only place where a connection's state
// changes. Every endpoint and every control call is a view of it.
package model

import (
	"slices"
	"sync/atomic"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/fault"
	"example.com/pipesfake/fake/internal/mint"
	"example.com/pipesfake/scenarios"
)

// Environment holds what one API key sees. It is safe for concurrent use: what a call changes, others
// see whole or not at all, and a call that begins after it sees it.
type Environment struct {
	name      string
	secret    string // makes the addresses of consent pages unguessable; empty where a test asked for a seed
	clock     *clock.Clock
	requests  atomic.Uint64
	hasFaults atomic.Bool // whether any fault lies
	revision  atomic.Uint64
	ended     atomic.Bool // nothing happens by itself any more

	mu          lock // over everything below
	set         *scenarios.Set
	mint        mint.Mint
	started     time.Time // when set came into force
	why         []string  // what its start says of connections, once one was asked for
	directives  uint64    // how many switches and writes there were
	switches    switches
	catalog     catalog
	connections connections
	schedule    schedule
	pending     *step // whose events are still to be worked off
	progress    progress
	rewindCount uint64 // how often the clock was set back
	rewinds     []rewind
	faults      fault.Faults
	log         log
	baseline    Cursor // of what is news
	endpoints   endpoints
	consents    consents
	tokens      map[string][]*connection // that were handed out, and for which connections
	secrets     secrets
	owners      *ownerIndex
	wakeup      *time.Timer // for what is due next
	outbox      Outbox      // or nil

	onForeignToken func(token string)

	listeners map[chan struct{}]bool
}

// New returns an environment as on first use. The secret makes the addresses of consent pages unguessable; without one
// they derive from the seed.
func New(name, secret string, set *scenarios.Set, clock *clock.Clock) *Environment {
	e := &Environment{name: name, secret: secret, clock: clock, listeners: map[chan struct{}]bool{}}
	e.start(set)
	return e
}

// Outbox takes events to endpoints. Its methods are called under the environment's lock, so that state and deliveries
// change as one: they must neither wait nor call the environment.
type Outbox interface {
	// Send takes an event to an endpoint, behind what was sent to it before.
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

// SetOutbox sets who takes events to endpoints, before anything happens.
func (e *Environment) SetOutbox(outbox Outbox) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.outbox = outbox
	e.armWakeup()
}

// Name is the name that a key sk_env_<name> opens it by.
func (e *Environment) Name() string { return e.name }

// RequestID is the id of the next request. They count from one, and anew after a reset.
func (e *Environment) RequestID() string { return mint.RequestID(e.name, e.requests.Add(1)) }

// Reset puts everything back to the start: of the set that is given, or of the present one for nil. It
// answers the instant of the start and the set in force.
func (e *Environment) Reset(set *scenarios.Set) (time.Time, *scenarios.Set) {
	e.mu.LockFirst(nil) // what waits comes after it, and a reload holds everybody up
	defer e.mu.Unlock()
	if set == nil {
		set = e.set
	}
	e.start(set)
	return e.started, e.set
}

func (e *Environment) start(set *scenarios.Set) {
	e.MarkChanged()
	e.notifySubscribers()
	e.clock.Reset()
	e.requests.Store(0)
	e.set, e.mint, e.started = set, mint.New(set.Seed, e.name), e.clock.Now()
	e.why, e.directives, e.schedule, e.pending, e.log, e.rewindCount, e.rewinds = nil, 0, schedule{sooner: e.armWakeup}, nil, log{}, 0, nil
	e.switches, e.catalog, e.connections, e.endpoints = newSwitches(&e.schedule), newCatalog(), newSeen(), endpoints{}
	if e.outbox != nil {
		e.outbox.Replace(nil)
	}
	e.consents, e.tokens, e.secrets, e.owners = consents{}, map[string][]*connection{}, secrets{}, nil
	for _, one := range set.Webhooks() {
		e.declare(one)
	}
	e.faults = fault.Faults{}
	e.hasFaults.Store(false)
	for _, one := range set.Switches() {
		e.directives++
		e.putSwitch(&Switch{Place: one.Place, Scenario: one.Scenario, At: e.started.Add(-one.Age), TTL: one.TTL, Position: one.Position, set: set, sequence: e.directives})
	}
	for _, one := range set.Faults() {
		_, _ = e.lay(one) // a file has no more than there is room for
	}
	e.setBaseline()
}

// Revision counts what would have to be saved again.
func (e *Environment) Revision() uint64 { return e.revision.Load() }

// Counts are how many switches there were, and how many events.
func (e *Environment) Counts() (switches, events uint64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.upToNow()
	return e.switches.last, e.log.count
}

// MarkChanged counts a change.
func (e *Environment) MarkChanged() { e.revision.Add(1) }

// Scenarios is the set in force.
func (e *Environment) Scenarios() *scenarios.Set {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.set
}

// Inspect answers how a connection stands without a trace: nothing is remembered or refreshed.
func (e *Environment) Inspect(key scenarios.Key) Connection {
	return e.InspectAll([]scenarios.Key{key})[0]
}

// InspectAll is Look at several connections, all at one instant.
func (e *Environment) InspectAll(keys []scenarios.Key) []Connection {
	e.mu.Lock()
	now, mint := e.now(), e.mint
	glances := make([]connectionSnapshot, len(keys))
	for i, key := range keys {
		glances[i] = e.snapshotsAt(key, now)[0]
	}
	e.mu.Unlock() // nobody waits while they are made into views
	connections := make([]Connection, len(keys))
	for i, g := range glances {
		connections[i] = g.render(mint)
	}
	return connections
}

// connectionSnapshot is what is known of a connection at one instant, copied.
type connectionSnapshot struct {
	ground   grant
	decision Decision
	record   connection
}

func keepAll(*Integration) bool { return true }

func (e *Environment) snapshotOf(r *connection, now time.Time) connectionSnapshot {
	word := e.decidingDirective(r, now)
	return connectionSnapshot{e.grantFor(r.key, word), word, *r}
}

// snapshotsAt is that of the connections at a key: the compatibility one, then the others.
func (e *Environment) snapshotsAt(key scenarios.Key, now time.Time) []connectionSnapshot {
	glances := []connectionSnapshot{}
	for _, r := range e.connections.all(key) {
		glances = append(glances, e.snapshotOf(r, now))
	}
	if len(glances) == 0 {
		glances = append(glances, e.snapshotOf(e.unseen(key), now))
	}
	return glances
}

func (g connectionSnapshot) render(mint mint.Mint) Connection {
	return renderConnection(mint, g.ground, g.decision, &g.record)
}

// Overview is an environment as it stands.
type Overview struct {
	Now, Began   time.Time
	Set          *scenarios.Set
	Switches     []Switch       // in force, the oldest first
	Integrations []*Integration // the file's, then those that calls made
	Endpoints    []*Endpoint
	Connections  []Connection // the file's, then those that were seen, in the order of both
	Next         uint64       // where the connections go on; zero: these are the last

	NextSwitch, NextIntegration uint64 // where these go on; zero: these are the last
}

// maxPerPage is how many switches and integrations a Whole has.
const maxPerPage = 1000

// From says where the lists of a Whole begin: behind these numbers, as the Whole before said.
type From struct{ Connection, Switch, Integration uint64 }

// Overview is a copy of everything at one instant, with up to limit of the connections (zero: all), and up to
// maxPerPage of the switches and integrations. Nobody waits while the copy is made into views.
func (e *Environment) Overview(begin From, limit int) Overview {
	whole, glances, mint := e.copyOverview(begin, limit)
	whole.Connections = make([]Connection, len(glances))
	for i, g := range glances {
		whole.Connections[i] = g.render(mint)
	}
	return whole
}

func (e *Environment) copyOverview(begin From, limit int) (Overview, []connectionSnapshot, mint.Mint) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.open()
	whole := Overview{Now: e.now(), Began: e.started, Set: e.set, Endpoints: slices.Clone(e.endpoints.list.items)}
	next := begin.Connection
	var more bool
	if whole.Switches, more = e.switches.after(begin.Switch, maxPerPage); more {
		whole.NextSwitch = whole.Switches[maxPerPage-1].Number
	}
	integrations := e.catalog.list.items
	first := from(integrations, begin.Integration+1)
	if whole.Integrations, more = walk(integrations, first, true, maxPerPage, keepAll); more {
		whole.NextIntegration = whole.Integrations[maxPerPage-1].order
	}
	file := e.set.Connections()
	if limit == 0 {
		limit = len(file) + len(e.connections.records)
	}
	glances := []connectionSnapshot{}
	for ; next < uint64(len(file)); next++ {
		if limit--; limit < 0 {
			whole.Next = next
			return whole, glances, e.mint
		}
		glances = append(glances, e.snapshotsAt(file[next].Key, whole.Now)...)
	}
	for r := range e.connections.after(next - uint64(len(file))) {
		if r.entry != nil {
			continue // it was told with the file's
		}
		if limit--; limit < 0 {
			whole.Next = uint64(len(file)) + r.sequence - 1
			break
		}
		glances = append(glances, e.snapshotsAt(r.key, whole.Now)...)
	}
	return whole, glances, e.mint
}
