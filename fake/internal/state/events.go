package state

import (
	"slices"

	"example.com/pipesfake/fake/internal/listing"
)

// maxEvents is how many events are kept. Beyond it the oldest are forgotten.
const maxEvents = 100_000

// AddEvent adds an event to those that were emitted, and returns it with its number.
func (s *State) AddEvent(made Event) *Event {
	s.EventCount++
	made.Count, made.mint = s.EventCount, s.Mint
	made.IntegrationDeletions = s.Catalog.Deletions(made.Provider, OwnershipOf(made.Key))
	if s.Events = append(s.Events, &made); len(s.Events) > maxEvents+maxEvents/10 {
		s.Events = slices.Clone(s.Events[len(s.Events)-maxEvents:])
	}
	return &made
}

// EventByID returns an event that is still kept, or nil.
func (s *State) EventByID(id string) *Event {
	count, known := s.Mint.EventCount(id)
	i := listing.Index(s.Events, count)
	if known && i < len(s.Events) && s.Events[i].Count == count {
		return s.Events[i]
	}
	return nil
}
