// Package journal stores the last requests of an environment with the reasons for their responses. It counts the
// requests that match a Filter, explains why an expectation does not hold, and counts the Coverage of a test suite.
package journal

import (
	"iter"
	"maps"
	"sync"
	"time"
)

// Journal stores the last requests. It is safe for concurrent use.
type Journal struct {
	header recentHeader

	mu       sync.Mutex
	entries  ring
	covered  Coverage
	revision uint64 // see Revision
	unsaved  uint64 // the number of the oldest entry that changed since it was saved; zero: none
	watches  map[*Watch]bool
}

// New returns a journal that stores up to limit entries.
func New(limit int) *Journal {
	return &Journal{entries: ring{limit: limit}, watches: map[*Watch]bool{}}
}

// Add stores an entry, which must not be changed any more, and returns its number. The journal has it when Add returns.
func (j *Journal) Add(e *Entry) uint64 {
	header, size := j.header.share(e.Header)
	e.Header = header
	e.cut(size)
	j.mu.Lock()
	defer j.mu.Unlock()
	j.entries.number(e)
	var buffer [5]CoverageKey
	for _, key := range appendCovered(buffer[:0], e) {
		j.count(key)
	}
	for w := range j.watches {
		w.see(e)
	}
	j.entries.add(e)
	j.noteUnsaved(e.Number)
	return e.Number
}

// Finish stores how long the response to a request took.
func (j *Journal) Finish(number uint64, took time.Duration) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if e := j.entries.find(number); e != nil {
		e.Took = took
		j.noteUnsaved(number)
	}
}

// Last returns up to limit matching entries (zero: all) from before a number (zero: from the newest), the newest
// first, and reports whether there are more before them.
func (j *Journal) Last(before uint64, limit int, matches func(*Entry) bool) (entries []Entry, more bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.entries.page(before, limit, matches)
}

// Since returns the entries after a number, without their bodies: the last ones, up to limit, the oldest first. Newest
// is the number to go on from.
func (j *Journal) Since(number uint64, limit int) (entries []Entry, newest uint64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.entries.since(number, limit), j.entries.last
}

// All yields the stored entries, the oldest first. The journal is locked meanwhile.
func (j *Journal) All() iter.Seq[*Entry] {
	return func(yield func(*Entry) bool) {
		j.mu.Lock()
		defer j.mu.Unlock()
		j.entries.all(yield)
	}
}

// Count returns how many of the stored calls match.
func (j *Journal) Count(f Filter) (n int) { return j.CountSince(time.Time{}, f) }

// CountSince returns how many of the stored calls match, and began at a time or later, in real time.
func (j *Journal) CountSince(began time.Time, f Filter) (n int) {
	for e := range j.All() {
		if !e.Began.Before(began) && f.Matches(e) {
			n++
		}
	}
	return n
}

// InOrder returns the verdict on filters that calls should match one after another.
func (j *Journal) InOrder(filters []Filter) Verdict {
	j.mu.Lock()
	defer j.mu.Unlock()
	return verifyOrder(filters, j.entries.all, j.entries.forgotten())
}

// Clear drops all entries, and returns how many there were. Numbers go on.
func (j *Journal) Clear() (dropped int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for w := range j.watches {
		w.clear()
	}
	j.unsaved = 0
	return j.entries.clear()
}

// Reset drops all entries and forgets the coverage, which it returns.
func (j *Journal) Reset() Coverage {
	j.Clear()
	return j.ResetCoverage()
}

// Coverage returns a copy of what was counted since the last reset.
func (j *Journal) Coverage() Coverage {
	j.mu.Lock()
	defer j.mu.Unlock()
	return maps.Clone(j.covered)
}

// CountFault counts a fault that broke a webhook about a provider.
func (j *Journal) CountFault(provider, way string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.count(CoverageKey{provider, KindFault, way})
}

// count counts for coverage, under the lock.
func (j *Journal) count(key CoverageKey) {
	if j.covered.add(key, 1) {
		j.revision++
	}
}

// RestoreCoverage replaces what was counted.
func (j *Journal) RestoreCoverage(covered Coverage) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.covered = covered
	j.revision++
}

// ResetCoverage forgets what was counted, and returns it.
func (j *Journal) ResetCoverage() Coverage {
	j.mu.Lock()
	defer j.mu.Unlock()
	counted := j.covered
	j.covered = nil
	j.revision++
	return counted
}

// Revision counts how often the set of covered things changed. Higher counts of the same things do not change it.
func (j *Journal) Revision() uint64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.revision
}
