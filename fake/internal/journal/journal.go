// Package journal remembers the requests of an environment, and why each was answered as it was: the last
// ones, within bounds of number and bytes.
package journal

import (
	"net/http"
	"strings"
	"sync"
	"time"

	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/scenarios"
)

// Entry is a request and what became of it. What it holds of bodies and headers may be secret: Shown tells
// what may be shown.
type Entry struct {
	Number    uint64 // they count from one, and on over a reset
	RequestID string
	Method    string
	Path      string // with the query
	Operation string // empty: it reached none
	scenarios.Key
	Began    time.Time     // real time
	Took     time.Duration // zero until the answer was written
	APITime  time.Time     // the environment's
	Status   int           // zero: no answer
	Decision environment.Decision
	Error    string // code and message
	Code     string // of the error
	Changed  string // what the call changed, in words
	Answer   Answer // to a call for a token or credentials
	Fault    string // what broke the answer on purpose: way and name
	Way      string // of the fault
	Spoilt   bool   // by the fault: the answer did not come as it was

	Header            http.Header // of the request
	Request, Response []byte      // bodies, their beginnings
	bytes             int         // of all that
}

// What is kept of one entry, and of all.
const (
	mostBody   = 16 << 10
	mostHeader = 16 << 10
	mostBytes  = 4 << 20
)

// Journal is a ring of the last entries. It is safe for concurrent use.
type Journal struct {
	most int

	mu      sync.Mutex
	ring    []Entry // grown as needed, up to most
	first   int     // the oldest
	count   int
	last    uint64 // number of the newest
	bytes   int
	covered Coverage
	news    uint64        // see News
	waiting chan struct{} // closed by the next entry; nil: nobody waits
}

// New keeps up to most entries; zero: none.
func New(most int) *Journal { return &Journal{most: most} }

// Add keeps an entry, and answers its number. It is there when Add returns.
func (j *Journal) Add(e *Entry) uint64 {
	if len(e.Request) > mostBody {
		e.Request = append([]byte(nil), e.Request[:mostBody]...)
	}
	e.Response = e.Response[:min(len(e.Response), mostBody)]
	e.bytes = sizeOf(e.Header)
	if e.bytes > mostHeader {
		e.Header, e.bytes = nil, 0
	}
	e.bytes += len(e.Path) + len(e.Request) + len(e.Response)
	j.mu.Lock()
	defer j.mu.Unlock()
	j.last++
	e.Number = j.last
	j.cover(e)
	if j.waiting != nil {
		close(j.waiting)
		j.waiting = nil
	}
	if j.most == 0 {
		return e.Number
	}
	if j.count == len(j.ring) && j.count < j.most {
		j.grow()
	}
	for j.count == j.most || j.count > 0 && j.bytes+e.bytes > mostBytes {
		j.dropOldest()
	}
	slot := &j.ring[(j.first+j.count)%len(j.ring)]
	e.Response = append(slot.Response[:0], e.Response...) // the answer's buffer is used again
	*slot = *e
	j.count++
	j.bytes += e.bytes
	return e.Number
}

// Because says why it was answered so.
func (e *Entry) Because() string {
	why := e.Error
	if e.Decision.Scenario != nil {
		why = strings.TrimPrefix(why+"; "+e.Decision.Because(), "; ")
	}
	if e.Fault != "" {
		why = strings.TrimSpace(why + " broken by " + e.Fault)
	}
	return why
}

// grow makes room for twice as many.
func (j *Journal) grow() {
	grown := make([]Entry, min(j.most, max(16, 2*len(j.ring))))
	n := copy(grown, j.ring[j.first:])
	copy(grown[n:], j.ring[:j.first])
	j.ring, j.first = grown, 0
}

func (j *Journal) dropOldest() {
	oldest := &j.ring[j.first]
	j.bytes -= oldest.bytes
	kept := oldest.Response[:0]
	if cap(kept) > 1<<10 {
		kept = nil
	}
	*oldest = Entry{Response: kept}
	j.first = (j.first + 1) % len(j.ring)
	j.count--
}

func sizeOf(header http.Header) (size int) {
	for name, values := range header {
		size += len(name)
		for _, value := range values {
			size += len(value)
		}
	}
	return size
}

// Done notes how long the answer of an entry took.
func (j *Journal) Done(number uint64, took time.Duration) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if e := j.find(number); e != nil {
		e.Took = took
	}
}

// find is the entry of a number, nil: it is not kept.
func (j *Journal) find(number uint64) *Entry {
	back := j.last - number
	if number > j.last || back >= uint64(j.count) {
		return nil
	}
	return &j.ring[(j.first+j.count-1-int(back))%len(j.ring)]
}

// Last are the newest entries that suit, the newest first: up to limit (zero: all), from before a number
// (zero: the newest). More tells whether there are others before them.
func (j *Journal) Last(before uint64, limit int, suits func(*Entry) bool) (entries []Entry, more bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	number := j.last
	if before > 0 {
		number = min(number, before-1)
	}
	for e := j.find(number); e != nil && number > 0; e = j.find(number) {
		if suits(e) {
			if limit > 0 && len(entries) == limit {
				return entries, true
			}
			kept := *e
			kept.Response = append([]byte(nil), e.Response...)
			entries = append(entries, kept)
		}
		number--
	}
	return entries, false
}

// Clear forgets all entries; they count on.
func (j *Journal) Clear() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.ring, j.first, j.count, j.bytes = nil, 0, 0, 0
}

// Next is closed when the next entry comes.
func (j *Journal) Next() <-chan struct{} {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.waiting == nil {
		j.waiting = make(chan struct{})
	}
	return j.waiting
}
