package environment

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"example.com/pipesfake/fake/internal/store"
)

// SnapshotInfo describes a snapshot.
type SnapshotInfo struct {
	Name  string
	Taken time.Time // by the environment's clock
	Bytes int       // of its saved form
}

// snapshots holds the snapshots of an environment by name. A reset keeps them.
type snapshots struct {
	mu     sync.Mutex
	byName map[string]snapshot
}

type snapshot struct {
	SnapshotInfo
	Saved json.RawMessage // a model.Saved
	line  store.Line      // of the state file, which contains Saved
}

// newSnapshot returns the snapshot with its line of the state file. The line is put together from text that is JSON
// already, so that a large environment is not encoded twice.
func newSnapshot(environment string, info SnapshotInfo, saved []byte) snapshot {
	name, _ := json.Marshal(environment) // strings and numbers cannot fail
	about, _ := json.Marshal(info)
	begin := fmt.Sprintf(`{"Environment":%s,"Snapshot":%s,"Saved":`, name, about[:len(about)-1])
	text := slices.Concat([]byte(begin), saved, []byte("}}\n"))
	return snapshot{info, text[len(begin) : len(begin)+len(saved)], store.NewLine(text)}
}

func (s *snapshots) put(made snapshot) {
	if s.byName == nil {
		s.byName = map[string]snapshot{}
	}
	s.byName[made.Name] = made
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
