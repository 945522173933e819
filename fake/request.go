package fake

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/fake/internal/fault"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// call is what handlers see of a request.
type call struct {
	environment *hostedEnvironment
	vars        map[string]string // of the path
	query       url.Values
	body        []byte
	bodies      *body.Parser
	request     *http.Request
	token       string    // of a call at a provider
	began       time.Time // in real time, before its body was read
	external    string    // where clients reach the server; empty: at the host that they ask
}

// base is where the client reaches the server.
func (c call) base() string {
	if c.external != "" {
		return c.external
	}
	return "http://" + c.request.Host
}

// pageURL is the address of a consent page, in the form of WorkOS's own (source: spec).
func (c call) pageURL(opaque string) string {
	return c.base() + "/data-integrations/" + opaque + "/authorize-redirect"
}

// object is the body. Where the file says strict, a wrong Content-Type is refused, and later the fields
// that nobody read.
func (c call) object() (*body.Object, error) {
	object, err := c.bodies.Parse(c.body)
	if err != nil {
		return nil, err
	}
	if c.environment.Scenarios().Strict {
		object.Strict()
		said := c.request.Header.Get("Content-Type")
		if kind, _, _ := strings.Cut(said, ";"); !strings.EqualFold(strings.TrimSpace(kind), "application/json") {
			object.Wrong("Content-Type", "invalid", "Content-Type must be application/json, not %q (strict: true)", scenarios.Abridge(said))
		}
	}
	return object, nil
}

// asked reads which connection a body names.
func (c call) asked(object *body.Object) model.Query {
	q := model.Query{ID: object.Word("connected_account_id", false)}
	q.Provider = c.vars["slug"]
	q.User = object.ID("user_id", true)
	q.Organization = object.ID("organization_id", false)
	if plural := object.Bool("supports_multiple_connections"); plural != nil {
		q.SupportsMultiple = *plural
	}
	if object.OneOf("connection_owner", scenarios.OwnerUser, scenarios.OwnerOrganization) == scenarios.OwnerOrganization {
		if q.Organization == "" {
			object.Wrong("organization_id", "required", "organization_id is required where connection_owner is organization")
		}
		q.User, q.ActingUser = "", q.User
	}
	return q
}

// keyIn is the connection that a path and its query name, as far as they do.
func keyIn(vars map[string]string, query url.Values) scenarios.Key {
	return scenarios.Key{Provider: vars["slug"], User: vars["user_id"], Organization: cmp.Or(vars["organization_id"], query.Get("organization_id"))}
}

// about is what faults and the journal look at: the connection that a call names, as far as it does. What cannot
// be a name is none: of refused calls nothing large is remembered.
func (c call) about(operation string) fault.Call {
	key := keyIn(c.vars, c.query)
	switch operation {
	case "provider":
		if holder, _ := c.environment.TokenHolder(key.Provider, c.token); holder.Provider == key.Provider {
			key = holder.Key
		}
		return fault.Call{Operation: operation, Key: nameable(key), APIKey: c.token}
	case "consent":
		return fault.Call{Operation: operation, Key: c.environment.AuthorizationOf(c.vars["opaque"])}
	case "relay":
		key.User, key.Organization = c.request.Header.Get("X-Relay-User"), c.request.Header.Get("X-Relay-Organization")
	}
	object, err := c.bodies.Parse(c.body)
	if err != nil || operation == "relay" {
		object = new(body.Object)
	}
	key.Provider = cmp.Or(key.Provider, object.Word("provider", false))
	key.User = cmp.Or(key.User, object.Word("user_id", false))
	key.Organization = cmp.Or(key.Organization, object.Word("organization_id", false))
	if object.Word("connection_owner", false) == scenarios.OwnerOrganization {
		key.User = ""
	}
	return fault.Call{Operation: operation, Key: nameable(key), APIKey: c.request.Header.Get("Authorization")}
}

// nameable is a key without what no provider, user or organization can be called, however long: journal and
// coverage keep it.
func nameable(key scenarios.Key) scenarios.Key {
	if scenarios.CheckSlug(key.Provider) != "" {
		key.Provider = ""
	}
	if scenarios.CheckID(key.User) != "" {
		key.User = ""
	}
	if scenarios.CheckID(key.Organization) != "" {
		key.Organization = ""
	}
	return key
}

// intent reads connection_intent, which tells whether an existing connection is meant.
func intent(object *body.Object, q model.Query) (add bool) {
	switch object.OneOf("connection_intent", "add", "reauthorize") {
	case "add":
		if q.ID != "" {
			object.Wrong("connected_account_id", "invalid", "connected_account_id names a connection, and connection_intent add makes another: leave one of them out")
		}
		return true
	case "reauthorize":
		if q.ID == "" {
			object.Wrong("connected_account_id", "required", "connected_account_id is required with connection_intent reauthorize")
		}
	}
	return false
}

// parameters reads the query of a call, and gathers what is wrong with it.
type parameters struct {
	values url.Values
	wrong  []pipes.FieldError
}

func (c call) parameters() *parameters { return &parameters{values: c.query} }

func (p *parameters) refuse(field, message string) {
	p.wrong = append(p.wrong, pipes.FieldError{Field: field, Code: "invalid", Message: field + " " + message})
}

func (p *parameters) err() error {
	if len(p.wrong) == 0 {
		return nil
	}
	return pipes.Invalid(p.wrong...)
}

// id reads the id of an organization or a connection; an empty one counts as absent.
func (p *parameters) id(field string) string {
	id := p.values.Get(field)
	if problem := scenarios.CheckID(id); id != "" && problem != "" {
		p.refuse(field, problem)
	}
	return id
}

func (p *parameters) flag(field string) bool {
	text := p.values.Get(field)
	if text != "" && text != "true" && text != "false" {
		p.refuse(field, "must be true or false")
	}
	return text == "true"
}

func (p *parameters) oneOf(field, fallback string, allowed ...string) string {
	text := p.values.Get(field)
	switch {
	case text == "":
		return fallback
	case !slices.Contains(allowed, text):
		p.refuse(field, "must be one of "+strings.Join(allowed, ", ")+scenarios.DidYouMean(text, allowed))
	}
	return text
}

// date reads an ISO 8601 date, nil when it is absent or wrong.
func (p *parameters) date(field string) *time.Time {
	text := p.values.Get(field)
	if text == "" {
		return nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			return new(at.UTC())
		}
	}
	p.refuse(field, "is not an ISO 8601 date like 2026-01-15T12:00:00.000Z")
	return nil
}

// page reads which part of a list is asked for (source: spec).
func (p *parameters) page() model.Page {
	page := model.Page{
		Before: p.values.Get("before"), After: p.values.Get("after"), Limit: 10,
		Order: p.oneOf("order", pipes.Descending, pipes.Normal, pipes.Descending, pipes.Ascending),
	}
	if page.Before != "" && page.After != "" {
		p.refuse("before", "and after exclude each other")
	}
	if text := p.values.Get("limit"); text != "" {
		limit, err := strconv.Atoi(text)
		if err != nil || limit < 1 || limit > 100 {
			p.refuse("limit", "must be a whole number from 1 to 100")
		}
		page.Limit = limit
	}
	return page
}

// named reads which connection the path and query of a connected account's call name.
func (c call) named(p *parameters) model.Query {
	q := model.Query{ID: p.id("connected_account_id"), SupportsMultiple: p.flag("supports_multiple_connections")}
	q.Provider, q.User, q.Organization = c.vars["slug"], c.vars["user_id"], c.vars["organization_id"]
	if q.Organization == "" {
		q.Organization = p.id("organization_id")
	}
	return q
}
