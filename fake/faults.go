package fake

import (
	"example.com/pipesfake/fake/internal/fault"
	"example.com/pipesfake/internal/narrow"
	"example.com/pipesfake/scenarios"
)

// Fault is a way to break responses or webhook deliveries, or to delay them, or both: give one way, and a Delay beside
// it if you like. The zero value of a field means that it is left out. Package scenarios declares the type:
//
//	type Fault struct {
//		Status       int           // of the response, 200 to 599
//		RetryAfter   *int          // with Status: the header Retry-After, in seconds
//		Body         *string       // with Status: the body; nil: the one that WorkOS sends
//		RateLimit    *RateLimit    // calls that exceed it get 429
//		Delay        Delay         // how long the response is held back, in real time
//		Hang         bool          // no response until the client closes the connection
//		Reset        bool          // the connection is reset (RST)
//		Empty        bool          // the connection is closed without a byte
//		Truncate     bool          // the connection is closed in the middle of the body
//		Malformed    bool          // the body is not JSON
//		ContentType  string        // sent in place of application/json
//		Drip         time.Duration // over which the body is sent, piece by piece, in real time
//		OffContract  string        // unknown_enum, extra_fields, missing_field or wrong_null
//		Duplicate    bool          // a webhook is delivered twice
//		Late         bool          // a webhook is delivered after the next one
//		BadSignature bool          // the signature of a webhook is wrong
//		Operation    string        // such as token, or webhook for deliveries; empty: any
//		Place                      // which connections; the places beside a Fault narrow it
//		Times        int           // how many calls it applies to; 0: any number
//		Probability  float64       // that it applies to a call; 0 means 1
//		Position     Position      // of a fault in a scenario file; leave it out
//	}
type Fault = scenarios.Fault

// RateLimit is a Fault.RateLimit: it lets a number of calls through per duration of the environment's clock, and
// responds to the others with 429. Package scenarios declares the type:
//
//	type RateLimit struct {
//		Requests int           // how many calls get through at once
//		Per      time.Duration // in which as many are let through again
//		By       string        // key (also when empty) or user: which calls are counted together
//	}
type RateLimit = scenarios.RateLimit

// Delay is a Fault.Delay: how long a response is held back, in real time. Package scenarios declares the type:
//
//	type Delay struct {
//		Min time.Duration // the shortest delay; zero if left out
//		Max time.Duration // the longest delay, at most an hour; equal to Min for the same delay each time
//	}
type Delay = scenarios.Delay

// Fault adds a fault for all calls, or for those about the connections of the places. If several faults match a call,
// the last one applies. A fault is removed when it has applied f.Times times, when remove is called, or at the next
// Reset.
func (e *Environment) Fault(f Fault, places ...Place) (remove func()) {
	e.t.Helper()
	var added fault.Active
	err := narrow.To(&f.Place, places)
	if err == nil {
		if problems := f.Check(); len(problems) > 0 {
			err = problems
		} else {
			added, err = e.open().AddFault(f)
		}
	}
	if err != nil {
		e.t.Fatalf("pipesfake: %s", mistake(err))
		return func() {}
	}
	return func() { _ = e.open().RemoveFault(added.ID, added.Serial) } // an error means that it is gone already
}

// Faults returns the faults in force, the oldest first: those that Fault or a control call added, and those of the
// scenario file.
func (e *Environment) Faults() []Fault {
	active, _ := e.open().Faults()
	faults := make([]Fault, len(active))
	for i, one := range active {
		faults[i] = one.Fault
	}
	return faults
}

// RemoveFaults removes all faults, including those of the scenario file, until the next Reset. Faults that are steps of
// a scenario stay.
func (e *Environment) RemoveFaults() { e.open().RemoveFaults() }
