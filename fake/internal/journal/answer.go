package journal

import (
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/scenarios"
)

// Answer is what a call for a token or for credentials learned about its connection. A token can be expired and lack
// scopes at once, so that answers are bits.
type Answer uint8

// The answers.
const (
	Active Answer = 1 << iota
	MissingScopes
	Expired
	NotInstalled
	NeedsReauthorization
)

// Answers returns the names of the answers, in the order of their bits.
func Answers() []string {
	return []string{"active", "missing_scopes", "expired", "not_installed", "needs_reauthorization"}
}

// AnswerOf returns the answer that a call for a connection gets.
func AnswerOf(c *model.View) (answer Answer) {
	switch c.State {
	case scenarios.NotInstalled:
		return NotInstalled
	case scenarios.NeedsReauthorization:
		return NeedsReauthorization
	}
	if len(c.MissingScopes) > 0 {
		answer |= MissingScopes
	}
	if c.Stale {
		answer |= Expired
	}
	return max(answer, Active)
}
