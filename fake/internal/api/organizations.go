package api

import (
	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// ListConfigurations handles GET /organizations/{organization_id}/data_integration_configurations.
func ListConfigurations(c *call.Call) (call.Reply, error) {
	configurations, err := c.Environment.Configurations(c.Vars["organization_id"])
	list := pipes.List[pipes.Configuration]{Object: "list", Data: make([]pipes.Configuration, len(configurations))}
	for i, one := range configurations {
		list.Data[i] = configuration(one, c.BaseURL())
	}
	return call.OK(list), err
}

// Configure handles PUT /organizations/{organization_id}/data_integration_configurations/{slug}: it overrides the
// settings of an integration for one organization.
func Configure(c *call.Call) (call.Reply, error) {
	object, err := c.Object()
	if err != nil {
		return call.Reply{}, err
	}
	change := readOverrideChange(object)
	if err := object.Err(); err != nil {
		return call.Reply{}, err
	}
	changed, err := c.Environment.Configure(c.Vars["organization_id"], c.Vars["slug"], change.applyTo)
	if err != nil {
		return call.Reply{}, err
	}
	return call.OK(configuration(changed, c.BaseURL())), nil
}

// overrideChange is what a body changes of the settings of an organization.
type overrideChange struct {
	scenarios.Override      // what is zero stays as it is
	inheritScopes      bool // the integration's scopes apply again (source: spec)
}

func readOverrideChange(object *body.Object) (change overrideChange) {
	change.Enabled = object.Bool("enabled")
	change.Scopes = object.Scopes("scopes")
	change.ClientID = object.FilledText("client_id", false)
	change.ClientSecret = object.FilledText("client_secret", false)
	change.Config = object.Map("config")
	change.inheritScopes = object.IsNull("scopes")
	if change.isEmpty() {
		object.Wrong("body", "required",
			"at least one of enabled, scopes, client_id with client_secret, and config is required")
	}
	if (change.ClientID == "") != (change.ClientSecret == "") {
		object.Wrong("client_id", "required", "client_id and client_secret are given together")
	}
	return change
}

func (change overrideChange) isEmpty() bool {
	hasClient := change.ClientID != "" || change.ClientSecret != ""
	return change.Enabled == nil && change.Scopes == nil && !change.inheritScopes && !hasClient && change.Config == nil
}

func (change overrideChange) applyTo(o *scenarios.Override) {
	if change.Enabled != nil {
		o.Enabled = change.Enabled
	}
	if change.Scopes != nil || change.inheritScopes {
		o.Scopes = change.Scopes
	}
	if change.ClientID != "" {
		o.ClientID, o.ClientSecret = change.ClientID, change.ClientSecret
	}
	if change.Config != nil {
		o.Config = change.Config
	}
}
