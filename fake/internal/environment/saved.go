package environment

import (
	"encoding/json"

	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/store"
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

// encode makes the line of the environment.
func (e *Environment) encode() error {
	made := savedForm{revision: e.Revision(), journalRevision: e.Journal.Revision()}
	covered, saved := saveCounts(e.Journal.Coverage()), e.Save()
	line, err := encodeLine(savedLine{Environment: e.Name(), Covered: covered, Saved: &saved})
	if err == nil {
		made.line = line
		e.saved = made
	}
	return err
}

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
