package api

import (
	"net/http"
	"strings"

	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// The data integrations are at /data-integrations. A provider can have one that users connect to, and another one that
// organizations connect to, at /data-integrations/{slug}/organization (source: Node SDK 11).

// ListIntegrations lists the data integrations.
func ListIntegrations(c *call.Call) (call.Reply, error) {
	p := c.Parameters()
	page := p.Page()
	ownership := p.OneOf("ownership", "", scenarios.OwnerUser, scenarios.OwnerOrganization)
	if err := p.Err(); err != nil {
		return call.Reply{}, err
	}
	integrations, err := c.Environment.Integrations(page, ownership)
	view := func(i *model.Integration) pipes.DataIntegration { return dataIntegration(i, c.BaseURL()) }
	return call.OK(paged(integrations, view)), err
}

// GetIntegration returns the handler that shows an integration of an ownership.
func GetIntegration(ownership string) call.Handler {
	return func(c *call.Call) (call.Reply, error) {
		found, err := c.Environment.Integration(c.Vars["slug"], ownership)
		if err != nil {
			return call.Reply{}, err
		}
		return call.OK(dataIntegration(found, c.BaseURL())), nil
	}
}

// DeleteIntegration returns the handler that removes an integration of an ownership.
func DeleteIntegration(ownership string) call.Handler {
	return func(c *call.Call) (call.Reply, error) {
		return call.Reply{Status: http.StatusNoContent}, c.Environment.DeleteIntegration(c.Vars["slug"], ownership)
	}
}

// CreateIntegration adds an integration, with a first connection if the body has an API key.
func CreateIntegration(c *call.Call) (call.Reply, error) {
	object, err := c.Object()
	if err != nil {
		return call.Reply{}, err
	}
	made, firstKey := readIntegration(object)
	if err := object.Err(); err != nil {
		return call.Reply{}, err
	}
	integration, account, err := c.Environment.CreateIntegration(made, firstKey)
	if err != nil {
		return call.Reply{}, explainMismatch(object, err)
	}
	view := dataIntegration(integration, c.BaseURL())
	if account != nil {
		view.Installation = installation(connectedAccount(account))
	}
	return call.Reply{Status: http.StatusCreated, Body: view}, nil
}

// explainMismatch returns the error of a creation. This call does not have auth_method_mismatch (source: spec), so that
// becomes an error of the field.
func explainMismatch(object *body.Object, err error) error {
	wire := call.AsError(err)
	if wire.Code != pipes.AuthMethodMismatch {
		return err
	}
	object.Wrong("api_key", "auth_method_mismatch", "api_key: %s", strings.TrimSuffix(wire.Message, "."))
	return object.Err()
}

// UpdateIntegration returns the handler that changes an integration of an ownership.
func UpdateIntegration(ownership string) call.Handler {
	return func(c *call.Call) (call.Reply, error) {
		object, err := c.Object()
		if err != nil {
			return call.Reply{}, err
		}
		key := readFirstKey(object, c.Vars["slug"], ownership)
		if key != nil && object.Has("credentials") {
			object.Wrong("api_key", "invalid", "api_key and credentials exclude each other")
		}
		change := func(i *model.Integration) error {
			changeIntegration(object, i)
			return object.Err()
		}
		integration, err := c.Environment.UpdateIntegration(c.Vars["slug"], ownership, change, key)
		if err != nil {
			return call.Reply{}, err
		}
		return call.OK(dataIntegration(integration, c.BaseURL())), nil
	}
}
