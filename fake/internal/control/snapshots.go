package control

import (
	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/fake/internal/pipes"
)

// Snapshot is one as the control plane tells it.
type Snapshot struct {
	Name    string `json:"name"`
	TakenAt string `json:"taken_at"` // the environment's time
	Bytes   int    `json:"bytes"`
}

func snapshotOf(k environment.SnapshotInfo) Snapshot {
	return Snapshot{k.Name, pipes.Timestamp(k.Taken), k.Bytes}
}

// PostSnapshot keeps the environment as it stands, in place of what was kept under the name.
func PostSnapshot(c Call) (any, error) {
	r, err := openBody(c, snapshotBody)
	if err != nil {
		return nil, err
	}
	var request snapshotRequest
	snapshotBody.Fill(&r.Reader, r.Values, &request)
	if err := r.err(); err != nil {
		return nil, err
	}
	kept, err := c.Environment.TakeSnapshot(request.name)
	return c.hider().snapshotOf(kept), err
}

// GetSnapshots lists the snapshots, by name.
func GetSnapshots(c Call) (any, error) {
	list := []Snapshot{}
	for _, one := range c.Environment.ListSnapshots() {
		list = append(list, c.hider().snapshotOf(one))
	}
	return struct {
		Snapshots []Snapshot `json:"snapshots"`
	}{list}, nil
}

// PostRestore puts the environment back to where it stood. A body is not needed and not read.
func PostRestore(c Call) (any, error) {
	if err := c.Environment.Restore(c.Vars["name"]); err != nil {
		return nil, err
	}
	now, _ := c.Environment.Time()
	return struct {
		Restored string `json:"restored"`
		Now      string `json:"now"`
	}{c.Hide(c.Vars["name"]), pipes.Timestamp(now)}, nil
}

// DeleteSnapshot forgets one.
func DeleteSnapshot(c Call) (any, error) {
	return struct {
		Deleted string `json:"deleted"`
	}{c.Hide(c.Vars["name"])}, c.Environment.DeleteSnapshot(c.Vars["name"])
}

// GetExport writes the environment as a scenario file.
func GetExport(c Call) (any, error) {
	text, err := c.Environment.Export()
	return call.Text{ContentType: "application/yaml", Body: text}, err
}

// snapshotOf is a snapshot as it may be shown.
func (hide hider) snapshotOf(k environment.SnapshotInfo) Snapshot {
	k.Name = hide(k.Name)
	return snapshotOf(k)
}
