package environment

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/model"
)

// Saver keeps the environments of a registry in a store.
type Saver struct {
	registry *Registry
	store    Store
	logger   *slog.Logger

	closing sync.Once
	stop    chan struct{}
	stopped chan struct{}
	giveUp  chan struct{} // closed when busy environments are not waited for any longer

	// naming is held for writing while an environment is removed from the store, and for reading while one is saved for
	// the first time: it may have the name of the other.
	naming sync.RWMutex

	savingServer sync.Mutex    // held while what belongs to no environment is saved
	savedPast    atomic.Uint64 // which revision of the registry's past coverage is saved

	mu  sync.Mutex
	err error // why the last save failed, or nil
}

// saveInterval is how often changes are saved that no call waits for.
const saveInterval = 200 * time.Millisecond

// KeepIn restores what a store holds into a registry, and from then on saves what changes until Close. What is damaged
// or belongs to another scenario file is set aside, all of it, which the log reports. The error describes a store that
// cannot be used.
//
// Where servers share the store, nothing is restored: Adopt does that.
func (r *Registry) KeepIn(ctx context.Context, store Store, logger *slog.Logger) (*Saver, error) {
	s := &Saver{
		registry: r, store: store, logger: logger,
		stop: make(chan struct{}), stopped: make(chan struct{}), giveUp: make(chan struct{}),
	}
	r.mu.Lock()
	r.mayDeliver = s.mayDeliver
	r.mu.Unlock()
	if !r.config.isShared() {
		if err := s.load(ctx); err != nil {
			return nil, err
		}
	}
	r.mu.Lock()
	r.keepsDropped = true
	r.mu.Unlock()
	if err := s.saveAll(ctx, false); err != nil {
		return nil, err
	}
	go s.keep()
	return s, nil
}

// load restores what the store holds, all of it or nothing.
func (s *Saver) load(ctx context.Context) error {
	err := s.restore(ctx)
	if err == nil || isUnreachable(err) {
		return err
	}
	store, canSetAside := s.store.(aside)
	if !canSetAside {
		return err
	}
	where, asideErr := store.SetAside(ctx)
	if asideErr != nil {
		return asideErr
	}
	s.logger.Error("state set aside, environments start from the scenario file",
		"aside", where, "why", err.Error())
	return nil
}

// isUnreachable reports whether a store could not be asked, so that nothing is known about what it holds.
func isUnreachable(err error) bool {
	var known interface{ Unreachable() bool }
	return errors.As(err, &known) && known.Unreachable()
}

// restore adds the environments of the store to the registry, or none of them.
func (s *Saver) restore(ctx context.Context) error {
	names, err := s.store.Environments(ctx)
	if err != nil {
		return err
	}
	var restored []*Environment
	var past []Count
	for _, name := range names {
		if name == wholeServer {
			parts, err := s.store.Load(ctx, name)
			if err == nil {
				err = readPart(parts, coveragePart, &past)
			}
			if err != nil {
				return err
			}
			continue
		}
		one, err := s.registry.load(ctx, s.store, name)
		if err != nil {
			return err
		}
		restored = append(restored, one)
	}
	s.registry.mu.Lock()
	defer s.registry.mu.Unlock()
	for _, one := range restored {
		s.registry.put(one)
	}
	s.registry.past = CoverageOf(past)
	return nil
}

// keep saves changes until Close, and once more then.
func (s *Saver) keep() {
	defer close(s.stopped)
	ticker := time.NewTicker(saveInterval)
	defer ticker.Stop()
	for last := false; !last; {
		select {
		case <-ticker.C:
		case <-s.stop:
			last = true
		}
		s.note(s.saveAll(context.Background(), last))
	}
}

// note stores the error of the last save, or nil, and logs it if it differs from the one before. While a shared store
// is out of reach, servers give up their environments. Having nothing left to save does not end the failure then.
func (s *Saver) note(err error) {
	if err == nil && s.Err() != nil && s.registry.config.isShared() && !s.registry.config.Peers.IsAlive() {
		return
	}
	s.mu.Lock()
	before := s.err
	s.err = err
	s.mu.Unlock()
	switch {
	case err != nil && (before == nil || err.Error() != before.Error()):
		s.logger.Error("state not saved", "why", err.Error())
	case err == nil && before != nil:
		s.logger.Info("state saved again")
	}
}

// Err returns why the state is not saved, or nil.
func (s *Saver) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// saveAll saves all environments that changed, removes those that were dropped, and saves the coverage of the past. At
// last it also saves what does not count as a change, such as how many requests there were.
func (s *Saver) saveAll(ctx context.Context, isLast bool) (err error) {
	if isLast {
		s.registry.DropIdle()
	}
	for _, one := range s.registry.All() {
		failed := errors.Join(s.save(ctx, one, isLast), s.saveRequests(ctx, one, isLast))
		if err = errors.Join(err, failed); isUnreachable(failed) {
			return err // the others would wait in vain, too
		}
	}
	return errors.Join(err, s.saveServer(ctx))
}

// saveServer removes environments that were dropped, and saves the coverage of the past. When it returns, an earlier
// call has done so, too.
func (s *Saver) saveServer(ctx context.Context) error {
	s.savingServer.Lock()
	defer s.savingServer.Unlock()
	return errors.Join(s.removeDropped(ctx), s.savePast(ctx))
}

// Commit saves what changed in an environment before a call that changed it is answered.
func (s *Saver) Commit(ctx context.Context, e *Environment) error {
	err := s.save(ctx, e, false)
	if err == nil && s.hasUnsavedPast() { // a reset moves what was counted to the past
		s.savingServer.Lock()
		err = s.savePast(ctx)
		s.savingServer.Unlock()
	}
	if err != nil {
		s.note(err)
	}
	return err
}

