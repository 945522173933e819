package ui

import "example.com/pipesfake/fake/internal/clock"

// clockData is what the view of the clock shows.
type clockData struct {
	Now, Real string
	MS        int64 // the environment's time, from which the script of the page continues
	Frozen    bool
	Apart     string // how the clock differs from real time; empty means that it does not
	Next      *moment
	What      string // what happens at Next
}

func clockView(r Request) (any, error) {
	now, frozen := r.Environment.Time()
	data := clockData{
		Now: dated(now), MS: now.UnixMilli(), Real: dated(clock.RealNow()), Frozen: frozen, Apart: apart(now, frozen),
	}
	next, what := r.Environment.NextChange()
	data.Next, data.What = r.moment(next), what
	return data, nil
}
