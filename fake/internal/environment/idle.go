package environment

import (
	"maps"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/internal/apikey"
)

// isIdle reports whether an environment has been unused for so long that it is dropped. The default one stays.
func (r *Registry) isIdle(one *Environment, now time.Time) bool {
	unused := now.UnixNano() - one.used.Load()
	canBeDropped := one.Name() != apikey.DefaultName && one.holders.Load() == 0
	return r.config.Idle > 0 && canBeDropped && unused > int64(r.config.Idle)
}

// DropIdle drops all idle environments, which are not kept over a restart.
func (r *Registry) DropIdle() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.dropIdle(clock.RealNow())
}

// dropIdle drops all idle environments, under the lock.
func (r *Registry) dropIdle(now time.Time) {
	r.cleaned = now
	maps.DeleteFunc(r.byName, func(_ string, one *Environment) bool {
		isIdle := r.isIdle(one, now)
		if isIdle {
			r.drop(one)
		}
		return isIdle
	})
}

// drop ends an environment, which is removed from the store, too.
func (r *Registry) drop(one *Environment) {
	r.end(one)
	if r.keepsDropped {
		r.dropped = append(r.dropped, one)
	}
}

// end ends what an environment does by itself. Whoever waits in it goes on in the next one of its name.
func (r *Registry) end(one *Environment) {
	close(one.Gone)
	r.opened.CompareAndSwap(one, nil)
	r.lookup.drop(one.Name())
	r.past.Merge(one.Journal.Coverage())
	r.pastRevision.Add(1)
	one.Stop()
	r.closing.Go(one.Webhooks.Close) // which waits for deliveries in progress
}

// takeDropped returns the environments that were dropped since it was called last.
func (r *Registry) takeDropped() []*Environment {
	r.mu.Lock()
	defer r.mu.Unlock()
	taken := r.dropped
	r.dropped = nil
	return taken
}

// noteDropped adds an environment to those that takeDropped returns next.
func (r *Registry) noteDropped(one *Environment) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.dropped = append(r.dropped, one)
}

// Stop keeps all environments from doing anything by themselves. It does not wait for what is in progress.
func (r *Registry) Stop() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, one := range r.byName {
		one.Stop()
		one.Webhooks.Stop()
	}
}

// Wait waits, after Stop, until nothing is in progress.
func (r *Registry) Wait() {
	r.mu.Lock()
	for _, one := range r.byName {
		r.closing.Go(one.Webhooks.Close)
	}
	r.mu.Unlock()
	r.closing.Wait()
	r.client.CloseIdleConnections()
}

// abandon ends an environment, unless it was ended before.
func (r *Registry) abandon(one *Environment) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.byName[one.Name()] == one {
		delete(r.byName, one.Name())
		r.end(one)
	}
}
