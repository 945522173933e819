package fake

import (
	"slices"

	"example.com/pipesfake/fake/internal/api"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/scenarios"
)

// Endpoint is a URL that receives webhooks.
type Endpoint struct {
	ID  string
	URL string
	// Secret signs the deliveries. The header WorkOS-Signature is "t=…, v1=…": the time, and the HMAC-SHA256 of the
	// time, a dot and the body.
	Secret  string
	Events  []string // names of the events that it receives
	Enabled bool     // a disabled endpoint receives nothing
}

// AddEndpoint creates a webhook endpoint, as POST /webhook_endpoints does. It receives the named events, or those of
// pipes.connected_account if none is named. A URL that another endpoint has, and the name of an event that WorkOS does
// not have, fail the test. The call is not in the journal.
func (e *Environment) AddEndpoint(url string, events ...string) Endpoint {
	e.t.Helper()
	if len(events) == 0 {
		events = scenarios.ConnectionEvents()
	}
	call, err := e.server.server.APICall(e.open(), nil, map[string]any{"endpoint_url": url, "events": events})
	if err == nil {
		reply, failed := api.CreateEndpoint(call)
		if made, is := reply.Body.(pipes.WebhookEndpoint); is {
			return endpointOf(made)
		}
		err = failed
	}
	e.t.Fatalf("pipesfake: AddEndpoint(%q): %s", fields.Abridge(url), mistake(err))
	return Endpoint{}
}

// UpdateEndpoint changes URL, Events and Enabled of the endpoint that has the ID, as PATCH /webhook_endpoints/{id}
// does, and returns it. An unknown ID fails the test. The secret stays.
func (e *Environment) UpdateEndpoint(changed Endpoint) Endpoint {
	e.t.Helper()
	status := pipes.Disabled
	if changed.Enabled {
		status = pipes.Enabled
	}
	fields := map[string]any{"endpoint_url": changed.URL, "events": changed.Events, "status": status}
	call, err := e.server.server.APICall(e.open(), map[string]string{"id": changed.ID}, fields)
	if err == nil {
		reply, failed := api.UpdateEndpoint(call)
		if made, is := reply.Body.(pipes.WebhookEndpoint); is {
			return endpointOf(made)
		}
		err = failed
	}
	e.t.Fatalf("pipesfake: UpdateEndpoint: %s", mistake(err))
	return Endpoint{}
}

// Endpoints returns the webhook endpoints of the environment, the oldest first: those of the scenario file, and those
// that calls created.
func (e *Environment) Endpoints() []Endpoint {
	e.t.Helper()
	var endpoints []Endpoint
	page := model.Page{Limit: scenarios.MaxWebhooks, Order: pipes.Ascending}
	listed, err := e.open().Endpoints(page)
	if err != nil {
		e.t.Fatalf("pipesfake: Endpoints: %s", mistake(err))
	}
	for _, one := range listed.Items {
		endpoints = append(endpoints, Endpoint{one.ID, one.URL, one.Secret, slices.Clone(one.Events), one.Enabled})
	}
	return endpoints
}

// RemoveEndpoint deletes a webhook endpoint, as DELETE /webhook_endpoints/{id} does. An unknown ID fails the test.
func (e *Environment) RemoveEndpoint(id string) {
	e.t.Helper()
	if err := e.open().DeleteEndpoint(id); err != nil {
		e.t.Fatalf("pipesfake: RemoveEndpoint: %s Endpoints() lists those that exist.", mistake(err))
	}
}

func endpointOf(made pipes.WebhookEndpoint) Endpoint {
	return Endpoint{
		ID:      made.ID,
		URL:     made.EndpointURL,
		Secret:  made.Secret,
		Events:  slices.Clone(made.Events),
		Enabled: made.Status == pipes.Enabled,
	}
}
