package state

import (
	"maps"
	"slices"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/listing"
)

// NoteUnsaved makes the state note what changes from now on. With isWhole everything is to be saved next.
func (s *State) NoteUnsaved(isWhole bool) {
	s.unsaved = notes{
		isKept: true, isWhole: isWhole, changed: map[part]struct{}{}, gone: map[string]struct{}{},
		firstEvent: s.EventCount + 1, lastEvent: s.EventCount,
	}
	if len(s.Events) > 0 {
		s.unsaved.firstEvent = s.Events[0].Count
	}
}

// Unsaved is what changed in a state. Its Saved has only the connections, switches, consents and events that changed,
// and Gone has the names of the parts that were removed. If it is whole, it has everything, and replaces all that was
// saved before.
type Unsaved struct {
	*Saved
	IsWhole bool
	Gone    []string
}

// TakeUnsaved returns copies of what changed since it was last called. What changes from then on is taken next.
func (s *State) TakeUnsaved(clock clock.Saved, now time.Time, requests uint64) *Unsaved {
	noted := s.unsaved
	s.NoteUnsaved(false)
	if noted.isWhole {
		return &Unsaved{Saved: s.Copy(clock, now, requests), IsWhole: true}
	}
	made := &Unsaved{Saved: s.copyHead(clock, now, requests)}
	for one := range noted.changed { // in any order: what is saved has names
		switch one := one.(type) {
		case *Connection:
			made.Records = append(made.Records, one)
		case *Switch:
			copied := *one
			made.InForce = append(made.InForce, &copied)
		case *Authorization:
			copied := *one
			made.Consents.order = append(made.Consents.order, &copied)
		}
	}
	made.Records = s.copiesOf(made.Records)
	made.Events = slices.Clone(s.Events[listing.Index(s.Events, noted.lastEvent+1):])
	for number := noted.firstEvent; number < s.unsaved.firstEvent && number <= noted.lastEvent; number++ {
		noted.gone[numberedPart(eventParts, number)] = struct{}{}
	}
	made.Gone = slices.Sorted(maps.Keys(noted.gone))
	return made
}

// copiesOf returns copies of connections as they are saved. Of what a connection points to, only runs ever change.
func (s *State) copiesOf(connections []*Connection) []*Connection {
	list := make([]Connection, len(connections))
	for i, r := range connections {
		copied := &list[i]
		*copied = *r
		h := r.history()
		h.Issued, h.Runs = slices.Collect(r.issuedTokens(s.Mint)), slices.Clone(h.Runs)
		for i, run := range h.Runs {
			h.Runs[i] = run.Clone()
		}
		copied.setHistory(h)
	}
	return pointersTo(list)
}
