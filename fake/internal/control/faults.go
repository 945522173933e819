package control

import (
	"encoding/json"
	"slices"

	"example.com/pipesfake/fake/internal/fault"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

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
		invalid.Errors = slices.DeleteFunc(invalid.Errors, func(e pipes.FieldError) bool { return e.Field == `""` }) // what is wrong with all of it
		return nil, invalid
	}
	laid, err := c.Environment.AddFault(made)
	return ViewFault(set, laid), err
}

// GetFaults lists the faults that lie, the oldest first.
func GetFaults(c Call) (any, error) {
	all, set := c.Environment.Faults()
	list := make([]ActiveFault, len(all))
	for i, laid := range all {
		list[i] = ViewFault(set, laid)
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

// ActiveFault is a fault that lies over answers, in the words that laid it.
type ActiveFault struct {
	ID string `json:"id"`
	Fault
	DefinedAt *string `json:"defined_at"` // file:line:col; null for one of a control call
	Struck    int     `json:"struck"`     // how many calls
}

// Fault is what a fault says.
type Fault struct {
	Status      int        `json:"status,omitempty"`
	RetryAfter  *int       `json:"retry_after,omitempty"`
	Body        *string    `json:"body,omitempty"`
	RateLimit   *RateLimit `json:"rate_limit,omitempty"`
	Delay       any        `json:"delay,omitempty"` // a duration, or {min, max}
	Hang        bool       `json:"hang,omitempty"`
	Reset       bool       `json:"reset,omitempty"`
	Empty       bool       `json:"empty,omitempty"`
	Truncate    bool       `json:"truncate,omitempty"`
	Malformed   bool       `json:"malformed,omitempty"`
	ContentType string     `json:"content_type,omitempty"`
	Drip        string     `json:"drip,omitempty"`
	OffContract string     `json:"off_contract,omitempty"`

	Duplicate    bool `json:"duplicate,omitempty"`
	Late         bool `json:"late,omitempty"`
	BadSignature bool `json:"bad_signature,omitempty"`

	Operation string `json:"operation,omitempty"`
	Place
	Times       int     `json:"times,omitempty"`
	Probability float64 `json:"probability,omitempty"`
}

// RateLimit is how many requests per time.
type RateLimit struct {
	Requests int    `json:"requests"`
	Per      string `json:"per"`
	By       string `json:"by"`
}

// Place says which connections something is about. A part that is left out means any; a null
// organization_id means connections without one.
type Place struct {
	Provider        string           `json:"provider,omitempty"`
	UserID          string           `json:"user_id,omitempty"`
	OrganizationID  *json.RawMessage `json:"organization_id,omitempty"`
	ConnectionOwner string           `json:"connection_owner,omitempty"` // organization, where only its own are covered
}

// ViewFault is a fault as the control plane tells it.
func ViewFault(set *scenarios.Set, laid fault.Active) ActiveFault {
	return ActiveFault{ID: laid.ID, Fault: *faultOf(&laid.Fault), DefinedAt: definedAt(set, laid.Position), Struck: laid.Matches}
}

func faultOf(f *scenarios.Fault) *Fault {
	if f == nil {
		return nil
	}
	view := &Fault{
		Status: f.Status, RetryAfter: f.RetryAfter, Body: f.Body, Hang: f.Hang, Reset: f.Reset, Empty: f.Empty, Truncate: f.Truncate,
		Malformed: f.Malformed, Duplicate: f.Duplicate, Late: f.Late, BadSignature: f.BadSignature, ContentType: f.ContentType, OffContract: f.OffContract,
		Operation: f.Operation, Place: placeOf(f.Place), Times: f.Times, Probability: f.Probability,
	}
	if limit := f.RateLimit; limit != nil {
		view.RateLimit = &RateLimit{limit.Requests, scenarios.FormatDuration(limit.Per), limit.By}
		if limit.By == "" {
			view.RateLimit.By = scenarios.ByKey
		}
	}
	if f.Drip != 0 {
		view.Drip = scenarios.FormatDuration(f.Drip)
	}
	switch {
	case f.Delay.Max != 0:
		view.Delay = map[string]string{"min": scenarios.FormatDuration(f.Delay.Min), "max": scenarios.FormatDuration(f.Delay.Max)}
	case f.Delay.Min != 0:
		view.Delay = scenarios.FormatDuration(f.Delay.Min)
	}
	return view
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
