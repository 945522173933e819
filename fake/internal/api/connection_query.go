package api

import (
	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/scenarios"
)

// readConnection reads which connection to a provider a body names.
func readConnection(object *body.Object, slug string) model.Query {
	q := model.Query{ID: object.FilledText("connected_account_id", false)}
	q.Provider = slug
	q.User = object.ID("user_id", true)
	q.Organization = object.ID("organization_id", false)
	if plural := object.Bool("supports_multiple_connections"); plural != nil {
		q.SupportsMultiple = *plural
	}
	owner := object.OneOf("connection_owner", scenarios.OwnerUser, scenarios.OwnerOrganization)
	if owner == scenarios.OwnerOrganization {
		if q.Organization == "" {
			object.Wrong("organization_id", "required",
				"organization_id is required where connection_owner is organization")
		}
		q.User, q.ActingUser = "", q.User
	}
	return q
}

// readIntent reads connection_intent, and reports whether it asks for another connection beside those that exist.
func readIntent(object *body.Object, q model.Query) (add bool) {
	intent := object.OneOf("connection_intent", "add", "reauthorize")
	switch {
	case intent == "add" && q.ID != "":
		object.Wrong("connected_account_id", "invalid", "connected_account_id names a connection, and "+
			"connection_intent add creates another: leave one of them out")
	case intent == "reauthorize" && q.ID == "":
		object.Wrong("connected_account_id", "required",
			"connected_account_id is required with connection_intent reauthorize")
	}
	return intent == "add"
}

// connectionInPath reads which connection the path and query of a call name.
func connectionInPath(vars map[string]string, p *call.Parameters) model.Query {
	q := model.Query{ID: p.ID("connected_account_id"), SupportsMultiple: p.Flag("supports_multiple_connections")}
	q.Provider, q.User, q.Organization = vars["slug"], vars["user_id"], vars["organization_id"]
	if q.Organization == "" {
		q.Organization = p.ID("organization_id")
	}
	return q
}
