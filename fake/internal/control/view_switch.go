package control

import (
	"encoding/json"

	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// Switch is a switch in force. A part of its place that is left out means any; a null organization_id
// means connections without one.
type Switch struct {
	Number   uint64 `json:"number"`
	Scenario string `json:"scenario"` // its name; empty for an inline one
	ScenarioBody
	Place
	At     string  `json:"at"`
	TTL    string  `json:"ttl,omitempty"`
	EndsAt *string `json:"ends_at"`
	Covers string  `json:"covers"` // the place in words
}

// Place says which connections something is about. A part that is left out means any; a null
// organization_id means connections without one.
type Place struct {
	Provider        string           `json:"provider,omitempty"`
	UserID          string           `json:"user_id,omitempty"`
	OrganizationID  *json.RawMessage `json:"organization_id,omitempty"`
	ConnectionOwner string           `json:"connection_owner,omitempty"` // organization, where only its own are covered
}

func (v views) switches(switches []model.Switch) []Switch {
	list := []Switch{}
	for i := range switches {
		list = append(list, v.oneSwitch(&switches[i]))
	}
	return list
}

func (v views) oneSwitch(s *model.Switch) Switch {
	view := Switch{
		Number: s.Number, Scenario: s.Scenario.Name, ScenarioBody: v.scenarioBody(s.Scenario.Scenario),
		Place: v.place(s.Place),
		At:    pipes.Timestamp(s.At), EndsAt: timestamp(s.EndsAt()), Covers: v.Hide(s.Place.String()),
	}
	if s.TTL != 0 {
		view.TTL = scenarios.FormatDuration(s.TTL)
	}
	return view
}

func (v views) place(p model.Place) Place {
	view := Place{Provider: v.Hide(p.Provider), UserID: v.Hide(p.User)}
	if p.Shared {
		view.ConnectionOwner = scenarios.OwnerOrganization
	}
	switch {
	case p.NoOrganization:
		null := json.RawMessage("null")
		view.OrganizationID = &null
	case p.Organization != "":
		quoted, _ := json.Marshal(v.Hide(p.Organization)) // cannot fail for a string
		view.OrganizationID = (*json.RawMessage)(&quoted)
	}
	return view
}
