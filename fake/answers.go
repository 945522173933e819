package fake

import (
	"sync"

	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/fake/internal/pipes"
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

type kept struct {
	reply
	stands environment.Stands
}

// mostAnswers and longestQuestion bound what an environment keeps, to about two megabytes.
const (
	mostAnswers     = 2000
	longestQuestion = 200
)

// find is the answer to a call, where it was given before and still stands; else nil. It may not be changed.
func (a *answers) find(c call) *reply {
	changes := c.environment.Changes()
	a.mu.RLock()
	known := a.kept[question{c.vars["slug"], string(c.body)}]
	a.mu.RUnlock()
	if known == nil || !known.stands.At(changes, c.environment.TimeOn(c.began)) {
		return nil
	}
	return &known.reply
}

// keep remembers an answer that has changed nothing, written as it goes out.
func (a *answers) keep(c call, stands environment.Stands, made reply, answer *pipes.TokenResponse) {
	if stands.Changes == 0 || made.decision.Changed != "" || len(c.body) > longestQuestion || c.environment.Scenarios().Strict { // which looks at headers, too
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.changes != stands.Changes {
		a.changes, a.kept = stands.Changes, map[question]*kept{}
	}
	if len(a.kept) < mostAnswers {
		made.body = written(answer.AppendJSON(nil))
		a.kept[question{c.vars["slug"], string(c.body)}] = &kept{made, stands}
	}
}

// written is a body in JSON already.
type written []byte

// AppendJSON appends it.
func (w written) AppendJSON(to []byte) []byte { return append(to, w...) }
