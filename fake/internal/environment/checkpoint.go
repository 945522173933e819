package environment

import (
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/scenarios"
)

// Checkpoint is what an environment held at one time, with its scenarios. Unlike a snapshot it is kept in memory, is
// used once, and also undoes a change of the scenarios.
type Checkpoint struct {
	saved *model.Saved
	set   *scenarios.Set
}

// Checkpoint returns what the environment holds, except for its requests.
func (e *Environment) Checkpoint() *Checkpoint {
	saved := e.Save()
	return &Checkpoint{saved, saved.Set}
}

// GoBack returns the environment to a checkpoint of itself, which is used up. The journal stays as it is.
func (e *Environment) GoBack(to *Checkpoint) error {
	e.answering.Lock()
	defer e.answering.Unlock()
	e.Environment.Reset(to.set)
	err := e.Resume(to.saved)
	e.onReset(e, nil) // the tag can be another one
	return err
}
