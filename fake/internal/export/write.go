package export

import (
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/fake/internal/state"
	"example.com/pipesfake/internal/exportnotes"
)

// Write returns the scenario file of the environment of a name, without the secrets that calls brought. It is the
// environment's own file, with the switches and faults in force, the integrations that calls changed, and a switch for
// each connection that is otherwise when the file is loaded. Comments at its beginning say what no file can say.
//
// The copy of the state is used up. The function hide replaces the secrets in a text.
func Write(name string, copied *state.Saved, hide func(text string, replace func(secret string) string) string) (
	[]byte, error,
) {
	set := copied.Set
	if err := copied.Rebuild(name, set); err != nil {
		return nil, err
	}
	e := &exporter{Saved: copied, now: copied.Now, tokens: set.Tokens(), masks: map[string]string{}, hide: hide}
	file, err := set.Export(e.session())
	if err != nil {
		return nil, err
	}
	loaded, err := file.Load()
	if err != nil {
		return nil, err
	}
	file.Add(e.switchesForConnections(state.New(name, loaded, e.now)))
	file.Replace(e.masked)
	text, err := file.Text()
	if err != nil {
		return nil, err
	}
	if loaded, err = file.Parse(text); err != nil {
		return nil, err
	}
	notes := e.notes(state.New(name, loaded, e.now))
	for i, note := range notes {
		notes[i] = e.masked(note)
	}
	return append(exportnotes.Write(name, pipes.Timestamp(e.now), notes), text...), nil
}
