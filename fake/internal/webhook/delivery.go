package webhook

import (
	"cmp"
	"slices"
	"time"

	"example.com/pipesfake/fake/internal/model"
)

// The states of a delivery.
const (
	Pending   = "pending"
	Delivered = "delivered"
	Dead      = "dead"    // all attempts failed
	Dropped   = "dropped" // its endpoint is gone or disabled
)

// Delivery is an event on its way to an endpoint.
type Delivery struct {
	Number   uint64 // counts from one
	Endpoint string // the ID of the endpoint
	URL      string
	Event    *model.Event
	State    string
	Why      string // why it is dead or dropped
	Attempts []Attempt
	Next     time.Time // when it is attempted again, in real time; zero means that it is not

	inOrder bool   // it was late already, or was sent before a late one; guarded by the lock, because lists copy it
	over    uint64 // the number of deliveries that had ended when it ended; zero means that it has not ended
}

// Attempt is one attempt to deliver.
type Attempt struct {
	At     time.Time // real time
	Took   time.Duration
	Status int    // zero means that there was no response
	Error  string // empty means that the endpoint took the delivery
	Fault  string // the fault that broke it
}

// copied returns a copy that shares nothing that changes.
func (d *Delivery) copied() Delivery {
	made := *d
	made.Attempts = slices.Clone(d.Attempts)
	return made
}

func byNumber(a, b *Delivery) int { return cmp.Compare(a.Number, b.Number) }
