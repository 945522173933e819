package model

// Cursor is how far a caller knows what happened. The zero Cursor is the beginning.
type Cursor struct {
	switches, events uint64 // how many there were
	start            uint64 // that they count from: a reset and a restore make another
}
