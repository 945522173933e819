package environment

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"example.com/pipesfake/fake/internal/journal"
)

// restoreRequests puts saved requests into an environment that has its state already. What is damaged is left out,
// which the log says when the requests are saved next.
func (e *Environment) restoreRequests(parts map[string][]byte) {
	r := &e.saving.requests
	r.chunks = map[string]bool{}
	for name := range parts {
		if strings.HasPrefix(name, requestParts) {
			r.chunks[name] = true
		}
	}
	head := requestsHead{Extent: journal.Extent{First: 1}}
	var known []string
	err := cmp.Or(readPart(parts, requestsPart, &head), readPart(parts, secretsPart, &known))
	e.AddSecrets(known)
	e.ContinueRequests(head.Requests)
	set := e.Scenarios()
	var entries []journal.Entry
	for _, name := range slices.Sorted(maps.Keys(r.chunks)) {
		read, damage := journal.ReadChunk(parts[name], set)
		if damage != nil {
			err = cmp.Or(err, fmt.Errorf("the part %s: %w", name, damage))
		}
		entries = append(entries, read...)
	}
	isWhole := e.Journal.Restore(head.Extent, entries)
	if err == nil && !isWhole {
		err = errors.New("some are missing")
	}
	r.cleared, r.last = head.Cleared, e.Journal.Extent().Last
	if err != nil {
		r.damage = err
		e.Journal.NoteUnsaved(e.Journal.Extent().First)
	}
}
