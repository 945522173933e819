package environment

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/internal/fields"
)

// maxSnapshots is how many snapshots an environment stores.
const maxSnapshots = 100

// TakeSnapshot stores the environment under a name, and replaces the snapshot that had it. Its error is
// too_many_snapshots.
func (e *Environment) TakeSnapshot(name string) (SnapshotInfo, error) {
	saved := e.Save()
	text, err := json.Marshal(saved)
	if err != nil {
		return SnapshotInfo{}, err
	}
	e.snapshots.mu.Lock()
	defer e.snapshots.mu.Unlock()
	if _, replaces := e.snapshots.byName[name]; !replaces && len(e.snapshots.byName) >= maxSnapshots {
		return SnapshotInfo{}, &pipes.Error{Code: pipes.TooManySnapshots, Message: fmt.Sprintf(
			"Environment %s already has %d snapshots: delete some (DELETE /_control/snapshots/NAME).",
			e.Name(), maxSnapshots)}
	}
	e.snapshots.put(snapshot{SnapshotInfo{Name: name, Taken: saved.Now, Bytes: len(text)}, text})
	e.MarkChanged()
	return e.snapshots.byName[name].SnapshotInfo, nil
}

// RestoreSnapshot returns the environment to a snapshot. Its errors are entity_not_found, snapshot_of_another_file and
// snapshot_damaged.
func (e *Environment) RestoreSnapshot(name string) error {
	e.snapshots.mu.Lock()
	found, err := e.findSnapshot(name)
	e.snapshots.mu.Unlock()
	if err != nil {
		return err
	}
	saved := new(model.Saved)
	if err := json.Unmarshal(found.Saved, saved); err != nil {
		return snapshotDamaged(name, model.DamagedError{What: err.Error()})
	}
	if err := e.Environment.Restore(saved); errors.As(err, new(model.DamagedError)) {
		return snapshotDamaged(name, err)
	} else if err != nil {
		return &pipes.Error{Code: pipes.SnapshotOfAnotherFile, Message: fmt.Sprintf(
			"Snapshot %q cannot be restored: %s. Take a new one.", name, err)}
	}
	return nil
}

// snapshotDamaged returns the error of a snapshot that no server can have taken.
func snapshotDamaged(name string, err error) error {
	return &pipes.Error{Code: pipes.SnapshotDamaged, Message: fmt.Sprintf("Snapshot %q cannot be restored: %s. "+
		"Nothing has changed. Delete it (DELETE /_control/snapshots/%s), or take a new one.", name, err, name)}
}

// findSnapshot finds a snapshot, under the lock of all. Its error is entity_not_found.
func (e *Environment) findSnapshot(name string) (snapshot, error) {
	found, exists := e.snapshots.byName[name]
	if !exists {
		names := slices.Sorted(maps.Keys(e.snapshots.byName))
		return found, &pipes.Error{Code: pipes.EntityNotFound, Message: fmt.Sprintf(
			"Environment %s has no snapshot %q%s.",
			e.Name(), fields.Abridge(name), fields.DidYouMean(name, names))}
	}
	return found, nil
}

// ListSnapshots describes the snapshots, ordered by name.
func (e *Environment) ListSnapshots() []SnapshotInfo {
	list := []SnapshotInfo{}
	for _, one := range e.snapshots.list() {
		list = append(list, one.SnapshotInfo)
	}
	return list
}

// DeleteSnapshot removes a snapshot. Its error is entity_not_found.
func (e *Environment) DeleteSnapshot(name string) error {
	e.snapshots.mu.Lock()
	defer e.snapshots.mu.Unlock()
	if _, err := e.findSnapshot(name); err != nil {
		return err
	}
	e.snapshots.remove(name)
	e.MarkChanged()
	return nil
}
