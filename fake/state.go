package fake

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/model"
)

// stateFile keeps the environments over a restart. Its first line is a header, which tells whether the others, which
// are JSON, are whole.
type stateFile struct {
	disk    *stateDisk
	ending  sync.Once
	stop    chan struct{}
	stopped chan struct{}
	giveUp  chan struct{} // closed when environments that are busy are not waited for any longer
	count   int           // how many environments the file has
	failed  error         // why it has not what it should; nil: it has
}

// savedForm is an environment as the file has it, or will have it next.
type savedForm struct {
	changes, news uint64
	line          stateLine // nothing: it was never written
}

// stateLine is a line of the file with its checksum: what has not changed is neither made nor summed up again.
type stateLine struct {
	text []byte
	sum  [sha256.Size]byte
}

func lineOf(text []byte) stateLine { return stateLine{text, sha256.Sum256(text)} }

// savedLine is what a line says: of an environment, of one of its snapshots, or of what was before.
type savedLine struct {
	Environment string       `json:",omitempty"`
	Covered     []savedCount `json:",omitempty"`
	Saved       *model.Saved `json:",omitempty"`
	Snapshot    *snapshot    `json:",omitempty"`
	Past        []savedCount `json:",omitempty"` // coverage of what was reset, or went
}

type savedCount struct {
	journal.CoverageKey
	Count int
}

func saveCoverage(covered journal.Coverage) []savedCount {
	list := make([]savedCount, 0, len(covered))
	for seen, n := range covered {
		list = append(list, savedCount{seen, n})
	}
	return list
}

func coverageOf(list []savedCount) journal.Coverage {
	covered := journal.Coverage{}
	for _, one := range list {
		covered[one.CoverageKey] = one.Count
	}
	return covered
}

type stateHeader struct {
	Pipesfake int    `json:"pipesfake_state"` // the version of the format
	SHA256    string `json:"sha256"`          // of the checksums of the other lines
}

const stateFormat = 2

// lookForChanges is how often they are looked for: what is older than a second is in the file.
const lookForChanges = 200 * time.Millisecond

// load puts back what the file holds, all of it or nothing: a file that is damaged, or that belongs to another
// scenario file, is set aside and told of. The error is that of a file that nobody can read or write.
func (f *stateFile) load(s *Server) error {
	text, err := os.ReadFile(f.disk.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return f.write(&s.environments, false)
	case err != nil:
		return err
	}
	saved, err := parseState(text)
	if err == nil {
		err = s.environments.restore(saved)
	}
	if err != nil {
		aside, asideErr := f.disk.setAside()
		if asideErr != nil {
			return asideErr
		}
		s.options.logger.Error("state file set aside, environments begin anew", "file", f.disk.path, "aside", aside, "why", err.Error())
	}
	return f.write(&s.environments, false)
}

func parseState(text []byte) (saved []savedLine, err error) {
	first, rest, _ := bytes.Cut(text, []byte("\n"))
	var header stateHeader
	if err := json.Unmarshal(first, &header); err != nil {
		return nil, fmt.Errorf("its first line is not that of a state file: %w", err)
	}
	if header.Pipesfake != stateFormat {
		return nil, fmt.Errorf("its format is %d; this pipesfake reads %d", header.Pipesfake, stateFormat)
	}
	sums := sha256.New()
	for line := range bytes.Lines(rest) {
		sum := sha256.Sum256(line)
		sums.Write(sum[:])
	}
	if sum := fmt.Sprintf("%x", sums.Sum(nil)); sum != header.SHA256 {
		return nil, errors.New("it is damaged: its content is not what was written")
	}
	for line := range bytes.Lines(rest) {
		var one savedLine
		if err := json.Unmarshal(line, &one); err != nil {
			return nil, err
		}
		saved = append(saved, one)
	}
	return saved, nil
}

