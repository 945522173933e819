package client

import (
	"fmt"
	"net/url"

	"example.com/pipesfake/fake"
	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/scenarios"
)

// endpoint is a webhook endpoint, as the Pipes API shows it.
type endpoint struct {
	ID     string   `json:"id,omitempty"`
	URL    string   `json:"endpoint_url"`
	Secret string   `json:"secret,omitempty"`
	Status string   `json:"status,omitempty"`
	Events []string `json:"events"`
}

// The values of endpoint.Status.
const (
	enabled  = "enabled"
	disabled = "disabled"
)

func (e endpoint) endpoint() fake.Endpoint {
	return fake.Endpoint{ID: e.ID, URL: e.URL, Secret: e.Secret, Events: e.Events, Enabled: e.Status == enabled}
}

// AddEndpoint creates a webhook endpoint, as fake.Environment.AddEndpoint does.
func (e *Environment) AddEndpoint(url string, events ...string) fake.Endpoint {
	e.t.Helper()
	if len(events) == 0 {
		events = scenarios.ConnectionEvents()
	}
	var made endpoint
	if err := e.do("POST", "/webhook_endpoints", endpoint{URL: url, Events: events}, &made); err != nil {
		e.fail(fmt.Errorf("AddEndpoint(%q): %w", fields.Abridge(url), err))
	}
	return made.endpoint()
}

// UpdateEndpoint changes URL, Events and Enabled of the endpoint that has the ID, and returns it, as
// fake.Environment.UpdateEndpoint does.
func (e *Environment) UpdateEndpoint(changed fake.Endpoint) fake.Endpoint {
	e.t.Helper()
	body := endpoint{URL: changed.URL, Events: changed.Events, Status: disabled}
	if changed.Enabled {
		body.Status = enabled
	}
	var made endpoint
	if err := e.do("PATCH", "/webhook_endpoints/"+url.PathEscape(changed.ID), body, &made); err != nil {
		e.fail(fmt.Errorf("UpdateEndpoint: %w", err))
	}
	return made.endpoint()
}

// Endpoints returns the webhook endpoints of the environment, the oldest first.
func (e *Environment) Endpoints() []fake.Endpoint {
	e.t.Helper()
	var endpoints []fake.Endpoint
	for after := ""; ; {
		var page struct {
			Data     []endpoint
			Metadata struct{ After string } `json:"list_metadata"`
		}
		if err := e.do("GET", "/webhook_endpoints?limit=100&order=asc"+after, nil, &page); err != nil {
			e.fail(fmt.Errorf("Endpoints: %w", err))
			return nil
		}
		for _, one := range page.Data {
			endpoints = append(endpoints, one.endpoint())
		}
		if page.Metadata.After == "" {
			return endpoints
		}
		after = "&after=" + url.QueryEscape(page.Metadata.After)
	}
}

// RemoveEndpoint deletes a webhook endpoint. An unknown ID fails the test.
func (e *Environment) RemoveEndpoint(id string) {
	e.t.Helper()
	if err := e.do("DELETE", "/webhook_endpoints/"+url.PathEscape(id), nil, nil); err != nil {
		e.fail(fmt.Errorf("RemoveEndpoint: %w; Endpoints() lists those that exist", err))
	}
}
