package control

import (
	"encoding/json"
	"slices"
	"strings"

	"example.com/pipesfake/fake/internal/fault"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/scenarios"
)

//go:generate go test -run TestOpenAPIIsUpToDate . -update

// PostFault lays a fault over answers.
func PostFault(c Call) (any, error) {
	if _, err := c.Bodies.Parse(c.Body); err != nil {
		return nil, err
	}
	set := c.Environment.Scenarios()
	made, err := scenarios.ParseFault(set, c.Body)
	if problems, ok := err.(scenarios.Problems); ok {
		wrong := make([]pipes.FieldError, len(problems))
		for i, problem := range problems {
			wrong[i] = pipes.FieldError{Field: problem.Field, Code: "invalid", Message: problem.Message}
		}
		invalid := pipes.Invalid(wrong...)
		// what is wrong with all of it
		invalid.Errors = slices.DeleteFunc(invalid.Errors, func(e pipes.FieldError) bool { return e.Field == `""` })
		return nil, invalid
	}
	laid, err := c.Environment.AddFault(made)
	return c.hider().laidFault(set, laid), err
}

// GetFaults lists the faults that lie, the oldest first.
func GetFaults(c Call) (any, error) {
	all, set := c.Environment.Faults()
	list := make([]ActiveFault, len(all))
	for i, laid := range all {
		list[i] = c.hider().laidFault(set, laid)
	}
	return struct {
		Faults []ActiveFault `json:"faults"`
	}{list}, nil
}

// DeleteFaults takes all faults away.
func DeleteFaults(c Call) (any, error) {
	return lifted{c.Environment.RemoveFaults()}, nil
}

// DeleteFault takes one away.
func DeleteFault(c Call) (any, error) {
	return lifted{1}, c.Environment.RemoveFault(c.Vars["id"])
}

type lifted struct {
	Lifted int `json:"lifted"`
}

// ActiveFault is a fault that lies over answers, in the words of the call that added it.
type ActiveFault struct {
	ID        string
	Fault     Fault
	DefinedAt *string // file:line:col; null for one of a control call
	Struck    int     // how many calls
}

// MarshalJSON writes the fields of the fault between its id and what became of it.
func (a ActiveFault) MarshalJSON() ([]byte, error) {
	view := fields.Tree{{Key: "id", Value: a.ID}}
	view = append(view, a.Fault.tree...)
	view.Add(true, "defined_at", a.DefinedAt)
	view.Add(true, "struck", a.Struck)
	return view.MarshalJSON()
}

// Fault is what a fault says, as its description in package scenarios writes it.
type Fault struct{ tree fields.Tree }

// MarshalJSON writes the fields that are said.
func (f Fault) MarshalJSON() ([]byte, error) { return f.tree.MarshalJSON() }

// Place says which connections something is about. A part that is left out means any; a null
// organization_id means connections without one.
type Place struct {
	Provider        string           `json:"provider,omitempty"`
	UserID          string           `json:"user_id,omitempty"`
	OrganizationID  *json.RawMessage `json:"organization_id,omitempty"`
	ConnectionOwner string           `json:"connection_owner,omitempty"` // organization, where only its own are covered
}

// laidFault is a fault as it may be shown.
func (hide hider) laidFault(set *scenarios.Set, laid fault.Active) ActiveFault {
	view := ActiveFault{ID: laid.ID, Fault: *faultOf(&laid.Fault), DefinedAt: definedAt(set, laid.Position), Struck: laid.Matches}
	hide.fault(&view.Fault)
	return view
}

// faultOf returns what a fault says, with the defaults of a rate limit and of a range of delays written out.
func faultOf(f *scenarios.Fault) *Fault {
	if f == nil {
		return nil
	}
	tree := f.Tree()
	for i := range tree {
		inner, isTree := tree[i].Value.(fields.Tree)
		switch {
		case !isTree:
		case tree[i].Key == "rate_limit" && f.RateLimit.By == "":
			inner.Add(true, "by", scenarios.ByKey)
			tree[i].Value = inner
		case tree[i].Key == "delay" && f.Delay.Min == 0:
			tree[i].Value = append(fields.Tree{{Key: "min", Value: scenarios.FormatDuration(0)}}, inner...)
		}
	}
	return &Fault{tree}
}

func placeOf(p model.Place) Place {
	view := Place{Provider: p.Provider, UserID: p.User}
	if p.Shared {
		view.ConnectionOwner = scenarios.OwnerOrganization
	}
	switch {
	case p.NoOrganization:
		null := json.RawMessage("null")
		view.OrganizationID = &null
	case p.Organization != "":
		quoted, _ := json.Marshal(p.Organization)
		view.OrganizationID = (*json.RawMessage)(&quoted)
	}
	return view
}

func (hide hider) fault(f *Fault) {
	if f == nil {
		return
	}
	shown := slices.Clone(f.tree)
	for i, one := range shown {
		if !slices.Contains([]string{"provider", "user_id", "organization_id", "body"}, one.Key) {
			continue
		}
		switch value := one.Value.(type) {
		case string:
			shown[i].Value = hide(value)
			if one.Key == "provider" { // what is shown must be a slug
				shown[i].Value = strings.ReplaceAll(hide(value), "…", "hidden-")
			}
		case *string:
			if value != nil {
				shown[i].Value = hide(*value)
			}
		}
	}
	f.tree = shown
}
