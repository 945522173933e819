package pipes

// Operation names a call of the API, short and the same everywhere: log, control plane, faults.
type Operation string

// The operations. Those with Organization in their name are newer than the official description
// (source: Node SDK 11, docs).
const (
	Token       Operation = "token"
	Credentials Operation = "credentials"
	Authorize   Operation = "authorize"

	FinishConnection Operation = "finish_connection" // newer, too (source: Python SDK 10.8)

	UpsertAPIKey            Operation = "upsert_api_key"
	CreateAPIKey            Operation = "create_api_key"
	UpsertClientCredentials Operation = "upsert_client_credentials"
	CreateClientCredentials Operation = "create_client_credentials"

	GetConnectedAccount    Operation = "get_connected_account"
	ImportConnectedAccount Operation = "import_connected_account"
	UpdateConnectedAccount Operation = "update_connected_account"
	DeleteConnectedAccount Operation = "delete_connected_account"
	ListDataProviders      Operation = "list_data_providers"

	GetOrganizationConnectedAccount    Operation = "get_organization_connected_account"
	ImportOrganizationConnectedAccount Operation = "import_organization_connected_account"
	UpdateOrganizationConnectedAccount Operation = "update_organization_connected_account"
	DeleteOrganizationConnectedAccount Operation = "delete_organization_connected_account"
	ListOrganizationDataProviders      Operation = "list_organization_data_providers"

	CreateDataIntegration Operation = "create_data_integration"
	ListDataIntegrations  Operation = "list_data_integrations"
	GetDataIntegration    Operation = "get_data_integration"
	UpdateDataIntegration Operation = "update_data_integration"
	DeleteDataIntegration Operation = "delete_data_integration"

	GetOrganizationDataIntegration    Operation = "get_organization_data_integration"
	UpdateOrganizationDataIntegration Operation = "update_organization_data_integration"
	DeleteOrganizationDataIntegration Operation = "delete_organization_data_integration"

	ListOrganizationConfigurations Operation = "list_organization_configurations"
	ConfigureOrganization          Operation = "configure_organization"

	ListEvents            Operation = "list_events"
	ListWebhookEndpoints  Operation = "list_webhook_endpoints"
	CreateWebhookEndpoint Operation = "create_webhook_endpoint"
	UpdateWebhookEndpoint Operation = "update_webhook_endpoint"
	DeleteWebhookEndpoint Operation = "delete_webhook_endpoint"

	Consent  Operation = "consent"  // the page that authorize leads to
	Provider Operation = "provider" // a call at the provider's side
	Relay    Operation = "relay"    // (source: docs)
)
