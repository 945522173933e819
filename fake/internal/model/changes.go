package model

import "example.com/pipesfake/fake/internal/listing"

// Changes is what happened since a cursor: the last of it, the oldest first.
type Changes struct {
	Switches                       []Switch
	Events                         []*Event
	EarlierSwitches, EarlierEvents uint64 // how many more there were, before those
	Until                          Cursor
}

// ChangesSince returns the switches and events since a cursor, up to limit of each. What a reset or a restore put in
// place is not among them.
func (e *Environment) ChangesSince(since Cursor, limit int) (c Changes) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.advanceAndEmit()
	if since.start != e.baseline.start {
		since = e.baseline
	}
	c.Until = e.cursor()
	c.Switches = e.state.Switches.Since(since.switches, limit)
	events := e.state.Events[listing.Index(e.state.Events, since.events+1):]
	c.Events = append(c.Events, events[max(0, len(events)-limit):]...)
	c.EarlierSwitches = c.Until.switches - since.switches - uint64(len(c.Switches))
	c.EarlierEvents = c.Until.events - since.events - uint64(len(c.Events))
	return c
}

func (e *Environment) cursor() Cursor {
	return Cursor{e.state.LastSwitch, e.state.EventCount, e.baseline.start}
}

// setBaseline notes that nothing before is news any more.
func (e *Environment) setBaseline() {
	e.baseline.start++
	e.baseline = e.cursor()
}
