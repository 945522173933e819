package api

import (
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/fake/internal/webhook"
	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/internal/names"
)

// ListEndpoints lists the webhook endpoints.
func ListEndpoints(c *call.Call) (call.Reply, error) {
	p := c.Parameters()
	page := p.Page()
	if err := p.Err(); err != nil {
		return call.Reply{}, err
	}
	endpoints, err := c.Environment.Endpoints(page)
	return call.OK(paged(endpoints, webhookEndpoint)), err
}

// CreateEndpoint adds a webhook endpoint.
func CreateEndpoint(c *call.Call) (call.Reply, error) {
	object, err := c.Object()
	if err != nil {
		return call.Reply{}, err
	}
	read, err := readEndpoint(object, true, c.LinkLocalWebhooks)
	if err != nil {
		return call.Reply{}, err
	}
	if err := object.Err(); err != nil {
		return call.Reply{}, err
	}
	made, err := c.Environment.CreateEndpoint(read.url, read.events)
	if err != nil {
		return call.Reply{}, err
	}
	return call.Reply{Status: http.StatusCreated, Body: webhookEndpoint(made)}, nil
}

// UpdateEndpoint changes what the body has of a webhook endpoint.
func UpdateEndpoint(c *call.Call) (call.Reply, error) {
	object, err := c.Object()
	if err != nil {
		return call.Reply{}, err
	}
	read, err := readEndpoint(object, false, c.LinkLocalWebhooks)
	if err != nil {
		return call.Reply{}, err
	}
	read.status = object.OneOf("status", pipes.Enabled, pipes.Disabled)
	if err := object.Err(); err != nil {
		return call.Reply{}, err
	}
	made, err := c.Environment.UpdateEndpoint(c.Vars["id"], read.applyTo)
	if err != nil {
		return call.Reply{}, err
	}
	return call.OK(webhookEndpoint(made)), nil
}

// DeleteEndpoint removes a webhook endpoint.
func DeleteEndpoint(c *call.Call) (call.Reply, error) {
	return call.Reply{Status: http.StatusNoContent}, c.Environment.DeleteEndpoint(c.Vars["id"])
}

// endpointFields are the fields of an endpoint that a body has. The others are zero.
type endpointFields struct {
	url    string
	events []string
	status string
}

func (f endpointFields) applyTo(e *model.Endpoint) {
	if f.url != "" {
		e.URL = f.url
	}
	if f.events != nil {
		e.Events = f.events
	}
	if f.status != "" {
		e.Enabled = f.status == pipes.Enabled
	}
}

// readEndpoint reads the body of an endpoint, except for its status. Its error is invalid_url, which the description
// distinguishes from other invalid input.
func readEndpoint(object *body.Object, isNew, linkLocal bool) (f endpointFields, err error) {
	f.url = object.FilledText("endpoint_url", isNew)
	f.events = object.Texts("events")
	if isNew && f.events == nil {
		object.Wrong("events", "required", "events is required: a list of event names")
	}
	known := pipes.EventNames()
	for _, name := range f.events {
		if !slices.Contains(known, name) {
			object.Wrong("events", "unknown_event_type", "%s is not an event of WorkOS%s",
				call.Quote(name), fields.DidYouMean(name, known))
		}
	}
	return f, checkEndpointURL(f.url, linkLocal)
}

// checkEndpointURL refuses an address that webhooks cannot be sent to. Unlike WorkOS it allows http, which tests need.
func checkEndpointURL(address string, linkLocal bool) error {
	switch {
	case address == "":
		return nil
	case !names.IsWebURL(address):
		return &pipes.Error{
			Code:    pipes.InvalidURL,
			Message: "endpoint_url is not a URL that webhooks can be sent to: write http://… or https://….",
		}
	case isLinkLocal(address) && !linkLocal:
		return &pipes.Error{
			Code: pipes.InvalidURL,
			Message: "endpoint_url is a link-local address, where a cloud's metadata service is found: " +
				"use another, or allow such addresses with --allow-link-local.",
		}
	}
	return nil
}

// isLinkLocal reports whether the host of a URL is a link-local address. Names that resolve to one are found when a
// webhook is sent.
func isLinkLocal(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	at, err := netip.ParseAddr(strings.TrimSuffix(u.Hostname(), "."))
	return err == nil && webhook.IsLinkLocal(at)
}
