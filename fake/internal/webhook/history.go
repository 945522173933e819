package webhook

import (
	"cmp"
	"slices"
)

// maxFinished is how many ended deliveries are remembered: delivered ones, and as many dead or dropped ones.
const maxFinished = 1_000

// finish remembers a delivery that has ended, and wakes whoever waits for one.
func (c *Sender) finish(d *Delivery) {
	c.ended++
	d.over = c.ended
	if d.State == Delivered {
		c.done = remember(c.done, d)
	} else {
		c.dead = remember(c.dead, d)
	}
	if c.waiting != nil {
		close(c.waiting)
		c.waiting = nil
	}
}

// remember appends a delivery to a list. It forgets the oldest ones in one step once the list is twice as long as it
// has to be, so that a delivery costs the same however many there are.
func remember(list []*Delivery, d *Delivery) []*Delivery {
	list = append(list, d)
	if len(list) <= 2*maxFinished {
		return list
	}
	return slices.Clone(list[len(list)-maxFinished:])
}

// List returns up to limit deliveries for which keep reports true, the newest first, and how many there are in all.
// It looks at all pending ones, and at the last ones that have ended.
func (c *Sender) List(limit int, keep func(*Delivery) bool) (list []Delivery, count int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var kept []*Delivery
	add := func(all []*Delivery) {
		for _, d := range all {
			if keep(d) {
				kept = append(kept, d)
			}
		}
	}
	add(c.done)
	add(c.dead)
	for _, q := range c.queues {
		add(q.list)
	}
	slices.SortFunc(kept, func(a, b *Delivery) int { return byNumber(b, a) })
	for _, d := range kept[:min(limit, len(kept))] {
		list = append(list, d.copied())
	}
	return list, len(kept)
}

// FinishedSince returns the deliveries that ended after the first so many, at most the last limit, in the order in
// which they ended; and how many have ended by now.
func (c *Sender) FinishedSince(after uint64, limit int) (list []Delivery, now uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, all := range [][]*Delivery{c.done, c.dead} {
		for _, d := range all[max(0, len(all)-limit):] {
			if d.over > after {
				list = append(list, d.copied())
			}
		}
	}
	slices.SortFunc(list, func(a, b Delivery) int { return cmp.Compare(a.over, b.over) })
	return list[max(0, len(list)-limit):], c.ended
}

// Finished returns a channel that is closed when the next delivery ends.
func (c *Sender) Finished() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waiting == nil {
		c.waiting = make(chan struct{})
	}
	return c.waiting
}
