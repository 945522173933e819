package journal

// ring stores the last entries that were added, within bounds of number and bytes.
type ring struct {
	limit   int    // how many entries it stores
	slots   []slot // grown as needed, up to limit
	first   int    // the slot of the oldest entry
	count   int
	bytes   int
	last    uint64 // the number of the newest entry, stored or not
	cleared uint64 // the number of the newest entry when the ring was emptied last
}

// slot is the place of an entry. It also says what the entry takes, so that the entry is not fetched from memory once
// more only to be dropped.
type slot struct {
	entry *Entry
	bytes int
}

// How many bytes all entries may have together: as much for each as usual entries need, if there are many.
const (
	maxBytes      = 4 << 20
	bytesPerEntry = 4 << 10
)

// number gives an entry the next number.
func (r *ring) number(e *Entry) {
	r.last++
	e.Number = r.last
}

// add stores an entry, and drops the oldest ones to make room.
func (r *ring) add(e *Entry) {
	if r.limit == 0 {
		return
	}
	if r.count == len(r.slots) && r.count < r.limit {
		r.grow()
	}
	for r.count == r.limit || r.count > 0 && r.bytes+e.bytes > max(maxBytes, r.limit*bytesPerEntry) {
		r.dropOldest()
	}
	r.slots[(r.first+r.count)%len(r.slots)] = slot{e, e.bytes}
	r.count++
	r.bytes += e.bytes
}

// grow makes room for twice as many entries.
func (r *ring) grow() {
	grown := make([]slot, min(r.limit, max(16, 2*len(r.slots))))
	n := copy(grown, r.slots[r.first:])
	copy(grown[n:], r.slots[:r.first])
	r.slots, r.first = grown, 0
}

func (r *ring) dropOldest() {
	r.bytes -= r.slots[r.first].bytes
	r.slots[r.first] = slot{}
	r.first = (r.first + 1) % len(r.slots)
	r.count--
}

// find returns the entry with a number, or nil if it is not stored.
func (r *ring) find(number uint64) *Entry {
	back := r.last - number
	if number > r.last || back >= uint64(r.count) {
		return nil
	}
	return r.slots[(r.first+r.count-1-int(back))%len(r.slots)].entry
}

// all yields the stored entries, the oldest first.
func (r *ring) all(yield func(*Entry) bool) {
	for i := range r.count {
		if !yield(r.slots[(r.first+i)%len(r.slots)].entry) {
			return
		}
	}
}

// page returns up to limit matching entries (zero: all) from before a number (zero: from the newest), the newest
// first, and reports whether there are more before them.
func (r *ring) page(before uint64, limit int, matches func(*Entry) bool) (entries []Entry, more bool) {
	number := r.last
	if before > 0 {
		number = min(number, before-1)
	}
	for e := r.find(number); e != nil && number > 0; e = r.find(number) {
		if matches(e) {
			if limit > 0 && len(entries) == limit {
				return entries, true
			}
			entries = append(entries, *e)
		}
		number--
	}
	return entries, false
}

// since returns the entries after a number, without their bodies: the last ones, up to limit, the oldest first.
func (r *ring) since(number uint64, limit int) []Entry {
	n := int(min(r.last-number, uint64(r.count), uint64(limit)))
	entries := make([]Entry, 0, n)
	for ; n > 0; n-- {
		copied := *r.find(r.last - uint64(n) + 1)
		copied.Request, copied.Response = nil, nil
		entries = append(entries, copied)
	}
	return entries
}

// forgotten returns how many entries were added since the ring was emptied, and are not stored any more.
func (r *ring) forgotten() uint64 { return r.last - r.cleared - uint64(r.count) }

// clear drops all entries, and returns how many there were. Numbers go on.
func (r *ring) clear() (dropped int) {
	dropped = r.count
	*r = ring{limit: r.limit, last: r.last, cleared: r.last}
	return dropped
}
