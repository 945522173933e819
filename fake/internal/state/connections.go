package state

import (
	"iter"
	"slices"
	"sort"

	"example.com/pipesfake/scenarios"
)

// Connections holds the connections that were asked for or written.
type Connections struct {
	Dropped uint64 // how many were forgotten since it was made; tells lists of connections that they are stale

	byKey   keyIndex
	others  map[scenarios.Key][]*Connection // the standard connections beside a compatibility connection
	byOwner map[owner]*Connection           // the one seen last, which leads to those before; nil until it is needed
	order   []*Connection                   // the oldest first, from next on
	next    int
	written []*Connection // older than order; they are kept because calls wrote them
	count   uint64        // how many there were
}

// owner is who connections belong to: a user, or an organization without one.
type owner struct{ user, organization string }

func ownerOf(key scenarios.Key) owner {
	if key.User != "" {
		return owner{user: key.User}
	}
	return owner{organization: key.Organization}
}

// maxConnections is how many connections are remembered that were only asked for. Beyond it the oldest is forgotten.
const maxConnections = 100_000

// NewConnections returns an empty Connections.
func NewConnections() Connections {
	return Connections{byKey: newKeyIndex(), others: map[scenarios.Key][]*Connection{}}
}

// Len returns the number of compatibility connections.
func (s *Connections) Len() int { return s.byKey.count }

// Find returns the compatibility connection of a key, or nil.
func (s *Connections) Find(key scenarios.Key) *Connection { return s.byKey.find(key) }

// Others returns the standard connections of a key.
func (s *Connections) Others(key scenarios.Key) []*Connection { return s.others[key] }

// Add remembers a compatibility connection. It returns the one that is forgotten to make room, or nil. One that was
// saved keeps its number.
func (s *Connections) Add(made *Connection) (forgotten *Connection) {
	s.count = max(s.count+1, made.Sequence)
	made.Sequence = s.count
	s.byKey.add(made)
	s.order = append(s.order, made)
	s.index(made)
	for len(s.order)-s.next > maxConnections && forgotten == nil {
		oldest := s.order[s.next]
		s.order[s.next] = nil
		s.next++
		if oldest.Stored != nil || len(s.others[oldest.Key]) > 0 {
			s.written = append(s.written, oldest)
			continue
		}
		forgotten = oldest
		forgotten.Forgotten = true
		s.drop(oldest)
	}
	if s.next > maxConnections { // half of the list is forgotten
		s.order, s.next = slices.Clone(s.order[s.next:]), 0
	}
	return forgotten
}

// AddOther remembers a standard connection.
func (s *Connections) AddOther(made *Connection) {
	if first := s.byKey.find(made.Key); first != nil {
		made.Sequence = first.Sequence
	}
	s.others[made.Key] = append(s.others[made.Key], made)
}

// RemoveOther removes a standard connection.
func (s *Connections) RemoveOther(old *Connection) {
	old.Forgotten = true
	s.others[old.Key] = slices.DeleteFunc(s.others[old.Key], func(other *Connection) bool { return other == old })
}

// RemoveOthers removes the standard connections of the keys for which is reports true, and returns them.
func (s *Connections) RemoveOthers(is func(scenarios.Key) bool) (removed []*Connection) {
	for key, others := range s.others {
		if is(key) {
			removed = append(removed, others...)
			delete(s.others, key)
		}
	}
	for _, old := range removed {
		old.Forgotten = true
	}
	return removed
}

// index puts a connection before those of its owner that were seen before it.
func (s *Connections) index(made *Connection) {
	if s.byOwner != nil {
		owner := ownerOf(made.Key)
		made.sibling = s.byOwner[owner]
		s.byOwner[owner] = made
	}
}

func (s *Connections) drop(old *Connection) {
	s.Dropped++
	s.byKey.remove(old)
	if s.byOwner == nil {
		return
	}
	owner := ownerOf(old.Key)
	newer := s.byOwner[owner]
	if newer == old {
		s.byOwner[owner] = old.sibling
		if old.sibling == nil {
			delete(s.byOwner, owner)
		}
		return
	}
	for newer.sibling != old {
		newer = newer.sibling
	}
	newer.sibling = old.sibling
}

// OfOwner returns the compatibility connections of the owner of a key, the oldest first.
func (s *Connections) OfOwner(key scenarios.Key) []*Connection { return s.of(ownerOf(key)) }

func (s *Connections) of(who owner) (list []*Connection) {
	if s.byOwner == nil {
		s.byOwner = make(map[owner]*Connection, s.byKey.count)
		for r := range s.After(0) {
			s.index(r)
		}
	}
	for r := s.byOwner[who]; r != nil; r = r.sibling {
		list = append(list, r)
	}
	slices.Reverse(list)
	return list
}

// After visits the compatibility connections that have a larger sequence number, in the order in which they were first
// seen.
func (s *Connections) After(sequence uint64) iter.Seq[*Connection] {
	after := func(list []*Connection) []*Connection {
		return list[sort.Search(len(list), func(i int) bool { return list[i].Sequence > sequence }):]
	}
	return func(yield func(*Connection) bool) {
		for _, list := range [][]*Connection{after(s.written), after(s.order[s.next:])} {
			for _, r := range list {
				if !yield(r) {
					return
				}
			}
		}
	}
}

// All returns the connections of a key: the compatibility connection, then the standard ones.
func (s *Connections) All(key scenarios.Key) []*Connection {
	if first := s.byKey.find(key); first != nil {
		return append([]*Connection{first}, s.others[key]...)
	}
	return nil
}

// Each visits every connection, standard ones after their compatibility connection.
func (s *Connections) Each(visit func(*Connection)) {
	for r := range s.After(0) {
		visit(r)
		for _, other := range s.others[r.Key] {
			visit(other)
		}
	}
}

// In visits the connections in a place.
func (s *Connections) In(place Place, visit func(*Connection)) {
	var candidates []*Connection
	switch {
	case !IsOfOneOwner(place):
		candidates = slices.Collect(s.After(0))
	case place.User != "":
		candidates = s.of(owner{user: place.User})
	default:
		candidates = s.of(owner{organization: place.Organization})
	}
	for _, r := range candidates {
		if place.Covers(r.Key) {
			visit(r)
			for _, other := range s.others[r.Key] {
				visit(other)
			}
		}
	}
}

// all returns all connections, standard ones after their compatibility connection.
func (s *Connections) all() []*Connection {
	all := make([]*Connection, 0, s.byKey.count+len(s.others))
	s.Each(func(r *Connection) { all = append(all, r) })
	return all
}

func pointersTo[T any](list []T) []*T {
	pointers := make([]*T, len(list))
	for i := range list {
		pointers[i] = &list[i]
	}
	return pointers
}
