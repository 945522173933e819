// Package tokencache stores responses of the token endpoint while they are valid. Applications send the same request
// again and again, and the model says until when the response stays the same.
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

// request is everything that a response depends on, except for the environment.
type request struct{ slug, body string }

// Response is a stored response. It is kept small, because there can be one for each connection.
type Response struct {
	Body     []byte // encoded as JSON
	Decision *model.Decision
	Key      scenarios.Key
	Answer   journal.Answer
	Validity model.Validity
}

// The limits of a cache: as many responses as the model stores connections, each for a request of ordinary size in
// bytes.
const (
	maxResponses = 100_000
	maxBody      = 200
)

// Find returns the stored response to a request that is valid at a revision and time of the environment, or nil.
func (c *Cache) Find(slug string, body []byte, revision uint64, now time.Time) *Response {
	c.mu.RLock()
	found := c.responses[request{slug, string(body)}]
	c.mu.RUnlock()
	if found == nil || !found.Validity.Covers(revision, now) {
		return nil
	}
	return found
}

// Put stores the response to a request. It does not store responses that the next call can change, responses of calls
// that changed something, and those beyond the limits.
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
