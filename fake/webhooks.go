package fake

import (
	"bytes"
	"net/http"
	"regexp"
	"slices"

	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// newWebhookClient takes webhooks to their endpoints. It follows no redirect: an endpoint is where it was said to be.
func newWebhookClient() *http.Client {
	return &http.Client{
		Transport:     &http.Transport{MaxIdleConnsPerHost: 4, MaxResponseHeaderBytes: 64 << 10},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// payload is the body of a webhook: the event as GET /events tells it, without a line's end or escaped markup,
// so that clients that parse and write it again find the same text (source: SDKs).
func payload(of *model.Event) ([]byte, error) {
	var buffer bytes.Buffer
	err := encode(&buffer, event(of), false)
	return asJavaScript(bytes.TrimSuffix(buffer.Bytes(), []byte("\n"))), err
}

// asJavaScript writes the two line separators as JSON.stringify does: as they are. encoding/json escapes them always.
func asJavaScript(text []byte) []byte {
	return separators.ReplaceAllFunc(text, func(escaped []byte) []byte {
		switch string(escaped) {
		case `\u2028`:
			return []byte("\u2028")
		case `\u2029`:
			return []byte("\u2029")
		}
		return escaped // another escape, such as a backslash before a u
	})
}

// separators finds escapes whole, so that an escaped backslash is not taken for the beginning of one.
var separators = regexp.MustCompile(`\\(u2028|u2029|.)`)

func listEndpoints(c call) (reply, error) {
	p := c.parameters()
	page := p.page()
	if err := p.err(); err != nil {
		return reply{}, err
	}
	endpoints, err := c.environment.Endpoints(page)
	return ok(paged(endpoints, webhookEndpoint)), err
}

func createEndpoint(c call) (reply, error) {
	object, url, events, err := c.endpoint(true)
	if err != nil {
		return reply{}, err
	}
	if err := object.Err(); err != nil {
		return reply{}, err
	}
	made, err := c.environment.CreateEndpoint(url, events)
	if err != nil {
		return reply{}, err
	}
	return reply{status: http.StatusCreated, body: webhookEndpoint(made)}, nil
}

func updateEndpoint(c call) (reply, error) {
	object, url, events, err := c.endpoint(false)
	if err != nil {
		return reply{}, err
	}
	status := object.OneOf("status", pipes.Enabled, pipes.Disabled)
	if err := object.Err(); err != nil {
		return reply{}, err
	}
	made, err := c.environment.UpdateEndpoint(c.vars["id"], func(e *model.Endpoint) {
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
		return reply{}, err
	}
	return ok(webhookEndpoint(made)), nil
}

func deleteEndpoint(c call) (reply, error) {
	return reply{status: http.StatusNoContent}, c.environment.DeleteEndpoint(c.vars["id"])
}

// endpoint reads the body of an endpoint. Its error is invalid_url, which the description tells apart;
// here http will do as well as https.
func (c call) endpoint(whole bool) (object *body.Object, url string, events []string, err error) {
	if object, err = c.object(); err != nil {
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
			object.Wrong("events", "unknown_event_type", "%s is not an event of WorkOS%s", quoted(name), scenarios.DidYouMean(name, known))
		}
	}
	if url != "" && !scenarios.IsWebURL(url) {
		return nil, "", nil, &pipes.Error{Code: pipes.InvalidURL, Message: "endpoint_url is not a URL that webhooks can be sent to: write http://… or https://…."}
	}
	return object, url, events, nil
}
