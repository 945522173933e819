package environment

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/scenarios"
)

// saving records which state of an environment the store has. It is locked while the environment is being saved.
type saving struct {
	mu                        sync.Mutex
	isKept                    bool // the store has the environment; otherwise everything is saved next
	isGone                    bool // the environment was dropped, and must not be saved any more
	revision, journalRevision uint64
	sums                      map[string][sha256.Size]byte // of the parts that are encoded each time
	events                    atomic.Uint64                // the number of the last event that is saved
	requests                  savedRequests
}

// change is what is to be saved of an environment.
type change struct {
	isWhole bool
	put     map[string][]byte
	remove  []string
	events  uint64 // how many there were
}

// leaveOutUnchanged removes the parts that are the same as when they were last saved. It looks at those that are
// encoded each time; the names of the others have a slash.
func (s *saving) leaveOutUnchanged(put map[string][]byte) {
	for name, text := range put {
		if strings.Contains(name, "/") {
			continue
		}
		sum := sha256.Sum256(text)
		if s.sums[name] == sum {
			delete(put, name)
		}
		s.sums[name] = sum
	}
}

// readPart reads a part, if it is there.
func readPart(parts map[string][]byte, name string, to any) error {
	text, exists := parts[name]
	if !exists {
		return nil
	}
	if err := json.Unmarshal(text, to); err != nil {
		return model.DamagedError{What: fmt.Sprintf("the part %s: %s", name, err)}
	}
	return nil
}

// isTried reports whether a set differs from the registry's own one.
func isTried(set, own *scenarios.Set) bool { return set != own && set.Digest() != own.Digest() }
