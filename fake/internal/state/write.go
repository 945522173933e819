package state

import (
	"time"

	"example.com/pipesfake/scenarios"
)

// Write is a directive that a call of the Pipes API made, such as an import or a deletion. It decides on its connection
// until a newer directive does. Switches are the other directives: all are numbered together.
type Write struct {
	At       time.Time
	State    scenarios.State
	Call     string    // what was done: "imported"
	Sequence uint64    // its number among all directives; those of the file come before every other
	Rewinds  uint64    `json:"Backs"`     // how often the clock had been set back
	Expires  time.Time `json:",omitzero"` // the date that was given, or zero
}
