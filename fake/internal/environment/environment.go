// Package environment is the world that an API key opens, and the only place where a connection's state
// changes. Every endpoint and every control call is a view of it.
package environment

import (
	"sync"
	"sync/atomic"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/mint"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// Environment holds what one API key sees. It is safe for concurrent use: what a call changes, others
// see whole or not at all, and a call that begins after it sees it.
type Environment struct {
	name     string
	clock    *clock.Clock
	requests atomic.Uint64

	mu       sync.Mutex // over everything below
	set      *scenarios.Set
	mint     mint.Mint
	began    time.Time // when set came into force
	switches switches
	seen     seen
}

// New is an environment as on first use.
func New(name string, set *scenarios.Set, clock *clock.Clock) *Environment {
	e := &Environment{name: name, clock: clock}
	e.begin(set)
	return e
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
	e.clock.Reset()
	e.requests.Store(0)
	e.set, e.mint, e.began = set, mint.New(set.Seed, e.name), e.clock.Now()
	e.switches, e.seen = newSwitches(), newSeen()
}

// Advance moves the environment's time forwards, and tells whether it could.
func (e *Environment) Advance(by time.Duration) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.clock.Advance(by)
}

// Scenarios is the set in force.
func (e *Environment) Scenarios() *scenarios.Set {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.set
}

// now is the environment's time, with what ended by then ended. It wants the lock.
func (e *Environment) now() time.Time {
	now := e.clock.Now()
	e.switches.end(now)
	return now
}

// Ask answers what a call of the application finds: it remembers the connection, and a token near its
// end is refreshed. Its error is entity_not_found for a provider that does not exist.
func (e *Environment) Ask(key scenarios.Key) (Connection, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.set.Provider(key.Provider); err != nil {
		return Connection{}, &pipes.Error{Code: pipes.EntityNotFound, Message: "Data integration not found: " + err.Error() + "."}
	}
	now, record := e.now(), e.seen.record(key, e.set)
	word := e.deciding(key, record.entry)
	record.refresh(word, now)
	return view(e.set, e.mint, key, word, record, now), nil
}

// Look answers the same without a trace: nothing is remembered or refreshed.
func (e *Environment) Look(key scenarios.Key) Connection {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.now()
	return e.glance(key).view(e.set, e.mint, now)
}

// glance is what is known of a connection at one instant, copied.
type glance struct {
	key    scenarios.Key
	word   Decision
	record record
}

func (e *Environment) glance(key scenarios.Key) glance {
	known := record{entry: e.set.Connection(key)}
	if found := e.seen.records[key]; found != nil {
		known = *found
	}
	return glance{key, e.deciding(key, known.entry), known}
}

func (g glance) view(set *scenarios.Set, mint mint.Mint, now time.Time) Connection {
	return view(set, mint, g.key, g.word, &g.record, now)
}

// Whole is an environment as it stands.
type Whole struct {
	Now, Began  time.Time
	Set         *scenarios.Set
	Switches    []Switch     // in force, the oldest first
	Connections []Connection // the file's, then those that were asked for
}

// Whole is a copy of everything at one instant. Nobody waits while the copy is made into views.
func (e *Environment) Whole() Whole {
	whole, glances, mint := e.glances()
	whole.Connections = make([]Connection, len(glances))
	for i, g := range glances {
		whole.Connections[i] = g.view(whole.Set, mint, whole.Now)
	}
	return whole
}

func (e *Environment) glances() (Whole, []glance, mint.Mint) {
	e.mu.Lock()
	defer e.mu.Unlock()
	whole := Whole{Now: e.now(), Began: e.began, Set: e.set, Switches: e.switches.inForce()}
	glances := make([]glance, 0, len(e.set.Connections())+len(e.seen.keys()))
	for _, c := range e.set.Connections() {
		glances = append(glances, e.glance(c.Key))
	}
	for _, key := range e.seen.keys() {
		if e.set.Connection(key) == nil {
			glances = append(glances, e.glance(key))
		}
	}
	return whole, glances, e.mint
}
