package model

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// Endpoint is where webhooks go. One that was handed out never changes.
type Endpoint struct {
	ID, URL, Secret  string
	Enabled          bool
	Events           []string
	Created, Updated time.Time

	order uint64
}

func (p *Endpoint) number() uint64 { return p.order }
func (p *Endpoint) id() string     { return p.ID }

// endpoints are those of an environment.
type endpoints struct {
	list  list[*Endpoint]
	count uint64
}

// Endpoints lists the webhook endpoints. Its error is about a cursor.
func (e *Environment) Endpoints(page Page) (Listed[*Endpoint], error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.endpoints.list.page(page, func(*Endpoint) bool { return true })
}

// CreateEndpoint makes a webhook endpoint, enabled. Its errors are duplicate_endpoint and, for too
// many, invalid_request: the description has no other code for that.
func (e *Environment) CreateEndpoint(url string, events []string) (*Endpoint, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.beginChange()
	made := &Endpoint{URL: url, Enabled: true, Events: events, Created: now, Updated: now}
	if err := e.endpoints.check(made); err != nil {
		return nil, err
	}
	if len(e.endpoints.list.items) >= maxEndpoints {
		message := fmt.Sprintf("there are %d webhook endpoints in environment %s already: delete some "+
			"(DELETE /webhook_endpoints/{id})", len(e.endpoints.list.items), e.name)
		return nil, pipes.Invalid(pipes.FieldError{Field: "endpoint_url", Code: "too_many_webhook_endpoints", Message: message})
	}
	e.addEndpoint(made)
	return made, nil
}

func (e *Environment) addEndpoint(made *Endpoint) {
	e.endpoints.count++
	made.order = e.endpoints.count
	id, secret := e.mint.Endpoint(made.order)
	made.ID, made.Secret = id, cmp.Or(made.Secret, secret)
	e.endpoints.list.add(made)
	e.secrets.add(made.Secret)
	e.armWakeup()
}

// declare makes an endpoint of the file.
func (e *Environment) declare(one scenarios.Webhook) {
	e.addEndpoint(&Endpoint{URL: one.URL, Secret: one.Secret, Enabled: true, Events: one.Events, Created: e.started, Updated: e.started})
}

// Endpoint returns the endpoint of an ID, or nil.
func (e *Environment) Endpoint(id string) *Endpoint {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.endpoints.byID(id)
}

// byID returns the endpoint of an ID, or nil.
func (h *endpoints) byID(id string) *Endpoint {
	if i, err := h.find(id); err == nil {
		return h.list.items[i]
	}
	return nil
}

// eventByID returns an event that is still stored, or nil.
func (e *Environment) eventByID(id string) *Event {
	count, known := e.mint.EventCount(id)
	if i := from(e.log.events, count); known && i < len(e.log.events) && e.log.events[i].count == count {
		return e.log.events[i]
	}
	return nil
}

// check finds another endpoint with the same address.
func (h *endpoints) check(made *Endpoint) error {
	if slices.ContainsFunc(h.list.items, func(other *Endpoint) bool { return other.URL == made.URL && other.order != made.order }) {
		return &pipes.Error{Code: pipes.DuplicateEndpoint, Message: fmt.Sprintf("A webhook endpoint with the URL %q exists already.", scenarios.Abridge(made.URL))}
	}
	return nil
}

func (h *endpoints) find(id string) (int, error) {
	if number, known := h.list.numbers[id]; known {
		if i := from(h.list.items, number); i < len(h.list.items) && h.list.items[i].ID == id {
			return i, nil
		}
	}
	return 0, notFound("Webhook endpoint not found: %q", scenarios.Abridge(id))
}

// UpdateEndpoint changes one as the caller does with a copy of it. Its errors are entity_not_found and
// duplicate_endpoint.
func (e *Environment) UpdateEndpoint(id string, change func(*Endpoint)) (*Endpoint, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.beginChange()
	i, err := e.endpoints.find(id)
	if err != nil {
		return nil, err
	}
	made := *e.endpoints.list.items[i]
	change(&made)
	if err := e.endpoints.check(&made); err != nil {
		return nil, err
	}
	made.Updated = now
	e.endpoints.list.items[i] = &made
	return &made, nil
}

// DeleteEndpoint removes one. Its error is entity_not_found.
func (e *Environment) DeleteEndpoint(id string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.beginChange()
	i, err := e.endpoints.find(id)
	if err == nil {
		e.endpoints.list.remove(e.endpoints.list.items[i])
	}
	return err
}
