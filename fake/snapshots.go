package fake

import (
	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/internal/names"
)

// Snapshot stores the state of the environment under a name, and replaces an earlier snapshot of that name. It stores
// what Reset clears, except the journal. A name has 1 to 64 letters, digits, dashes, dots or underscores, and begins
// with a letter, a digit or an underscore. Any other name fails the test.
func (e *Environment) Snapshot(name string) {
	e.t.Helper()
	if !names.IsName(name) {
		e.t.Fatalf("pipesfake: Snapshot(%q): it is no name for a snapshot: "+
			"1 to 64 letters, digits, dashes, dots or underscores, first a letter, digit or underscore",
			fields.Abridge(name))
		return
	}
	if _, err := e.open().TakeSnapshot(name); err != nil {
		e.t.Fatalf("pipesfake: %s", mistake(err))
	}
}

// Restore returns the environment to the state that Snapshot stored under a name. The journal stays. A name without a
// snapshot fails the test.
func (e *Environment) Restore(name string) {
	e.t.Helper()
	if err := e.open().RestoreSnapshot(name); err != nil {
		e.t.Fatalf("pipesfake: %s", mistake(err))
	}
}

// Snapshots returns the names of the environment's snapshots, in order.
func (e *Environment) Snapshots() []string {
	var names []string
	for _, one := range e.open().ListSnapshots() {
		names = append(names, one.Name)
	}
	return names
}

// DeleteSnapshot deletes a snapshot. A name without a snapshot fails the test.
func (e *Environment) DeleteSnapshot(name string) {
	e.t.Helper()
	if err := e.open().DeleteSnapshot(name); err != nil {
		e.t.Fatalf("pipesfake: %s", mistake(err))
	}
}

// Export returns the environment as a scenario file, in YAML: a server that loads it starts in the state that this
// environment is in. The file does not contain the secrets that calls sent.
func (e *Environment) Export() []byte {
	e.t.Helper()
	text, err := e.open().Export()
	if err != nil {
		e.t.Fatalf("pipesfake: %v", err)
	}
	return text
}
