package environment

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"example.com/pipesfake/fake/internal/journal"
)

// The parts that the journal of an environment is saved in. No call waits for its entries. The secrets are those that
// the entries may contain, though the state has forgotten them.
const (
	requestsPart = "requests" // a requestsHead
	requestParts = "request/" // begins the names of chunks
	secretsPart  = "secrets"
)

// requestsHead says which requests the chunks have.
type requestsHead struct {
	journal.Extent
	Requests uint64 // how many request IDs there were
}

// savedRequests is how far the journal of an environment is saved. Saving is held while that goes on, and the rest
// belongs to the lock of the environment's saving.
type savedRequests struct {
	saving  sync.Mutex
	due     time.Time       // when the next entries are saved, in real time
	cleared uint64          // of the saved extent
	last    uint64          // of the saved extent
	secrets uint64          // see model.Environment.Secrets; zero: not saved
	chunks  map[string]bool // the names of the chunks that the store may have
	damage  error           // what was wrong with the saved requests, to be logged
}

func chunkPart(number uint64) string { return fmt.Sprintf("%s%012d", requestParts, number) }

// note notes which chunks the store may have once some are put, and returns those that it should remove.
func (r *savedRequests) note(put map[string][]byte, to journal.Extent) (remove []string) {
	for name := range put {
		if strings.HasPrefix(name, requestParts) {
			r.chunks[name] = true
		}
	}
	first, last := chunkPart(journal.ChunkOf(to.First)), chunkPart(journal.ChunkOf(to.Last+1))
	for name := range r.chunks {
		if name < first || name > last {
			remove = append(remove, name)
		}
	}
	return remove
}
