package control

import (
	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/fake/internal/pipes"
)

// Snapshot is a stored copy of the environment.
type Snapshot struct {
	Name    string `json:"name"`
	TakenAt string `json:"taken_at"` // the environment's time
	Bytes   int    `json:"bytes"`
}

func (v views) snapshot(info environment.SnapshotInfo) Snapshot {
	return Snapshot{v.Hide(info.Name), pipes.Timestamp(info.Taken), info.Bytes}
}

// PostSnapshot stores a copy of the environment, and replaces the one that has the name.
func PostSnapshot(c Call) (any, error) {
	r, err := openBody(c, snapshotBody())
	if err != nil {
		return nil, err
	}
	var request snapshotRequest
	snapshotBody().Fill(&r.Reader, r.Values, &request)
	if err := r.err(); err != nil {
		return nil, err
	}
	taken, err := c.Environment.TakeSnapshot(request.name)
	return c.views().snapshot(taken), err
}

// GetSnapshots lists the snapshots, by name.
func GetSnapshots(c Call) (any, error) {
	list, views := []Snapshot{}, c.views()
	for _, one := range c.Environment.ListSnapshots() {
		list = append(list, views.snapshot(one))
	}
	return struct {
		Snapshots []Snapshot `json:"snapshots"`
	}{list}, nil
}

// PostRestore restores the environment from a snapshot. A body is not needed and not read.
func PostRestore(c Call) (any, error) {
	if err := c.Environment.RestoreSnapshot(c.Vars["name"]); err != nil {
		return nil, err
	}
	now, _ := c.Environment.Time()
	return struct {
		Restored string `json:"restored"`
		Now      string `json:"now"`
	}{c.Hide(c.Vars["name"]), pipes.Timestamp(now)}, nil
}

// DeleteSnapshot deletes a snapshot.
func DeleteSnapshot(c Call) (any, error) {
	return struct {
		Deleted string `json:"deleted"`
	}{c.Hide(c.Vars["name"])}, c.Environment.DeleteSnapshot(c.Vars["name"])
}

// GetExport returns the environment as a scenario file.
func GetExport(c Call) (any, error) {
	text, err := c.Environment.Export()
	return call.Text{ContentType: "application/yaml", Body: text}, err
}
