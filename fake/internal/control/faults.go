package control

import (
	"errors"
	"slices"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// PostFault adds a fault.
func PostFault(c Call) (any, error) {
	if _, err := c.Bodies.Parse(c.Body); err != nil {
		return nil, err
	}
	set := c.Environment.Scenarios()
	made, err := scenarios.ParseFault(set, c.Body)
	var problems scenarios.Problems
	if errors.As(err, &problems) {
		return nil, invalidFault(problems)
	} else if err != nil {
		return nil, err
	}
	added, err := c.Environment.AddFault(made)
	if err != nil {
		return nil, err
	}
	view := c.views().activeFault(set, added)
	view.Serial = added.Serial
	return view, nil
}

// invalidFault returns the error for a fault that cannot be added. Problems of the whole fault have no field: they are
// in the message only.
func invalidFault(problems scenarios.Problems) error {
	wrong := make([]pipes.FieldError, len(problems))
	for i, problem := range problems {
		wrong[i] = pipes.FieldError{Field: problem.Field, Code: "invalid", Message: problem.Message}
	}
	invalid := pipes.Invalid(wrong...)
	invalid.Errors = slices.DeleteFunc(invalid.Errors, func(e pipes.FieldError) bool { return e.Field == `""` })
	return invalid
}

// GetFaults lists the faults in force, the oldest first.
func GetFaults(c Call) (any, error) {
	all, set := c.Environment.Faults()
	list, views := make([]ActiveFault, len(all)), c.views()
	for i, active := range all {
		list[i] = views.activeFault(set, active)
	}
	return struct {
		Faults []ActiveFault `json:"faults"`
	}{list}, nil
}

// removedFaults is the response to a call that removes faults.
type removedFaults struct {
	Lifted int `json:"lifted"`
}

// DeleteFaults removes all faults.
func DeleteFaults(c Call) (any, error) { return removedFaults{c.Environment.RemoveFaults()}, nil }

// DeleteFault removes one fault.
func DeleteFault(c Call) (any, error) {
	var serial int
	if err := readQuery(c, faultQuery(), &serial, nil); err != nil {
		return nil, err
	}
	return removedFaults{1}, c.Environment.RemoveFault(c.Vars["id"], serial)
}
