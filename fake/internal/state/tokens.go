package state

import (
	"slices"
	"time"

	"example.com/pipesfake/scenarios"
)

// Issue notes that a token was handed out for a connection: its provider knows it from then on. IsMinted says that it
// is the minted token of the present generation. Issue reports whether that is new, and returns the token that the
// provider forgets for it, if it forgets one.
func (s *State) Issue(r *Connection, token string, isMinted bool) (isNew bool, forgotten string) {
	if isMinted {
		switch {
		case r.onlyIssued == r.TokenGeneration+1:
			return false, ""
		case r.onlyIssued == 0 && len(r.history().Issued) == 0:
			r.onlyIssued = r.TokenGeneration + 1
			s.Touch(r)
			s.tokens.add(token, r)
			return true, ""
		}
	}
	s.indexTokens() // other connections can have this token, too: it matters who had it first
	s.listIssued(r)
	h := r.history()
	if slices.Contains(h.Issued, token) {
		return false, ""
	}
	if len(h.Issued) == MaxIssuedTokens {
		forgotten = h.Issued[0]
		s.tokens.remove(forgotten, r)
		h.Issued = append([]string(nil), h.Issued[1:]...)
	}
	h.Issued = append(h.Issued, token)
	r.setHistory(h)
	s.Touch(r)
	s.tokens.add(token, r)
	return true, forgotten
}

// listIssued lists the only token of a connection, before there is another one.
func (s *State) listIssued(r *Connection) {
	if r.onlyIssued > 0 {
		h := r.history()
		h.Issued, r.onlyIssued = slices.Collect(r.issuedTokens(s.Mint)), 0
		r.setHistory(h)
	}
}

// forget revokes the tokens of a connection that is no longer remembered; nil is fine.
func (s *State) forget(r *Connection) {
	if r == nil {
		return
	}
	s.unsaved.drop(r)
	if s.tokens.holders != nil {
		for token := range r.issuedTokens(s.Mint) {
			s.tokens.remove(token, r)
		}
	}
}

// RememberNew makes the compatibility connection of a key that has none. It also returns the connection that is
// forgotten to make room, or nil.
func (s *State) RememberNew(key scenarios.Key) (made, forgotten *Connection) {
	made = s.Unseen(key)
	made.SeenAfter = s.Directives
	return made, s.Remember(made)
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
	s.indexTokens() // its tokens go on to lead to it
	s.Connections.RemoveOther(old)
	s.unsaved.drop(old)
}

// RemoveOthers removes the standard connections of the keys for which is reports true.
func (s *State) RemoveOthers(is func(scenarios.Key) bool) {
	s.indexTokens()
	for _, old := range s.Connections.RemoveOthers(is) {
		s.unsaved.drop(old)
	}
}

// Holder returns the connection with a provider that a token was handed out for, and whether the token is good now. Of
// several, as those of a scenario that names its token, it is the last one where it is good; else one for which it is
// not, possibly with another provider.
func (s *State) Holder(provider, token string, now time.Time) (v View, good bool) {
	holders := s.holdersOf(token)
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
