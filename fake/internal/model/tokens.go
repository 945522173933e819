package model

import (
	"slices"

	"example.com/pipesfake/fake/internal/mint"
	"example.com/pipesfake/scenarios"
)

// maxIssuedTokens is how many tokens of a connection its provider knows: a switch back makes an old one good again.
const maxIssuedTokens = 8

// issue notes that a token was handed out: its provider knows it from here on.
func (e *Environment) issue(r *connection, token string) {
	if token == "" || slices.Contains(r.issued, token) {
		return
	}
	if len(r.issued) == maxIssuedTokens {
		e.unknow(r, r.issued[0])
		e.secrets.add(r.issued[0])
		r.issued = slices.Clone(r.issued[1:])
	}
	e.MarkChanged()
	r.issued = append(r.issued, token)
	e.tokens[token] = append(e.tokens[token], r)
	e.secrets.issued(token)
	e.announce(token)
}

// announce tells whoever looks environments up by token of one that does not carry the environment's tag: an imported
// one, or one that a scenario names.
func (e *Environment) announce(token string) {
	if e.onForeignToken != nil && mint.TagOf(token) != e.mint.Tag() {
		e.onForeignToken(token)
	}
}

// OnForeignToken sets what is called with every token that is issued here and does not carry the environment's tag. It
// is called under the environment's lock, and must neither wait nor call back.
func (e *Environment) OnForeignToken(call func(token string)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.onForeignToken = call
}

// Tag returns the digits that the environment's own tokens and consent pages carry; see mint.TagOf.
func (e *Environment) Tag() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.mint.Tag()
}

// unknow lets a token no longer be one of a connection.
func (e *Environment) unknow(r *connection, token string) {
	others := slices.DeleteFunc(e.tokens[token], func(other *connection) bool { return other == r })
	if e.tokens[token] = others; len(others) == 0 {
		delete(e.tokens, token)
	}
}

// HasToken tells whether a token was handed out here, good or not.
func (e *Environment) HasToken(token string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.tokens[token]) > 0
}

// TokenHolder is the connection with a provider that a token was handed out for, and whether the token is good now. Of
// several, as those of a scenario that names its token, it is the last one where it is good; else one for which it
// is not, be it with another provider.
func (e *Environment) TokenHolder(provider, token string) (c Connection, good bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.now()
	for i, r := range slices.Backward(e.tokens[token]) {
		other := e.connectionAt(r, now)
		mine := other.Provider == provider
		if mine && other.State == scenarios.Connected && other.Token == token && (other.ExpiresAt.IsZero() || now.Before(other.ExpiresAt)) {
			return other, true
		}
		if i == len(e.tokens[token])-1 || mine && c.Provider != provider {
			c = other
		}
	}
	return c, false
}
