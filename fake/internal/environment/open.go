package environment

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/fake/internal/webhook"
	"example.com/pipesfake/internal/apikey"
)

// NewRegistry returns a registry that holds the default environment.
func NewRegistry(config Config) *Registry {
	r := &Registry{
		config: config, began: clock.RealNow(), lookup: newLookup(), client: webhook.NewClient(config.LinkLocal),
		set: config.Scenarios, byName: map[string]*Environment{}, starts: map[string]Start{},
	}
	if !config.isShared() {
		r.put(r.make(apikey.DefaultName, clock.RealNow()))
	}
	return r
}

// Open returns the environment of a name, which it makes on first use. Its error is too_many_environments. Where
// servers share a store it makes none: the error is store_unavailable unless this server has adopted the environment.
func (r *Registry) Open(name string, now time.Time) (*Environment, error) {
	found := r.opened.Load() // most calls are for the same one, and need not contend for the lock
	if found == nil || found.Name() != name || found.IsGone() {
		r.mu.RLock()
		found = r.byName[name]
		r.mu.RUnlock()
		r.opened.Store(found)
	}
	if found != nil && !r.isIdle(found, now) {
		found.noteUse(now)
		return found, nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.open(name, now)
}

// open does what Open does, under the lock.
func (r *Registry) open(name string, now time.Time) (*Environment, error) {
	isFull := len(r.byName) >= r.config.Max
	if isFull || r.config.Idle > 0 && now.Sub(r.cleaned) > r.config.Idle/10 {
		r.dropIdle(now)
	}
	found := r.byName[name]
	if found != nil && !r.isIdle(found, now) {
		found.noteUse(now)
		return found, nil
	}
	if r.config.isShared() {
		if found == nil {
			return nil, notHere(name)
		}
		return found, nil // an idle one is dropped by dropIdle alone
	}
	if found == nil && len(r.byName) >= r.config.Max {
		return nil, &pipes.Error{Code: pipes.TooManyEnvironments, Message: fmt.Sprintf(
			"All %d environments (--environments) are in use: "+
				"delete some (DELETE /_control/environments/NAME).", r.config.Max)}
	}
	made := r.make(name, now)
	r.put(made)
	return made, nil
}

// Reserve makes the environment of a test. Its name derives from the test's name, and ends with a hash of it if it had
// to be changed. A second test of the same name gets a number. A test of this process says how the environment starts,
// until Release deletes it; of others (nil) it starts as usual, and nobody need release it.
func (r *Registry) Reserve(test string, start *Start, now time.Time) (*Environment, error) {
	const maxLength = 48
	name := strings.Map(func(letter rune) rune {
		if apikey.IsName("a" + string(letter)) {
			return letter
		}
		return '-'
	}, test)
	if name != test || len(name) > maxLength {
		hash := fmt.Sprintf("-%.4x", sha256.Sum256([]byte(test)))
		name = name[:min(len(name), maxLength-len(hash))] + hash
	}
	name = "test-" + name
	if r.config.isShared() {
		return r.reserveShared(name, now)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	free := name
	for i := 2; r.isTaken(free, now); i++ {
		free = fmt.Sprintf("%s-%d", name, i)
	}
	if start != nil {
		if _, err := start.set(r.set); err != nil {
			return nil, err
		}
		r.starts[free] = *start
	}
	made, err := r.open(free, now)
	if err != nil {
		delete(r.starts, free)
		return nil, err
	}
	made.reserved = now
	return made, nil
}

// isTaken reports whether an environment has a name, or a test that has not ended reserved it.
func (r *Registry) isTaken(name string, now time.Time) bool {
	_, isReserved := r.starts[name]
	found := r.byName[name]
	return isReserved || found != nil && !r.isIdle(found, now)
}

// make returns a new environment, which is not yet in the registry.
func (r *Registry) make(name string, now time.Time) *Environment {
	start, newClock, secret := r.starts[name], r.config.Clock, r.config.Secret
	if start.Clock != nil {
		newClock = start.Clock
	}
	if start.HasSeed {
		secret = ""
	}
	made := &Environment{
		Environment: model.New(name, secret, start.setOr(r.set), newClock()), onReset: r.noteReset,
		Journal: journal.New(r.config.JournalSize), Gone: make(chan struct{}),
	}
	var ready func(context.Context, *model.Event) bool
	if mayDeliver := r.mayDeliver; mayDeliver != nil {
		ready = func(ctx context.Context, event *model.Event) bool { return mayDeliver(ctx, made, event) }
	}
	made.Webhooks = webhook.New(r.client, made.Environment, made.Journal.CountFault, ready)
	made.OnForeignToken(func(token string) {
		r.lookup.addToken(name, token)
		if r.config.Peers != nil {
			made.unnoted.addToken(token)
		}
	})
	made.noteUse(now)
	return made
}

// noteReset notes what an environment that was reset counted before, and its tag, which differs with the seed.
func (r *Registry) noteReset(one *Environment, counted journal.Coverage) {
	tag := one.Tag()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.past.Merge(counted)
	r.pastRevision.Add(1)
	if r.byName[one.Name()] == one { // otherwise it was dropped meanwhile
		r.lookup.setTag(one.Name(), tag)
	}
}

// put adds an environment, and drops the one that had its name before.
func (r *Registry) put(made *Environment) {
	if before := r.byName[made.Name()]; before != nil {
		r.drop(before)
	}
	r.byName[made.Name()] = made
	r.lookup.setTag(made.Name(), made.Tag())
}

// putIf adds an environment if something holds. If that ends to hold before All is called, All lists the environment.
func (r *Registry) putIf(made *Environment, holds func() bool) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !holds() {
		return false
	}
	r.put(made)
	return true
}

// Drop deletes an environment and reports whether it existed. Its next use makes it anew; the default environment is
// made anew at once.
func (r *Registry) Drop(name string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	now, found := clock.RealNow(), r.byName[name]
	switch {
	case name == apikey.DefaultName && !r.config.isShared():
		r.put(r.make(name, now))
	case found != nil:
		delete(r.byName, name)
		r.drop(found)
	}
	return found != nil && !r.isIdle(found, now)
}

// Release deletes the environment of a test, and forgets how it starts.
func (r *Registry) Release(name string) {
	r.mu.Lock()
	delete(r.starts, name)
	r.mu.Unlock()
	r.Drop(name)
}

// reserveShared makes the environment of a test, as Reserve does, under a name that no server has used.
func (r *Registry) reserveShared(name string, now time.Time) (*Environment, error) {
	free := name
	for i := 2; ; i++ {
		isNew, err := r.config.Peers.ClaimNew(context.Background(), free)
		if err != nil {
			return nil, err
		}
		if isNew {
			return r.Open(free, now)
		}
		free = fmt.Sprintf("%s-%d", name, i)
	}
}

// notHere is the error of a call that came to a server which does not own its environment.
func notHere(name string) error {
	return &pipes.Error{Code: pipes.StoreUnavailable, Message: fmt.Sprintf(
		"Environment %s is not served here at the moment: repeat the call.", name)}
}