// restore fills environments, or none of them.
func (e *environments) restore(saved []savedLine) error {
	now := clock.Wire()
	made, past := map[string]*hostedEnvironment{}, journal.Coverage{}
	for _, one := range saved {
		world := made[one.Environment]
		switch {
		case one.Saved != nil:
			world = e.newWorld(one.Environment, now)
			if err := world.Resume(*one.Saved); err != nil {
				return fmt.Errorf("environment %s: %w", one.Environment, err)
			}
			world.journal.RestoreCoverage(coverageOf(one.Covered))
			made[one.Environment] = world
		case one.Snapshot != nil && world != nil:
			world.snapshots.put(newSnapshot(world.Name(), one.Snapshot.SnapshotInfo, one.Snapshot.Saved))
		default:
			past.Merge(coverageOf(one.Past))
		}
	}
	for _, one := range saved {
		if one.Saved != nil {
			made[one.Environment].webhooks.Restore(one.Saved.Pending)
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, world := range made {
		e.put(world)
	}
	e.past = past
	return nil
}

// keep writes changes until Close, and once more then.
func (f *stateFile) keep(s *Server) {
	defer close(f.stopped)
	ticker := time.NewTicker(lookForChanges)
	defer ticker.Stop()
	for last := false; !last; {
		select {
		case <-ticker.C:
		case <-f.stop:
			last = true
		}
		before := f.failed
		switch f.failed = f.write(&s.environments, last); {
		case f.failed != nil && (before == nil || f.failed.Error() != before.Error()):
			s.options.logger.Error("state file not written", "file", f.disk.path, "why", f.failed.Error())
		case f.failed == nil && before != nil:
			s.options.logger.Info("state file written again", "file", f.disk.path)
		}
	}
}

// mostWriting is how long the last writing may take once environments that are busy are not waited for any longer.
const mostWriting = 20 * time.Second

// end writes what is left, and leaves the file to others. When ctx ends, it goes on without the environments that are
// busy. Its error is a *StateError.
func (f *stateFile) end(ctx context.Context) error {
	f.ending.Do(func() {
		close(f.stop)
		context.AfterFunc(ctx, func() { close(f.giveUp) })
	})
	select {
	case <-f.stopped:
	case <-f.giveUp:
		timer := time.NewTimer(mostWriting)
		defer timer.Stop()
		select {
		case <-f.stopped:
		case <-timer.C:
			return &StateError{fmt.Errorf("%s was not written within %s, and is as it was before", f.disk.path, mostWriting)}
		}
	}
	f.disk.release()
	return f.lost()
}

// lost is a *StateError if the last writing failed.
func (f *stateFile) lost() error {
	select {
	case <-f.stopped:
		if f.failed != nil {
			return &StateError{f.failed}
		}
	default: // it is still to come
	}
	return nil
}

// write replaces the file if something has changed; with all, also for what only counts, such as coverage. Whoever
// reads it finds the old or the new one, whole.
func (f *stateFile) write(e *environments, all bool) error {
	if !all && f.failed == nil && !e.changed(f.count) {
		return nil
	}
	past, err := textOf(savedLine{Past: saveCoverage(e.pastCoverage())})
	if err != nil {
		return err
	}
	worlds, lines := e.all(), []stateLine{lineOf(past)}
	var busy error
	for _, world := range worlds {
		if all || world.isChanged() {
			if err := world.file(f.giveUp); errors.Is(err, errBusy) {
				busy = errors.Join(busy, err)
			} else if err != nil {
				return err
			}
		}
		if world.savedForm.line.text == nil {
			continue // it was busy ever since it was made
		}
		lines = append(lines, world.savedForm.line)
		for _, kept := range world.snapshots.list() {
			lines = append(lines, kept.line)
		}
	}
	f.count = len(worlds)
	return errors.Join(f.disk.replace(lines), busy)
}

// errBusy is the error of an environment that was not waited for.
var errBusy = errors.New("still busy")

// changed tells whether the environments are others than the file has, which are so many.
func (e *environments) changed(count int) bool {
	e.mu.RLock()
	defer e.mu.RUnlock()
	now := clock.Wire()
	for _, one := range e.byName {
		if e.isIdle(one, now) {
			continue
		}
		count--
		if one.isChanged() {
			return true
		}
	}
	return count != 0
}

func (o *hostedEnvironment) isChanged() bool {
	return o.savedForm.line.text == nil || o.savedForm.changes != o.Revision() || o.savedForm.news != o.journal.Revision()
}

// file makes the line of an environment. Its error is errBusy if the environment was so until giveUp was closed.
func (o *hostedEnvironment) file(giveUp <-chan struct{}) error {
	made := savedForm{changes: o.Revision(), news: o.journal.Revision()}
	saved, got := o.saveUnless(giveUp)
	if !got {
		return fmt.Errorf("environment %s is %w: what changed there since it was last written is lost", o.Name(), errBusy)
	}
	covered := saveCoverage(o.journal.Coverage())
	text, err := textOf(savedLine{Environment: o.Name(), Covered: covered, Saved: &saved})
	if err == nil {
		made.line = lineOf(text)
		o.savedForm = made
	}
	return err
}

func textOf(line any) ([]byte, error) {
	text, err := json.Marshal(line)
	return append(text, '\n'), err
}
