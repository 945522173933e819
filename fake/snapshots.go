package fake

import (
	"example.com/pipesfake/scenarios"
)

// Snapshot keeps the environment as it stands under a name, in place of what was kept under it. A name has 1 to 64
// letters, digits, dashes, dots or underscores, first a letter, digit or underscore; another fails the test.
func (e *Environment) Snapshot(name string) {
	e.t.Helper()
	if !scenarios.IsName(name) {
		e.t.Fatalf("pipesfake: Snapshot(%q): it is no name for a snapshot: 1 to 64 letters, digits, dashes, dots or underscores, first a letter, digit or underscore", scenarios.Abridge(name))
		return
	}
	if _, err := e.world().TakeSnapshot(name); err != nil {
		e.t.Fatalf("pipesfake: %s", mistake(err))
	}
}

// Restore puts the environment back to a Snapshot. The journal stays.
func (e *Environment) Restore(name string) {
	e.t.Helper()
	if err := e.world().RestoreSnapshot(name); err != nil {
		e.t.Fatalf("pipesfake: %s", mistake(err))
	}
}

// Export is the environment as a scenario file that begins where it stands, without the secrets that calls brought.
func (e *Environment) Export() []byte {
	e.t.Helper()
	text, err := e.world().Export()
	if err != nil {
		e.t.Fatalf("pipesfake: %v", err)
	}
	return text
}
