package model

import (
	"fmt"

	"example.com/pipesfake/fake/internal/listing"
	"example.com/pipesfake/fake/internal/pipes"
)

// Endpoints lists the webhook endpoints. Its error is about a cursor.
func (e *Environment) Endpoints(page Page) (Listed[*Endpoint], error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	all := func(*Endpoint) bool { return true }
	return listing.Cut(e.state.Endpoints, page, all, e.state.EndpointNumbers.Find)
}

// Endpoint returns the endpoint of an ID, or nil.
func (e *Environment) Endpoint(id string) *Endpoint {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.state.EndpointByID(id)
}

// CreateEndpoint makes a webhook endpoint, enabled. Its errors are duplicate_endpoint and, for too many,
// invalid_request: the description has no other code for that.
func (e *Environment) CreateEndpoint(url string, events []string) (*Endpoint, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.advanceAndEmit()
	made := &Endpoint{URL: url, Enabled: true, Events: events, Created: now, Updated: now}
	if err := e.state.CheckEndpoint(made); err != nil {
		return nil, err
	}
	if len(e.state.Endpoints) >= maxEndpoints {
		message := fmt.Sprintf("there are %d webhook endpoints in environment %s already: delete some "+
			"(DELETE /webhook_endpoints/{id})", len(e.state.Endpoints), e.name)
		return nil, pipes.Invalid(pipes.FieldError{
			Field: "endpoint_url", Code: "too_many_webhook_endpoints", Message: message,
		})
	}
	e.state.AddEndpoint(made)
	e.MarkChanged()
	e.secrets.Add(made.Secret)
	e.armWakeup()
	return made, nil
}

// UpdateEndpoint changes an endpoint as the caller does with a copy of it. Its errors are entity_not_found and
// duplicate_endpoint.
func (e *Environment) UpdateEndpoint(id string, change func(*Endpoint)) (*Endpoint, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.advanceAndEmit()
	i, err := e.state.FindEndpoint(id)
	if err != nil {
		return nil, err
	}
	made := *e.state.Endpoints[i]
	change(&made)
	if err := e.state.CheckEndpoint(&made); err != nil {
		return nil, err
	}
	made.Updated = now
	e.state.Endpoints[i] = &made
	e.MarkChanged()
	return &made, nil
}

// DeleteEndpoint removes an endpoint. Its error is entity_not_found.
func (e *Environment) DeleteEndpoint(id string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.advanceAndEmit()
	i, err := e.state.FindEndpoint(id)
	if err == nil {
		e.state.RemoveEndpoint(e.state.Endpoints[i])
		e.MarkChanged()
	}
	return err
}
