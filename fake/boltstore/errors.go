package boltstore

import (
	"errors"
	"fmt"
	"runtime/debug"
)

// DamagedError describes a file that does not hold what was saved in it, or that is no state file.
type DamagedError struct{ Path, Reason string }

func (e *DamagedError) Error() string { return e.Path + " is damaged or no state file: " + e.Reason }

// TextError describes a file that begins like a state file of format 2, which was text.
type TextError struct{ Path string }

func (e *TextError) Error() string {
	return e.Path + " is a text file, as pipesfake before format 3 wrote it: import it, or name another file"
}

// NewerError describes a file that a later release wrote.
type NewerError struct {
	Path         string
	Format, Ours uint32
}

func (e *NewerError) Error() string {
	return fmt.Sprintf("%s has format %d; this pipesfake reads format %d: use a later release, or name another file",
		e.Path, e.Format, e.Ours)
}

// errNewer stops a transaction that finds a newer format.
var errNewer = errors.New("newer format")

// guard calls a function that reads the mapped file. Bolt panics on damaged pages, and a page beyond the end of a file
// that was cut is a fault of the memory: guard returns a *DamagedError for both.
func guard(path string, read func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if problem := recover(); problem != nil {
			err = &DamagedError{path, fmt.Sprintf("it cannot be read: %v", problem)}
		}
	}()
	return read()
}
