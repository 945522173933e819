package state

import (
	"time"

	"example.com/pipesfake/scenarios"
)

// Issue notes that a token was handed out for a connection: its provider knows it from then on. It reports whether that
// is new, and returns the token that the provider forgets for it, if it forgets one.
func (s *State) Issue(r *Connection, token string) (isNew bool, forgotten string) {
	for _, one := range r.Issued {
		if one == token {
			return false, ""
		}
	}
	if len(r.Issued) == MaxIssuedTokens {
		forgotten = r.Issued[0]
		s.Revoke(r, forgotten)
		r.Issued = append([]string(nil), r.Issued[1:]...)
	}
	r.Issued = append(r.Issued, token)
	s.Touch(r)
	s.Tokens[token] = append(s.Tokens[token], r)
	return true, forgotten
}

// Revoke removes a token from those of a connection.
func (s *State) Revoke(r *Connection, token string) {
	var others []*Connection
	for _, other := range s.Tokens[token] {
		if other != r {
			others = append(others, other)
		}
	}
	if s.Tokens[token] = others; len(others) == 0 {
		delete(s.Tokens, token)
	}
}

// forget revokes the tokens of a connection that is no longer remembered; nil is fine.
func (s *State) forget(r *Connection) {
	if r == nil {
		return
	}
	s.unsaved.drop(r)
	for _, token := range r.Issued {
		s.Revoke(r, token)
	}
}

// Remember remembers a compatibility connection. It returns the one that is forgotten to make room, or nil.
func (s *State) Remember(made *Connection) (forgotten *Connection) {
	forgotten = s.Connections.Add(made)
	s.Touch(made)
	s.forget(forgotten)
	return forgotten
}

// AddOther remembers a standard connection.
func (s *State) AddOther(made *Connection) {
	s.Connections.AddOther(made)
	s.Touch(made)
}

// RemoveOther removes a standard connection.
func (s *State) RemoveOther(old *Connection) {
	s.Connections.RemoveOther(old)
	s.unsaved.drop(old)
}

// RemoveOthers removes the standard connections of the keys for which is reports true.
func (s *State) RemoveOthers(is func(scenarios.Key) bool) {
	for _, old := range s.Connections.RemoveOthers(is) {
		s.unsaved.drop(old)
	}
}

// Holder returns the connection with a provider that a token was handed out for, and whether the token is good now. Of
// several, as those of a scenario that names its token, it is the last one where it is good; else one for which it is
// not, possibly with another provider.
func (s *State) Holder(provider, token string, now time.Time) (v View, good bool) {
	holders := s.Tokens[token]
	for i := len(holders) - 1; i >= 0; i-- {
		other := s.ViewAt(holders[i], now)
		isOfProvider := other.Provider == provider
		isGood := other.State == scenarios.Connected && other.Token == token &&
			(other.ExpiresAt.IsZero() || now.Before(other.ExpiresAt))
		if isOfProvider && isGood {
			return other, true
		}
		if i == len(holders)-1 || isOfProvider && v.Provider != provider {
			v = other
		}
	}
	return v, false
}
