// Package fault breaks responses on purpose. An active fault matches calls; a match breaks the response of one call.
// Package scenarios describes what a fault can be.
package fault

import (
	"strconv"
	"time"

	"example.com/pipesfake/scenarios"
)

// Call is what decides whether a fault matches.
type Call struct {
	Operation string
	Key       scenarios.Key // as far as the call names it
	APIKey    string
	Now       time.Time // of the environment
	InOrder   bool      // the call delivers a webhook that must keep its order, so that no fault makes it late
}

// Active is a fault that applies to calls, with its counts.
type Active struct {
	scenarios.Fault
	ID      string // fault_1, or the step of a script
	Serial  int    // counts the faults of the environment, also of before a reset, after which ids begin again
	Matches int    // how many calls it matched
	Tries   int    // how many calls it could have matched; each has draws of its own
	Buckets buckets
}

// Clone returns a copy that shares nothing that changes.
func (a Active) Clone() *Active {
	a.Buckets = a.Buckets.clone()
	return &a
}

// Match is a fault that matched a call, whose response it breaks.
type Match struct {
	scenarios.Fault
	By         string        // the fault's ID
	Where      string        // in the scenario file; empty for a fault that a call added
	Count      int           // which match of the fault this is, counted from one
	Wait       time.Duration // the delay in real time
	RetryAfter int           // of a rate limit, in seconds
}

// Draw returns a number of at least 0 and below 1 that derives from names.
type Draw func(names ...string) float64

// Try counts a call that the fault is about, and returns the match. It returns nil if the fault spares the call, by its
// probability or its rate limit.
func (a *Active) Try(c Call, draw Draw) *Match {
	a.Tries++
	drawFor := func(purpose string) float64 { return draw("fault", a.ID, purpose, strconv.Itoa(a.Tries)) }
	if a.Probability != 0 && drawFor("probability") >= a.Probability {
		return nil
	}
	match := &Match{Fault: a.Fault, By: a.ID, Wait: a.Delay.Min}
	if a.RateLimit != nil {
		wait := a.Buckets.take(*a.RateLimit, c)
		if wait == 0 {
			return nil
		}
		match.RetryAfter = roundUpToSeconds(wait)
	}
	if spread := a.Delay.Max - a.Delay.Min; spread > 0 {
		match.Wait += time.Duration(drawFor("delay") * float64(spread))
	}
	a.Matches++
	match.Count = a.Matches
	return match
}

// roundUpToSeconds makes sure that a client that waits as long as Retry-After says is not refused again.
func roundUpToSeconds(d time.Duration) int {
	return int((d + time.Second - 1) / time.Second)
}

// isAbout reports whether the fault is about a call. Faults without an operation are not about webhooks. A fault for
// connections without an organization, or for those that an organization owns, needs a call that names a connection.
func (a *Active) isAbout(c Call) bool {
	if a.Late && c.InOrder {
		return false
	}
	isOperation := a.Operation == c.Operation || a.Operation == "" && c.Operation != scenarios.Webhooks
	namesEnough := (!a.NoOrganization || c.Key.User != "") && (!a.Shared || c.Key.Organization != "")
	return isOperation && a.Covers(c.Key) && namesEnough
}
