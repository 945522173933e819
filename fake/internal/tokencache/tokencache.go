// Package tokencache stores responses of the token endpoint for as long as they hold. Applications ask the same again
// and again, and the model says until when nothing changes.
package tokencache

import (
	"sync"
	"time"

	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/scenarios"
)

// Cache stores the responses of one environment. Any change of the environment drops all of them. The zero Cache is
// ready to use, and safe for concurrent use.
type Cache struct {
	mu        sync.RWMutex
	revision  uint64 // of the environment when the responses were made
	responses map[request]*Response
}

// request is everything that a response depends on, beside the environment.
type request struct{ slug, body string }

// Response is a stored response. It is kept small, because there can be one for each connection.
type Response struct {
	Body     []byte // encoded as JSON
	Decision *model.Decision
	Key      scenarios.Key
	Answer   journal.Answer
	Validity model.Validity
}

// The limits of a cache: as many responses as the model remembers connections, each for a request of ordinary size.
const (
	maxResponses = 100_000
	maxBody      = 200
)

// Find returns the response to a request that was stored before and still holds at a revision and time of the
// environment, or nil.
func (c *Cache) Find(slug string, body []byte, revision uint64, now time.Time) *Response {
	c.mu.RLock()
	found := c.responses[request{slug, string(body)}]
	c.mu.RUnlock()
	if found == nil || !found.Validity.Covers(revision, now) {
		return nil
	}
	return found
}

// Put stores the response to a request. Responses that can change with the next call, responses of calls that changed
// something, and those beyond the limits are not stored.
func (c *Cache) Put(slug string, body []byte, made Response) {
	if made.Validity.Revision == 0 || made.Decision.Changed != "" || len(body) > maxBody {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.revision != made.Validity.Revision {
		c.revision, c.responses = made.Validity.Revision, map[request]*Response{}
	}
	if len(c.responses) < maxResponses {
		c.responses[request{slug, string(body)}] = &made
	}
}
