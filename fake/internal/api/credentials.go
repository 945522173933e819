package api

import (
	"net/http"

	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/scenarios"
)

// InstallCredentials answers PUT (connect or rotate) and POST (connect once more; source: docs) of an API key or of
// client credentials.
func InstallCredentials(method string, create bool) call.Handler {
	return func(c call.Call) (call.Reply, error) {
		object, err := c.Object()
		if err != nil {
			return call.Reply{}, err
		}
		i := model.Install{Query: connectionFrom(c, object), Method: method}
		i.Add = intent(object, i.Query)
		if create && !i.Add {
			object.Wrong("connection_intent", "required", "connection_intent must be add here: PUT connects or rotates the one connection")
		} else if !create && i.Add {
			object.Wrong("connection_intent", "invalid", "connection_intent add belongs to POST: PUT connects or rotates one connection")
		}
		i.Names = readNames(object)
		readSecret(object, &i)
		if err := object.Err(); err != nil {
			return call.Reply{}, err
		}
		account, err := c.Environment.Install(i)
		if err != nil {
			return call.Reply{}, err
		}
		status := http.StatusOK
		if create {
			status = http.StatusCreated
		}
		return call.Reply{Status: status, Body: connectedAccount(account), Decision: account.Decision}, nil
	}
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
