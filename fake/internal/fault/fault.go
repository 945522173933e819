// Package fault breaks answers on purpose. A fault that is laid strikes calls; a strike breaks the answer of
// one. What a fault may say stands in package scenarios.
package fault

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"example.com/pipesfake/scenarios"
)

// Call is what a fault looks at.
type Call struct {
	Operation string
	Key       scenarios.Key // as far as the call names it
	APIKey    string
	Now       time.Time // of the environment
	InOrder   bool      // a webhook that is late already, or came before a late one: another late fault passes it by
}

// Active is a fault that lies over answers, and what it has done.
type Active struct {
	scenarios.Fault
	ID      string // fault_1, or the step of a script
	Matches int    // how many calls
	Tries   int    // how many it might have struck
	Buckets buckets
}

// Clone shares nothing that changes.
func (l Active) Clone() *Active {
	l.Buckets = l.Buckets.clone()
	return &l
}

// Match is a fault that struck a call: the answer breaks.
type Match struct {
	scenarios.Fault
	By         string        // the fault's ID
	Where      string        // in the file; empty: a call laid it
	Count      int           // which of its strikes this is, from one
	Wait       time.Duration // the delay in real time, drawn
	RetryAfter int           // seconds, of a rate limit
}

// Draw is a number from 0 to below 1 that derives from what names it.
type Draw func(names ...string) float64

// Try tells whether the fault strikes a call that it is about, nil: it does not.
func (l *Active) Try(c Call, draw Draw) *Match {
	l.Tries++
	chance := func(of string) float64 { return draw("fault", l.ID, of, strconv.Itoa(l.Tries)) }
	if p := l.Probability; p != 0 && chance("probability") >= p {
		return nil
	}
	s := &Match{Fault: l.Fault, By: l.ID, Wait: l.Delay.Min}
	if l.RateLimit != nil {
		wait := l.Buckets.take(*l.RateLimit, c)
		if wait == 0 {
			return nil
		}
		s.RetryAfter = int((wait + time.Second - 1) / time.Second)
	}
	if spread := l.Delay.Max - l.Delay.Min; spread > 0 {
		s.Wait += time.Duration(chance("delay") * float64(spread))
	}
	l.Matches++
	s.Count = l.Matches
	return s
}

// about tells whether a call is one that the fault is about. A place without an organization, or owned by
// one, is only of calls that name a connection.
func (l *Active) about(c Call) bool {
	if l.Late && c.InOrder {
		return false
	}
	return (l.Operation == c.Operation || l.Operation == "" && c.Operation != scenarios.Webhooks) && l.Covers(c.Key) &&
		(!l.NoOrganization || c.Key.User != "") && (!l.Shared || c.Key.Organization != "")
}

// Faults holds the active faults of an environment. The zero Faults has none.
type Faults struct {
	Active []*Active `json:"Laid,omitempty"` // the oldest first
	Count  int       // how many there were
}

// Max is how many faults can lie at once.
const Max = scenarios.MaxFaults

// Add lays one over those that there are, and tells whether there was room.
func (f *Faults) Add(made scenarios.Fault) (Active, bool) {
	if len(f.Active) >= Max {
		return Active{}, false
	}
	f.Count++
	laid := &Active{Fault: made, ID: fmt.Sprintf("fault_%d", f.Count)}
	f.Active = append(f.Active, laid)
	return *laid, true
}

// Clone returns a copy that shares nothing that changes.
func (f *Faults) Clone() Faults {
	made := Faults{Count: f.Count}
	for _, one := range f.Active {
		made.Active = append(made.Active, one.Clone())
	}
	return made
}

// Remove takes one away, and tells whether it was there: one that struck as often as it should is not.
func (f *Faults) Remove(id string) bool {
	before := len(f.Active)
	f.Active = slices.DeleteFunc(f.Active, func(one *Active) bool { return one.ID == id })
	return len(f.Active) < before
}

// RemoveAll takes all away, and tells how many there were.
func (f *Faults) RemoveAll() int {
	lifted := len(f.Active)
	f.Active = nil
	return lifted
}

// All are those that lie, the oldest first.
func (f *Faults) All() []Active {
	all := make([]Active, len(f.Active))
	for i, one := range f.Active {
		all[i] = *one
	}
	return all
}

// None tells whether none lies.
func (f *Faults) None() bool { return len(f.Active) == 0 }

// Strike finds the fault that strikes a call: the newest one that is about it, and does. Nil: none.
func (f *Faults) Strike(c Call, draw Draw) *Match {
	for _, one := range slices.Backward(f.Active) {
		if !one.about(c) {
			continue
		}
		if struck := one.Try(c, draw); struck != nil {
			if one.Times > 0 && one.Matches == one.Times {
				f.Remove(one.ID)
			}
			return struck
		}
	}
	return nil
}
