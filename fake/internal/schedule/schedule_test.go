package schedule

import (
	"fmt"
	"testing"
	"time"
)

func at(second int) time.Time { return time.Date(2026, 11, 26, 12, 0, second, 0, time.UTC) }

func TestTimersFireInOrder(t *testing.T) {
	t.Parallel()
	var s Schedule
	var fired []string
	add := func(second int, name string) *Timer {
		return s.Add(at(second), func(time.Time) { fired = append(fired, name) })
	}
	add(5, "five")
	add(3, "three, first")
	cancelled := add(4, "four")
	add(3, "three, second")
	s.Cancel(cancelled)
	s.Cancel(cancelled)
	s.Cancel(nil)
	if s.IsDue(at(2)) || !s.IsDue(at(3)) || !s.Next().Equal(at(3)) || s.Len() != 3 {
		t.Errorf("%d timers, the next one at %s", s.Len(), s.Next())
	}
	for s.Len() > 0 {
		next := s.Pop()
		next.Do(next.At)
		s.Cancel(next) // it is not there any more
	}
	if got := fmt.Sprint(fired); got != "[three, first three, second five]" {
		t.Errorf("fired: %s", got)
	}
	if s.IsDue(at(100)) || !s.Next().IsZero() {
		t.Error("an empty schedule has a timer")
	}
}

func TestOnSooner(t *testing.T) {
	t.Parallel()
	calls := 0
	s := Schedule{OnSooner: func() { calls++ }}
	if s.Add(at(5), nil); calls != 1 {
		t.Error("the first timer is the next one")
	}
	if s.Add(at(6), nil); calls != 1 {
		t.Error("a later timer is not the next one")
	}
	if s.Add(at(4), nil); calls != 2 {
		t.Error("an earlier timer is the next one")
	}
}
