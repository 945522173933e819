package server

import (
	"slices"

	"example.com/pipesfake/fake/internal/api"
	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/consent"
	"example.com/pipesfake/fake/internal/control"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/fake/internal/provider"
	"example.com/pipesfake/scenarios"
)

// makeTables makes the tables that ServeHTTP and ControlHandler look routes up in.
func (s *Server) makeTables() {
	if s.config.ControlApart {
		apart := newTable(s.controlRoutes())
		s.api, s.control = newTable(s.apiRoutes()), &apart
		return
	}
	s.api = newTable(append(s.apiRoutes(), s.controlRoutes()...))
}

// apiRoutes are the Pipes API. The order is that in which they are tried, so the busiest stand first.
func (s *Server) apiRoutes() []call.Route {
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
	routes := []call.Route{
		{Operation: "token", Method: "POST", Path: integration + "/token", Handle: api.Token, InvalidStatus: 400},
		{Operation: "credentials", Method: "POST", Path: integration + "/credentials", Handle: api.Credentials, InvalidStatus: 400},
		{Operation: "authorize", Method: "POST", Path: integration + "/authorize", Handle: api.Authorize, InvalidStatus: 400},
		{Operation: "finish_connection", Method: "POST", Path: integrations + "/finish", Handle: api.FinishConnection, InvalidStatus: 400},

		{Operation: "get_connected_account", Method: "GET", Path: userAccount, Handle: api.GetAccount, InvalidStatus: 400},
		{Operation: "import_connected_account", Method: "POST", Path: userAccount, Handle: api.ImportAccount, InvalidStatus: 422},
		{Operation: "update_connected_account", Method: "PUT", Path: userAccount, Handle: api.UpdateAccount, InvalidStatus: 400},
		{Operation: "delete_connected_account", Method: "DELETE", Path: userAccount, Handle: api.DeleteAccount, InvalidStatus: 400},
		{Operation: "list_data_providers", Method: "GET", Path: "/user_management/users/{user_id:[^/]+}/data_providers", Handle: api.ListDataProviders, InvalidStatus: 400},

		{Operation: "upsert_api_key", Method: "PUT", Path: integration + "/api-key", Handle: api.InstallCredentials(scenarios.APIKey, false), InvalidStatus: 400},
		{Operation: "create_api_key", Method: "POST", Path: integration + "/api-key", Handle: api.InstallCredentials(scenarios.APIKey, true), InvalidStatus: 400},
		{Operation: "upsert_client_credentials", Method: "PUT", Path: integration + "/client-credentials", Handle: api.InstallCredentials(scenarios.ClientCredentials, false), InvalidStatus: 400},
		{Operation: "create_client_credentials", Method: "POST", Path: integration + "/client-credentials", Handle: api.InstallCredentials(scenarios.ClientCredentials, true), InvalidStatus: 400},

		{Operation: "get_organization_connected_account", Method: "GET", Path: account, Handle: api.GetAccount, InvalidStatus: 400},
		{Operation: "import_organization_connected_account", Method: "POST", Path: account, Handle: api.ImportAccount, InvalidStatus: 422},
		{Operation: "update_organization_connected_account", Method: "PUT", Path: account, Handle: api.UpdateAccount, InvalidStatus: 400},
		{Operation: "delete_organization_connected_account", Method: "DELETE", Path: account, Handle: api.DeleteAccount, InvalidStatus: 400},
		{Operation: "list_organization_data_providers", Method: "GET", Path: "/organizations/{organization_id:[^/]+}/data_providers", Handle: api.ListDataProviders, InvalidStatus: 400},

		{Operation: "list_organization_configurations", Method: "GET", Path: configurations, Handle: api.ListConfigurations, InvalidStatus: 400},
		{Operation: "configure_organization", Method: "PUT", Path: configurations + "/{slug:[^/]*}", Handle: api.Configure, InvalidStatus: 400},

		{Operation: "create_data_integration", Method: "POST", Path: integrations, Handle: api.CreateIntegration, InvalidStatus: 400},
		{Operation: "list_data_integrations", Method: "GET", Path: integrations, Handle: api.ListIntegrations, InvalidStatus: 400},
		{Operation: "get_data_integration", Method: "GET", Path: itself, Handle: api.GetIntegration(user), InvalidStatus: 400},
		{Operation: "update_data_integration", Method: "PUT", Path: itself, Handle: api.UpdateIntegration(user), InvalidStatus: 400},
		{Operation: "delete_data_integration", Method: "DELETE", Path: itself, Handle: api.DeleteIntegration(user), InvalidStatus: 400},
		{Operation: "get_organization_data_integration", Method: "GET", Path: ofOrganization, Handle: api.GetIntegration(organization), InvalidStatus: 400},
		{Operation: "update_organization_data_integration", Method: "PUT", Path: ofOrganization, Handle: api.UpdateIntegration(organization), InvalidStatus: 400},
		{Operation: "delete_organization_data_integration", Method: "DELETE", Path: ofOrganization, Handle: api.DeleteIntegration(organization), InvalidStatus: 400},

		{Operation: "list_events", Method: "GET", Path: "/events", Handle: api.ListEvents, InvalidStatus: 400},
		{Operation: "list_webhook_endpoints", Method: "GET", Path: endpoints, Handle: api.ListEndpoints, InvalidStatus: 400, InvalidCode: pipes.InvalidParameters},
		{Operation: "create_webhook_endpoint", Method: "POST", Path: endpoints, Handle: api.CreateEndpoint, InvalidStatus: 422, InvalidCode: pipes.InvalidParameters},
		{Operation: "update_webhook_endpoint", Method: "PATCH", Path: endpoints + "/{id:[^/]+}", Handle: api.UpdateEndpoint, InvalidStatus: 422, InvalidCode: pipes.InvalidParameters},
		{Operation: "delete_webhook_endpoint", Method: "DELETE", Path: endpoints + "/{id:[^/]+}", Handle: api.DeleteEndpoint, InvalidStatus: 400, InvalidCode: pipes.InvalidParameters},
	}
	return slices.Concat(routes, consent.Routes(s.environments), provider.Routes(s.environments), provider.RelayRoutes(s))
}

// controlRoutes are the control plane, each with the query parameters that it takes beside environment.
func (s *Server) controlRoutes() []call.Route {
	routes := []call.Route{
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
