package model

import (
	"iter"
	"slices"
	"sort"
	"time"

	"example.com/pipesfake/fake/internal/mint"
	"example.com/pipesfake/scenarios"
)

// connection is what is remembered of a connection that was asked for or written.
type connection struct {
	key             scenarios.Key
	sequence        uint64                // among those that were seen, from one
	entry           *scenarios.Connection // the file's, if it has one
	index           int32                 // 0: the compatibility connection; others count from one
	tokenGeneration int32                 // how often its token was replaced
	incarnation     int32                 // how often it was deleted: the next one has another id
	added           int32                 // how many standard connections were made beside it
	authorized      int32                 // how many pages were handed out to connect it
	forgotten       bool                  // to make room
	refreshes       []refresh             // the last of each word, the newest last
	minted          string                // the token of this generation, once it was needed
	issued          []string              // the tokens that were handed out last
	created         time.Time             // zero while it does not exist
	account         *account              // what was written; nil: nothing
	lastEvent       lastEvent             // what events last said
	timer           *timer                // when time changes it
	runs            []*run                // of the words that are scripts, the newest last
	sibling         *connection           // the owner's connection that was seen before it
}

// account is what calls of the API stored. It never changes: a write makes another.
type account struct {
	directive    *Decision // the last write, which is a word like a switch is
	method       string    // how it authenticates; empty: as the integration says
	secret       string    // the access token or API key to serve; empty: a minted one
	refreshToken bool      // whether one was given
	clientID     string
	clientSecret string
	config       map[string]string
	identifier   string // of the account at the provider, where the call said one
	displayName  string
}

// refresh is when a token was last replaced under a word: when a newer word goes, the life goes on.
type refresh struct {
	directive uint64
	state     int // of the script, where it is one
	at        time.Time
}

// maxRefreshes is how many words a record remembers; a life under an older one begins with the word.
const maxRefreshes = 8

// tokenLife is how long a token has lived: from when its scenario came into force, or from its refresh.
type tokenLife struct {
	from      time.Time
	refreshed bool
}

// soon is the life of a token that came without any left: the next call refreshes it, for the usual life.
const soon = time.Nanosecond

// span is how long the token of a state lives.
func (l tokenLife) span(state scenarios.State) time.Duration {
	switch {
	case state.ExpiresIn != soon:
		return state.ExpiresIn
	case l.refreshed:
		return scenarios.DefaultLife
	}
	return 0
}

func (r *connection) tokenLife(word Decision) tokenLife {
	for _, one := range r.refreshes {
		if one.directive == word.sequence && one.state == word.state {
			return tokenLife{one.at, true}
		}
	}
	return tokenLife{word.At, false}
}

// replaced notes that the token of a method was replaced under a word.
func (r *connection) replaced(word Decision, method string, now time.Time) {
	r.renew()
	kept := slices.DeleteFunc(slices.Clone(r.refreshes), func(one refresh) bool { return one.directive == word.sequence })
	r.refreshes = append(kept[max(0, len(kept)-maxRefreshes+1):], refresh{word.sequence, word.state, now})
	if r.account != nil && r.account.method == method {
		without := *r.account
		without.secret = ""
		r.account = &without
	}
}

// renew makes the next token another one.
func (r *connection) renew() {
	r.tokenGeneration++
	r.minted = ""
}

// forget lets the connection be gone: if there is one again, it is another.
func (r *connection) forget(word Decision) {
	r.renew()
	r.incarnation++
	r.created = time.Time{}
	r.account = &account{directive: &word}
}

func (r *connection) token(mint mint.Mint) string {
	if r.minted == "" {
		r.minted = mint.Token(r.key.Provider, r.key.User, r.key.Organization, int(r.index), int(r.tokenGeneration))
	}
	return r.minted
}

// connections are the records of the connections that were asked for or written.
type connections struct {
	records map[scenarios.Key]*connection
	others  map[scenarios.Key][]*connection // the standard connections beside a compatibility one
	owners  map[owner]*connection           // the one seen last, which leads to those before; nil until somebody asks
	order   []*connection                   // the oldest first, from next on
	next    int
	written []*connection // those that would have been forgotten, but were written
	count   uint64        // how many there were
	dropped uint64        // how many were forgotten
}

// owner is who connections belong to: a user, or an organization without one.
type owner struct{ user, organization string }

