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
	return func(c *call.Call) (call.Reply, error) { return install(c, method, http.StatusOK, refuseAdd) }
}

// CreateCredentials returns the handler of POST: it makes another connection by a method (source: docs).
func CreateCredentials(method string) call.Handler {
	return func(c *call.Call) (call.Reply, error) { return install(c, method, http.StatusCreated, requireAdd) }
}

func refuseAdd(object *body.Object, add bool) {
	if add {
		object.Wrong("connection_intent", "invalid",
			"connection_intent add belongs to POST: PUT connects or rotates one connection")
	}
}

func requireAdd(object *body.Object, add bool) {
	if !add {
		object.Wrong("connection_intent", "required",
			"connection_intent must be add here: PUT connects or rotates the one connection")
	}
}

// install stores the secret of a body. The check is of whether the body asks for another connection.
func install(c *call.Call, method string, status int, check func(object *body.Object, add bool)) (call.Reply, error) {
	object, err := c.Object()
	if err != nil {
		return call.Reply{}, err
	}
	i := readInstall(object, c.Vars["slug"], method, check)
	if once := readOnce(object, c); i.Add {
		i.Once = once
	}
	if err := object.Err(); err != nil {
		return call.Reply{}, err
	}
	account, err := c.Environment.Install(i)
	return accountReply(status, account, err)
}

func readInstall(
	object *body.Object, slug, method string, check func(object *body.Object, add bool),
) model.Install {
	i := model.Install{Query: readConnection(object, slug), Method: method}
	i.Add = readIntent(object, i.Query)
	check(object, i.Add)
	i.Names = readNames(object)
	if method == scenarios.APIKey {
		i.Secret = object.FilledText("secret", true)
		return i
	}
	i.ClientID = object.FilledText("client_id", true)
	i.ClientSecret = object.FilledText("client_secret", true)
	i.Config = object.Map("config")
	return i
}

// readNames reads the names that the application has for a connection. Null removes one (source: Python SDK 10.8).
func readNames(object *body.Object) model.Names {
	return model.Names{
		Identifier:  readName(object, "account_identifier"),
		DisplayName: readName(object, "account_display_name"),
	}
}

// readName returns nil if the body says nothing of a name, and an empty text if it removes the name.
func readName(object *body.Object, field string) *string {
	text, isPresent := object.TextOrNull(field)
	if isPresent && text == nil {
		return new(string)
	}
	return text
}
