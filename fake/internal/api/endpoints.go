package api

import (
	"net/http"
	"net/netip"
	neturl "net/url"
	"slices"
	"strings"

	"example.com/pipesfake/fake/internal/webhook"

	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

func ListEndpoints(c call.Call) (call.Reply, error) {
	p := c.Parameters()
	page := p.Page()
	if err := p.Err(); err != nil {
		return call.Reply{}, err
	}
	endpoints, err := c.Environment.Endpoints(page)
	return call.OK(paged(endpoints, webhookEndpoint)), err
}

func CreateEndpoint(c call.Call) (call.Reply, error) {
	object, url, events, err := readEndpoint(c, true)
	if err != nil {
		return call.Reply{}, err
	}
	if err := object.Err(); err != nil {
		return call.Reply{}, err
	}
	made, err := c.Environment.CreateEndpoint(url, events)
	if err != nil {
		return call.Reply{}, err
	}
	return call.Reply{Status: http.StatusCreated, Body: webhookEndpoint(made)}, nil
}

func UpdateEndpoint(c call.Call) (call.Reply, error) {
	object, url, events, err := readEndpoint(c, false)
	if err != nil {
		return call.Reply{}, err
	}
	status := object.OneOf("status", pipes.Enabled, pipes.Disabled)
	if err := object.Err(); err != nil {
		return call.Reply{}, err
	}
	made, err := c.Environment.UpdateEndpoint(c.Vars["id"], func(e *model.Endpoint) {
		if url != "" {
			e.URL = url
		}
		if events != nil {
			e.Events = events
		}
		if status != "" {
			e.Enabled = status == pipes.Enabled
		}
	})
	if err != nil {
		return call.Reply{}, err
	}
	return call.OK(webhookEndpoint(made)), nil
}

func DeleteEndpoint(c call.Call) (call.Reply, error) {
	return call.Reply{Status: http.StatusNoContent}, c.Environment.DeleteEndpoint(c.Vars["id"])
}

// readEndpoint reads the body of an endpoint. Its error is invalid_url, which the description tells apart;
// here http will do as well as https.
func readEndpoint(c call.Call, whole bool) (object *body.Object, url string, events []string, err error) {
	if object, err = c.Object(); err != nil {
		return nil, "", nil, err
	}
	url = object.Word("endpoint_url", whole)
	events = object.Texts("events")
	if whole && events == nil {
		object.Wrong("events", "required", "events is required: a list of event names")
	}
	known := pipes.EventNames()
	for _, name := range events {
		if !slices.Contains(known, name) {
			object.Wrong("events", "unknown_event_type", "%s is not an event of WorkOS%s", call.Quote(name), scenarios.DidYouMean(name, known))
		}
	}
	if url != "" && !scenarios.IsWebURL(url) {
		return nil, "", nil, &pipes.Error{Code: pipes.InvalidURL, Message: "endpoint_url is not a URL that webhooks can be sent to: write http://… or https://…."}
	}
	if isLinkLocal(url) && !c.LinkLocalWebhooks {
		return nil, "", nil, &pipes.Error{Code: pipes.InvalidURL, Message: "endpoint_url is a link-local address, where a cloud's " +
			"metadata service is found: use another, or allow such addresses with --allow-link-local."}
	}
	return object, url, events, nil
}

// isLinkLocal reports whether the host of a URL is a link-local address. Names that resolve to one are found when a
// webhook is sent.
func isLinkLocal(address string) bool {
	u, err := neturl.Parse(address)
	if err != nil {
		return false
	}
	at, err := netip.ParseAddr(strings.TrimSuffix(u.Hostname(), "."))
	return err == nil && webhook.IsLinkLocal(at)
}
