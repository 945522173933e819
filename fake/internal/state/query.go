package state

import (
	"example.com/pipesfake/scenarios"
)

// Query names the connection that a call is about.
type Query struct {
	scenarios.Key           // User is empty for one that the organization owns
	ID               string // of exactly this connection of the owner; empty: the compatibility connection
	SupportsMultiple bool   // the caller knows that there may be several
	ActingUser       string // who acts for the organization that owns it
}

// IsPlain reports whether the query means the compatibility connection, whatever others there are.
func (q Query) IsPlain() bool { return q.ID == "" && !q.SupportsMultiple }
