package environment

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"

	"example.com/pipesfake/scenarios"
)

// The parts of an environment that package state does not know.
const (
	coveragePart = "coverage"
	triedPart    = "tried"
)

// isDone reports whether nothing changed since the environment was saved.
func isDone(e *Environment) bool {
	s := &e.saving
	return s.isKept && s.revision == e.Revision() && s.journalRevision == e.Journal.Revision()
}

// errBusy is the error of an environment that was not waited for any longer.
var errBusy = errors.New("still busy")

// take returns what changed in an environment. The set of a text that is tried there is not the registry's own one. Its
// error is errBusy if the environment was busy until giveUp was closed.
func take(e *Environment, own *scenarios.Set, giveUp <-chan struct{}) (change, error) {
	s := &e.saving
	if !s.isKept {
		s.sums = map[string][sha256.Size]byte{}
		e.snapshots.noteUnsaved()
	}
	journalRevision := e.Journal.Revision()
	taken, revision, got := e.TakeUnsaved(!s.isKept, giveUp)
	if !got {
		return change{}, fmt.Errorf("environment %s is %w: what changed there since it was last saved is lost",
			e.Name(), errBusy)
	}
	parts, err := taken.Parts()
	if err != nil {
		return change{}, err
	}
	made := change{isWhole: taken.IsWhole, put: parts, remove: taken.Gone, events: taken.EventCount}
	if err := e.snapshots.takeUnsaved(&made); err != nil {
		return change{}, err
	}
	if made.put[coveragePart], err = json.Marshal(Counts(e.Journal.Coverage())); err != nil {
		return change{}, err
	}
	if made.put[triedPart], err = json.Marshal(triedIn(taken.Set, own)); err != nil {
		return change{}, err
	}
	s.leaveOutUnchanged(made.put)
	s.revision, s.journalRevision = revision, journalRevision
	return made, nil
}

// tried is a text that takes the place of the scenario file in one environment.
type tried struct {
	Text []byte
	Over string // the digest of the scenario file
}

// triedIn returns what is tried, or nil if a set is the registry's own one.
func triedIn(set, own *scenarios.Set) *tried {
	if !isTried(set, own) {
		return nil
	}
	text, _ := set.Source()
	return &tried{text, own.Digest()}
}
