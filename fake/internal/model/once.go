package model

import (
	"fmt"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/fake/internal/state"
)

// Once is the idempotency key of a call that makes a connection. The zero Once is of a call without a key.
type Once struct {
	Key    string
	Digest string                // of what was sent with the key
	Encode func(*Account) string // returns the body of the response
}

// find returns the account of the same call that was made before, or nil. Its error is idempotency_key_conflict.
func (o Once) find(s *state.State) (*Account, error) {
	if o.Key == "" {
		return nil, nil
	}
	earlier := s.FindAnswered(o.Key)
	switch {
	case earlier == nil:
		return nil, nil
	case earlier.Digest != o.Digest:
		return nil, &pipes.Error{Code: pipes.IdempotencyKeyConflict, Message: fmt.Sprintf(
			"The idempotency key %q was used for another call: a key belongs to one call and its repetitions.", o.Key)}
	}
	return &Account{Answered: earlier.Body}, nil
}

// remember stores the response of a call that made an account.
func (o Once) remember(s *state.State, made *Account) {
	if o.Key != "" {
		s.RememberAnswered(state.Answered{Key: o.Key, Digest: o.Digest, Body: o.Encode(made)})
	}
}
