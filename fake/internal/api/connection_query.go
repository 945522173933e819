package api

import (
	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/scenarios"
)

// connectionFrom reads which connection a body names.
func connectionFrom(c call.Call, object *body.Object) model.Query {
	q := model.Query{ID: object.Word("connected_account_id", false)}
	q.Provider = c.Vars["slug"]
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

// connectionNamed reads which connection the path and query of a connected account's call name.
func connectionNamed(c call.Call, p *call.Parameters) model.Query {
	q := model.Query{ID: p.ID("connected_account_id"), SupportsMultiple: p.Flag("supports_multiple_connections")}
	q.Provider, q.User, q.Organization = c.Vars["slug"], c.Vars["user_id"], c.Vars["organization_id"]
	if q.Organization == "" {
		q.Organization = p.ID("organization_id")
	}
	return q
}
