// Package environment is the world that an API key opens, and the only place where a connection's state
// changes. Every endpoint and every control call is a view of it.
package environment

import (
	"slices"
	"sync"
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
	name     string
	clock    *clock.Clock
	requests atomic.Uint64
	faulty   atomic.Bool // whether any fault lies
	changes  atomic.Uint64

	mu        sync.Mutex // over everything below
	set       *scenarios.Set
	mint      mint.Mint
	began     time.Time // when set came into force
	why       []string  // what its start says of connections, once one was asked for
	words     uint64    // how many switches and writes there were
	switches  switches
	catalog   catalog
	seen      seen
	dues      dues
	pending   *step  // whose events are still to be worked off
	backs     uint64 // how often the clock was set back
	peaks     []peak
	faults    fault.Faults
	log       log
	hooks     endpoints
	consents  consents
	tokens    map[string]*record // that were handed out
	met       *met
	alarm     *time.Timer // for what is due next
	listeners int         // who is told of what happens, beside endpoints
	ended     bool
	forget    func()
	outbox    func(*Endpoint, *Event) // takes what endpoints are told; it does not wait, and calls nothing back
}

// New is an environment as on first use.
func New(name string, set *scenarios.Set, clock *clock.Clock) *Environment {
	e := &Environment{name: name, clock: clock}
	e.begin(set)
	return e
}

// Deliver sets who takes what endpoints are told, and who forgets it at a reset, before anything happens. They are
// called under the lock of the environment: they must neither wait nor call back.
func (e *Environment) Deliver(outbox func(*Endpoint, *Event), forget func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.outbox, e.forget = outbox, forget
	e.arm()
}

// Name is the name that a key sk_env_<name> opens it by.
func (e *Environment) Name() string { return e.name }

// RequestID is the id of the next request. They count from one, and anew after a reset.
func (e *Environment) RequestID() string { return mint.RequestID(e.name, e.requests.Add(1)) }

// Reset puts everything back to the start: of the set that is given, or of the present one for nil. It
// answers the instant of the start and the set in force.
func (e *Environment) Reset(set *scenarios.Set) (time.Time, *scenarios.Set) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if set == nil {
		set = e.set
	}
	e.begin(set)
	return e.began, e.set
}

func (e *Environment) begin(set *scenarios.Set) {
	e.Touch()
	e.clock.Reset()
	e.requests.Store(0)
	e.set, e.mint, e.began = set, mint.New(set.Seed, e.name), e.clock.Now()
	e.why, e.words, e.dues, e.pending, e.log, e.backs, e.peaks = nil, 0, dues{sooner: e.arm}, nil, log{}, 0, nil
	e.switches, e.catalog, e.seen, e.hooks = newSwitches(&e.dues), newCatalog(), newSeen(), endpoints{}
	if e.forget != nil {
		e.forget()
	}
	e.consents, e.tokens, e.met = consents{}, map[string]*record{}, nil
	for _, one := range set.Webhooks() {
		e.declare(one)
	}
	e.faults = fault.Faults{}
	e.faulty.Store(false)
	for _, one := range set.Switches() {
		e.words++
		e.putSwitch(&Switch{Place: one.Place, Scenario: one.Scenario, At: e.began.Add(-one.Age), TTL: one.TTL, Position: one.Position, set: set, sequence: e.words})
	}
	for _, one := range set.Faults() {
		_, _ = e.lay(one) // a file has no more than there is room for
	}
}

// Changes counts what would have to be saved again.
func (e *Environment) Changes() uint64 { return e.changes.Load() }

// Counts are how many switches there were, and how many events.
func (e *Environment) Counts() (switches, events uint64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.upToNow()
	return e.switches.last, e.log.count
}

// Touch counts a change.
func (e *Environment) Touch() { e.changes.Add(1) }

// Scenarios is the set in force.
func (e *Environment) Scenarios() *scenarios.Set {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.set
}

// Look answers how a connection stands without a trace: nothing is remembered or refreshed.
func (e *Environment) Look(key scenarios.Key) Connection {
	return e.LookAll([]scenarios.Key{key})[0]
}

// LookAll is Look at several connections, all at one instant.
func (e *Environment) LookAll(keys []scenarios.Key) []Connection {
	e.mu.Lock()
	now, mint := e.now(), e.mint
	glances := make([]glance, len(keys))
	for i, key := range keys {
		glances[i] = e.glance(key, now)[0]
	}
	e.mu.Unlock() // nobody waits while they are made into views
	connections := make([]Connection, len(keys))
	for i, g := range glances {
		connections[i] = g.view(mint)
	}
	return connections
}

// Exists tells what is wrong with a provider that does not exist.
func (e *Environment) Exists(provider string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.exists(provider)
}

// glance is what is known of a connection at one instant, copied.
type glance struct {
	ground ground
	word   Decision
	record record
}

func (e *Environment) glanceAt(r *record, now time.Time) glance {
	word := e.deciding(r, now)
	return glance{e.ground(r.key, word), word, *r}
}

// glance is that of the connections at a key: the compatibility one, then the others.
func (e *Environment) glance(key scenarios.Key, now time.Time) []glance {
	glances := []glance{}
	for _, r := range e.seen.all(key) {
		glances = append(glances, e.glanceAt(r, now))
	}
	if len(glances) == 0 {
		glances = append(glances, e.glanceAt(e.unseen(key), now))
	}
	return glances
}

func (g glance) view(mint mint.Mint) Connection { return view(mint, g.ground, g.word, &g.record) }

// Whole is an environment as it stands.
type Whole struct {
	Now, Began   time.Time
	Set          *scenarios.Set
	Switches     []Switch       // in force, the oldest first
	Integrations []*Integration // the file's, then those that calls made
	Endpoints    []*Endpoint
	Connections  []Connection // the file's, then those that were seen, in the order of both
	Next         uint64       // where the connections go on; zero: these are the last
}

// Whole is a copy of everything at one instant, with up to limit of the connections from a Next on (zero:
// all, from the first on). Nobody waits while the copy is made into views.
func (e *Environment) Whole(next uint64, limit int) Whole {
	whole, glances, mint := e.glances(next, limit)
	whole.Connections = make([]Connection, len(glances))
	for i, g := range glances {
		whole.Connections[i] = g.view(mint)
	}
	return whole
}

func (e *Environment) glances(next uint64, limit int) (Whole, []glance, mint.Mint) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.open()
	whole := Whole{
		Now: e.now(), Began: e.began, Set: e.set, Switches: e.switches.inForce(),
		Integrations: slices.Clone(e.catalog.list.items), Endpoints: slices.Clone(e.hooks.list.items),
	}
	file := e.set.Connections()
	if limit == 0 {
		limit = len(file) + len(e.seen.records)
	}
	glances := []glance{}
	for ; next < uint64(len(file)); next++ {
		if limit--; limit < 0 {
			whole.Next = next
			return whole, glances, e.mint
		}
		glances = append(glances, e.glance(file[next].Key, whole.Now)...)
	}
	for r := range e.seen.after(next - uint64(len(file))) {
		if r.entry != nil {
			continue // it was told with the file's
		}
		if limit--; limit < 0 {
			whole.Next = uint64(len(file)) + r.ordinal - 1
			break
		}
		glances = append(glances, e.glance(r.key, whole.Now)...)
	}
	return whole, glances, e.mint
}
