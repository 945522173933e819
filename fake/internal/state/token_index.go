package state

import (
	"slices"

	"example.com/pipesfake/fake/internal/mint"
)

// tokenIndex finds the connections that tokens were handed out for. Only calls to a provider and those who hide secrets
// look tokens up, and many servers see neither. So the first token of a connection is indexed when one is looked up.
type tokenIndex struct {
	holders map[string][]*Connection
	added   []*Connection // whose only token is a minted one that is not in holders yet
}

// add adds a connection whose only token is a minted one.
func (x *tokenIndex) add(mint mint.Mint, r *Connection) {
	if len(x.added) >= 2*maxConnections { // so that forgotten ones are not kept for ever
		x.index(mint)
	}
	x.added = append(x.added, r)
}

// put adds a token of a connection.
func (x *tokenIndex) put(mint mint.Mint, token string, r *Connection) {
	x.index(mint)
	x.holders[token] = append(x.holders[token], r)
}

// index puts what was added into holders.
func (x *tokenIndex) index(mint mint.Mint) {
	if x.holders == nil {
		x.holders = make(map[string][]*Connection, len(x.added))
	}
	for _, r := range x.added {
		if !r.Forgotten {
			for token := range r.issuedTokens(mint) {
				x.holders[token] = append(x.holders[token], r)
			}
		}
	}
	x.added = nil
}

// remove removes a token from those of a connection.
func (x *tokenIndex) remove(mint mint.Mint, token string, r *Connection) {
	x.index(mint)
	others := slices.DeleteFunc(slices.Clone(x.holders[token]), func(other *Connection) bool { return other == r })
	if x.holders[token] = others; len(others) == 0 {
		delete(x.holders, token)
	}
}

// find returns the connections that a token was handed out for, in the order in which it was.
func (x *tokenIndex) find(mint mint.Mint, token string) []*Connection {
	x.index(mint)
	return x.holders[token]
}
