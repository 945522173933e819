package journal

import (
	"encoding/json"
	"fmt"

	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/scenarios"
)

// Extent says which entries a journal stores.
type Extent struct {
	Last    uint64 // the number of the newest entry, stored or not
	Cleared uint64 // the number of the newest entry when the journal was emptied last
	First   uint64 // the number of the oldest stored entry; of an empty journal, of the next one
}

// Extent says which entries the journal stores now.
func (j *Journal) Extent() Extent {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.extent()
}

func (j *Journal) extent() Extent {
	return Extent{j.entries.last, j.entries.cleared, j.entries.last - uint64(j.entries.count) + 1}
}

// chunkSize is how many entries are saved together.
const chunkSize = 50

// ChunkOf returns the number of the chunk that an entry is saved in.
func ChunkOf(number uint64) uint64 { return (number - 1) / chunkSize }

// noteUnsaved notes that an entry changed, and with it those after it.
func (j *Journal) noteUnsaved(number uint64) {
	if j.unsaved == 0 || number < j.unsaved {
		j.unsaved = number
	}
}

// NoteUnsaved makes TakeUnsaved return the entries from a number on.
func (j *Journal) NoteUnsaved(number uint64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.noteUnsaved(number)
}

// HasUnsaved reports whether TakeUnsaved would return something.
func (j *Journal) HasUnsaved() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.unsaved != 0
}

// Unsaved is a part of what changed in a journal: the entries of several chunks, the oldest first.
type Unsaved struct {
	Entries []Entry
	Extent  // as if the last of the entries were the newest one
}

// TakeUnsaved returns the oldest entries that changed since they were taken last, in whole chunks: as many as have a
// number of bytes together, and some more.
func (j *Journal) TakeUnsaved(bytes int) (u Unsaved) {
	j.mu.Lock()
	defer j.mu.Unlock()
	u.Extent = j.extent()
	if j.unsaved == 0 {
		return u
	}
	number := max(u.First, ChunkOf(j.unsaved)*chunkSize+1)
	for ; number <= u.Last && (bytes > 0 || number%chunkSize != 1); number++ {
		e := *j.entries.find(number)
		u.Entries = append(u.Entries, e)
		bytes -= e.bytes
	}
	j.unsaved = 0
	if number <= u.Last {
		j.unsaved, u.Last = number, number-1
	}
	return u
}

// From returns the number of the first of the entries, or of the next one if there are none.
func (u Unsaved) From() uint64 {
	if len(u.Entries) == 0 {
		return u.Last + 1
	}
	return u.Entries[0].Number
}

// chunk is what is saved together of a journal. Decisions have their switches apart, because many have the same.
type chunk struct {
	Entries  []Entry
	Switches []*model.Switch `json:",omitempty"`
	Deciding []int           `json:",omitempty"` // which of the switches decided on each entry; -1: none
}

// Chunks returns the entries of each chunk, encoded.
func (u Unsaved) Chunks() (map[uint64]json.RawMessage, error) {
	encoded := map[uint64]json.RawMessage{}
	for rest := u.Entries; len(rest) > 0; {
		n, number := 1, ChunkOf(rest[0].Number)
		for n < len(rest) && ChunkOf(rest[n].Number) == number {
			n++
		}
		text, err := json.Marshal(chunkOf(rest[:n]))
		if err != nil {
			return nil, fmt.Errorf("requests from %s on: %w", rest[0].RequestID, err)
		}
		encoded[number], rest = text, rest[n:]
	}
	return encoded, nil
}

func chunkOf(entries []Entry) chunk {
	made := chunk{Entries: entries}
	numbers := map[*model.Switch]int{}
	for i := range entries {
		var by *model.Switch
		if decided := entries[i].Decision; decided != nil {
			by = decided.Switch
		}
		number, isKnown := numbers[by]
		switch {
		case by == nil:
			number = -1
		case !isKnown:
			number = len(made.Switches)
			numbers[by] = number
			made.Switches = append(made.Switches, by)
		}
		made.Deciding = append(made.Deciding, number)
	}
	if made.Switches == nil {
		made.Deciding = nil
	}
	return made
}

// ReadChunk returns the entries of a chunk, which were decided by a set.
func ReadChunk(text []byte, set *scenarios.Set) ([]Entry, error) {
	var read chunk
	if err := json.Unmarshal(text, &read); err != nil {
		return nil, err
	}
	for i := range read.Entries {
		var by *model.Switch
		if i < len(read.Deciding) {
			if n := read.Deciding[i]; n >= 0 && n < len(read.Switches) {
				by = read.Switches[n]
			}
		}
		if decided := read.Entries[i].Decision; decided != nil {
			if err := decided.Restore(set, by); err != nil {
				return nil, err
			}
			if decided.Scenario == nil {
				read.Entries[i].Decision = nil
			}
		}
	}
	return read.Entries, nil
}

// Restore puts the saved entries of an extent into a new journal; they must be in the order of their numbers. If some
// are missing, those before them are left out, too, and it reports false.
func (j *Journal) Restore(to Extent, entries []Entry) (isWhole bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.entries = ring{limit: j.entries.limit, last: to.Last, cleared: min(to.Cleared, to.Last)}
	next := max(to.First, to.Cleared+1)
	isWhole = to.Cleared < to.First && to.First <= to.Last+1
	var stored []Entry
	for i := range entries {
		number := entries[i].Number
		if number < next || number > to.Last {
			continue
		}
		if number > next {
			isWhole, stored = false, nil
		}
		stored, next = append(stored, entries[i]), number+1
	}
	if len(stored) > 0 {
		j.entries.last = next - 1
	}
	for i := range stored {
		stored[i].cut(headerSize(stored[i].Header))
		j.entries.add(&stored[i])
	}
	return isWhole && next > to.Last
}
