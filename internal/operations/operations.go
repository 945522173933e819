// Package operations has the short names of the calls of the API.
package operations

import "example.com/pipesfake/internal/fields"

// Webhook is the operation that delivers events to endpoints.
const Webhook = "webhook"

// Names returns the short names of the calls of the API, which faults, logs and control calls use.
func Names() []string {
	return []string{
		"token", "credentials", "authorize", "finish_connection",
		"upsert_api_key", "create_api_key", "upsert_client_credentials", "create_client_credentials",
		"get_connected_account", "import_connected_account", "update_connected_account", "delete_connected_account",
		"list_data_providers",
		"get_organization_connected_account", "import_organization_connected_account",
		"update_organization_connected_account", "delete_organization_connected_account",
		"list_organization_data_providers",
		"create_data_integration", "list_data_integrations", "get_data_integration", "update_data_integration",
		"delete_data_integration",
		"get_organization_data_integration", "update_organization_data_integration",
		"delete_organization_data_integration",
		"list_organization_configurations", "configure_organization",
		"list_events",
		"list_webhook_endpoints", "create_webhook_endpoint", "update_webhook_endpoint", "delete_webhook_endpoint",
		"consent", "provider", "relay", Webhook,
	}
}

// Similar returns what to say after an unknown operation: which ones are similar, and where all are.
func Similar(name string) string {
	const maxSimilar = 3
	return fields.DidYouMeanOneOf(name, Names(), maxSimilar) +
		": docs/pipes-api.md and GET /_control/openapi.json list all"
}
