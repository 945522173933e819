package webhook

import (
	"time"

	"example.com/pipesfake/fake/internal/fault"
)

// waits returns how long to wait before each attempt, in real time.
func waits() []time.Duration {
	return []time.Duration{0, 100 * time.Millisecond, 500 * time.Millisecond, 2 * time.Second}
}

// plan says how a delivery is attempted.
type plan struct {
	waits         []time.Duration // before each attempt, in real time
	isTwice       bool            // it is sent once more after the endpoint took it
	isBadlySigned bool
	fault         string // the fault that breaks it; empty means none
}

// planOf returns the plan of a delivery that a fault breaks, or that none breaks if matched is nil. That a delivery is
// late is not part of its plan: the one after it goes first, and then it has a plan without that.
func planOf(matched *fault.Match) plan {
	p := plan{waits: waits()}
	if matched == nil {
		return p
	}
	for i := range p.waits {
		p.waits[i] += matched.Wait
	}
	p.isTwice, p.isBadlySigned, p.fault = matched.Duplicate, matched.BadSignature, matched.String()
	return p
}

// secretToSign returns the secret that signs the delivery to an endpoint.
func (p plan) secretToSign(endpointSecret string) string {
	if p.isBadlySigned {
		return endpointSecret + "_which_is_wrong"
	}
	return endpointSecret
}
