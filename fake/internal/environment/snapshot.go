package environment

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// snapshotParts begins the names of the parts that snapshots are saved in.
const snapshotParts = "snapshot/"

// SnapshotInfo describes a snapshot.
type SnapshotInfo struct {
	Name  string
	Taken time.Time // by the environment's clock
	Bytes int       // of its saved form
}

// snapshots holds the snapshots of an environment by name. A reset keeps them.
type snapshots struct {
	mu      sync.Mutex
	byName  map[string]snapshot
	unsaved map[string]bool // names of those that were taken or deleted since they were saved
}

type snapshot struct {
	SnapshotInfo
	Saved json.RawMessage // a model.Saved
}

func (s *snapshots) put(made snapshot) {
	if s.byName == nil {
		s.byName = map[string]snapshot{}
	}
	s.byName[made.Name] = made
	s.note(made.Name)
}

func (s *snapshots) remove(name string) {
	delete(s.byName, name)
	s.note(name)
}

func (s *snapshots) note(name string) {
	if s.unsaved == nil {
		s.unsaved = map[string]bool{}
	}
	s.unsaved[name] = true
}

// list returns the snapshots, ordered by name.
func (s *snapshots) list() (list []snapshot) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range slices.Sorted(maps.Keys(s.byName)) {
		list = append(list, s.byName[name])
	}
	return list
}

// noteUnsaved notes that all snapshots are to be saved.
func (s *snapshots) noteUnsaved() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name := range s.byName {
		s.note(name)
	}
}

// takeUnsaved adds the snapshots that were taken or deleted since the last call to what is to be saved.
func (s *snapshots) takeUnsaved(to *change) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name := range s.unsaved {
		one, exists := s.byName[name]
		if !exists {
			to.remove = append(to.remove, snapshotParts+name)
			continue
		}
		text, err := json.Marshal(one)
		if err != nil {
			return err
		}
		to.put[snapshotParts+name] = text
	}
	s.unsaved = nil
	return nil
}

// restore puts the snapshots among the parts of an environment into it.
func (s *snapshots) restore(parts map[string][]byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for part := range parts {
		if !strings.HasPrefix(part, snapshotParts) {
			continue
		}
		var one snapshot
		if err := readPart(parts, part, &one); err != nil {
			return err
		}
		s.put(one)
	}
	s.unsaved = nil
	return nil
}
