package client

import "net/url"

// Snapshot stores the state of the environment under a name, as fake.Environment.Snapshot does.
func (e *Environment) Snapshot(name string) {
	e.t.Helper()
	if err := e.do("POST", "/snapshots", map[string]string{"name": name}, nil); err != nil {
		e.fail(err)
	}
}

// Restore returns the environment to a stored state, as fake.Environment.Restore does.
func (e *Environment) Restore(name string) {
	e.t.Helper()
	if err := e.do("POST", "/snapshots/"+url.PathEscape(name)+"/restore", nil, nil); err != nil {
		e.fail(err)
	}
}

// Snapshots returns the names of the environment's snapshots, in order.
func (e *Environment) Snapshots() []string {
	e.t.Helper()
	var list struct{ Snapshots []struct{ Name string } }
	if err := e.do("GET", "/snapshots", nil, &list); err != nil {
		e.fail(err)
	}
	var names []string
	for _, one := range list.Snapshots {
		names = append(names, one.Name)
	}
	return names
}

// DeleteSnapshot deletes a snapshot. A name without a snapshot fails the test.
func (e *Environment) DeleteSnapshot(name string) {
	e.t.Helper()
	if err := e.do("DELETE", "/snapshots/"+url.PathEscape(name), nil, nil); err != nil {
		e.fail(err)
	}
}

// Export returns the environment as a scenario file, as fake.Environment.Export does.
func (e *Environment) Export() (text []byte) {
	e.t.Helper()
	if err := e.do("GET", "/export", nil, &text); err != nil {
		e.fail(err)
	}
	return text
}
