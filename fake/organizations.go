package fake

import (
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// listConfigurations answers GET /organizations/{organization_id}/data_integration_configurations.
func listConfigurations(c call) (reply, error) {
	configurations, err := c.environment.Configurations(c.vars["organization_id"])
	list := pipes.List[pipes.Configuration]{Object: "list", Data: make([]pipes.Configuration, len(configurations))}
	for i, configuration := range configurations {
		list.Data[i] = c.configuration(configuration)
	}
	return ok(list), err
}

// configure answers PUT /organizations/{organization_id}/data_integration_configurations/{slug}: what one
// organization has otherwise. Null scopes are inherited again (source: spec).
func configure(c call) (reply, error) {
	object, err := c.object()
	if err != nil {
		return reply{}, err
	}
	said := scenarios.Override{
		Enabled: object.Bool("enabled"), Scopes: object.Scopes("scopes"),
		ClientID: object.Word("client_id", false), ClientSecret: object.Word("client_secret", false), Config: object.Map("config"),
	}
	inherit := object.IsNull("scopes")
	if said.Enabled == nil && said.Scopes == nil && !inherit && said.ClientID+said.ClientSecret == "" && said.Config == nil {
		object.Wrong("body", "required", "at least one of enabled, scopes, client_id with client_secret, and config is required")
	}
	if (said.ClientID == "") != (said.ClientSecret == "") {
		object.Wrong("client_id", "required", "client_id and client_secret are given together")
	}
	if err := object.Err(); err != nil {
		return reply{}, err
	}
	configuration, err := c.environment.Configure(c.vars["organization_id"], c.vars["slug"], func(o *scenarios.Override) {
		if said.Enabled != nil {
			o.Enabled = said.Enabled
		}
		if said.Scopes != nil || inherit {
			o.Scopes = said.Scopes
		}
		if said.ClientID != "" {
			o.ClientID, o.ClientSecret = said.ClientID, said.ClientSecret
		}
		if said.Config != nil {
			o.Config = said.Config
		}
	})
	if err != nil {
		return reply{}, err
	}
	return ok(c.configuration(configuration)), nil
}
