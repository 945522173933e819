package fake

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/fake/internal/control"
	"example.com/pipesfake/fake/internal/fault"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"

	"github.com/gorilla/mux"
)

// route is one line of the API: a call and who answers it.
type route struct {
	operation string // one of scenarios.Operations; empty on the control plane
	method    string
	path      string
	handle    handler
	invalid   int      // the status of invalid input
	control   bool     // on the control plane: guarded, and written for people to read
	whole     bool     // of the control plane, and about the whole server
	takes     []string // the query parameters of a control call; nil: any

	// whose environment it is, of a call that no API key opens, and the provider's token that it came with; nil: the key's
	environmentOf func(call) (environment, token string)
}

// anyMethod is the method of a route that takes all.
const anyMethod = "*"

// handler answers a call with a value. Its error has its status in the table of errors.go.
type handler func(call) (reply, error)

// apiRoutes are the Pipes API. The order is that in which they are tried, so the busiest stand first.
func (s *Server) apiRoutes() []route {
	const (
		integrations   = "/data-integrations"
		integration    = integrations + "/{slug:[^/]*}"
		itself         = integrations + "/{slug:[^/]+}"
		ofOrganization = integration + "/organization"
		userAccount    = "/user_management/users/{user_id:[^/]+}/connected_accounts/{slug:[^/]*}"
		account        = "/organizations/{organization_id:[^/]+}/connected_accounts/{slug:[^/]*}"
		configurations = "/organizations/{organization_id:[^/]+}/data_integration_configurations"
		endpoints      = "/webhook_endpoints"
		user           = scenarios.OwnerUser
		organization   = scenarios.OwnerOrganization
	)
	routes := []route{
		{operation: "token", method: "POST", path: integration + "/token", handle: token, invalid: 400},
		{operation: "credentials", method: "POST", path: integration + "/credentials", handle: credentials, invalid: 400},
		{operation: "authorize", method: "POST", path: integration + "/authorize", handle: authorize, invalid: 400},
		{operation: "finish_connection", method: "POST", path: integrations + "/finish", handle: finishConnection, invalid: 400},

		{operation: "get_connected_account", method: "GET", path: userAccount, handle: getAccount, invalid: 400},
		{operation: "import_connected_account", method: "POST", path: userAccount, handle: importAccount, invalid: 422},
		{operation: "update_connected_account", method: "PUT", path: userAccount, handle: updateAccount, invalid: 400},
		{operation: "delete_connected_account", method: "DELETE", path: userAccount, handle: deleteAccount, invalid: 400},
		{operation: "list_data_providers", method: "GET", path: "/user_management/users/{user_id:[^/]+}/data_providers", handle: dataProviders, invalid: 400},

		{operation: "upsert_api_key", method: "PUT", path: integration + "/api-key", handle: install(scenarios.APIKey, false), invalid: 400},
		{operation: "create_api_key", method: "POST", path: integration + "/api-key", handle: install(scenarios.APIKey, true), invalid: 400},
		{operation: "upsert_client_credentials", method: "PUT", path: integration + "/client-credentials", handle: install(scenarios.ClientCredentials, false), invalid: 400},
		{operation: "create_client_credentials", method: "POST", path: integration + "/client-credentials", handle: install(scenarios.ClientCredentials, true), invalid: 400},

		{operation: "get_organization_connected_account", method: "GET", path: account, handle: getAccount, invalid: 400},
		{operation: "import_organization_connected_account", method: "POST", path: account, handle: importAccount, invalid: 422},
		{operation: "update_organization_connected_account", method: "PUT", path: account, handle: updateAccount, invalid: 400},
		{operation: "delete_organization_connected_account", method: "DELETE", path: account, handle: deleteAccount, invalid: 400},
		{operation: "list_organization_data_providers", method: "GET", path: "/organizations/{organization_id:[^/]+}/data_providers", handle: dataProviders, invalid: 400},

		{operation: "list_organization_configurations", method: "GET", path: configurations, handle: listConfigurations, invalid: 400},
		{operation: "configure_organization", method: "PUT", path: configurations + "/{slug:[^/]*}", handle: configure, invalid: 400},

		{operation: "create_data_integration", method: "POST", path: integrations, handle: createIntegration, invalid: 400},
		{operation: "list_data_integrations", method: "GET", path: integrations, handle: listIntegrations, invalid: 400},
		{operation: "get_data_integration", method: "GET", path: itself, handle: getIntegration(user), invalid: 400},
		{operation: "update_data_integration", method: "PUT", path: itself, handle: updateIntegration(user), invalid: 400},
		{operation: "delete_data_integration", method: "DELETE", path: itself, handle: deleteIntegration(user), invalid: 400},
		{operation: "get_organization_data_integration", method: "GET", path: ofOrganization, handle: getIntegration(organization), invalid: 400},
		{operation: "update_organization_data_integration", method: "PUT", path: ofOrganization, handle: updateIntegration(organization), invalid: 400},
		{operation: "delete_organization_data_integration", method: "DELETE", path: ofOrganization, handle: deleteIntegration(organization), invalid: 400},

		{operation: "list_events", method: "GET", path: "/events", handle: listEvents, invalid: 400},
		{operation: "list_webhook_endpoints", method: "GET", path: endpoints, handle: listEndpoints, invalid: 400},
		{operation: "create_webhook_endpoint", method: "POST", path: endpoints, handle: createEndpoint, invalid: 422},
		{operation: "update_webhook_endpoint", method: "PATCH", path: endpoints + "/{id:[^/]+}", handle: updateEndpoint, invalid: 422},
		{operation: "delete_webhook_endpoint", method: "DELETE", path: endpoints + "/{id:[^/]+}", handle: deleteEndpoint, invalid: 400},
	}
	routes = append(routes, s.consentRoutes()...)
	routes = append(routes, s.providerRoutes()...)
	return append(routes, s.relayRoutes()...)
}

