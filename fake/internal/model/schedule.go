package model

import (
	"container/heap"
	"time"
)

// timer is something that happens at an instant of the environment's time, whether or not a call comes.
type timer struct {
	at    time.Time
	order uint64 // among those of one instant
	do    func(at time.Time)
	index int // in the heap; gone when it is not there
}

const gone = -1

// schedule are what is going to happen, the next first.
type schedule struct {
	heap   timerHeap
	last   uint64
	sooner func() // called when another one is next
}

func (d *schedule) add(at time.Time, do func(at time.Time)) *timer {
	d.last++
	made := &timer{at: at, order: d.last, do: do}
	heap.Push(&d.heap, made)
	if made.index == 0 && d.sooner != nil {
		d.sooner()
	}
	return made
}

// cancel takes one away; nil, or one that happened, is fine.
func (d *schedule) cancel(one *timer) {
	if one != nil && one.index != gone {
		heap.Remove(&d.heap, one.index)
	}
}

// by tells whether something is due by an instant.
func (d *schedule) by(now time.Time) bool { return len(d.heap) > 0 && !now.Before(d.heap[0].at) }

func (d *schedule) next() *timer { return heap.Pop(&d.heap).(*timer) }

type timerHeap []*timer

func (h timerHeap) Len() int { return len(h) }
func (h timerHeap) Less(i, j int) bool {
	if !h[i].at.Equal(h[j].at) {
		return h[i].at.Before(h[j].at)
	}
	return h[i].order < h[j].order
}
func (h timerHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}
func (h *timerHeap) Push(x any) {
	x.(*timer).index = len(*h)
	*h = append(*h, x.(*timer))
}
func (h *timerHeap) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	last.index = gone
	return last
}
