package control

import (
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
)

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

// Endpoint is an endpoint that receives webhooks.
type Endpoint struct {
	ID      string   `json:"id"`
	URL     string   `json:"endpoint_url"`
	Enabled bool     `json:"enabled"`
	Events  []string `json:"events"`
}

func (v views) environment(name string, o model.Overview) State {
	view := State{
		Environment: name, Now: pipes.Timestamp(o.Now), Began: pipes.Timestamp(o.Began),
		Scenarios: o.Set.Name, Seed: o.Set.Seed, Strict: o.Set.Strict, Start: scenarioOf(o.Set, o.Set.Start),
		Providers: []Provider{}, Integrations: make([]Integration, len(o.Integrations)),
		Endpoints: make([]Endpoint, len(o.Endpoints)), Switches: v.switches(o.Switches),
		Connections: make([]Connection, len(o.Connections)),
		Next:        cursor(o.Next), NextSwitch: cursor(o.NextSwitch), NextIntegration: cursor(o.NextIntegration),
	}
	for _, slug := range o.Set.Providers() {
		view.Providers = append(view.Providers, Provider{v.Hide(slug), o.Set.Scopes(slug)})
	}
	for i, one := range o.Integrations {
		view.Integrations[i] = Integration{
			one.ID, v.Hide(one.Slug), one.Ownership, one.Provider.Enabled, one.Provider.State,
		}
	}
	for i, one := range o.Endpoints {
		view.Endpoints[i] = Endpoint{one.ID, v.Text(one.URL), one.Enabled, one.Events}
	}
	for i, one := range o.Connections {
		view.Connections[i] = v.connection(one)
	}
	return view
}
