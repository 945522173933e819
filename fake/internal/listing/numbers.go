package listing

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
)

// maxRemoved is how many IDs of removed items a list still finds its place by.
const maxRemoved = 10_000

// Numbers finds the number of an item by its ID. It remembers those of removed items, so that a client that deletes a
// page finds the next one by the ID that it has. The zero Numbers is empty. JSON holds it as an object.
type Numbers struct {
	byID    map[string]uint64
	removed []string // IDs of removed items, the one removed first before the others
}

// Add adds an item.
func (n *Numbers) Add(one Item) {
	if n.byID == nil {
		n.byID = map[string]uint64{}
	}
	n.byID[one.ListID()] = one.ListNumber()
}

// Remove notes that an item was removed. Of too many the first ones are forgotten.
func (n *Numbers) Remove(id string) {
	n.removed = append(n.removed, id)
	n.forgetRemoved()
}

// Undo forgets an item that was added last, as if it had never been there.
func (n *Numbers) Undo(one Item) { delete(n.byID, one.ListID()) }

// Find returns the number of an ID.
func (n *Numbers) Find(id string) (number uint64, known bool) {
	number, known = n.byID[id]
	return number, known
}

// Len returns how many IDs are known.
func (n *Numbers) Len() int { return len(n.byID) }

// Clone returns a copy.
func (n *Numbers) Clone() Numbers { return Numbers{maps.Clone(n.byID), slices.Clone(n.removed)} }

// Rebuild finds which of the numbers, as they were read from JSON, are of removed items: all but those of some items.
func Rebuild[T Item](n *Numbers, items []T) {
	present := map[string]bool{}
	for _, one := range items {
		present[one.ListID()] = true
	}
	n.removed = nil
	for id := range n.byID {
		if !present[id] {
			n.removed = append(n.removed, id)
		}
	}
	slices.SortFunc(n.removed, func(a, b string) int { return cmp.Compare(n.byID[a], n.byID[b]) })
	n.forgetRemoved()
}

func (n *Numbers) forgetRemoved() {
	for len(n.removed) > maxRemoved {
		delete(n.byID, n.removed[0])
		n.removed = n.removed[1:]
	}
}

// MarshalJSON returns the numbers by ID.
func (n Numbers) MarshalJSON() ([]byte, error) { return json.Marshal(n.byID) }

// UnmarshalJSON reads the numbers by ID; see Rebuild.
func (n *Numbers) UnmarshalJSON(text []byte) error {
	*n = Numbers{}
	return json.Unmarshal(text, &n.byID)
}
