package environment

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"sync"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/store"
	"example.com/pipesfake/internal/access"
)

// StateFile keeps the environments of a registry over a restart of the process.
type StateFile struct {
	registry *Registry
	file     *store.File
	logger   *slog.Logger

	closing sync.Once
	stop    chan struct{}
	stopped chan struct{}
	giveUp  chan struct{} // closed when busy environments are not waited for any longer
	count   int           // how many environments the file has
	err     error         // why the last write failed, or nil
}

// pollInterval is how often the state file looks for changes. It is written whole after each of them, so that what is
// older than a second is in it as long as writing takes less than that; docs/state-and-replicas.md has figures for
// large ones.
const pollInterval = 200 * time.Millisecond

// OpenStateFile restores what a file holds into a registry, and from then on writes changes to the file until Close.
// A file that is damaged or belongs to another scenario file is set aside, which the log reports. The error describes a
// file that cannot be used.
func (r *Registry) OpenStateFile(path string, logger *slog.Logger) (*StateFile, error) {
	file, err := store.Open(path)
	if err != nil {
		return nil, access.ToWrite(err, path)
	}
	f := &StateFile{
		registry: r, file: file, logger: logger,
		stop: make(chan struct{}), stopped: make(chan struct{}), giveUp: make(chan struct{}),
	}
	if err := f.load(); err != nil {
		file.Close()
		return nil, access.ToWrite(err, path)
	}
	go f.keep()
	return f, nil
}

// load restores what the file holds, all of it or nothing.
func (f *StateFile) load() error {
	lines, err := f.file.Read()
	damaged := new(store.DamagedError)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return f.write(false)
	case err != nil && !errors.As(err, &damaged):
		return err
	case err == nil:
		err = f.registry.restore(lines)
	}
	if err != nil {
		aside, asideErr := f.file.SetAside()
		if asideErr != nil {
			return asideErr
		}
		f.logger.Error("state file set aside, environments start from the scenario file",
			"file", f.file.Path(), "aside", aside, "why", err.Error())
	}
	return f.write(false)
}

// restore adds the environments of a state file, or none of them.
func (r *Registry) restore(lines [][]byte) error {
	now := clock.RealNow()
	restored, past := map[string]*Environment{}, journal.Coverage{}
	for _, line := range lines {
		var one savedLine
		if err := json.Unmarshal(line, &one); err != nil {
			return err
		}
		environment := restored[one.Environment]
		switch {
		case one.Saved != nil:
			environment = r.make(one.Environment, now)
			if err := r.resume(environment, one); err != nil {
				return fmt.Errorf("environment %s: %w", one.Environment, err)
			}
			environment.Journal.RestoreCoverage(restoreCounts(one.Covered))
			restored[one.Environment] = environment
		case one.Snapshot != nil && environment != nil:
			environment.snapshots.put(newSnapshot(environment.Name(), one.Snapshot.SnapshotInfo, one.Snapshot.Saved))
		default:
			past.Merge(restoreCounts(one.Past))
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, environment := range restored {
		r.put(environment)
	}
	r.past = past
	return nil
}

// resume puts the saved state of a line into a new environment, with the text that was tried there, if any. A text that
// has become the scenario file since is not tried any more.
func (r *Registry) resume(e *Environment, line savedLine) error {
	own := r.Scenarios()
	if line.Tried == nil || line.Saved.Scenarios == own.Digest() {
		return e.Resume(line.Saved)
	}
	if line.TriedOver != "" && line.TriedOver != own.Digest() {
		return fmt.Errorf("it tried a text in place of another state of the scenario file than that of %s now",
			own.Name)
	}
	set, err := r.ReadScenarios(e, line.Tried)
	if err != nil {
		return err
	}
	e.Environment.Reset(set)
	return e.Resume(line.Saved)
}

// keep writes changes until Close, and once more then.
func (f *StateFile) keep() {
	defer close(f.stopped)
	ticker := time.NewTicker(pollInterval)
	defer ticker.Stop()
	for last := false; !last; {
		select {
		case <-ticker.C:
		case <-f.stop:
			last = true
		}
		before := f.err
		switch f.err = access.ToWrite(f.write(last), f.file.Path()); {
		case f.err != nil && (before == nil || f.err.Error() != before.Error()):
			f.logger.Error("state file not written", "file", f.file.Path(), "why", f.err.Error())
		case f.err == nil && before != nil:
			f.logger.Info("state file written again", "file", f.file.Path())
		}
	}
}

// maxWriting is how long the last write may take once busy environments are not waited for any longer.
const maxWriting = 20 * time.Second

// Close writes what has changed, and leaves the file to other processes. When ctx ends, it goes on without the
// environments that are busy. It returns the error that prevented the write, or part of it.
func (f *StateFile) Close(ctx context.Context) error {
	f.closing.Do(func() {
		close(f.stop)
		context.AfterFunc(ctx, func() { close(f.giveUp) })
	})
	select {
	case <-f.stopped:
	case <-f.giveUp:
		timer := time.NewTimer(maxWriting)
		defer timer.Stop()
		select {
		case <-f.stopped:
		case <-timer.C:
			return fmt.Errorf("%s was not written within %s, and is as it was before", f.file.Path(), maxWriting)
		}
	}
	f.file.Close()
	return f.Err()
}

// Err returns the error of the last write, after Close. It is nil before.
func (f *StateFile) Err() error {
	select {
	case <-f.stopped:
		return f.err
	default:
		return nil
	}
}

// write replaces the file if something has changed, or if the file was deleted. With all it also writes what does not
// count as a change, such as coverage.
func (f *StateFile) write(all bool) error {
	if err := f.file.KeepLock(); err != nil {
		return err
	}
	if !all && f.err == nil && !f.file.IsMissing() && !f.registry.isChanged(f.count) {
		return nil
	}
	past, err := encodeLine(savedLine{Past: saveCounts(f.registry.pastCoverage())})
	if err != nil {
		return err
	}
	isOfTest := func(one *Environment) bool { return f.registry.isOfTest(one.Name()) } // it ends with its test
	environments, lines := slices.DeleteFunc(f.registry.All(), isOfTest), []store.Line{past}
	var busy error
	for _, one := range environments {
		if all || one.isChanged() {
			if err := one.encode(f.registry.Scenarios(), f.giveUp); errors.Is(err, errBusy) {
				busy = errors.Join(busy, err)
			} else if err != nil {
				return err
			}
		}
		if one.saved.line.IsZero() {
			continue // it has been busy since it was made
		}
		lines = append(lines, one.saved.line)
		for _, snapshot := range one.snapshots.list() {
			lines = append(lines, snapshot.line)
		}
	}
	f.count = len(environments)
	return errors.Join(f.file.Replace(lines), busy)
}

// isChanged reports whether the environments differ from those of the file, which has count of them.
func (r *Registry) isChanged(count int) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	now := clock.RealNow()
	for name, one := range r.byName {
		if _, isOfTest := r.starts[name]; isOfTest || r.isIdle(one, now) {
			continue
		}
		count--
		if one.isChanged() {
			return true
		}
	}
	return count != 0
}
