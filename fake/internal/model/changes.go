package model

import "sort"

// Cursor is how far somebody knows what happened. The zero Mark is the beginning.
type Cursor struct {
	switches, events uint64 // how many there were
	beginning        uint64 // that they count from: a reset and a restore make another
}

// Changes is what happened since a mark: the last of it, the oldest first.
type Changes struct {
	Switches                       []Switch
	Events                         []*Event
	EarlierSwitches, EarlierEvents uint64 // how many more there were, before those
	Until                          Cursor
}

// ChangesSince are the switches and events since a mark, up to most of each. What a reset or a restore put in place is none.
func (e *Environment) ChangesSince(since Cursor, most int) (n Changes) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.upToNow()
	if since.beginning != e.baseline.beginning {
		since = e.baseline
	}
	n.Until = e.mark()
	order := e.switches.order
	order = order[sort.Search(len(order), func(i int) bool { return order[i].Number > since.switches }):]
	for _, one := range order[max(0, len(order)-most):] {
		n.Switches = append(n.Switches, *one)
	}
	events := e.log.events[from(e.log.events, since.events+1):]
	n.Events = append(n.Events, events[max(0, len(events)-most):]...)
	n.EarlierSwitches = n.Until.switches - since.switches - uint64(len(n.Switches))
	n.EarlierEvents = n.Until.events - since.events - uint64(len(n.Events))
	return n
}

func (e *Environment) mark() Cursor {
	return Cursor{e.switches.last, e.log.count, e.baseline.beginning}
}

// setBaseline marks that nothing before is news any more.
func (e *Environment) setBaseline() {
	e.baseline.beginning++
	e.baseline = e.mark()
}
