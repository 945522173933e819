// Package responsecache stores responses while they are valid. Applications send the same request again and again, and
// the model says until when the response stays the same.
package responsecache

import (
	"encoding/binary"
	"sync"
	"time"

	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/scenarios"
)

// Cache stores the responses of one environment. Any change by which a connection may answer differently drops all of
// them. The zero Cache is ready to use, and safe for concurrent use.
type Cache struct {
	mu        sync.RWMutex
	revision  uint64               // of the environment when the responses were made
	responses map[string]*Response // by request, as a text
}

// Response is a stored response. It is shared and must not be changed.
type Response struct {
	Body     []byte    // JSON
	Reason   [1]string // the decision's, as the value of a header; so it is near what else is read
	Decision *model.Decision
	Key      scenarios.Key
	Answer   journal.Answer
	Validity model.Validity
}

// The limits of a cache: enough responses for the connections that a test suite asks for again and again, each for a
// request of ordinary size. More would take memory for little: it takes a microsecond or two to make a response anew.
const (
	maxResponses = 4_000
	maxRequest   = 400     // bytes
	maxBody      = 2 << 10 // bytes
)

// Request is all that a response depends on, except for the environment.
type Request struct {
	Operation     string
	scenarios.Key // the connection that the path names, as far as it does
	Query         string
	Body          []byte
}

func (r Request) size() int {
	return len(r.Operation) + len(r.Provider) + len(r.User) + len(r.Organization) + len(r.Query) + len(r.Body)
}

// appendTo appends the request as a text that is another one for every other request: each part is behind its length.
func (r Request) appendTo(buffer []byte) []byte {
	for _, part := range [...]string{r.Operation, r.Provider, r.User, r.Organization, r.Query} {
		buffer = append(binary.AppendUvarint(buffer, uint64(len(part))), part...)
	}
	return append(buffer, r.Body...)
}

// Find returns the stored response to a request that is valid at a revision and time of the environment, or nil.
func (c *Cache) Find(to Request, revision uint64, now time.Time) *Response {
	if to.size() > maxRequest {
		return nil
	}
	var buffer [maxRequest + 5*binary.MaxVarintLen16]byte
	request := to.appendTo(buffer[:0])
	c.mu.RLock()
	found := c.responses[string(request)]
	c.mu.RUnlock()
	if found == nil || !found.Validity.Covers(revision, now) {
		return nil
	}
	return found
}

// HasRoomFor reports whether Put would store a response to a request, made at a revision of the environment: without
// room the response need not be encoded for it.
func (c *Cache) HasRoomFor(to Request, revision uint64) bool {
	if to.size() > maxRequest {
		return false
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.revision != revision || len(c.responses) < maxResponses
}

// Put stores the response to a request, unless it is beyond the limits.
func (c *Cache) Put(to Request, made *Response) {
	if to.size() > maxRequest || len(made.Body) > maxBody {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.revision != made.Validity.Revision {
		c.revision, c.responses = made.Validity.Revision, map[string]*Response{}
	}
	if len(c.responses) < maxResponses {
		c.responses[string(to.appendTo(nil))] = made
	}
}