func ownerOf(key scenarios.Key) owner {
	if key.User != "" {
		return owner{user: key.User}
	}
	return owner{organization: key.Organization}
}

// maxConnections is how many are remembered that were only asked for; beyond it the oldest is forgotten.
const maxConnections = 100_000

func newSeen() connections {
	return connections{records: map[scenarios.Key]*connection{}, others: map[scenarios.Key][]*connection{}}
}

// add remembers a compatibility connection, and answers the one that is forgotten for it, if one is.
func (s *connections) add(made *connection) (forgotten *connection) {
	s.count++
	made.sequence = s.count
	s.records[made.key] = made
	s.order = append(s.order, made)
	s.index(made)
	for len(s.order)-s.next > maxConnections && forgotten == nil {
		oldest := s.order[s.next]
		s.order[s.next] = nil
		s.next++
		if oldest.account != nil || len(s.others[oldest.key]) > 0 {
			s.written = append(s.written, oldest)
			continue
		}
		forgotten = oldest
		s.drop(oldest)
	}
	if s.next > maxConnections { // the forgotten half goes
		s.order, s.next = slices.Clone(s.order[s.next:]), 0
	}
	return forgotten
}

// index puts a record before those of its owner that were seen before it.
func (s *connections) index(made *connection) {
	if s.owners != nil {
		owner := ownerOf(made.key)
		made.sibling = s.owners[owner]
		s.owners[owner] = made
	}
}

func (s *connections) drop(old *connection) {
	s.dropped++
	delete(s.records, old.key)
	if s.owners == nil {
		return
	}
	owner := ownerOf(old.key)
	newer := s.owners[owner]
	if newer == old {
		s.owners[owner] = old.sibling
		if old.sibling == nil {
			delete(s.owners, owner)
		}
		return
	}
	for newer.sibling != old {
		newer = newer.sibling
	}
	newer.sibling = old.sibling
}

// of are an owner's compatibility connections, the oldest first.
func (s *connections) of(who owner) (list []*connection) {
	if s.owners == nil {
		s.owners = make(map[owner]*connection, len(s.records))
		for r := range s.after(0) {
			s.index(r)
		}
	}
	for r := s.owners[who]; r != nil; r = r.sibling {
		list = append(list, r)
	}
	slices.Reverse(list)
	return list
}

// after are the connections in the order in which they were first seen, from beyond an ordinal on.
func (s *connections) after(ordinal uint64) iter.Seq[*connection] {
	beyond := func(list []*connection) []*connection {
		return list[sort.Search(len(list), func(i int) bool { return list[i].sequence > ordinal }):]
	}
	return func(yield func(*connection) bool) {
		for _, list := range [][]*connection{beyond(s.written), beyond(s.order[s.next:])} {
			for _, r := range list {
				if !yield(r) {
					return
				}
			}
		}
	}
}

// all are the records at a key: the compatibility connection, then the others.
func (s *connections) all(key scenarios.Key) []*connection {
	if first := s.records[key]; first != nil {
		return append([]*connection{first}, s.others[key]...)
	}
	return nil
}

// copies are all records as they stand: of what they point to, only a run ever changes.
func (s *connections) copies() []connection {
	list := make([]connection, 0, len(s.records)+len(s.others))
	add := func(r *connection) {
		list = append(list, *r)
		for i, one := range r.runs {
			if i == 0 {
				list[len(list)-1].runs = make([]*run, len(r.runs))
			}
			list[len(list)-1].runs[i] = one.clone()
		}
	}
	for r := range s.after(0) {
		add(r)
		for _, other := range s.others[r.key] {
			add(other)
		}
	}
	return list
}

// isOfOneOwner reports whether all connections of a place have one owner, which they are found by.
func isOfOneOwner(place Place) bool {
	return place.User != "" || place.Shared && place.Organization != ""
}

// in visits the records in a place.
func (s *connections) in(place Place, visit func(*connection)) {
	each := func(list []*connection) {
		for _, r := range list {
			if place.Covers(r.key) {
				visit(r)
				for _, other := range s.others[r.key] {
					visit(other)
				}
			}
		}
	}
	switch {
	case !isOfOneOwner(place):
		each(s.written)
		each(s.order[s.next:])
	case place.User != "":
		each(s.of(owner{user: place.User}))
	default:
		each(s.of(owner{organization: place.Organization}))
	}
}
