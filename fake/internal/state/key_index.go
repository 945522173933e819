package state

import (
	"hash/maphash"

	"example.com/pipesfake/scenarios"
)

// keyIndex finds compatibility connections by their keys. A map with such keys would take five times the memory for its
// keys alone, and the garbage collector would have to follow three strings in each.
type keyIndex struct {
	seed   maphash.Seed
	byHash map[uint64]*Connection // the first of those whose keys have a hash; sameHash leads to the others
	count  int
}

func newKeyIndex() keyIndex {
	return keyIndex{seed: maphash.MakeSeed(), byHash: map[uint64]*Connection{}}
}

func (x *keyIndex) hash(key scenarios.Key) uint64 { return maphash.Comparable(x.seed, key) }

// find returns the connection of a key, or nil.
func (x *keyIndex) find(key scenarios.Key) *Connection {
	for r := x.byHash[x.hash(key)]; r != nil; r = r.sameHash {
		if r.Key == key {
			return r
		}
	}
	return nil
}

// add adds a connection whose key has none.
func (x *keyIndex) add(made *Connection) {
	hash := x.hash(made.Key)
	made.sameHash = x.byHash[hash]
	x.byHash[hash] = made
	x.count++
}

// remove removes a connection that was added.
func (x *keyIndex) remove(old *Connection) {
	hash := x.hash(old.Key)
	x.count--
	switch first := x.byHash[hash]; {
	case first == old && old.sameHash == nil:
		delete(x.byHash, hash)
	case first == old:
		x.byHash[hash] = old.sameHash
	default:
		for first.sameHash != old {
			first = first.sameHash
		}
		first.sameHash = old.sameHash
	}
}
