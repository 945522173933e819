package environment

import (
	"context"
	"errors"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/model"
)

// A store that several servers share has the environments of all of them. A server then has in memory only those that
// it owns, which it adopts and abandons.

// Adopt loads an environment that this server has become the owner of, or makes it if it is new. One that belongs to
// another scenario file, or is damaged, begins anew. Adopt returns an error if the server is not the owner any more
// when the environment is loaded, which isOwner reports.
func (s *Saver) Adopt(ctx context.Context, name string, isOwner func() bool) error {
	made, err := s.registry.load(ctx, s.store, name)
	switch {
	case errors.Is(err, errNotKept):
		made = s.registry.make(name, clock.RealNow())
	case errors.As(err, new(otherFileError)), errors.As(err, new(model.DamagedError)):
		s.logger.Warn("environment begins anew", "environment", name, "why", err.Error())
		made = s.registry.make(name, clock.RealNow())
	case err != nil:
		return err
	}
	isKept := made.saving.isKept // it is saved by others, too, once it is in the registry
	if !s.registry.putIf(made, isOwner) {
		return notHere(name)
	}
	if isKept {
		return nil
	}
	if err := s.save(ctx, made, false); err != nil {
		s.Abandon(name)
		return err
	}
	return nil
}

// Holds reports whether an environment is in memory.
func (s *Saver) Holds(name string) bool { return s.registry.find(name) != nil }

// Held lists the environments that are in memory.
func (s *Saver) Held() (names []string) {
	s.registry.mu.RLock()
	defer s.registry.mu.RUnlock()
	for name := range s.registry.byName {
		names = append(names, name)
	}
	return names
}

// maxSettling is how long an environment that is handed over waits for calls in progress. Later ones fail, and are
// repeated.
const maxSettling = 200 * time.Millisecond

// Settle waits a moment for the calls in progress in an environment.
func (s *Saver) Settle(ctx context.Context, name string) {
	s.registry.mu.RLock()
	one := s.registry.byName[name]
	s.registry.mu.RUnlock()
	ctx, cancel := context.WithTimeout(ctx, maxSettling)
	defer cancel()
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	for one != nil && one.holders.Load() > 0 {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

// Save saves what changed in an environment, if it is in memory.
func (s *Saver) Save(ctx context.Context, name string) error {
	one := s.registry.find(name)
	if one == nil {
		return nil
	}
	return errors.Join(s.save(ctx, one, true), s.saveRequests(ctx, one, true))
}

// Abandon forgets an environment, without removing it from the store.
func (s *Saver) Abandon(name string) {
	one := s.registry.find(name)
	if one == nil {
		return
	}
	s.registry.abandon(one)
	one.saving.mu.Lock()
	one.saving.isGone = true
	one.saving.mu.Unlock()
}
