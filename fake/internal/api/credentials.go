package api

import (
	"net/http"

	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/scenarios"
)

// UpsertCredentials returns the handler of PUT: it connects an owner by a method, or replaces the secret of the one
// connection (source: spec).
func UpsertCredentials(method string) call.Handler {
	return func(c call.Call) (call.Reply, error) {
		return install(c, method, http.StatusOK, func(object *body.Object, add bool) {
			if add {
				object.Wrong("connection_intent", "invalid", "connection_intent add belongs to POST: PUT connects or rotates one connection")
			}
		})
	}
}

// CreateCredentials returns the handler of POST: it makes another connection by a method (source: docs).
func CreateCredentials(method string) call.Handler {
	return func(c call.Call) (call.Reply, error) {
		return install(c, method, http.StatusCreated, func(object *body.Object, add bool) {
			if !add {
				object.Wrong("connection_intent", "required", "connection_intent must be add here: PUT connects or rotates the one connection")
			}
		})
	}
}

// install stores the secret of a body; check looks at whether the body asks for another connection.
func install(c call.Call, method string, status int, check func(object *body.Object, add bool)) (call.Reply, error) {
	object, err := c.Object()
	if err != nil {
		return call.Reply{}, err
	}
	i := model.Install{Query: connectionFrom(c, object), Method: method}
	i.Add = intent(object, i.Query)
	check(object, i.Add)
	i.Names = readNames(object)
	readSecret(object, &i)
	if err := object.Err(); err != nil {
		return call.Reply{}, err
	}
	account, err := c.Environment.Install(i)
	if err != nil {
		return call.Reply{}, err
	}
	return call.Reply{Status: status, Body: connectedAccount(account), Decision: account.Decision}, nil
}

// readNames reads what the application calls a connection; null clears it (source: Python SDK 10.8).
func readNames(object *body.Object) model.Names {
	read := func(field string) *string {
		text, said := object.TextOrNull(field)
		if said && text == nil {
			text = new(string)
		}
		return text
	}
	return model.Names{Identifier: read("account_identifier"), DisplayName: read("account_display_name")}
}

func readSecret(object *body.Object, i *model.Install) {
	if i.Method == scenarios.APIKey {
		i.Secret = object.Word("secret", true)
		return
	}
	i.ClientID, i.ClientSecret = object.Word("client_id", true), object.Word("client_secret", true)
	i.Config = object.Map("config")
}
