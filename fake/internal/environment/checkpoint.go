package environment

import (
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// Checkpoint is what an environment held at one time, with its scenarios. Unlike a snapshot it is kept in memory, is
// used once, and also undoes a change of the scenarios.
type Checkpoint struct {
	saved *model.Saved
	set   *scenarios.Set
	own   *scenarios.Set // of the registry
}

// Checkpoint returns what an environment holds, except for its requests.
func (r *Registry) Checkpoint(e *Environment) *Checkpoint {
	saved := e.Save()
	return &Checkpoint{saved, saved.Set, r.Scenarios()}
}

// GoBack returns an environment to a checkpoint of it, which is used up. Like every reset it empties the journal:
// request ids count on from the checkpoint, and what was secret since is no longer known. Its error is
// snapshot_of_another_file if the server has loaded its file anew since.
func (r *Registry) GoBack(e *Environment, to *Checkpoint) error {
	if to.own != r.Scenarios() {
		return &pipes.Error{Code: pipes.SnapshotOfAnotherFile, Message: "This cannot be undone: the server has " +
			"loaded a changed scenario file since, and has reset everything to its start."}
	}
	e.answering.Lock()
	defer e.answering.Unlock()
	e.Environment.Reset(to.set)
	err := e.Resume(to.saved)
	e.onReset(e, e.Journal.Reset())
	return err
}
