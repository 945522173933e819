package control

import (
	"strconv"
	"time"

	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// Scenario is a scenario as the control plane tells it.
type Scenario struct {
	Name        string  `json:"name"` // empty for an inline one
	Description string  `json:"description"`
	Builtin     bool    `json:"builtin"`
	DefinedAt   *string `json:"defined_at"` // file:line:col; null for built-in ones and those of control calls
	ScenarioBody
}

// ScenarioBody is what a scenario says: a state, or the steps of a script with the state that it begins with.
type ScenarioBody struct {
	State  StateView  `json:"state"`
	Steps  []StepView `json:"steps,omitempty"`
	Repeat any        `json:"repeat,omitempty"` // true, or how often
}

// StepView is a step of a script.
type StepView struct {
	Scenario string     `json:"scenario,omitempty"` // its name
	State    *StateView `json:"state,omitempty"`    // of a scenario: the one that it begins with
	Fault    *Fault     `json:"fault,omitempty"`
	Times    int        `json:"times,omitempty"`
	For      string     `json:"for,omitempty"`
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

// StateView is a state with its defaults written out. Null scopes depend on the provider.
type StateView struct {
	State         string   `json:"state"`
	Scopes        []string `json:"scopes"`
	MissingScopes []string `json:"missing_scopes"`
	ExpiresIn     string   `json:"expires_in"`
	Refresh       string   `json:"refresh"`
	AuthMethod    string   `json:"auth_method"`
}

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

// Decision is which word decides.
type Decision struct {
	Kind   model.By `json:"kind"`
	Call   *string  `json:"call"`   // what was done over the API; null unless kind is api
	Switch *Switch  `json:"switch"` // null unless kind is switch
	Where  *string  `json:"where"`  // the file, with line and column where an entry decides; null for a switch that a call made, and a call
	Since  string   `json:"since"`
}

// State is an environment as it stands.
type State struct {
	Environment  string        `json:"environment"`
	Now          string        `json:"now"`
	Began        string        `json:"began"`
	Scenarios    string        `json:"scenarios"` // the file
	Seed         int64         `json:"seed"`
	Strict       bool          `json:"strict"`
	Start        Scenario      `json:"start"`
	Providers    []Provider    `json:"providers"`
	Integrations []Integration `json:"data_integrations"`
	Endpoints    []Endpoint    `json:"webhook_endpoints"`
	Switches     []Switch      `json:"switches"`
	Connections  []Connection  `json:"connections"`
	Next         *string       `json:"next"` // what to ask for the connections that follow; null: these are the last

	NextSwitch      *string `json:"next_switch"`      // the same of the switches
	NextIntegration *string `json:"next_integration"` // the same of the integrations
}

// Provider is a provider that the file declares.
type Provider struct {
	Slug   string   `json:"slug"`
	Scopes []string `json:"scopes"`
}

// Integration is a data integration that the file or a call made.
type Integration struct {
	ID        string `json:"id"`
	Slug      string `json:"slug"`
	Ownership string `json:"ownership"`
	Enabled   bool   `json:"enabled"`
	State     string `json:"state"`
}

// Endpoint is where webhooks go.
type Endpoint struct {
	ID      string   `json:"id"`
	URL     string   `json:"endpoint_url"`
	Enabled bool     `json:"enabled"`
	Events  []string `json:"events"`
}

// ResetResult is an environment after its reset.
type ResetResult struct {
	Environment string   `json:"environment"`
	Now         string   `json:"now"`
	Scenarios   string   `json:"scenarios"` // the file
	Start       Scenario `json:"start"`
}

func (c Call) wholeOf(from model.From, limit int) State {
	e, hide := c.Environment, c.hider()
	w := e.Overview(from, limit)
	view := State{
		Environment: e.Name(), Now: pipes.Timestamp(w.Now), Began: pipes.Timestamp(w.Began),
		Scenarios: w.Set.Name, Seed: w.Set.Seed, Strict: w.Set.Strict, Start: scenarioOf(w.Set, w.Set.Start),
		Providers: []Provider{}, Switches: hide.switchesOf(w.Switches), Connections: make([]Connection, len(w.Connections)),
		Integrations: make([]Integration, len(w.Integrations)), Endpoints: make([]Endpoint, len(w.Endpoints)),
	}
	for _, slug := range w.Set.Providers() {
		view.Providers = append(view.Providers, Provider{slug, w.Set.Scopes(slug)})
	}
	for i, integration := range w.Integrations {
		view.Integrations[i] = Integration{integration.ID, integration.Slug, integration.Ownership, integration.Provider.Enabled, integration.Provider.State}
	}
	for i, endpoint := range w.Endpoints {
		view.Endpoints[i] = Endpoint{endpoint.ID, endpoint.URL, endpoint.Enabled, endpoint.Events}
	}
	view.Next, view.NextSwitch, view.NextIntegration = cursor(w.Next), cursor(w.NextSwitch), cursor(w.NextIntegration)
	for i, one := range w.Connections {
		view.Connections[i] = hide.connectionOf(one)
	}
	c.whole(&view)
	return view
}

// cursor is where a list goes on; nil where it does not.
func cursor(next uint64) *string {
	if next == 0 {
		return nil
	}
	return pipes.TextOrNull(strconv.FormatUint(next, 10))
}

func scenariosOf(set *scenarios.Set) []Scenario {
	list := []Scenario{}
	for _, scenario := range set.Scenarios() {
		list = append(list, scenarioOf(set, scenario))
	}
	return list
}

func scenarioOf(set *scenarios.Set, s *scenarios.Scenario) Scenario {
	return Scenario{Name: s.Name, Description: s.Description, Builtin: s.Builtin, DefinedAt: definedAt(set, s.Position), ScenarioBody: saidOf(s)}
}

func definedAt(set *scenarios.Set, at scenarios.Position) *string {
	if at.Line == 0 {
		return nil
	}
	return pipes.TextOrNull(set.Where(at))
}

func saidOf(s *scenarios.Scenario) ScenarioBody {
	said := ScenarioBody{State: stateOf(s.First().State)}
	for _, step := range s.Steps {
		view := StepView{Fault: faultOf(step.Fault), Times: step.Times}
		if step.Scenario != nil {
			state := stateOf(step.Scenario.First().State)
			view.Scenario, view.State = step.Scenario.Name, &state
		}
		if step.For != 0 {
			view.For = scenarios.FormatDuration(step.For)
		}
		said.Steps = append(said.Steps, view)
	}
	switch {
	case s.Repeat == scenarios.Forever:
		said.Repeat = true
	case s.Repeat > 0:
		said.Repeat = s.Repeat
	}
	return said
}

func stepsOf(steps []model.Step) []Step {
	list := []Step{}
	for _, s := range steps {
		view := Step{Script: s.Script.Name, Number: s.Number, Of: s.Of, Round: s.Round, Calls: s.Calls, Until: timestamp(s.Until), Fault: faultOf(s.Fault)}
		if s.Times > 0 {
			view.Times = &s.Times
		}
		list = append(list, view)
	}
	return list
}

func stateOf(state scenarios.State) StateView {
	full := state.Full()
	return StateView{full.State, full.Scopes, full.MissingScopes, scenarios.FormatDuration(full.ExpiresIn), full.Refresh, full.AuthMethod}
}

func (hide hider) switchesOf(switches []model.Switch) []Switch {
	list := []Switch{}
	for i := range switches {
		list = append(list, hide.switchOf(&switches[i]))
	}
	return list
}

func switchOf(s *model.Switch) Switch {
	view := Switch{
		Number: s.Number, Scenario: s.Scenario.Name, ScenarioBody: saidOf(s.Scenario.Scenario), Place: placeOf(s.Place),
		At: pipes.Timestamp(s.At), EndsAt: timestamp(s.EndsAt()), Covers: s.Place.String(),
	}
	if s.TTL != 0 {
		view.TTL = scenarios.FormatDuration(s.TTL)
	}
	return view
}

func connectionOf(c model.Connection) Connection {
	return Connection{
		Provider: c.Provider, UserID: pipes.TextOrNull(c.User), OrganizationID: pipes.TextOrNull(c.Organization), ConnectedAccountID: c.ID(), ConnectionRole: c.Role(),
		State: c.State, AuthMethod: c.AuthMethod, Scopes: c.Scopes, MissingScopes: c.MissingScopes,
		ExpiresAt: timestamp(c.ExpiresAt), Scenario: c.Decision.Scenario.Name, Steps: stepsOf(c.Decision.Steps), Because: c.Decision.Because(),
		DecidedBy: decisionOf(c.Decision),
	}
}

func decisionOf(d model.Decision) Decision {
	view := Decision{Kind: d.By, Call: pipes.TextOrNull(d.Call), Where: pipes.TextOrNull(d.Where()), Since: pipes.Timestamp(d.At)}
	if d.By == model.BySwitch {
		decider := switchOf(d.Switch)
		view.Switch = &decider
	}
	return view
}

func timestamp(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	text := pipes.Timestamp(t)
	return &text
}

// connectionOf is a connection as it may be shown.
func (hide hider) connectionOf(of model.Connection) Connection {
	view := connectionOf(of)
	view.Provider, view.Because = hide(view.Provider), hide(view.Because)
	hide.inPlace(view.UserID)
	hide.inPlace(view.OrganizationID)
	view.Scopes, view.MissingScopes = hide.each(view.Scopes), hide.each(view.MissingScopes)
	for i := range view.Steps {
		hide.fault(view.Steps[i].Fault)
	}
	if by := view.DecidedBy.Switch; by != nil {
		hide.switched(by)
	}
	return view
}

// whole hides what is in an environment beside its switches and connections.
func (c Call) whole(w *State) {
	hide := c.hider()
	for i := range w.Providers {
		w.Providers[i].Slug = hide(w.Providers[i].Slug)
	}
	for i := range w.Integrations {
		w.Integrations[i].Slug = hide(w.Integrations[i].Slug)
	}
	if len(w.Endpoints) == 0 {
		return
	}
	redactor := journal.NewRedactor(c.Environment.Environment)
	for i := range w.Endpoints {
		w.Endpoints[i].URL = redactor.Text(w.Endpoints[i].URL)
	}
}

// switchOf is a switch as it may be shown.
func (hide hider) switchOf(of *model.Switch) Switch {
	view := switchOf(of)
	hide.switched(&view)
	return view
}

func (hide hider) switched(s *Switch) {
	hide.place(&s.Place)
	hide.said(&s.ScenarioBody)
	s.Covers = hide(s.Covers)
}
