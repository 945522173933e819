package server

import (
	"slices"

	"example.com/pipesfake/fake/internal/api"
	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/control"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// pipesRoutes returns the Pipes API, the busiest routes first. The last column is the status of invalid input (source:
// spec).
func pipesRoutes() []call.Route {
	const (
		integrations = "/data-integrations"
		slug         = integrations + "/{slug:[^/]*}"
		integration  = integrations + "/{slug:[^/]+}"
		shared       = slug + "/organization"
		ofUser       = "/user_management/users/{user_id:[^/]+}"
		userAccount  = ofUser + "/connected_accounts/{slug:[^/]*}"
		ofOrg        = "/organizations/{organization_id:[^/]+}"
		orgAccount   = ofOrg + "/connected_accounts/{slug:[^/]*}"
		configs      = ofOrg + "/data_integration_configurations"
		endpoints    = "/webhook_endpoints"
		endpoint     = endpoints + "/{id:[^/]+}"
		user         = scenarios.OwnerUser
		org          = scenarios.OwnerOrganization
		key          = scenarios.APIKey
		client       = scenarios.ClientCredentials
	)
	return []call.Route{
		cached(operation("token", "POST", slug+"/token", api.Token, 400)),
		cached(operation("credentials", "POST", slug+"/credentials", api.Credentials, 400)),
		operation("authorize", "POST", slug+"/authorize", api.Authorize, 400),
		finishing(operation("finish_connection", "POST", integrations+"/finish", api.FinishConnection, 400)),

		cached(operation("get_connected_account", "GET", userAccount, api.GetAccount, 400)),
		operation("import_connected_account", "POST", userAccount, api.ImportAccount, 422),
		operation("update_connected_account", "PUT", userAccount, api.UpdateAccount, 400),
		operation("delete_connected_account", "DELETE", userAccount, api.DeleteAccount, 400),
		operation("list_data_providers", "GET", ofUser+"/data_providers", api.ListDataProviders, 400),

		operation("upsert_api_key", "PUT", slug+"/api-key", api.UpsertCredentials(key), 400),
		operation("create_api_key", "POST", slug+"/api-key", api.CreateCredentials(key), 400),
		operation("upsert_client_credentials", "PUT", slug+"/client-credentials", api.UpsertCredentials(client), 400),
		operation("create_client_credentials", "POST", slug+"/client-credentials", api.CreateCredentials(client), 400),

		cached(operation("get_organization_connected_account", "GET", orgAccount, api.GetAccount, 400)),
		operation("import_organization_connected_account", "POST", orgAccount, api.ImportAccount, 422),
		operation("update_organization_connected_account", "PUT", orgAccount, api.UpdateAccount, 400),
		operation("delete_organization_connected_account", "DELETE", orgAccount, api.DeleteAccount, 400),
		operation("list_organization_data_providers", "GET", ofOrg+"/data_providers", api.ListDataProviders, 400),

		operation("list_organization_configurations", "GET", configs, api.ListConfigurations, 400),
		operation("configure_organization", "PUT", configs+"/{slug:[^/]*}", api.Configure, 400),

		operation("create_data_integration", "POST", integrations, api.CreateIntegration, 400),
		operation("list_data_integrations", "GET", integrations, api.ListIntegrations, 400),
		operation("get_data_integration", "GET", integration, api.GetIntegration(user), 400),
		operation("update_data_integration", "PUT", integration, api.UpdateIntegration(user), 400),
		operation("delete_data_integration", "DELETE", integration, api.DeleteIntegration(user), 400),
		operation("get_organization_data_integration", "GET", shared, api.GetIntegration(org), 400),
		operation("update_organization_data_integration", "PUT", shared, api.UpdateIntegration(org), 400),
		operation("delete_organization_data_integration", "DELETE", shared, api.DeleteIntegration(org), 400),

		operation("list_events", "GET", "/events", api.ListEvents, 400),
		ofWebhooks(operation("list_webhook_endpoints", "GET", endpoints, api.ListEndpoints, 400)),
		ofWebhooks(operation("create_webhook_endpoint", "POST", endpoints, api.CreateEndpoint, 422)),
		ofWebhooks(operation("update_webhook_endpoint", "PATCH", endpoint, api.UpdateEndpoint, 422)),
		ofWebhooks(operation("delete_webhook_endpoint", "DELETE", endpoint, api.DeleteEndpoint, 400)),
	}
}

func operation(name, method, path string, handle call.Handler, invalidStatus int) call.Route {
	return call.Route{Operation: name, Method: method, Path: path, Handle: handle, InvalidStatus: invalidStatus}
}

// cached lets the responses of a route be sent again while they are valid.
func cached(route call.Route) call.Route {
	route.Handle = api.Cached(route.Operation, route.Handle)
	return route
}

// finishing gives a route the one status that finish has for a connection that cannot be made (source: Python SDK
// 10.8).
func finishing(route call.Route) call.Route {
	route.InvalidCodes = []pipes.Code{
		pipes.ConnectedAccountLimitReached, pipes.MultipleConnectionsUnavailable, pipes.TooManyAccounts,
	}
	return route
}

// ofWebhooks gives a route the error code that operations on webhook endpoints have for invalid input (source: spec).
func ofWebhooks(route call.Route) call.Route {
	route.InvalidCode = pipes.InvalidParameters
	return route
}

// controlRoutes returns the control plane and the page. Each call names the query parameters that it takes in addition
// to environment.
func (s *Server) controlRoutes() []call.Route {
	connection := []string{"provider", "user_id", "organization_id", "connection_owner"}
	filter := append([]string{"operation", "status"}, connection...)
	requests := append([]string{"limit", "next", "full"}, filter...)
	wait := append([]string{"count", "at_least", "at_most", "timeout", "event", "webhook"}, filter...)
	routes := []call.Route{
		wholeServer(s.controlRoute("GET", "", 200, control.GetCalls)),
		s.controlRoute("PUT", "/scenario", 200, control.PutScenario),
		s.controlRoute("GET", "/scenario", 200, control.GetScenario, connection...),
		s.controlRoute("DELETE", "/scenario", 200, control.DeleteScenario),
		s.controlRoute("GET", "/scenarios", 200, control.GetScenarios),
		s.controlRoute("PUT", "/scenarios", 200, control.PutScenarios),
		s.controlRoute("DELETE", "/scenarios", 200, control.DeleteScenarios),
		s.controlRoute("POST", "/scenarios/check", 200, control.PostScenariosCheck),
		s.controlRoute("GET", "/state", 200, control.GetState, "limit", "next", "next_switch", "next_integration"),
		s.controlRoute("POST", "/reset", 200, control.PostReset),
		s.controlRoute("GET", "/clock", 200, control.GetClock),
		s.controlRoute("PUT", "/clock", 200, control.PutClock),
		s.controlRoute("POST", "/clock/advance", 200, control.PostAdvance),
		s.controlRoute("GET", "/faults", 200, control.GetFaults),
		s.controlRoute("POST", "/faults", 201, control.PostFault),
		s.controlRoute("DELETE", "/faults", 200, control.DeleteFaults),
		s.controlRoute("DELETE", "/faults/{id}", 200, control.DeleteFault, "serial"),
		s.controlRoute("GET", "/requests", 200, control.GetRequests, requests...),
		s.controlRoute("DELETE", "/requests", 200, control.DeleteRequests),
		s.controlRoute("GET", "/requests/{id}", 200, control.GetRequest),
		s.controlRoute("POST", "/verify", 200, control.PostVerify),
		s.controlRoute("GET", "/wait", 200, control.GetWait, wait...),
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
		wholeServer(s.controlRoute("POST", "/environments", 201, control.PostEnvironment)),
		wholeServer(s.controlRoute("DELETE", "/environments/{name}", 200, control.DeleteEnvironment)),
		wholeServer(s.controlRoute("GET", "/replicas", 200, control.GetReplicas)),
		s.controlRoute("GET", "/events", 200, control.GetEvents, "limit", "format", "next"),
		wholeServer(s.controlRoute("GET", "/openapi.json", 200, control.GetOpenAPI)),
	}
	return slices.Concat(routes, s.controlEndpoints(), s.uiRoutes())
}

// controlEndpoints returns the operations on webhook endpoints as control calls, which are not in the journal, and to
// which no fault applies.
func (s *Server) controlEndpoints() []call.Route {
	const endpoints = "/webhook_endpoints"
	control := func(method, path string, handle call.Handler, queryNames ...string) call.Route {
		return call.Route{
			Method: method, Path: "/_control" + path, InvalidStatus: 422, Control: true, Handle: handle,
			QueryNames: append(queryNames, "environment"),
		}
	}
	return []call.Route{
		control("GET", endpoints, s.maskedForPages(api.ListEndpoints), "limit", "before", "after", "order"),
		control("POST", endpoints, api.CreateEndpoint),
		control("PATCH", endpoints+"/{id:[^/]+}", s.maskedForPages(api.UpdateEndpoint)),
		control("DELETE", endpoints+"/{id:[^/]+}", api.DeleteEndpoint),
	}
}

// wholeServer marks a control call that is about no environment.
func wholeServer(route call.Route) call.Route {
	route.WholeServer = true
	return route
}
