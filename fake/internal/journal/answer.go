package journal

import (
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/scenarios"
)

// AnswerOf returns which of the five answers a connection gives, for coverage.
func AnswerOf(c model.Connection) (answer Answer) {
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
