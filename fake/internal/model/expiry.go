package model

import "time"

// progress is how far catchUp is in a jump of the clock.
type progress struct {
	until   time.Time
	changes int // that were made so far, events and other things that were due
	looks   int // at connections, for switches that ended
	covered *coverage
}

// Of more than maxChanges in a jump the rest happens at once, at its end. Loops of milliseconds could otherwise keep
// whoever calls after an advance by hours waiting. These take some 0.2 s, and so do maxLooks for ends of ttls that
// change nothing.
const (
	maxChanges = 100_000
	maxLooks   = 300_000
)

// isLong reports whether the rest of a jump in which so many changes are due is to happen at once.
func (p *progress) isLong(due int) bool { return p.changes > due+maxChanges || p.looks > maxLooks }

// coverage lists the records that each of some places covers. It is made in one pass over all records, however many
// the places are.
type coverage struct {
	index  map[Place]int
	lists  [][]*connection
	shapes []int // that the places have
}

func newCoverage(places map[Place]bool) *coverage {
	c := &coverage{index: make(map[Place]int, len(places)), lists: make([][]*connection, len(places))}
	var seen [shapes]bool
	for place := range places {
		c.index[place] = len(c.index)
		if shape := shapeOf(place); !seen[shape] {
			seen[shape] = true
			c.shapes = append(c.shapes, shape)
		}
	}
	return c
}

func (c *coverage) add(r *connection) {
	for _, shape := range c.shapes {
		if place, ok := around(r.key, shape); ok {
			if i, wanted := c.index[place]; wanted {
				c.lists[i] = append(c.lists[i], r)
			}
		}
	}
}

// endLater ends a switch when its ttl does.
func (e *Environment) endLater(one *Switch) {
	one.ending = e.schedule.add(one.EndsAt(), func(at time.Time) { e.endSwitches([]*Switch{one}, at) })
}

// endSwitches removes switches whose ttl ended, and tells of the connections that they decided on.
func (e *Environment) endSwitches(ended []*Switch, at time.Time) {
	e.MarkChanged()
	var decided []*connection
	for _, one := range ended {
		decided = append(decided, e.decidedBy(one)...)
	}
	for _, one := range ended {
		e.switches.remove(one)
	}
	for _, r := range decided {
		if e.emitIfChanged(r, at) != "" {
			e.progress.changes++
		}
	}
	e.progress.looks += len(decided)
}

// endingBy lists the switches whose ttl ends by an instant.
func (e *Environment) endingBy(now time.Time) (list []*Switch) {
	for _, one := range e.switches.order {
		if !one.gone && !one.outlives(now) {
			list = append(list, one)
		}
	}
	return list
}

// decidedBy lists the records that a switch decides on.
func (e *Environment) decidedBy(one *Switch) (decided []*connection) {
	if e.switches.isCovered(one) {
		return nil
	}
	for _, r := range e.coveredBy(one.Place) {
		if e.switchDeciding(r) == one {
			decided = append(decided, r)
		}
	}
	return decided
}

// coveredBy lists the records in the place of a switch whose ttl ends in the present jump.
func (e *Environment) coveredBy(place Place) (list []*connection) {
	if !isOfOneOwner(place) {
		if e.progress.covered == nil {
			e.progress.covered = e.coveredInJump()
		}
		if i, known := e.progress.covered.index[place]; known {
			return e.progress.covered.lists[i]
		}
	}
	e.connections.in(place, func(r *connection) { list = append(list, r) })
	return list
}

// coveredInJump lists the records in the places of all switches whose ttl ends in the present jump.
func (e *Environment) coveredInJump() *coverage {
	places := map[Place]bool{}
	for _, one := range e.endingBy(e.progress.until) {
		if !isOfOneOwner(one.Place) {
			places[one.Place] = true
		}
	}
	covered := newCoverage(places)
	e.connections.in(Place{}, covered.add)
	return covered
}

// switchDeciding returns the switch that decides on a record, or nil if something else does.
func (e *Environment) switchDeciding(r *connection) *Switch {
	last := e.switches.covering(r.key, time.Time{})
	if last == nil || r.account != nil && r.account.directive.sequence > last.sequence {
		return nil
	}
	if emptied := e.catalog.emptied(r.key); emptied != nil && emptied.sequence > last.sequence {
		return nil
	}
	return last
}

// isCovered reports whether a newer switch covers all connections of a switch, so that it decides on none.
func (s *switches) isCovered(one *Switch) bool {
	shape := shapeOf(one.Place)
	for wider, inUse := range s.inUse {
		if inUse == 0 || wider&^shape != 0 {
			continue
		}
		if stack := s.places[widened(one.Place, wider)]; len(stack) > 0 && stack[len(stack)-1].Number > one.Number {
			return true
		}
	}
	return false
}

// widened is a place that names only the parts of a shape.
func widened(p Place, shape int) Place {
	if shape&1 == 0 {
		p.Provider = ""
	}
	if shape&2 == 0 {
		p.User = ""
	}
	if shape&4 == 0 {
		p.Organization = ""
	}
	p.NoOrganization, p.Shared = p.NoOrganization && shape&8 != 0, p.Shared && shape&16 != 0
	return p
}
