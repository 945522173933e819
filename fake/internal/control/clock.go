package control

import (
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/internal/fields"
)

// Clock is the environment's time.
type Clock struct {
	Now    string `json:"now"`
	Frozen bool   `json:"frozen"` // whether it stands still
}

func (c Call) clock() Clock {
	now, frozen := c.Environment.Time()
	return Clock{pipes.Timestamp(now), frozen}
}

// GetClock returns the environment's time.
func GetClock(c Call) (any, error) { return c.clock(), nil }

// tooFar is why the clock cannot be set.
const tooFar = " more than a hundred years from the start, and dates must stay such that clients can read them"

// PutClock sets the clock, freezes it, or lets it run.
func PutClock(c Call) (any, error) {
	r, err := openBody(c, clockBody())
	if err != nil {
		return nil, err
	}
	var request clockRequest
	clockBody().Fill(&r.Reader, r.Values, &request)
	if err := r.err(); err != nil {
		return nil, err
	}
	if request.now == nil && request.frozen == nil {
		r.MistakeOf(fields.Missing, r.root, "now",
			`write {"now": "2026-01-15T12:00:00Z"}, {"frozen": true}, or both`)
	} else if !c.Environment.SetClock(request.now, request.frozen) {
		r.Mistake(r.root, "now", "now is"+tooFar)
	}
	return c.clock(), r.err()
}

// PostAdvance moves the clock by a duration, forwards or backwards.
func PostAdvance(c Call) (any, error) {
	r, err := openBody(c, advanceBody())
	if err != nil {
		return nil, err
	}
	var request advanceRequest
	advanceBody().Fill(&r.Reader, r.Values, &request)
	if err := r.err(); err != nil {
		return nil, err
	}
	if !c.Environment.Advance(request.by) {
		r.Mistake(r.root, "by", "by leads"+tooFar)
	}
	return c.clock(), r.err()
}
