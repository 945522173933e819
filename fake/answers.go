package fake

import (
	"bytes"
	"net/http"
	"sync"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// answers are those of the token endpoint that still stand: applications ask the same again and again, and
// the environment says how long nothing changes. Whatever changes there lets all of them go.
type answers struct {
	mu      sync.RWMutex
	changes uint64 // of the environment, when they were given
	kept    map[question]*kept
}

// question is all that the answer depends on besides the environment.
type question struct{ slug, body string }

// kept is an answer, as small as it can be: there may be many.
type kept struct {
	body     written
	decision *environment.Decision
	key      scenarios.Key
	answer   journal.Answer
	stands   environment.Stands
}

// mostAnswers and longestQuestion bound what an environment keeps: as many as it remembers connections.
const (
	mostAnswers     = 100_000
	longestQuestion = 200
)

// find is the answer to a call, where it was given before and still stands.
func (a *answers) find(c call) (reply, bool) {
	changes := c.environment.Changes()
	a.mu.RLock()
	known := a.kept[question{c.vars["slug"], string(c.body)}]
	a.mu.RUnlock()
	if known == nil || !known.stands.At(changes, c.environment.TimeOn(clock.Wire())) {
		return reply{}, false
	}
	return reply{status: http.StatusOK, body: known.body, decision: *known.decision, key: known.key, answer: known.answer}, true
}

// keep remembers an answer that has changed nothing, written as it goes out.
func (a *answers) keep(c call, stands environment.Stands, made reply, answer *pipes.TokenResponse) {
	if stands.Changes == 0 || made.decision.Changed != "" || len(c.body) > longestQuestion || c.environment.Scenarios().Strict { // which looks at headers, too
		return
	}
	decision := made.decision
	one := &kept{bytes.Clone(answer.AppendJSON(nil)), &decision, made.key, made.answer, stands}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.changes != stands.Changes {
		a.changes, a.kept = stands.Changes, map[question]*kept{}
	}
	if len(a.kept) < mostAnswers {
		a.kept[question{c.vars["slug"], string(c.body)}] = one
	}
}

// written is a body in JSON already.
type written []byte

// AppendJSON appends it.
func (w written) AppendJSON(to []byte) []byte { return append(to, w...) }
