package state

import "fmt"

// part is a piece of a state that is saved under its own name.
type part interface{ partName() string }

// The prefixes of the names of parts of which there can be many. Names sort in the order in which the parts were made.
const (
	connectionParts = "connection/"
	switchParts     = "switch/"
	consentParts    = "consent/"
	eventParts      = "event/"
)

func numberedPart(kind string, number uint64) string { return fmt.Sprintf("%s%012d", kind, number) }

// notes records which connections, switches, consents and events changed since the state was last taken to be saved.
// The rest of a state is small, and is saved whole each time. The zero notes record nothing, for a state
// that is not saved.
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
