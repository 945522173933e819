package environment

import (
	"slices"

	"example.com/pipesfake/scenarios"
)

// mostIssued is how many tokens of a connection its provider knows: a switch back makes an old one good again.
const mostIssued = 8

// issue notes that a token was handed out: its provider knows it from here on.
func (e *Environment) issue(r *record, token string) {
	if token == "" || slices.Contains(r.issued, token) {
		return
	}
	if len(r.issued) == mostIssued {
		delete(e.tokens, r.issued[0])
		e.secrets.add(r.issued[0])
		r.issued = slices.Clone(r.issued[1:])
	}
	r.issued = append(r.issued, token)
	e.tokens[token] = r
	e.secrets.issued(token)
}

// Holds tells whether a token was handed out here, good or not.
func (e *Environment) Holds(token string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.tokens[token] != nil
}

// Holder is the connection that a token was handed out for, and whether the token is good now.
func (e *Environment) Holder(token string) (c Connection, good bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	r := e.tokens[token]
	if r == nil {
		return Connection{}, false
	}
	now := e.now()
	c = e.look(r, now)
	return c, c.State == scenarios.Connected && c.Token == token && (c.ExpiresAt.IsZero() || now.Before(c.ExpiresAt))
}