// CommitServer saves what changed of the whole server, with all environments, before a call that changed it is
// answered.
func (s *Saver) CommitServer(ctx context.Context) (err error) {
	for _, one := range s.registry.All() {
		err = errors.Join(err, s.save(ctx, one, false))
	}
	if err = errors.Join(err, s.saveServer(ctx)); err != nil {
		s.note(err)
	}
	return err
}

// save saves what changed in an environment, unless it ends with its test or was dropped.
func (s *Saver) save(ctx context.Context, e *Environment, isLast bool) error {
	saving := &e.saving
	saving.mu.Lock()
	defer saving.mu.Unlock()
	if saving.isGone || isDone(e) && !isLast || s.registry.isOfTest(e.Name()) {
		return nil
	}
	made, err := take(e, s.registry.Scenarios(), s.giveUp)
	if err != nil {
		saving.isKept = saving.isKept && errors.Is(err, errBusy) // what was taken is not taken again otherwise
		return err
	}
	if !saving.isKept {
		s.naming.RLock()
		defer s.naming.RUnlock()
	} else if len(made.put)+len(made.remove) == 0 {
		return nil
	}
	err = s.store.Save(ctx, e.Name(), made.isWhole, made.put, made.remove)
	if err == nil && s.registry.config.isShared() {
		err = e.unnoted.note(ctx, s.registry.config.Peers, e.Name(), e.Tag())
	}
	if err == nil {
		saving.events.Store(made.events)
	}
	e.isUnsaved.Store(err != nil && s.registry.config.isShared())
	saving.isKept = err == nil
	return s.abandonIfOfOther(e, err)
}

// mayDeliver waits until an event is saved, so that nobody receives one that is lost then. Where nobody else can have
// the environment, one that cannot be saved is delivered all the same.
func (s *Saver) mayDeliver(ctx context.Context, e *Environment, event *model.Event) bool {
	for {
		isShared := s.registry.config.isShared()
		mayBeHere := !isShared || s.registry.config.Peers.IsAlive()
		if mayBeHere && (e.saving.events.Load() >= event.Count || s.save(ctx, e, false) == nil || !isShared) {
			return ctx.Err() == nil && !e.IsGone()
		}
		if !clock.Sleep(ctx, saveInterval) {
			return false
		}
	}
}

// abandonIfOfOther returns the error of a save, under the lock of the environment's saving. If another server owns the
// environment by now, this one abandons it.
func (s *Saver) abandonIfOfOther(e *Environment, err error) error {
	if !isOfOther(err) {
		return err
	}
	e.saving.isGone = true
	s.registry.abandon(e)
	return notHere(e.Name())
}

// isOfOther reports whether an environment was not saved because another server owns it by now.
func isOfOther(err error) bool {
	var known interface{ NotOwner() bool }
	return errors.As(err, &known) && known.NotOwner()
}

// removeDropped removes environments that were dropped from the store. Where another one has the name already, it is
// saved, which replaces everything.
func (s *Saver) removeDropped(ctx context.Context) (err error) {
	for _, one := range s.registry.takeDropped() {
		one.saving.mu.Lock()
		one.saving.isGone = true
		one.saving.mu.Unlock()
		failed := s.remove(ctx, one.Name())
		if next := s.registry.find(one.Name()); failed == nil && next != nil {
			failed = s.save(ctx, next, false)
		}
		if failed != nil {
			s.registry.noteDropped(one) // to be tried again
			err = errors.Join(err, failed)
		}
	}
	return err
}

func (s *Saver) remove(ctx context.Context, name string) error {
	s.naming.Lock()
	defer s.naming.Unlock()
	if s.registry.Exists(name) && !s.registry.isOfTest(name) {
		return nil
	}
	if s.registry.config.isShared() {
		if err := s.registry.config.Peers.Forget(ctx, name); err != nil {
			return err
		}
	}
	if err := s.store.Delete(ctx, name); err != nil && !isOfOther(err) {
		return err
	}
	return nil
}

// hasUnsavedPast reports whether the coverage of the past changed since it was saved. Where servers share the store, it
// is not saved: it belongs to no environment, and so nobody owns it.
func (s *Saver) hasUnsavedPast() bool {
	return !s.registry.config.isShared() && s.registry.pastRevision.Load() != s.savedPast.Load()
}

// savePast saves what was counted before resets and by dropped environments, under savingServer.
func (s *Saver) savePast(ctx context.Context) error {
	if !s.hasUnsavedPast() {
		return nil
	}
	revision := s.registry.pastRevision.Load()
	text, err := json.Marshal(Counts(s.registry.pastCoverage()))
	if err != nil {
		return err
	}
	if err := s.store.Save(ctx, wholeServer, true, map[string][]byte{coveragePart: text}, nil); err != nil {
		return err
	}
	s.savedPast.Store(revision)
	return nil
}

// maxSaving is how long the last save may take once busy environments are not waited for any longer.
const maxSaving = 20 * time.Second

// Close ends the use of the store, after Finish.
func (s *Saver) Close() error { return s.store.Close() }

// Finish saves what has changed, once more. When ctx ends, it goes on without the environments that are busy. It
// returns the error that prevented the save, or part of it.
func (s *Saver) Finish(ctx context.Context) error {
	s.closing.Do(func() {
		close(s.stop)
		context.AfterFunc(ctx, func() { close(s.giveUp) })
	})
	select {
	case <-s.stopped:
	case <-s.giveUp:
		timer := time.NewTimer(maxSaving)
		defer timer.Stop()
		select {
		case <-s.stopped:
		case <-timer.C:
			return fmt.Errorf("the state was not saved within %s, and is as it was before", maxSaving)
		}
	}
	return s.Err()
}
