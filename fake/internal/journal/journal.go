// Package journal remembers the requests of an environment, and why each was answered as it was: the last
// ones, within bounds of number and bytes.
package journal

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/scenarios"
)

// Entry is a request and what became of it. What it holds of bodies and headers may be secret: a
// Redactor tells what may be shown.
type Entry struct {
	Number    uint64 // they count from one, and on over a reset
	RequestID string
	Method    string
	Path      string // with the query
	Operation string // empty: it reached none
	scenarios.Key
	Began     time.Time     // real time
	Took      time.Duration // zero until the answer was written
	APITime   time.Time     // the environment's
	Status    int           // zero: no answer
	Decision  model.Decision
	Error     string // code and message
	Code      string // of the error
	Changed   string // what the call changed, in words
	Answer    Answer // to a call for a token or credentials
	Fault     string // what broke the answer on purpose: way and name
	FaultText string // what it did, in words
	FaultKind string // of the fault
	Altered   bool   // by the fault: the answer did not come as it was

	Host              string      // that the client asked
	Header            http.Header // of the request
	LeftOut           bool        // the headers, which were more than is kept
	ResponseHeader    http.Header // of the answer, which nobody changes any more
	AnsweredLeftOut   bool        // the headers of the answer, which were more than is kept
	Request, Response []byte      // bodies, their beginnings
	bytes             int         // of all that
}

// What is kept of one entry, and of all: of many more than usual, as much for each as of the usual ones.
const (
	maxBody    = 16 << 10
	mostHeader = 16 << 10
	mostText   = 4 << 10 // of all texts together; of more, so much of each
	mostBytes  = 4 << 20
	bytesEach  = 4 << 10
)

// Journal is a ring of the last entries. It is safe for concurrent use.
type Journal struct {
	most int

	mu      sync.Mutex
	ring    []Entry // grown as needed, up to most
	first   int     // the oldest
	count   int
	last    uint64 // number of the newest
	cleared uint64 // the newest when it was emptied last
	bytes   int
	covered Coverage
	news    uint64 // see News
	watches map[*Watch]bool
}

// New keeps up to most entries; zero: none.
func New(most int) *Journal { return &Journal{most: most, watches: map[*Watch]bool{}} }

// Add keeps an entry, and answers its number. It is there when Add returns.
func (j *Journal) Add(e *Entry) uint64 {
	if len(e.Request) > maxBody {
		e.Request = append([]byte(nil), e.Request[:maxBody]...)
	}
	e.Response = e.Response[:min(len(e.Response), maxBody)]
	e.bytes = sizeOf(e.Header)
	if e.bytes > mostHeader {
		e.Header, e.bytes, e.LeftOut = nil, 0, true
	}
	if answered := sizeOf(e.ResponseHeader); answered > mostHeader {
		e.ResponseHeader, e.AnsweredLeftOut = nil, true
	} else {
		e.bytes += answered
	}
	texts := e.texts()
	if texts > mostText {
		texts = e.cutTexts()
	}
	e.bytes += texts + len(e.Request) + len(e.Response)
	j.mu.Lock()
	defer j.mu.Unlock()
	j.last++
	e.Number = j.last
	j.cover(e)
	for w := range j.watches {
		w.see(e)
	}
	if j.most == 0 {
		return e.Number
	}
	if j.count == len(j.ring) && j.count < j.most {
		j.grow()
	}
	for j.count == j.most || j.count > 0 && j.bytes+e.bytes > max(mostBytes, j.most*bytesEach) {
		j.dropOldest()
	}
	slot := &j.ring[(j.first+j.count)%len(j.ring)]
	e.Response = append(slot.Response[:0], e.Response...) // the answer's buffer is used again
	*slot = *e
	j.count++
	j.bytes += e.bytes
	return e.Number
}

// texts returns the size of all texts that a call, or the answer of a fallback, can make long.
func (e *Entry) texts() (size int) {
	for _, text := range e.allTexts() {
		size += len(*text)
	}
	return size
}

func (e *Entry) allTexts() [11]*string {
	return [...]*string{
		&e.RequestID, &e.Method, &e.Path, &e.Host, &e.Provider, &e.User, &e.Organization,
		&e.Error, &e.Changed, &e.Fault, &e.FaultText,
	}
}

// cutTexts keeps the beginning of each text. All are copied, because some are parts of longer ones.
func (e *Entry) cutTexts() (size int) {
	for _, text := range e.allTexts() {
		if len(*text) > mostText {
			*text = strings.ToValidUTF8((*text)[:mostText], "") + "…"
		} else {
			*text = strings.Clone(*text)
		}
	}
	return e.texts()
}

// Because says why it was answered so.
func (e *Entry) Because() string {
	why := []string{e.FaultText, e.Error}
	if e.Decision.Scenario != nil {
		if because := e.Decision.Because(); !strings.Contains(e.Error, because) { // some errors say it themselves
			why = append(why, because)
		}
	}
	return strings.Join(slices.DeleteFunc(why, func(part string) bool { return part == "" }), "; ")
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

// Finish notes how long the answer of an entry took.
func (j *Journal) Finish(number uint64, took time.Duration) {
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

// Since are the entries after a number, without their bodies: the last ones, up to most, the oldest first; and the
// number of the newest.
func (j *Journal) Since(number uint64, most int) (entries []Entry, newest uint64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	n := int(min(j.last-number, uint64(j.count), uint64(most)))
	for entries = make([]Entry, 0, n); n > 0; n-- {
		kept := *j.find(j.last - uint64(n) + 1)
		kept.Request, kept.Response = nil, nil
		entries = append(entries, kept)
	}
	return entries, j.last
}

// Clear forgets all entries, and tells how many there were; they count on.
func (j *Journal) Clear() (kept int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	kept = j.count
	j.ring, j.first, j.count, j.bytes, j.cleared = nil, 0, 0, 0, j.last
	for w := range j.watches {
		w.count, w.forgotten = 0, 0
		w.wake()
	}
	return kept
}