// controlRoutes are the control plane, each with the query parameters that it takes beside environment.
func (s *Server) controlRoutes() []route {
	routes := []route{
		s.controlRoute("PUT", "/scenario", 200, control.PutScenario),
		s.controlRoute("GET", "/scenario", 200, control.GetScenario, "provider", "user_id", "organization_id", "connection_owner"),
		s.controlRoute("DELETE", "/scenario", 200, control.DeleteScenario),
		s.controlRoute("GET", "/scenarios", 200, control.GetScenarios),
		s.controlRoute("GET", "/state", 200, control.GetState, "limit", "next", "next_switch", "next_integration"),
		s.controlRoute("POST", "/reset", 200, control.PostReset),
		s.controlRoute("GET", "/clock", 200, control.GetClock),
		s.controlRoute("PUT", "/clock", 200, control.PutClock),
		s.controlRoute("POST", "/clock/advance", 200, control.PostAdvance),
		s.controlRoute("GET", "/faults", 200, control.GetFaults),
		s.controlRoute("POST", "/faults", 201, control.PostFault),
		s.controlRoute("DELETE", "/faults", 200, control.DeleteFaults),
		s.controlRoute("DELETE", "/faults/{id}", 200, control.DeleteFault),
		s.controlRoute("GET", "/requests", 200, control.GetRequests, "operation", "provider", "user_id", "organization_id", "connection_owner", "status", "limit", "next"),
		s.controlRoute("DELETE", "/requests", 200, control.DeleteRequests),
		s.controlRoute("GET", "/requests/{id}", 200, control.GetRequest),
		s.controlRoute("POST", "/verify", 200, control.PostVerify),
		s.controlRoute("GET", "/wait", 200, control.GetWait, "operation", "provider", "user_id", "organization_id", "connection_owner", "status", "count", "at_least", "at_most", "timeout", "event", "webhook"),
		s.controlRoute("GET", "/coverage", 200, control.GetCoverage, "all", "format"),
		wholeServer(s.controlRoute("DELETE", "/coverage", 200, control.DeleteCoverage)),
		s.controlRoute("GET", "/snapshots", 200, control.GetSnapshots),
		s.controlRoute("POST", "/snapshots", 201, control.PostSnapshot),
		s.controlRoute("POST", "/snapshots/{name}/restore", 200, control.PostRestore),
		s.controlRoute("DELETE", "/snapshots/{name}", 200, control.DeleteSnapshot),
		s.controlRoute("GET", "/export", 200, control.GetExport),
		s.controlRoute("GET", "/webhooks", 200, control.GetWebhooks, "state", "event", "limit"),
		s.controlRoute("POST", "/webhooks/{id}/redeliver", 202, control.PostRedeliver),
		wholeServer(s.controlRoute("GET", "/environments", 200, control.GetEnvironments, "limit", "next")),
		wholeServer(s.controlRoute("DELETE", "/environments/{name}", 200, control.DeleteEnvironment)),
		s.controlRoute("GET", "/events", 200, control.GetEvents, "limit"),
		wholeServer(s.controlRoute("GET", "/openapi.json", 200, control.GetOpenAPI)),
	}
	return append(routes, s.uiRoutes()...)
}

