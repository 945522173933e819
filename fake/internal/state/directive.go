package state

import (
	"time"

	"example.com/pipesfake/scenarios"
)

// Directive is a write through the API: from then on it decides on what it concerns, until a newer directive does. The
// switches are directives, too; all are numbered together.
type Directive struct {
	At       time.Time
	State    scenarios.State
	Call     string    // what was done: "imported"
	Sequence uint64    // its number among all directives; those of the file come before every other
	Rewinds  uint64    `json:"Backs"`     // how often the clock had been set back
	Expires  time.Time `json:",omitzero"` // the date that was given, or zero
}
