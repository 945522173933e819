package state

import "slices"

// Answered is a call with an idempotency key that made a connection, and its response.
type Answered struct {
	Key    string // of idempotency
	Digest string // of what was sent with it
	Body   string // of the response, which is JSON
}

// maxAnswered is how many responses are remembered. Beyond it the oldest is forgotten.
const maxAnswered = 1_000

// FindAnswered returns the call that was made with an idempotency key, or nil.
func (s *State) FindAnswered(key string) *Answered {
	i := slices.IndexFunc(s.Answered, func(one *Answered) bool { return one.Key == key })
	if i < 0 {
		return nil
	}
	return s.Answered[i]
}

// RememberAnswered adds a call that was made with an idempotency key.
func (s *State) RememberAnswered(made Answered) {
	kept := s.Answered[max(0, len(s.Answered)-maxAnswered+1):]
	s.Answered = append(slices.Clone(kept), &made)
}
