package environment

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"example.com/pipesfake/fake/internal/journal"
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
	return s.isKept && s.revision == e.Revision() && s.journalRevision == e.Journal.Revision() &&
		s.requests.cleared == e.Journal.Extent().Cleared
}

// errBusy is the error of an environment that was not waited for any longer.
var errBusy = errors.New("still busy")

// take returns what changed in an environment. The set of a text that is tried there is not the registry's own one. Its
// error is errBusy if the environment was busy until giveUp was closed.
func take(e *Environment, own *scenarios.Set, giveUp <-chan struct{}) (change, error) {
	s := &e.saving
	journalRevision := e.Journal.Revision()
	taken, revision, got := e.TakeUnsaved(!s.isKept, giveUp)
	if !got {
		return change{}, fmt.Errorf("environment %s is %w: what changed there since it was last saved is lost",
			e.Name(), errBusy)
	}
	if taken.IsWhole { // also after a reset: all that the store has is replaced
		s.sums = map[string][sha256.Size]byte{}
		e.snapshots.noteUnsaved()
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
	if err := takeCleared(e, &made); err != nil {
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

// takeCleared adds to a change that the journal is empty, if it was emptied since it was saved, or if the store is to
// have nothing else of the environment. Its entries come later.
func takeCleared(e *Environment, to *change) error {
	r := &e.saving.requests
	cleared := e.Journal.Extent().Cleared
	if to.isWhole {
		r.chunks, r.secrets = nil, 0
		e.Journal.NoteUnsaved(cleared + 1)
	} else if cleared == r.cleared {
		return nil
	}
	to.remove = append(to.remove, slices.Sorted(maps.Keys(r.chunks))...)
	r.cleared, r.last, r.secrets, r.chunks = cleared, cleared, 0, map[string]bool{}
	empty := journal.Extent{Last: cleared, Cleared: cleared, First: cleared + 1}
	text, err := json.Marshal(requestsHead{empty, e.Requests()})
	to.put[requestsPart] = text
	return err
}

// triedIn returns what is tried, or nil if a set is the registry's own one.
func triedIn(set, own *scenarios.Set) *tried {
	if !isTried(set, own) {
		return nil
	}
	text, _ := set.Source()
	return &tried{text, own.Digest()}
}
