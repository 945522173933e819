package state

import "fmt"

// part is what is saved under a name of its own.
type part interface{ partName() string }

// The beginnings of the names of parts of which there can be many. Names sort in the order of what they name.
const (
	connectionParts = "connection/"
	switchParts     = "switch/"
	consentParts    = "consent/"
	eventParts      = "event/"
)

func numberedPart(kind string, number uint64) string { return fmt.Sprintf("%s%012d", kind, number) }

// notes says what of a state changed since it was last taken to be saved, as far as there can be much of it: what there
// is little of is saved whole. The zero notes are of a state that nobody saves, and stay empty.
type notes struct {
	isKept     bool
	isWhole    bool // everything is to be saved
	changed    map[part]struct{}
	gone       map[string]struct{} // names of parts
	firstEvent uint64              // the number of the oldest event that is saved
	lastEvent  uint64              // the number of the newest event that is saved
}

// touch notes that something was added or changed.
func (n *notes) touch(p part) {
	if n.isKept {
		n.changed[p] = struct{}{}
	}
}

// drop notes that something is no longer there.
func (n *notes) drop(p part) {
	if n.isKept {
		delete(n.changed, p)
		n.gone[p.partName()] = struct{}{}
	}
}
