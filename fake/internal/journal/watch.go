package journal

import "iter"

// Watch counts the calls that are meant: those that are kept, and those that come until its end.
type Watch struct {
	journal   *Journal
	filter    Filter
	count     int
	forgotten uint64
	news      chan struct{}
}

// Watch begins one.
func (j *Journal) Watch(f Filter) *Watch {
	w := &Watch{journal: j, filter: f, news: make(chan struct{}, 1)}
	j.mu.Lock()
	defer j.mu.Unlock()
	w.forgotten = j.forgotten()
	for e := range j.all {
		w.see(e)
	}
	j.watches[w] = true
	return w
}

// Stop ends it.
func (w *Watch) Stop() {
	w.journal.mu.Lock()
	defer w.journal.mu.Unlock()
	delete(w.journal.watches, w)
}

// Count is how many there were, and how many calls were forgotten before it began, whatever they were.
func (w *Watch) Count() (n int, forgotten uint64) {
	w.journal.mu.Lock()
	defer w.journal.mu.Unlock()
	return w.count, w.forgotten
}

// Changed gets one when the count is another.
func (w *Watch) Changed() <-chan struct{} { return w.news }

func (w *Watch) see(e *Entry) {
	if w.filter.Matches(e) {
		w.count++
		w.wake()
	}
}

func (w *Watch) wake() {
	select {
	case w.news <- struct{}{}:
	default: // it is woken already
	}
}

// Count is how many calls are kept that are meant.
func (j *Journal) Count(f Filter) (n int) {
	for e := range j.All() {
		if f.Matches(e) {
			n++
		}
	}
	return n
}

// All are the entries that are kept, the oldest first. They may be read while it lasts, and others wait.
func (j *Journal) All() iter.Seq[*Entry] {
	return func(yield func(*Entry) bool) {
		j.mu.Lock()
		defer j.mu.Unlock()
		j.all(yield)
	}
}

// all is the same for who has the lock.
func (j *Journal) all(yield func(*Entry) bool) {
	for i := range j.count {
		if !yield(&j.ring[(j.first+i)%len(j.ring)]) {
			return
		}
	}
}

// forgotten is how many requests were not kept since it was emptied last.
func (j *Journal) forgotten() uint64 { return j.last - j.cleared - uint64(j.count) }
