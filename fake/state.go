package fake

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/environment"
)

// stateFile keeps the environments over a restart. Its first line is a header, which tells whether the rest,
// which is JSON, is whole.
type stateFile struct {
	path    string
	ending  sync.Once
	stop    chan struct{}
	stopped chan struct{}
	written map[string]writtenState // by environment
	failed  string                  // the error that was told last
}

// writtenState is what was written of an environment that has not changed since.
type writtenState struct {
	world   *opened
	changes uint64
	text    json.RawMessage
}

// savedState is one environment in the file.
type savedState struct {
	Name      string
	Saved     environment.Saved
	Snapshots []snapshot `json:",omitempty"`
}

type stateHeader struct {
	Pipesfake int    `json:"pipesfake_state"` // the version of the format
	SHA256    string `json:"sha256"`
}

// lookForChanges is how often they are looked for: what is older than a second is in the file.
const lookForChanges = 200 * time.Millisecond

// load puts back what the file holds, all of it or nothing: a file that is damaged, or that belongs to another
// scenario file, is set aside and told of. The error is that of a file system that lets nobody read or write.
func (f *stateFile) load(s *Server) error {
	text, err := os.ReadFile(f.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return f.write(s)
	case err != nil:
		return err
	}
	saved, err := parseState(text)
	if err == nil {
		err = s.environments.restore(saved)
	}
	if err != nil {
		aside, asideErr := setAside(f.path)
		if asideErr != nil {
			return asideErr
		}
		s.options.logger.Error("state file set aside, environments begin anew", "file", f.path, "aside", aside, "why", err.Error())
	}
	return f.write(s)
}

// setAside renames a file to one that there is not.
func setAside(path string) (aside string, err error) {
	for i := 1; ; i++ {
		aside = fmt.Sprintf("%s.aside-%d", path, i)
		if _, err := os.Lstat(aside); errors.Is(err, fs.ErrNotExist) {
			return aside, os.Rename(path, aside)
		}
	}
}

func parseState(text []byte) (saved []savedState, err error) {
	line, rest, _ := bytes.Cut(text, []byte("\n"))
	var header stateHeader
	if err := json.Unmarshal(line, &header); err != nil {
		return nil, fmt.Errorf("its first line is not that of a state file: %w", err)
	}
	if header.Pipesfake != 1 {
		return nil, fmt.Errorf("its format is %d; this pipesfake reads 1", header.Pipesfake)
	}
	if sum := fmt.Sprintf("%x", sha256.Sum256(rest)); sum != header.SHA256 {
		return nil, errors.New("it is damaged: its content is not what was written")
	}
	err = json.Unmarshal(rest, &saved)
	return saved, err
}

// restore fills environments, or none of them.
func (e *environments) restore(saved []savedState) error {
	now := clock.Wire()
	made := map[string]*opened{}
	for _, one := range saved {
		world := e.newWorld(one.Name, now)
		if err := world.Continue(one.Saved); err != nil {
			return fmt.Errorf("environment %s: %w", one.Name, err)
		}
		for _, kept := range one.Snapshots {
			world.snapshots.put(kept)
		}
		made[one.Name] = world
	}
	for _, one := range saved {
		made[one.Name].courier.Resume(one.Saved.Pending)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, world := range made {
		e.put(world)
	}
	return nil
}

// keep writes changes until Close, and once more then.
func (f *stateFile) keep(s *Server) {
	defer close(f.stopped)
	ticker := time.NewTicker(lookForChanges)
	defer ticker.Stop()
	for {
		var last bool
		select {
		case <-ticker.C:
		case <-f.stop:
			last, f.written = true, nil // also what counts as no change: how many requests there were
		}
		switch err := f.write(s); {
		case err != nil && err.Error() != f.failed:
			f.failed = err.Error()
			s.options.logger.Error("state file not written", "file", f.path, "why", f.failed)
		case err == nil:
			f.failed = ""
		}
		if last {
			return
		}
	}
}

// end writes what is left.
func (f *stateFile) end() {
	f.ending.Do(func() { close(f.stop) })
	<-f.stopped
}

// write replaces the file if something has changed. Whoever reads it finds the old or the new one, whole.
func (f *stateFile) write(s *Server) error {
	worlds := s.environments.all()
	changed := len(worlds) != len(f.written)
	body := []byte("[")
	now := map[string]writtenState{}
	for i, world := range worlds {
		one := f.written[world.Name()]
		if changes := world.Changes(); one.world != world || one.changes != changes {
			text, err := world.saved()
			if err != nil {
				return err
			}
			one, changed = writtenState{world, changes, text}, true
		}
		now[world.Name()] = one
		if i > 0 {
			body = append(body, ",\n"...)
		}
		body = append(body, one.text...)
	}
	if !changed {
		return nil
	}
	body = append(body, "]\n"...)
	header, err := json.Marshal(stateHeader{1, fmt.Sprintf("%x", sha256.Sum256(body))})
	if err == nil {
		err = replaceFile(f.path, append(append(header, '\n'), body...))
	}
	if err == nil {
		f.written = now
	}
	return err
}

func (o *opened) saved() (json.RawMessage, error) {
	one := savedState{Name: o.Name(), Saved: o.save()}
	o.snapshots.mu.Lock()
	for _, name := range slices.Sorted(maps.Keys(o.snapshots.byName)) {
		one.Snapshots = append(one.Snapshots, o.snapshots.byName[name])
	}
	o.snapshots.mu.Unlock()
	return json.Marshal(one)
}

// replaceFile writes beside a file, and renames. Nobody else may read it: it holds secrets.
func replaceFile(path string, text []byte) error {
	made, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(made.Name()) // of a rename nothing is left
	_, err = made.Write(text)
	err = errors.Join(err, made.Sync(), made.Close())
	if err != nil {
		return err
	}
	return os.Rename(made.Name(), path)
}
