package state

import (
	"slices"
	"sort"
	"time"

	"example.com/pipesfake/scenarios"
)

// Switches holds the switches, so that the last one that covers a connection is found by looking at one place of each
// shape in use: a dozen look-ups at the most, however many switches there are.
type Switches struct {
	order  []*Switch // the oldest first, with some that are gone
	gone   int       // how many of them are
	places map[Place][]*Switch
	inUse  [shapes]int // how many places of each shape have switches

	called     int // how many switches in force were made by calls, not by the file
	inlineSize int // of their inline scenarios, in bytes
}

// The limits of the switches that calls make in an environment. What the file says is not bounded by this.
const (
	MaxSwitches   = 100_000
	MaxInlineSize = 16 << 20 // of the inline scenarios of all switches, in bytes
	maxPerPlace   = 100      // switches of one place that are kept to be taken back
)

// NewSwitches returns an empty Switches.
func NewSwitches() Switches { return Switches{places: map[Place][]*Switch{}} }

// Add adds the newest switch, which has a number already. It returns the one that is removed to make room in its place,
// or nil.
func (s *Switches) Add(made *Switch) (removed *Switch) {
	if made.isOfCall() {
		if made.inline == 0 {
			made.inline = inlineSize(made.Scenario.Scenario)
		}
		s.called++
		s.inlineSize += made.inline
	}
	s.order = append(s.order, made)
	stack := s.places[made.Place]
	if len(stack) == 0 {
		s.inUse[shapeOf(made.Place)]++
	}
	s.places[made.Place] = append(stack, made)
	if len(stack) == maxPerPlace {
		removed = stack[0]
		s.Remove(removed)
	}
	return removed
}

// Remove removes a switch.
func (s *Switches) Remove(old *Switch) {
	old.Gone = true
	if old.isOfCall() {
		s.called--
		s.inlineSize -= old.inline
	}
	stack := slices.DeleteFunc(s.places[old.Place], func(other *Switch) bool { return other == old })
	if s.places[old.Place] = stack; len(stack) == 0 {
		delete(s.places, old.Place)
		s.inUse[shapeOf(old.Place)]--
	}
	if s.gone++; s.gone > 100 && s.gone > len(s.order)/2 {
		s.order = slices.DeleteFunc(s.order, func(other *Switch) bool { return other.Gone })
		s.gone = 0
	}
}

// Len returns the number of switches in force.
func (s *Switches) Len() int { return len(s.order) - s.gone }

// IsFull reports whether calls made as many switches as they can.
func (s *Switches) IsFull() bool { return s.called >= MaxSwitches }

// HasRoomFor reports whether the inline scenario of a switch to be added leaves those of all calls within their limit.
// It stores the size in the switch, for Add.
func (s *Switches) HasRoomFor(made *Switch) bool {
	made.inline = inlineSize(made.Scenario.Scenario)
	return s.inlineSize+made.inline <= MaxInlineSize
}

// Covering returns the last switch that covers a connection, of those whose TTL ends after a time (zero: of all in
// force), or nil.
func (s *Switches) Covering(key scenarios.Key, after time.Time) (last *Switch) {
	for index, inUse := range s.inUse {
		if inUse == 0 {
			continue
		}
		place, ok := around(key, shape(index))
		if !ok {
			continue
		}
		stack := s.places[place]
		for len(stack) > 0 && !stack[len(stack)-1].Outlives(after) {
			stack = stack[:len(stack)-1]
		}
		if len(stack) > 0 && (last == nil || stack[len(stack)-1].Number > last.Number) {
			last = stack[len(stack)-1]
		}
	}
	return last
}

// IsCovered reports whether a newer switch covers all connections of a switch, so that it decides on none.
func (s *Switches) IsCovered(one *Switch) bool {
	own := shapeOf(one.Place)
	for i, inUse := range s.inUse {
		wider := shape(i)
		if inUse == 0 || wider&^own != 0 {
			continue
		}
		if stack := s.places[widened(one.Place, wider)]; len(stack) > 0 && stack[len(stack)-1].Number > one.Number {
			return true
		}
	}
	return false
}

// Newest lists the newest switches in force, up to limit, the newest first.
func (s *Switches) Newest(limit int) (newest []*Switch) {
	for i := len(s.order) - 1; i >= 0 && len(newest) < limit; i-- {
		if one := s.order[i]; !one.Gone {
			newest = append(newest, one)
		}
	}
	return newest
}

// All lists the switches in force themselves, the oldest first; InForce copies them.
func (s *Switches) All() (list []*Switch) {
	for _, one := range s.order {
		if !one.Gone {
			list = append(list, one)
		}
	}
	return list
}

// EndingBy lists the switches whose TTL ends by a time.
func (s *Switches) EndingBy(now time.Time) (list []*Switch) {
	for _, one := range s.order {
		if !one.Gone && !one.Outlives(now) {
			list = append(list, one)
		}
	}
	return list
}

// InForce returns copies of the switches in force, the oldest first.
func (s *Switches) InForce() []Switch {
	list, _ := s.After(0, len(s.order))
	return list
}

// After returns copies of up to limit switches in force that have a larger number, the oldest first, and reports
// whether there are more.
func (s *Switches) After(number uint64, limit int) (list []Switch, more bool) {
	order := s.order[s.indexAfter(number):]
	list = make([]Switch, 0, min(limit, len(order)))
	for _, one := range order {
		if one.Gone {
			continue
		}
		if len(list) == limit {
			return list, true
		}
		list = append(list, *one)
	}
	return list, false
}

// Since returns copies of up to limit of the newest switches that have a larger number, the oldest first. Some of them
// may not be in force any more.
func (s *Switches) Since(number uint64, limit int) (list []Switch) {
	order := s.order[s.indexAfter(number):]
	for _, one := range order[max(0, len(order)-limit):] {
		list = append(list, *one)
	}
	return list
}

func (s *Switches) indexAfter(number uint64) int {
	return sort.Search(len(s.order), func(i int) bool { return s.order[i].Number > number })
}
