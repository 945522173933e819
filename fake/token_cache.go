package fake

import (
	"bytes"
	"net/http"
	"sync"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// tokenCache are those of the token endpoint that still stand: applications ask the same again and again, and
// the environment says how long nothing changes. Whatever changes there lets all of them go.
type tokenCache struct {
	mu        sync.RWMutex
	changes   uint64 // of the environment, when they were given
	responses map[cacheKey]*cachedResponse
}

// cacheKey is all that the answer depends on besides the environment.
type cacheKey struct{ slug, body string }

// cachedResponse is an answer, as small as it can be: there may be many.
type cachedResponse struct {
	body     written
	decision *model.Decision
	key      scenarios.Key
	answer   journal.Answer
	stands   model.Validity
}

// maxCachedResponses and longestQuestion bound what an environment keeps: as many as it remembers connections.
const (
	maxCachedResponses = 100_000
	maxCachedBody      = 200
)

// find is the answer to a call, where it was given before and still stands.
func (a *tokenCache) find(c call) (reply, bool) {
	changes := c.environment.Revision()
	a.mu.RLock()
	known := a.responses[cacheKey{c.vars["slug"], string(c.body)}]
	a.mu.RUnlock()
	if known == nil || !known.stands.Covers(changes, c.environment.TimeAt(clock.Wire())) {
		return reply{}, false
	}
	return reply{status: http.StatusOK, body: known.body, decision: *known.decision, key: known.key, answer: known.answer}, true
}

// keep remembers an answer that has changed nothing, written as it goes out.
func (a *tokenCache) keep(c call, stands model.Validity, made reply, answer *pipes.TokenResponse) {
	if stands.Revision == 0 || made.decision.Changed != "" || len(c.body) > maxCachedBody || c.environment.Scenarios().Strict { // which looks at headers, too
		return
	}
	decision := made.decision
	one := &cachedResponse{bytes.Clone(answer.AppendJSON(nil)), &decision, made.key, made.answer, stands}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.changes != stands.Revision {
		a.changes, a.responses = stands.Revision, map[cacheKey]*cachedResponse{}
	}
	if len(a.responses) < maxCachedResponses {
		a.responses[cacheKey{c.vars["slug"], string(c.body)}] = one
	}
}

// written is a body in JSON already.
type written []byte

// AppendJSON appends it.
func (w written) AppendJSON(to []byte) []byte { return append(to, w...) }
