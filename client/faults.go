package client

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"

	"example.com/pipesfake/fake"
	"example.com/pipesfake/internal/narrow"
	"example.com/pipesfake/scenarios"
)

// Fault adds a fault, as fake.Environment.Fault does.
func (e *Environment) Fault(f fake.Fault, places ...fake.Place) (remove func()) {
	e.t.Helper()
	err := narrow.To(&f.Place, places)
	if err == nil {
		if problems := f.Check(); len(problems) > 0 {
			err = problems
		}
	}
	var added struct {
		ID     string
		Serial int
	}
	if err == nil {
		err = e.do("POST", "/faults", f.Tree(), &added)
	}
	if err != nil {
		e.fail(err)
		return func() {}
	}
	return func() {
		e.t.Helper()
		path := "/faults/" + url.PathEscape(added.ID)
		if added.Serial != 0 { // older servers have none
			path += "?serial=" + strconv.Itoa(added.Serial)
		}
		err := e.do("DELETE", path, nil, nil)
		if err != nil && !isNotFound(err) { // otherwise it is gone already
			e.fail(err)
		}
	}
}

// Faults returns the faults in force, the oldest first: those that Fault or a control call added, and those of the
// scenario file.
func (e *Environment) Faults() []fake.Fault {
	e.t.Helper()
	var list struct{ Faults []map[string]json.RawMessage }
	if err := e.do("GET", "/faults", nil, &list); err != nil {
		e.fail(err)
		return nil
	}
	faults := make([]fake.Fault, len(list.Faults))
	for i, one := range list.Faults {
		var err error
		if faults[i], err = faultOf(one); err != nil {
			e.fail(fmt.Errorf("Faults: the server describes a fault that this client does not know: %w", err))
			return nil
		}
	}
	return faults
}

// faultOf reads a fault as GET /_control/faults shows it.
func faultOf(shown map[string]json.RawMessage) (fake.Fault, error) {
	for _, key := range []string{"id", "defined_at", "struck"} { // these say what became of it
		delete(shown, key)
	}
	dropZeroMin(shown)
	text, err := json.Marshal(shown)
	if err != nil {
		return fake.Fault{}, err
	}
	return scenarios.ParseFault(scenarios.Builtin(), text)
}

// dropZeroMin removes the min of a delay that has none: the server writes 0s, and reads only longer ones.
func dropZeroMin(shown map[string]json.RawMessage) {
	var delay map[string]string
	if json.Unmarshal(shown["delay"], &delay) != nil || delay["min"] != "0s" {
		return
	}
	delete(delay, "min")
	shown["delay"], _ = json.Marshal(delay) // texts cannot fail
}

// RemoveFaults removes all faults, including those of the scenario file, until the next Reset.
func (e *Environment) RemoveFaults() {
	e.t.Helper()
	if err := e.do("DELETE", "/faults", nil, nil); err != nil {
		e.fail(err)
	}
}
