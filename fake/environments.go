package fake

import (
	"cmp"
	"crypto/sha256"
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
	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/fake/internal/webhook"
	"example.com/pipesfake/scenarios"
)

// maxEnvironments bounds what a loop over key names can make, unless an option says otherwise.
const maxEnvironments = 10_000

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
	byName map[string]*hostedEnvironment
	past   journal.Coverage // of what was reset, or went
	swept  time.Time        // when the idle ones were dropped last
}

// hostedEnvironment is an environment with its journal, and when it was used last in real time.
type hostedEnvironment struct {
	*model.Environment
	of        *environments
	journal   *journal.Journal
	webhooks  *webhook.Sender
	snapshots snapshots
	tokens    tokenCache
	used      atomic.Int64  // nanoseconds since 1970
	holders   atomic.Int32  // waits and streams in progress
	gone      chan struct{} // closed when it is deleted, or was idle: its next use makes it anew
	savedForm savedForm     // of whoever keeps the state file
}

// hold keeps the environment from being idle until release.
func (o *hostedEnvironment) hold() (release func()) {
	o.holders.Add(1)
	return func() {
		o.used.Store(clock.Wire().UnixNano())
		o.holders.Add(-1)
	}
}

// Reset puts everything back to the start, as that of the environment does.
func (o *hostedEnvironment) Reset(set *scenarios.Set) (time.Time, *scenarios.Set) {
	defer o.ResetJournal()
	return o.Environment.Reset(set)
}

// ResetJournal empties the journal, and what it covered is past.
func (o *hostedEnvironment) ResetJournal() {
	counted := o.journal.Reset()
	o.of.mu.Lock()
	defer o.of.mu.Unlock()
	o.of.past.Merge(counted)
}

