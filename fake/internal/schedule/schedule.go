// Package schedule holds what is going to happen at times of an environment's clock, whether or not a call comes.
package schedule

import (
	"container/heap"
	"time"
)

// Timer is something that happens at a time.
type Timer struct {
	At    time.Time
	Do    func(at time.Time)
	order uint64 // among those of one time
	index int    // in the heap; done when it is not there
}

const done = -1

// Schedule holds timers, the next one first. The zero Schedule is empty.
type Schedule struct {
	OnSooner func() // called when an added timer is the next one; may be nil

	timers timers
	count  uint64
}

// Add schedules do for a time.
func (s *Schedule) Add(at time.Time, do func(at time.Time)) *Timer {
	s.count++
	made := &Timer{At: at, order: s.count, Do: do}
	heap.Push(&s.timers, made)
	if made.index == 0 && s.OnSooner != nil {
		s.OnSooner()
	}
	return made
}

// Cancel removes a timer. It does nothing if the timer is nil, or not in the schedule any more.
func (s *Schedule) Cancel(one *Timer) {
	if one != nil && one.index != done {
		heap.Remove(&s.timers, one.index)
	}
}

// IsDue reports whether the next timer is due at a time.
func (s *Schedule) IsDue(now time.Time) bool { return s.Len() > 0 && !now.Before(s.timers[0].At) }

// Len returns the number of timers.
func (s *Schedule) Len() int { return len(s.timers) }

// Next returns when the next timer is due, or the zero time if there is none.
func (s *Schedule) Next() time.Time {
	if s.Len() == 0 {
		return time.Time{}
	}
	return s.timers[0].At
}

// Pop removes the next timer, and returns it. The schedule must not be empty.
func (s *Schedule) Pop() *Timer { return heap.Pop(&s.timers).(*Timer) }

// timers is a heap.
type timers []*Timer

func (t timers) Len() int { return len(t) }

func (t timers) Less(i, j int) bool {
	if !t[i].At.Equal(t[j].At) {
		return t[i].At.Before(t[j].At)
	}
	return t[i].order < t[j].order
}

func (t timers) Swap(i, j int) {
	t[i], t[j] = t[j], t[i]
	t[i].index, t[j].index = i, j
}

func (t *timers) Push(x any) {
	x.(*Timer).index = len(*t)
	*t = append(*t, x.(*Timer))
}

func (t *timers) Pop() any {
	last := (*t)[len(*t)-1]
	*t = (*t)[:len(*t)-1]
	last.index = done
	return last
}
