package ui

import (
	"time"

	"example.com/pipesfake/fake/internal/clock"
)

// hands is the clock.
type hands struct {
	Now, Real string
	MS        int64 // the environment's time, for the page to go on from
	Frozen    bool
	Apart     string // how it is not real time; empty: it is
	Next      *moment
	What      string // happens next
}

func clockView(r Request) (any, error) {
	now, frozen := r.Environment.Time()
	h := hands{Now: dated(now), MS: now.UnixMilli(), Real: dated(clock.Wire()), Frozen: frozen, Apart: apart(now, frozen)}
	next, what := r.Environment.NextChange()
	h.Next, h.What = r.moment(next), what
	return h, nil
}

// dated is a time for people.
func dated(t time.Time) string { return t.UTC().Format(time.DateTime) + " UTC" }