// table finds the route of a request. gorilla/mux only matches here: its way of handing on variables
// copies the request twice, and its middleware runs on a match only.
type table struct {
	router *mux.Router
	routes map[*mux.Route]*route
	found  *found
}

// found are the first matches that there were, by method and path: mux matches by regular expressions, and
// the same few paths are asked for again and again.
type found struct {
	mu      sync.RWMutex
	matches map[asked]match
}

type asked struct{ method, path string }

type match struct {
	route *route
	vars  map[string]string // never changed
}

// maxRemembered is how many matches are remembered; later ones are not.
const maxRemembered = 1000

func (f *found) match(at asked) (match, bool) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	known, ok := f.matches[at]
	return known, ok
}

func (f *found) remember(at asked, m match) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.matches) < maxRemembered {
		f.matches[at] = m
	}
}

// newTable matches on the encoded path, so that a slug with an escaped slash is a slug.
func newTable(routes ...route) table {
	t := table{mux.NewRouter().UseEncodedPath(), map[*mux.Route]*route{}, &found{matches: map[asked]match{}}}
	for i, r := range routes {
		methods := []string{r.method}
		if r.method == http.MethodGet {
			methods = append(methods, http.MethodHead)
		}
		made := t.router.Path(r.path)
		if r.method != anyMethod {
			made = made.Methods(methods...)
		}
		t.routes[made] = &routes[i]
	}
	return t
}

// find gives the exchange its route, and answers the variables of the path. Its errors are
// method_not_allowed and not_implemented.
func (s *Server) find(t table, x *request, r *http.Request) (vars map[string]string, err error) {
	at := asked{r.Method, r.URL.Path}
	if known, ok := t.found.match(at); ok && r.URL.RawPath == "" {
		x.route = known.route
		return known.vars, nil
	}
	var matched mux.RouteMatch
	t.router.Match(r, &matched)
	switch {
	case matched.MatchErr == mux.ErrMethodMismatch:
		return nil, methodNotAllowed(x, r, t.allowed(r))
	case matched.MatchErr != nil || matched.Route == nil:
		return nil, s.notImplemented(r)
	}
	x.route = t.routes[matched.Route]
	if len(r.URL.Path) < 200 && r.URL.EscapedPath() == r.URL.Path { // nothing is to be unescaped
		t.found.remember(at, match{x.route, matched.Vars})
	}
	return matched.Vars, nil
}

// answer is the way of a routed request: key and environment, body, handler, respond.
func (s *Server) answer(x *request, r *http.Request) {
	c := call{request: r, vars: x.vars, bodies: &s.bodies, began: x.began, external: s.options.external}
	var unread error // the body
	err := unescape(c.vars)
	var wrong error // of a call that is let in
	if err == nil {
		wrong = c.readAddress(x.route)
	}
	switch {
	case err != nil:
	case x.route.control:
		x.world, err = s.controlled(x, c, wrong)
	case x.route.environmentOf != nil:
		if c.body, unread = body.Read(r); x.route.operation == "provider" {
			unread = ignoreTooLarge(unread) // providers take larger ones, which nobody looks at
		}
		var name string
		name, c.token = x.route.environmentOf(c)
		x.world, err = s.environments.open(name, x.began)
	default:
		x.world, err = s.opened(r, x.began)
	}
	if err != nil {
		s.refuse(x, r, err)
		return
	}
	c.environment = x.world
	s.number(x, x.route.control)
	var result reply
	if x.route.environmentOf == nil {
		c.body, unread = body.Read(r)
	}
	x.body = c.body
	if err = cmp.Or(unread, wrong); err == nil {
		result, err = x.handle(c)
	}
	s.respond(x, result, err)
}