// open finds or makes an environment, at an instant of real time. Its error is too_many_environments.
func (e *environments) open(name string, now time.Time) (*hostedEnvironment, error) {
	e.mu.RLock()
	found := e.byName[name]
	e.mu.RUnlock()
	if found != nil && !e.isIdle(found, now) {
		found.used.Store(now.UnixNano())
		return found, nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.openLocked(name, now)
}

func (e *environments) openLocked(name string, now time.Time) (*hostedEnvironment, error) {
	if len(e.byName) >= e.most || e.idle > 0 && now.Sub(e.swept) > e.idle/10 {
		e.swept = now
		maps.DeleteFunc(e.byName, func(_ string, one *hostedEnvironment) bool {
			goes := e.isIdle(one, now)
			if goes {
				e.drop(one)
			}
			return goes
		})
	}
	found := e.byName[name]
	if found != nil && !e.isIdle(found, now) {
		found.used.Store(now.UnixNano())
		return found, nil
	}
	if found == nil && len(e.byName) >= e.most {
		return nil, &pipes.Error{Code: pipes.TooManyEnvironments,
			Message: fmt.Sprintf("There are %d environments already (--environments), and none is given up for a new one: delete some (DELETE /_control/environments/NAME).", e.most)}
	}
	made := e.newWorld(name, now)
	e.put(made)
	return made, nil
}

// put makes an environment the one of its name; one that had it before goes.
func (e *environments) put(made *hostedEnvironment) {
	if before := e.byName[made.Name()]; before != nil {
		e.drop(before)
	}
	e.byName[made.Name()] = made
}

// reserve makes the environment of a test. Its name derives from the test's, and ends with a hash of that where
// it does not say it whole; the test that has another's name gets a number.
func (e *environments) reserve(test string, now time.Time) (*hostedEnvironment, error) {
	const most = 48
	name := strings.Map(func(r rune) rune {
		if isEnvironmentName("a" + string(r)) {
			return r
		}
		return '-'
	}, test)
	if name != test || len(name) > most {
		hash := fmt.Sprintf("-%.4x", sha256.Sum256([]byte(test)))
		name = name[:min(len(name), most-len(hash))] + hash
	}
	name = "test-" + name
	e.mu.Lock()
	defer e.mu.Unlock()
	free := name
	for i := 2; e.byName[free] != nil && !e.isIdle(e.byName[free], now); i++ {
		free = fmt.Sprintf("%s-%d", name, i)
	}
	return e.openLocked(free, now)
}

func (e *environments) newWorld(name string, now time.Time) *hostedEnvironment {
	made := &hostedEnvironment{Environment: model.New(name, e.set, e.newClock()), of: e, journal: journal.New(e.requests), gone: make(chan struct{})}
	made.webhooks = webhook.New(e.client, made.Environment, payload, made.journal.CountFault)
	made.used.Store(now.UnixNano())
	return made
}

// all are the environments that are kept, by name.
func (e *environments) all() (worlds []*hostedEnvironment) {
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
func (e *environments) find(suits func(*hostedEnvironment) bool) string {
	for _, one := range e.all() {
		if suits(one) {
			return one.Name()
		}
	}
	return defaultEnvironment
}

// received is how many calls of a kind an environment got.
type received struct {
	environment string
	calls       int
}

// How many other environments are looked at for calls that one lacks, and told of.
const (
	maxSearched = 100
	maxListed   = 3
)

// others are environments but one that got such calls: default before those that were used last.
func (e *environments) others(than string, f journal.Filter) (got []received) {
	all := slices.DeleteFunc(e.all(), func(one *hostedEnvironment) bool { return one.Name() == than })
	slices.SortStableFunc(all, func(a, b *hostedEnvironment) int {
		if a.Name() == defaultEnvironment {
			return -1
		} else if b.Name() == defaultEnvironment {
			return 1
		}
		return cmp.Compare(b.used.Load(), a.used.Load())
	})
	for _, one := range all[:min(len(all), maxSearched)] {
		if calls := one.journal.Count(f); calls > 0 && len(got) < maxListed {
			got = append(got, received{one.Name(), calls})
		}
	}
	return got
}

// OthersWithCalls tells of them what an application that sends another key needs to know.
func (e *environments) OthersWithCalls(than string, f journal.Filter) (hints []string) {
	for _, one := range e.others(than, f) {
		hints = append(hints, fmt.Sprintf("environment %s got %s: does the application send %s?", one.environment, journal.Plural(one.calls, "such call"), keyOf(than)))
	}
	return hints
}

// isIdle tells whether nobody has used an environment for so long that it goes; default stays.
func (e *environments) isIdle(one *hostedEnvironment, now time.Time) bool {
	return e.idle > 0 && one.Name() != defaultEnvironment && one.holders.Load() == 0 && now.UnixNano()-one.used.Load() > int64(e.idle)
}

// List are some of the environments, in the order of their names: those behind a name.
func (e *environments) List(after string, most int) (list []control.EnvironmentInfo, more bool) {
	for _, one := range e.all() {
		if one.Name() <= after {
			continue
		}
		if len(list) == most {
			return list, true
		}
		list = append(list, control.EnvironmentInfo{Name: one.Name(), APIKey: keyOf(one.Name()), LastUsed: time.Unix(0, one.used.Load())})
	}
	return list, false
}

// Drop deletes an environment, and tells whether there was one: its next use makes it anew. That of default, which
// is always there, is at once.
func (e *environments) Drop(name string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	now, found := clock.Wire(), e.byName[name]
	switch {
	case name == defaultEnvironment:
		e.put(e.newWorld(name, now))
	case found != nil:
		delete(e.byName, name)
		e.drop(found)
	}
	return found != nil && !e.isIdle(found, now)
}

// drop ends what an environment does by itself; what it covered is past, and who waits in it looks for the next.
func (e *environments) drop(one *hostedEnvironment) {
	close(one.gone)
	e.past.Merge(one.journal.Coverage())
	one.Stop()
	e.closing.Go(one.webhooks.Close) // it may have something on its way
}

// end lets none of them do anything by itself any more. It does not wait for what is in progress.
func (e *environments) end() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, one := range e.byName {
		one.Stop()
		one.webhooks.Stop()
	}
}

// wait waits, after end, until nothing is in progress.
func (e *environments) wait() {
	e.mu.Lock()
	for _, one := range e.byName {
		e.closing.Go(one.webhooks.Close)
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

// ResetCoverage forgets all that.
func (e *environments) ResetCoverage() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.past = nil
	for _, one := range e.byName {
		one.journal.ResetCoverage()
	}
}

func (e *environments) current() *scenarios.Set {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return e.set
}
