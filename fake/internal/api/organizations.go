package api

import (
	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// ListConfigurations answers GET /organizations/{organization_id}/data_integration_configurations.
func ListConfigurations(c call.Call) (call.Reply, error) {
	configurations, err := c.Environment.Configurations(c.Vars["organization_id"])
	list := pipes.List[pipes.Configuration]{Object: "list", Data: make([]pipes.Configuration, len(configurations))}
	for i, configuration := range configurations {
		list.Data[i] = configurationView(c, configuration)
	}
	return call.OK(list), err
}

// Configure answers PUT /organizations/{organization_id}/data_integration_configurations/{slug}: what one
// organization has otherwise. Null scopes are inherited again (source: spec).
func Configure(c call.Call) (call.Reply, error) {
	object, err := c.Object()
	if err != nil {
		return call.Reply{}, err
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
		return call.Reply{}, err
	}
	configuration, err := c.Environment.Configure(c.Vars["organization_id"], c.Vars["slug"], func(o *scenarios.Override) {
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
		return call.Reply{}, err
	}
	return call.OK(configurationView(c, configuration)), nil
}
