package control

import (
	"time"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// Clock is the environment's time.
type Clock struct {
	Now    string `json:"now"`
	Frozen bool   `json:"frozen"` // whether it stands still
}

func clockOf(c Call) Clock {
	now, frozen := c.Environment.Time()
	return Clock{pipes.Timestamp(now), frozen}
}

// GetClock tells the environment's time.
func GetClock(c Call) (any, error) { return clockOf(c), nil }

// PutClock sets it, and lets it stand still or run.
func PutClock(c Call) (any, error) {
	object, err := c.object("now", "frozen")
	if err != nil {
		return nil, err
	}
	now, frozen := object.Date("now"), object.Bool("frozen")
	if err := object.Err(); err != nil {
		return nil, err
	}
	if now == nil && frozen == nil {
		object.Wrong("now", "required", `write {"now": "2026-01-15T12:00:00Z"}, {"frozen": true}, or both`)
	} else if !c.Environment.SetClock(now, frozen) {
		object.Wrong("now", "invalid", "now is more than a hundred years from the start, and dates must stay such that clients can read them")
	}
	return clockOf(c), object.Err()
}

// PostAdvance moves it by a duration, forwards or backwards.
func PostAdvance(c Call) (any, error) {
	object, err := c.object("by")
	if err != nil {
		return nil, err
	}
	text := object.Word("by", true)
	by := time.Duration(0)
	if object.Err() == nil {
		if by, err = scenarios.ParseDuration(text); err != nil {
			object.Wrong("by", "invalid", "by %s", err)
		} else if !c.Environment.Advance(by) {
			object.Wrong("by", "invalid", "by leads more than a hundred years from the start, and dates must stay such that clients can read them")
		}
	}
	return clockOf(c), object.Err()
}
