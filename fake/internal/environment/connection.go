package environment

import (
	"slices"
	"time"

	"example.com/pipesfake/fake/internal/mint"
	"example.com/pipesfake/scenarios"
)

// Connection is what one user has with one provider, at one instant.
type Connection struct {
	scenarios.Key
	State         string // scenarios.Connected, NeedsReauthorization or NotInstalled
	AuthMethod    string
	Scopes        []string
	MissingScopes []string
	ExpiresAt     time.Time // zero: never
	Token         string
	Decision      Decision
}

// view makes the connection out of the word that decides and what is remembered.
func view(set *scenarios.Set, mint mint.Mint, key scenarios.Key, word Decision, record *record, now time.Time) Connection {
	state := word.Scenario.State.Full()
	c := Connection{Key: key, State: state.State, AuthMethod: state.AuthMethod, Decision: word}
	c.Scopes, c.MissingScopes = state.Grant(set.Scopes(key.Provider))
	if c.State == scenarios.NotInstalled {
		c.Scopes, c.MissingScopes = []string{}, []string{}
	}
	if c.State != scenarios.Connected {
		return c
	}
	life := record.life(word)
	if state.ExpiresIn != scenarios.Never {
		c.ExpiresAt = life.from.Add(state.ExpiresIn)
	}
	if mortal(state) && state.Refresh == scenarios.RefreshFails && !now.Before(c.ExpiresAt) {
		c.State, c.ExpiresAt = scenarios.NeedsReauthorization, time.Time{}
		return c
	}
	if c.Token = state.AccessToken; c.Token == "" || life.refreshed {
		c.Token = record.token(mint, key)
	}
	return c
}

// mortal tells whether a token's life can end: one that was stale from the start is served as it is.
func mortal(state scenarios.State) bool {
	return state.ExpiresIn > 0 && state.ExpiresIn != scenarios.Never
}

// record is what is remembered of a connection that was asked for.
type record struct {
	entry      *scenarios.Connection // the file's, if it has one
	generation int                   // how often its token was replaced
	refreshes  []refresh             // the last of each word, the newest last
	minted     string                // the token of this generation, once it was needed
}

// refresh is when a token was last replaced under a word: when a newer word goes, the life goes on.
type refresh struct {
	word uint64
	at   time.Time
}

// mostRefreshes is how many words a record remembers; a life under an older one begins with the word.
const mostRefreshes = 8

// life is how long a token has lived: from when its scenario came into force, or from its refresh.
type life struct {
	from      time.Time
	refreshed bool
}

func (r *record) life(word Decision) life {
	for _, one := range r.refreshes {
		if one.word == word.sequence() {
			return life{one.at, true}
		}
	}
	return life{word.At, false}
}

// refresh replaces a token when less than a tenth of its life is left, where refresh works.
func (r *record) refresh(word Decision, now time.Time) {
	state := word.Scenario.State.Full()
	if state.State != scenarios.Connected || state.AuthMethod != scenarios.OAuth || state.Refresh != scenarios.RefreshWorks || !mortal(state) {
		return
	}
	ends := r.life(word).from.Add(state.ExpiresIn)
	if ends.Sub(now) < state.ExpiresIn/10 {
		r.generation++
		r.minted = ""
		kept := slices.DeleteFunc(slices.Clone(r.refreshes), func(one refresh) bool { return one.word == word.sequence() })
		r.refreshes = append(kept[max(0, len(kept)-mostRefreshes+1):], refresh{word.sequence(), now})
	}
}

func (r *record) token(mint mint.Mint, key scenarios.Key) string {
	if r.minted == "" {
		r.minted = mint.Token(key.Provider, key.User, key.Organization, r.generation)
	}
	return r.minted
}

// seen are the records of the connections that were asked for.
type seen struct {
	records map[scenarios.Key]*record
	order   []scenarios.Key // the oldest first, from next on
	next    int
}

// mostSeen is how many are remembered; beyond it the oldest is forgotten.
const mostSeen = 100_000

func newSeen() seen { return seen{records: map[scenarios.Key]*record{}} }

func (s *seen) record(key scenarios.Key, set *scenarios.Set) *record {
	if found := s.records[key]; found != nil {
		return found
	}
	made := &record{entry: set.Connection(key)}
	s.records[key] = made
	s.order = append(s.order, key)
	if len(s.records) > mostSeen {
		delete(s.records, s.order[s.next])
		s.next++
		if s.next > mostSeen { // the forgotten half goes
			s.order, s.next = slices.Clone(s.order[s.next:]), 0
		}
	}
	return made
}

func (s *seen) keys() []scenarios.Key { return s.order[s.next:] }
