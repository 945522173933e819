// Package export writes the state of an environment as a scenario file that begins where the environment is.
package export

import (
	"fmt"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/state"
	"example.com/pipesfake/scenarios"
)

// exporter writes one copy of a state, which nothing else uses and where time stands still.
type exporter struct {
	*state.Saved
	now    time.Time
	tokens map[string]bool // that the environment's own file says
	left   []string        // what was left out, in words
	later  bool            // whether something began later than the clock shows
	capped bool            // whether an age or a TTL is longer than a file may say
	masks  map[string]string
	hide   func(text string, replace func(secret string) string) string // replaces the secrets in a text
}

// masked returns a text in which each secret that the environment knows is replaced by a word, the same one everywhere.
// What the environment's own file says stays. The words are no longer than a secret, and may stand wherever it can.
func (e *exporter) masked(text string) string {
	return e.hide(text, func(secret string) string {
		if e.Set.Says(secret) {
			return secret
		}
		if e.masks[secret] == "" {
			e.masks[secret] = fmt.Sprintf("mask-%d", len(e.masks)+1)
		}
		return e.masks[secret]
	})
}

// leaveOut notes what the file does not say.
func (e *exporter) leaveOut(format string, args ...any) {
	e.left = append(e.left, fmt.Sprintf("Left out: "+format, args...))
}

// whyGone is why something is left out for which isGone reports true.
const whyGone = "with strict a file cannot name a provider that was deleted."

// isGone reports whether the file may not name a provider, because strict knows only those that exist.
func (e *exporter) isGone(slug string) bool {
	return e.Set.Strict && slug != "" && e.CheckProvider(slug) != nil
}

// since returns a switch that has been in force since a time, until another one (zero: something newer). Ages and TTLs
// that are longer than a file may say are shortened.
func (e *exporter) since(made scenarios.Switch, since, until time.Time) scenarios.Switch {
	age, left := max(0, e.now.Sub(since)), time.Duration(0)
	if !until.IsZero() {
		left = min(until.Sub(e.now), clock.Furthest)
		e.capped = e.capped || left < until.Sub(e.now)
	}
	made.Age = min(age, clock.Furthest-left)
	e.later = e.later || since.After(e.now)
	e.capped = e.capped || made.Age < age
	if left > 0 {
		made.TTL = made.Age + left
	}
	return made
}
