package model

import (
	"slices"

	"example.com/pipesfake/fake/internal/listing"
)

// Events returns a page of the events that everything until now has caused.
func (e *Environment) Events(page Page, filter EventFilter) (Listed[*Event], error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.advanceAndEmit()
	return listing.Cut(e.state.Events, page, filter.Matches, e.state.Mint.EventCount)
}

// AllEvents returns the events that everything until now has caused, the oldest first.
func (e *Environment) AllEvents() []*Event {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.advanceAndEmit()
	return slices.Clone(e.state.Events)
}

// CountEvents counts those of the events that everything until now has caused for which is reports true.
func (e *Environment) CountEvents(is func(*Event) bool) (n int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.advanceAndEmit()
	for _, event := range e.state.Events {
		if is(event) {
			n++
		}
	}
	return n
}

// LastEvents returns the last n events, the oldest first.
func (e *Environment) LastEvents(n uint64) []*Event {
	e.mu.Lock()
	defer e.mu.Unlock()
	events := e.state.Events
	return slices.Clone(events[len(events)-min(int(n), len(events)):])
}

// Counts returns how many switches there were, and how many events.
func (e *Environment) Counts() (switches, events uint64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.advanceAndEmit()
	return e.state.LastSwitch, e.state.EventCount
}
