package fake

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"

	"example.com/pipesfake/fake/internal/control"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// maxSnapshots is how many an environment keeps.
const maxSnapshots = 100

// snapshots are what an environment was, by name. They stay at its reset.
type snapshots struct {
	mu     sync.Mutex
	byName map[string]snapshot
}

func (s *snapshots) put(made snapshot) {
	if s.byName == nil {
		s.byName = map[string]snapshot{}
	}
	s.byName[made.Name] = made
}

type snapshot struct {
	control.SnapshotInfo
	Saved json.RawMessage
	line  stateLine // of the state file, which has it as it is
}

// newSnapshot makes the line around what is text already.
func newSnapshot(environment string, kept control.SnapshotInfo, saved []byte) snapshot {
	name, _ := json.Marshal(environment) // texts and numbers
	about, _ := json.Marshal(kept)
	begin := fmt.Sprintf(`{"Environment":%s,"Snapshot":%s,"Saved":`, name, about[:len(about)-1])
	text := slices.Concat([]byte(begin), saved, []byte("}}\n"))
	return snapshot{kept, text[len(begin) : len(begin)+len(saved)], lineOf(text)}
}

// list are the snapshots, by name.
func (s *snapshots) list() (list []snapshot) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range slices.Sorted(maps.Keys(s.byName)) {
		list = append(list, s.byName[name])
	}
	return list
}

// TakeSnapshot takes a snapshot, in place of one of the same name. Its error is too_many_snapshots.
func (o *hostedEnvironment) TakeSnapshot(name string) (control.SnapshotInfo, error) {
	saved := o.save()
	text, err := json.Marshal(saved)
	if err != nil {
		return control.SnapshotInfo{}, err
	}
	o.snapshots.mu.Lock()
	defer o.snapshots.mu.Unlock()
	if _, again := o.snapshots.byName[name]; !again && len(o.snapshots.byName) >= maxSnapshots {
		return control.SnapshotInfo{}, &pipes.Error{Code: pipes.TooManySnapshots, Message: fmt.Sprintf(
			"Environment %s keeps %d snapshots already: forget some (DELETE /_control/snapshots/NAME).", o.Name(), maxSnapshots)}
	}
	made := newSnapshot(o.Name(), control.SnapshotInfo{Name: name, Taken: saved.Now, Bytes: len(text)}, text)
	o.snapshots.put(made)
	o.MarkChanged()
	return made.SnapshotInfo, nil
}

// Restore puts the environment back to a snapshot. Its errors are entity_not_found and snapshot_of_another_file.
func (o *hostedEnvironment) Restore(name string) error {
	o.snapshots.mu.Lock()
	kept, err := o.snapshot(name)
	o.snapshots.mu.Unlock()
	if err != nil {
		return err
	}
	var saved model.Saved
	if err := json.Unmarshal(kept.Saved, &saved); err != nil {
		return err
	}
	if err := o.Environment.Restore(saved); err != nil {
		return &pipes.Error{Code: pipes.SnapshotOfAnotherFile, Message: fmt.Sprintf("Snapshot %q cannot be restored: %s. Take it anew.", name, err)}
	}
	o.webhooks.Restore(saved.Pending)
	return nil
}

// save is the environment with the deliveries that are on their way.
func (o *hostedEnvironment) save() model.Saved {
	saved, _ := o.saveUnless(nil)
	return saved
}

// saveUnless is save that does not wait for a busy environment any longer than until giveUp is closed.
func (o *hostedEnvironment) saveUnless(giveUp <-chan struct{}) (model.Saved, bool) {
	saved, got := o.SaveUnless(giveUp)
	if got {
		saved.Pending = o.webhooks.Pending()
	}
	return saved, got
}

// snapshot finds one, under the lock of all. Its error is entity_not_found.
func (o *hostedEnvironment) snapshot(name string) (snapshot, error) {
	kept, there := o.snapshots.byName[name]
	if !there {
		return kept, &pipes.Error{Code: pipes.EntityNotFound, Message: fmt.Sprintf("Environment %s keeps no snapshot %q%s.",
			o.Name(), scenarios.Abridge(name), scenarios.DidYouMean(name, slices.Sorted(maps.Keys(o.snapshots.byName))))}
	}
	return kept, nil
}

// ListSnapshots are the snapshots, by name.
func (o *hostedEnvironment) ListSnapshots() []control.SnapshotInfo {
	list := []control.SnapshotInfo{}
	for _, one := range o.snapshots.list() {
		list = append(list, one.SnapshotInfo)
	}
	return list
}

// DeleteSnapshot drops a snapshot. Its error is entity_not_found.
func (o *hostedEnvironment) DeleteSnapshot(name string) error {
	o.snapshots.mu.Lock()
	defer o.snapshots.mu.Unlock()
	if _, err := o.snapshot(name); err != nil {
		return err
	}
	delete(o.snapshots.byName, name)
	o.MarkChanged()
	return nil
}

// Snapshot keeps the environment as it stands under a name, in place of what was kept under it. A name has 1 to 64
// letters, digits, dashes, dots or underscores, first a letter, digit or underscore; another fails the test.
func (e *Environment) Snapshot(name string) {
	e.t.Helper()
	if !scenarios.IsName(name) {
		e.t.Fatalf("pipesfake: Snapshot(%q): it is no name for a snapshot: 1 to 64 letters, digits, dashes, dots or underscores, first a letter, digit or underscore", scenarios.Abridge(name))
		return
	}
	if _, err := e.world().TakeSnapshot(name); err != nil {
		e.t.Fatalf("pipesfake: %s", mistake(err))
	}
}

// Restore puts the environment back to a Snapshot. The journal stays.
func (e *Environment) Restore(name string) {
	e.t.Helper()
	if err := e.world().Restore(name); err != nil {
		e.t.Fatalf("pipesfake: %s", mistake(err))
	}
}

// Export is the environment as a scenario file that begins where it stands, without secrets.
func (e *Environment) Export() []byte {
	e.t.Helper()
	text, err := e.world().Export()
	if err != nil {
		e.t.Fatalf("pipesfake: %v", err)
	}
	return text
}
