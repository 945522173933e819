package state

import (
	"iter"
	"maps"
	"slices"
)

// tokenIndex finds the connections that tokens were handed out for. Only calls to a provider and those who hide secrets
// look tokens up, and many servers see neither. So it is made when it is first needed, from the connections: one with
// only a minted token adds nothing to it before that.
type tokenIndex struct{ holders map[string][]*Connection } // nil until then

// indexTokens makes the index of tokens, unless it was made before.
func (s *State) indexTokens() {
	if s.tokens.holders != nil {
		return
	}
	s.tokens.holders = make(map[string][]*Connection, s.Connections.Len())
	s.Connections.Each(func(r *Connection) {
		for token := range r.issuedTokens(s.Mint) {
			s.tokens.add(token, r)
		}
	})
}

// add adds a token of a connection, if the index was made.
func (x *tokenIndex) add(token string, r *Connection) {
	if x.holders != nil {
		x.holders[token] = append(x.holders[token], r)
	}
}

// remove removes a token from those of a connection.
func (x *tokenIndex) remove(token string, r *Connection) {
	others := slices.DeleteFunc(slices.Clone(x.holders[token]), func(other *Connection) bool { return other == r })
	if x.holders[token] = others; len(others) == 0 {
		delete(x.holders, token)
	}
}

// holdersOf returns the connections that a token was handed out for, in the order in which it was.
func (s *State) holdersOf(token string) []*Connection {
	s.indexTokens()
	return s.tokens.holders[token]
}

// HasToken reports whether a token was handed out, good or not.
func (s *State) HasToken(token string) bool { return len(s.holdersOf(token)) > 0 }

// Tokens returns the tokens that were handed out, in any order.
func (s *State) Tokens() iter.Seq[string] {
	s.indexTokens()
	return maps.Keys(s.tokens.holders)
}
