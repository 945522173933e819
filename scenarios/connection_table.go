package scenarios

import (
	"hash/maphash"
	"iter"
	"sync"
	"time"
)

// Entry is what a file says about a connection.
type Entry struct {
	Scenario *Scenario     // in which the connection starts
	Age      time.Duration // how long Scenario has been in force when an environment begins
	Position Position
}

// connectionTable stores the connections of a file in its order, and finds them by their keys. A file can have a
// million: a slice of Connection and a map of keys would take three times the memory. The nil table is empty.
type connectionTable struct {
	blocks [][]storedConnection // all but the last are full; a single slice would be copied whenever it grows
	slots  []slot               // a hash table: a connection is in the first free slot from that of its hash on
	seed   maphash.Seed
	names  nameTable // of providers and organizations
	list   func() []Connection
}

// storedConnection is a Connection with two numbers of names in place of the names.
type storedConnection struct {
	Entry
	user                   string
	provider, organization uint32
}

// slot refers to a connection. Its hash is compared before the key, which is elsewhere in memory.
type slot struct {
	hash   uint32
	number uint32 // the index plus one; zero: the slot is empty
}

// blockSize is the number of connections in a block.
const blockSize = 1024

func newConnectionTable() *connectionTable {
	t := &connectionTable{seed: maphash.MakeSeed()}
	t.list = sync.OnceValue(func() []Connection {
		list := make([]Connection, 0, t.len())
		for one := range t.after(0) {
			list = append(list, one)
		}
		return list
	})
	return t
}

// len returns the number of connections.
func (t *connectionTable) len() int {
	if t == nil || len(t.blocks) == 0 {
		return 0
	}
	full := len(t.blocks) - 1
	return full*blockSize + len(t.blocks[full])
}

// at returns the connection with an index.
func (t *connectionTable) at(index int) *storedConnection {
	return &t.blocks[index/blockSize][index%blockSize]
}

func (t *connectionTable) key(c *storedConnection) Key {
	return Key{Provider: t.names.list[c.provider], User: c.user, Organization: t.names.list[c.organization]}
}

// after returns the connections without the first n.
func (t *connectionTable) after(n int) iter.Seq[Connection] {
	return func(yield func(Connection) bool) {
		for i := n; i < t.len(); i++ {
			c := t.at(i)
			if !yield(Connection{Key: t.key(c), Scenario: c.Scenario, Age: c.Age, Position: c.Position}) {
				return
			}
		}
	}
}

// find returns the entry of a connection, or nil.
func (t *connectionTable) find(key Key) *Entry {
	if t.len() == 0 {
		return nil
	}
	return t.entry(t.slot(key, t.hash(key)))
}

// entry returns the entry that a slot refers to, or nil.
func (t *connectionTable) entry(s *slot) *Entry {
	if s.number == 0 {
		return nil
	}
	return &t.at(int(s.number - 1)).Entry
}

func (t *connectionTable) hash(key Key) uint32 { return uint32(maphash.Comparable(t.seed, key)) }

// slot returns the slot of a connection. If the table does not contain the connection, the slot is empty.
func (t *connectionTable) slot(key Key, hash uint32) *slot {
	last := uint32(len(t.slots) - 1) // the number of slots is a power of two
	for i := hash & last; ; i = (i + 1) & last {
		s := &t.slots[i]
		if s.number == 0 || s.hash == hash && t.key(t.at(int(s.number-1))) == key {
			return s
		}
	}
}

// add appends a connection. If the table contains it already, add returns its entry, and changes nothing.
func (t *connectionTable) add(c Connection) (present *Entry) {
	t.makeRoom()
	hash := t.hash(c.Key)
	free := t.slot(c.Key, hash)
	if present = t.entry(free); present != nil {
		return present
	}
	if t.len()%blockSize == 0 {
		t.blocks = append(t.blocks, nil)
		if len(t.blocks) > 1 { // the first block grows, because most files have few connections
			t.blocks[len(t.blocks)-1] = make([]storedConnection, 0, blockSize)
		}
	}
	block := &t.blocks[len(t.blocks)-1]
	*block = append(*block, storedConnection{
		Entry: Entry{c.Scenario, c.Age, c.Position}, user: c.User,
		provider: t.names.number(c.Provider), organization: t.names.number(c.Organization),
	})
	*free = slot{hash, uint32(t.len())}
	return nil
}

// makeRoom doubles the slots if three quarters of them are taken, because a full table is slow to search.
func (t *connectionTable) makeRoom() {
	if 4*t.len() < 3*len(t.slots) {
		return
	}
	before := t.slots
	t.slots = make([]slot, max(8, 2*len(before)))
	last := uint32(len(t.slots) - 1)
	for _, one := range before {
		i := one.hash & last
		for t.slots[i].number > 0 {
			i = (i + 1) & last
		}
		if one.number > 0 {
			t.slots[i] = one
		}
	}
}

// nameTable stores one copy of each name that many connections share.
type nameTable struct {
	list   []string
	recent map[string]uint32 // indexes into list
}

// maxRecent is the number of names that nameTable remembers. A name that comes again later is stored again, which costs
// less than to remember each if every connection has an organization of its own.
const maxRecent = 4096

// number returns the index of a name.
func (t *nameTable) number(name string) uint32 {
	if number, ok := t.recent[name]; ok {
		return number
	}
	if t.recent == nil || len(t.recent) == maxRecent {
		t.recent = map[string]uint32{}
	}
	number := uint32(len(t.list))
	t.list = append(t.list, name)
	t.recent[name] = number
	return number
}