// handle answers a call, unless a fault strikes that replaces the answer.
func (x *request) handle(c call) (reply, error) {
	var struck *fault.Match
	if !x.route.control && c.environment.HasFaults() {
		struck = c.environment.MatchFault(c.about(x.route.operation))
	}
	var result reply
	var err error
	if struck == nil || !struck.Replaces() {
		result, err = x.route.handle(c)
	}
	if result.key == (scenarios.Key{}) && !x.route.control {
		result.key = c.about(x.route.operation).Key
	}
	if result.struck = struck; struck == nil {
		result.struck = result.decision.Fault
	}
	if result.decision.Scenario == nil && (result.struck != nil || err != nil && !isInvalid(err)) {
		result.decision, _ = c.environment.Explain(result.key)
	}
	return result, err
}

// refuse answers a request that was not routed, or whose key opens nothing: that counts in default. One to the
// control plane counts in none.
func (s *Server) refuse(x *request, r *http.Request, err error) {
	var answer reply
	if isOfPage(r) {
		given, _ := body.Read(r)
		answer, err = s.refusedPage(r, given, err), nil
	}
	body.Drain(r)
	if x.world == nil {
		toControl := x.route.control || x.route == &s.unrouted && isOwnPath(r.URL.Path)
		if !toControl {
			var none error
			if x.world, none = s.opened(r, x.began); none != nil {
				x.world, _ = s.environments.open(defaultEnvironment, x.began)
			}
		}
		s.number(x, toControl)
	}
	s.respond(x, answer, err)
}

// readAddress reads the query, and checks the ids of the path as those of bodies are. A query that is passed on, or that
// nobody reads, may be as it likes.
func (c *call) readAddress(route *route) (err error) {
	if c.request.URL.RawQuery != "" && route.method != anyMethod {
		if c.query, err = url.ParseQuery(c.request.URL.RawQuery); err != nil {
			return pipes.Invalid(pipes.FieldError{Field: "query", Code: "invalid", Message: "the query is wrongly written: " + err.Error() + "; write %25 for a percent sign, and %3B for a semicolon"})
		}
	}
	for _, name := range []string{"user_id", "organization_id"} {
		if id, given := c.vars[name]; given {
			if problem := scenarios.CheckID(id); problem != "" {
				return pipes.Invalid(pipes.FieldError{Field: name, Code: "invalid", Message: name + " " + problem})
			}
		}
	}
	return nil
}

func unescape(vars map[string]string) error {
	for name, value := range vars {
		if !strings.Contains(value, "%") {
			continue
		}
		text, err := url.PathUnescape(value)
		if err != nil {
			return &pipes.Error{Code: pipes.EntityNotFound, Message: "The path is wrongly escaped: " + err.Error() + "."}
		}
		vars[name] = text
	}
	return nil
}

// allowed lists the methods that a path takes.
func (t table) allowed(r *http.Request) string {
	var methods []string
	for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"} {
		attempt := *r
		attempt.Method = method
		var match mux.RouteMatch
		if t.router.Match(&attempt, &match) && match.MatchErr == nil {
			methods = append(methods, method)
		}
	}
	return strings.Join(methods, ", ")
}

// methodNotAllowed says which methods are, in words and in the header.
func methodNotAllowed(x *request, r *http.Request, allowed string) error {
	x.Header().Set("Allow", allowed)
	return &pipes.Error{Code: pipes.MethodNotAllowed, Message: scenarios.Abridge(r.Method) + " is not allowed here; allowed: " + allowed + "."}
}

// notImplemented is the answer to a path that is not faked: never a 404, which looks like data.
func (s *Server) notImplemented(r *http.Request) error {
	why := "It answers the operations of the Pipes API that its README lists; this is not an answer of WorkOS."
	path, isOld := strings.CutPrefix(r.URL.Path, "/v1/")
	switch {
	case isOld:
		why = "The paths of the Pipes API are without /v1: ask for /" + scenarios.Abridge(path) + "."
	case isOwnPath(r.URL.Path) && s.options.controlApart:
		why = "It is not a control call, or not at this address: --control-addr names that of the control plane."
	case isOwnPath(r.URL.Path):
		why = "It is not a control call: GET /_control/openapi.json lists them, and the page is at " + uiPath + "."
	case r.URL.Path == "/" && s.options.controlApart:
		why = "The page is at the address that --control-addr names, at " + uiPath + "."
	case r.URL.Path == "/":
		why = "The page is at " + uiPath + ", and GET /_control/openapi.json lists the control calls."
	}
	return &pipes.Error{Code: pipes.NotImplemented,
		Message: "pipesfake does not implement " + scenarios.Abridge(r.Method) + " " + scenarios.Abridge(r.URL.Path) +
			". " + why}
}
