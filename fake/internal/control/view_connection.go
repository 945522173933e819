package control

import (
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
)

// Connection is what one connection is, and why.
type Connection struct {
	Provider           string   `json:"provider"`
	UserID             *string  `json:"user_id"` // null for one that its organization owns
	OrganizationID     *string  `json:"organization_id"`
	ConnectedAccountID string   `json:"connected_account_id"`
	ConnectionRole     string   `json:"connection_role"`
	State              string   `json:"state"`
	AuthMethod         string   `json:"auth_method"`
	Scopes             []string `json:"scopes"`
	MissingScopes      []string `json:"missing_scopes"`
	ExpiresAt          *string  `json:"expires_at"`
	Scenario           string   `json:"scenario"` // the name of the one in force; empty for an inline one
	Steps              []Step   `json:"steps"`    // where it is in a script, the outermost first; empty: it is in none
	DecidedBy          Decision `json:"decided_by"`
	Because            string   `json:"because"`
}

// Decision says what decides the state of a connection. Where is the file, with line and column if an entry decides;
// null for API writes, and for switches that a call made.
type Decision struct {
	Kind   model.By `json:"kind"`
	Call   *string  `json:"call"`   // what was done over the API; null unless kind is api
	Switch *Switch  `json:"switch"` // null unless kind is switch
	Where  *string  `json:"where"`
	Since  string   `json:"since"`
}

// Step is where a connection is in a script.
type Step struct {
	Script string  `json:"script"` // its name; empty for an inline one
	Number int     `json:"number"` // from one; zero when it is over
	Of     int     `json:"of"`
	Round  int     `json:"round"` // from one
	Calls  int     `json:"calls"` // that the step has had
	Times  *int    `json:"times"` // how many it lasts; null: it does not end so
	Until  *string `json:"until"` // when time ends it; null: it does not end so
	Fault  *Fault  `json:"fault"` // null: the step is a scenario
}

func (v views) connection(c model.View) Connection {
	return Connection{
		Provider: v.Hide(c.Provider), UserID: v.textOrNull(c.User), OrganizationID: v.textOrNull(c.Organization),
		ConnectedAccountID: c.ID(), ConnectionRole: c.Role(), State: c.State, AuthMethod: c.AuthMethod,
		Scopes: v.each(c.Scopes), MissingScopes: v.each(c.MissingScopes), ExpiresAt: timestamp(c.ExpiresAt),
		Scenario: c.Decision.Scenario.Name, Steps: v.steps(c.Decision.Steps), DecidedBy: v.decision(c.Decision),
		Because: v.Hide(c.Decision.Because()),
	}
}

func (v views) decision(d model.Decision) Decision {
	view := Decision{
		Kind: d.By, Call: pipes.TextOrNull(d.Call), Where: pipes.TextOrNull(d.Where()), Since: pipes.Timestamp(d.At),
	}
	if d.By == model.BySwitch {
		decider := v.oneSwitch(d.Switch)
		view.Switch = &decider
	}
	return view
}

func (v views) steps(steps []model.Step) []Step {
	list := []Step{}
	for _, s := range steps {
		view := Step{
			Script: s.Script.Name, Number: s.Number, Of: s.Of, Round: s.Round, Calls: s.Calls,
			Until: timestamp(s.Until), Fault: v.fault(s.Fault),
		}
		if s.Times > 0 {
			view.Times = &s.Times
		}
		list = append(list, view)
	}
	return list
}
