package journal

// Watch counts the calls that match a filter: those that are stored when it begins, and those that come until it ends.
type Watch struct {
	journal   *Journal
	filter    Filter
	count     int
	forgotten uint64
	changed   chan struct{}
}

// Watch begins to count calls. End it with Stop.
func (j *Journal) Watch(f Filter) *Watch {
	w := &Watch{journal: j, filter: f, changed: make(chan struct{}, 1)}
	j.mu.Lock()
	defer j.mu.Unlock()
	w.forgotten = j.entries.forgotten()
	for e := range j.entries.all {
		w.see(e)
	}
	j.watches[w] = true
	return w
}

// Stop ends the watch.
func (w *Watch) Stop() {
	w.journal.mu.Lock()
	defer w.journal.mu.Unlock()
	delete(w.journal.watches, w)
}

// Count returns how many calls match, and how many calls were forgotten before the watch began, matching or not.
func (w *Watch) Count() (n int, forgotten uint64) {
	w.journal.mu.Lock()
	defer w.journal.mu.Unlock()
	return w.count, w.forgotten
}

// Changed returns a channel that is ready when the count has changed.
func (w *Watch) Changed() <-chan struct{} { return w.changed }

func (w *Watch) see(e *Entry) {
	if w.filter.Matches(e) {
		w.count++
		w.wake()
	}
}

// clear starts to count anew after the journal was emptied.
func (w *Watch) clear() {
	w.count, w.forgotten = 0, 0
	w.wake()
}

func (w *Watch) wake() {
	select {
	case w.changed <- struct{}{}:
	default: // it is awake already
	}
}
