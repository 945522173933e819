package ui

import (
	"fmt"
	"html/template"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/pipes"
)

// moment is an instant of the environment's time that is still to come.
type moment struct {
	At     string
	Left   string // how long it is until then, in words
	MS     int64  // how long it is until then
	Frozen bool   // the clock is frozen, so the moment comes no nearer
}

// moment returns nil for the zero time.
func (r Request) moment(at time.Time) *moment {
	if at.IsZero() {
		return nil
	}
	now, frozen := r.Environment.Time()
	left := max(0, at.Sub(now))
	return &moment{pipes.Timestamp(at), stopwatch(left), left.Milliseconds(), frozen}
}

// HTML returns how long it is until the moment. The script of the page counts it down while the clock runs.
func (m moment) HTML() template.HTML {
	if m.Frozen {
		return template.HTML(m.Left + " after the clock runs again")
	}
	return template.HTML(fmt.Sprintf(`in <time datetime="%s" data-left="%d">%s</time>`, m.At, m.MS, m.Left))
}

// apart says how the clock differs from real time. It returns an empty text if it does not.
func apart(now time.Time, frozen bool) string {
	if frozen {
		return "frozen at " + dated(now)
	}
	ahead := now.Sub(clock.RealNow()).Round(time.Second)
	switch {
	case ahead > time.Second:
		return stopwatch(ahead) + " ahead of real time"
	case ahead < -time.Second:
		return stopwatch(-ahead) + " behind real time"
	}
	return ""
}

// stopwatch returns a duration as a stopwatch shows it, and in days from two days on.
func stopwatch(d time.Duration) string {
	seconds := int(d.Round(time.Second) / time.Second)
	switch {
	case seconds >= 2*24*3600:
		return fmt.Sprintf("%d days", seconds/(24*3600))
	case seconds >= 3600:
		return fmt.Sprintf("%d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
	}
	return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
}

// dated returns a time as people read it.
func dated(t time.Time) string { return t.UTC().Format(time.DateTime) + " UTC" }
