package fake

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/control"
	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/fake/internal/webhook"
	"example.com/pipesfake/scenarios"
)

// mostEnvironments bounds what a loop over key names can make, unless an option says otherwise.
const mostEnvironments = 10_000

// environments are those of a server, by name, each made on first use from the same set.
type environments struct {
	newClock func() *clock.Clock
	client   *http.Client // that takes webhooks to their endpoints
	most     int
	idle     time.Duration // zero: an unused one stays
	requests int           // how many each one's journal keeps

	closing sync.WaitGroup // the couriers of those that went

	mu     sync.RWMutex
	set    *scenarios.Set
	byName map[string]*opened
	past   journal.Coverage // of what was reset, or went
	swept  time.Time        // when the idle ones were dropped last
}

// opened is an environment with its journal, and when it was used last in real time.
type opened struct {
	*environment.Environment
	of        *environments
	journal   *journal.Journal
	courier   *webhook.Courier
	snapshots snapshots
	answers   answers
	used      atomic.Int64 // nanoseconds since 1970
	filed     filed        // of whoever keeps the state file
}

// Reset puts everything back to the start, as that of the environment does.
func (o *opened) Reset(set *scenarios.Set) (time.Time, *scenarios.Set) {
	defer o.ResetJournal()
	return o.Environment.Reset(set)
}

// ResetJournal empties the journal, and what it covered is past.
func (o *opened) ResetJournal() {
	counted := o.journal.Reset()
	o.of.mu.Lock()
	defer o.of.mu.Unlock()
	o.of.past.Merge(counted)
}

// open finds or makes an environment, at an instant of real time. Its error is too_many_environments.
func (e *environments) open(name string, now time.Time) (*opened, error) {
	e.mu.RLock()
	found := e.byName[name]
	e.mu.RUnlock()
	if found != nil && !e.isIdle(found, now) {
		found.used.Store(now.UnixNano())
		return found, nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.byName) >= e.most || e.idle > 0 && now.Sub(e.swept) > e.idle/10 {
		e.swept = now
		maps.DeleteFunc(e.byName, func(_ string, one *opened) bool {
			goes := e.isIdle(one, now)
			if goes {
				e.drop(one)
			}
			return goes
		})
	}
	if found := e.byName[name]; found != nil && !e.isIdle(found, now) {
		return found, nil
	}
	if len(e.byName) >= e.most {
		return nil, &pipes.Error{Code: pipes.TooManyEnvironments,
			Message: fmt.Sprintf("There are %d environments already (--environments), and none is given up for a new one: delete some (DELETE /_control/environments/NAME).", e.most)}
	}
	made := e.newWorld(name, now)
	e.byName[name] = made
	return made, nil
}

func (e *environments) newWorld(name string, now time.Time) *opened {
	made := &opened{Environment: environment.New(name, e.set, e.newClock()), of: e, journal: journal.New(e.requests)}
	made.courier = webhook.New(e.client, made.Environment, payload)
	made.used.Store(now.UnixNano())
	return made
}

// all are the environments that are kept, by name.
func (e *environments) all() (worlds []*opened) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	now := clock.Wire()
	for _, name := range slices.Sorted(maps.Keys(e.byName)) {
		if one := e.byName[name]; !e.isIdle(one, now) {
			worlds = append(worlds, one)
		}
	}
	return worlds
}

// find is the name of the first environment that suits, default where none does.
func (e *environments) find(suits func(*opened) bool) string {
	for _, one := range e.all() {
		if suits(one) {
			return one.Name()
		}
	}
	return defaultEnvironment
}

// isIdle tells whether nobody has used an environment for so long that it goes; default stays.
func (e *environments) isIdle(one *opened, now time.Time) bool {
	return e.idle > 0 && one.Name() != defaultEnvironment && now.UnixNano()-one.used.Load() > int64(e.idle)
}

// List are the environments, in the order of their names.
func (e *environments) List() []control.Opened {
	list := []control.Opened{}
	for _, one := range e.all() {
		list = append(list, control.Opened{Name: one.Name(), APIKey: keyOf(one.Name()), LastUsed: time.Unix(0, one.used.Load())})
	}
	return list
}

// Drop deletes an environment, and tells whether there was one: its next use makes it anew.
func (e *environments) Drop(name string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	found := e.byName[name]
	if delete(e.byName, name); found != nil {
		e.drop(found)
	}
	return found != nil && !e.isIdle(found, clock.Wire())
}

// drop ends what an environment does by itself; what it covered is past.
func (e *environments) drop(one *opened) {
	e.past.Merge(one.journal.Coverage())
	one.End()
	e.closing.Go(one.courier.Close) // it may have something on its way
}

// close ends all of them.
func (e *environments) close() {
	e.mu.Lock()
	for _, one := range e.byName {
		one.End()
		e.closing.Go(one.courier.Close)
	}
	e.mu.Unlock()
	e.closing.Wait()
	e.client.CloseIdleConnections()
}

// reload puts every environment back to the start of a new set.
func (e *environments) reload(set *scenarios.Set) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.set = set
	for _, one := range e.byName {
		e.past.Merge(one.journal.Reset())
		one.Environment.Reset(set)
	}
}

// Coverage is what all environments have counted, those that were reset or went included.
func (e *environments) Coverage() (all journal.Coverage) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	all.Merge(e.past)
	for _, one := range e.byName {
		all.Merge(one.journal.Coverage())
	}
	return all
}

// pastCoverage is a copy of what those have counted that were reset, or went.
func (e *environments) pastCoverage() journal.Coverage {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return maps.Clone(e.past)
}

// Uncover forgets all that.
func (e *environments) Uncover() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.past = nil
	for _, one := range e.byName {
		one.journal.Uncover()
	}
}

func (e *environments) current() *scenarios.Set {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return e.set
}

// unused is a name for an environment of a test, which derives from the test's.
func (e *environments) unused(test string) string {
	name := strings.Map(func(r rune) rune {
		if isEnvironmentName("a" + string(r)) {
			return r
		}
		return '-'
	}, test)
	name = "test-" + name[:min(len(name), 48)]
	e.mu.RLock()
	defer e.mu.RUnlock()
	free := name
	for i := 2; e.byName[free] != nil; i++ {
		free = fmt.Sprintf("%s-%d", name, i)
	}
	return free
}
