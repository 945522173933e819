package environment

import (
	"encoding/json"
	"errors"
	"fmt"

	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/store"
	"example.com/pipesfake/scenarios"
)

// savedForm is the line of an environment in the state file.
type savedForm struct {
	revision, journalRevision uint64 // when the line was made
	line                      store.Line
}

// savedLine is what a line of the file says: of an environment, of one of its snapshots, or of past coverage.
type savedLine struct {
	Environment string       `json:",omitempty"`
	Covered     []savedCount `json:",omitempty"`
	Saved       *model.Saved `json:",omitempty"`
	Tried       []byte       `json:",omitempty"` // the text that takes the place of the scenario file there
	TriedOver   string       `json:",omitempty"` // the digest of that scenario file; lines of older versions lack it
	Snapshot    *snapshot    `json:",omitempty"`
	Past        []savedCount `json:",omitempty"`
}

// savedCount is an entry of a coverage. JSON objects cannot have its key.
type savedCount struct {
	journal.CoverageKey
	Count int
}

func (e *Environment) isChanged() bool {
	saved := e.saved
	return saved.line.IsZero() || saved.revision != e.Revision() || saved.journalRevision != e.Journal.Revision()
}

// errBusy is the error of an environment that was not waited for any longer.
var errBusy = errors.New("still busy")

// encode makes the line of the environment. The set of a text that is tried there is not the registry's own one. Its
// error is errBusy if the environment was busy until giveUp was closed.
func (e *Environment) encode(own *scenarios.Set, giveUp <-chan struct{}) error {
	made := savedForm{revision: e.Revision(), journalRevision: e.Journal.Revision()}
	saved, got := e.SaveUnless(giveUp)
	if !got {
		return fmt.Errorf("environment %s is %w: what changed there since it was last written is lost",
			e.Name(), errBusy)
	}
	covered := saveCounts(e.Journal.Coverage())
	text := savedLine{Environment: e.Name(), Covered: covered, Saved: saved}
	if isTried(saved.Set, own) {
		text.Tried, _ = saved.Set.Source()
		text.TriedOver = own.Digest()
	}
	line, err := encodeLine(text)
	if err == nil {
		made.line = line
		e.saved = made
	}
	return err
}

// isTried reports whether a set differs from the registry's own one.
func isTried(set, own *scenarios.Set) bool { return set != own && set.Digest() != own.Digest() }

func encodeLine(line savedLine) (store.Line, error) {
	text, err := json.Marshal(line)
	return store.NewLine(append(text, '\n')), err
}

func saveCounts(covered journal.Coverage) []savedCount {
	list := make([]savedCount, 0, len(covered))
	for key, n := range covered {
		list = append(list, savedCount{key, n})
	}
	return list
}

func restoreCounts(list []savedCount) journal.Coverage {
	covered := journal.Coverage{}
	for _, one := range list {
		covered[one.CoverageKey] = one.Count
	}
	return covered
}
