package api

import (
	"maps"
	"net/http"

	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// Token handles POST /data-integrations/{slug}/token: 200 for a connection in any state, 404 for a provider that does
// not exist, 422 for a connection that has no OAuth token (source: spec).
func Token(c *call.Call) (call.Reply, error) {
	q, err := queryOf(c)
	if err != nil {
		return call.Reply{}, err
	}
	connection, err := c.Environment.Token(q)
	if err != nil {
		return call.Reply{}, err
	}
	response, err := tokenResponse(&connection)
	return tokenReply(&connection, response), err
}

// tokenReply returns the reply to a call for a token or credentials.
func tokenReply(connection *model.View, body any) call.Reply {
	return call.Reply{
		Status:   http.StatusOK,
		Body:     body,
		Decision: call.Decided(&connection.Decision),
		Key:      connection.Key,
		Answer:   journal.AnswerOf(connection),
		Validity: connection.Validity,
		Fault:    connection.Decision.Fault,
	}
}

// queryOf reads a call that names a connection in its body, and nothing else.
func queryOf(c *call.Call) (model.Query, error) {
	object, err := c.Object()
	if err != nil {
		return model.Query{}, err
	}
	q := readConnection(object, c.Vars["slug"])
	return q, object.Err()
}

// tokenResponse returns the response of the token endpoint for a connection.
func tokenResponse(c *model.View) (*pipes.TokenResponse, error) {
	switch {
	case c.State == scenarios.NotInstalled:
		return &pipes.TokenResponse{Error: pipes.NotInstalled}, nil
	case c.AuthMethod != scenarios.OAuth:
		return nil, &pipes.Error{
			Code: pipes.AuthMethodMismatch,
			Message: "This connection's auth method is " + c.AuthMethod + ", which has no access token: " +
				"use POST /data-integrations/" + c.Provider + "/credentials.",
		}
	case c.State == scenarios.NeedsReauthorization:
		return &pipes.TokenResponse{Error: pipes.NeedsReauthorization}, nil
	}
	return &pipes.TokenResponse{Active: true, AccessToken: &pipes.AccessToken{
		Object:        "access_token",
		AccessToken:   c.Token,
		ExpiresAt:     pipes.OrNull(c.ExpiresAt),
		Scopes:        c.Scopes,
		MissingScopes: c.MissingScopes,
	}}, nil
}

// Credentials handles POST /data-integrations/{slug}/credentials: it returns what the connection authenticates with, by
// whatever method (source: spec).
func Credentials(c *call.Call) (call.Reply, error) {
	q, err := queryOf(c)
	if err != nil {
		return call.Reply{}, err
	}
	account, err := c.Environment.Credential(q)
	if err != nil {
		return call.Reply{}, err
	}
	return tokenReply(&account.View, credentialsResponse(account)), nil
}

// credentialsResponse returns the response of the credentials endpoint for a connection.
func credentialsResponse(a *model.Account) pipes.CredentialsResponse {
	if a.State != scenarios.Connected {
		return pipes.CredentialsResponse{Error: a.State} // the other states are the reasons
	}
	credential := pipes.APIKeyCredential{
		Object:     "credential",
		AuthMethod: a.AuthMethod,
		Value:      a.Token,
		Config:     map[string]string{},
	}
	maps.Copy(credential.Config, a.IntegrationConfig)
	maps.Copy(credential.Config, a.Config) // overrides the integration's
	if a.AuthMethod == scenarios.APIKey {
		return pipes.CredentialsResponse{Active: true, Credential: credential}
	}
	return pipes.CredentialsResponse{Active: true, Credential: pipes.TokenCredential{
		APIKeyCredential: credential,
		ExpiresAt:        pipes.OrNull(a.ExpiresAt),
		Scopes:           a.Scopes,
		MissingScopes:    a.MissingScopes,
		Metadata:         orEmpty(a.Metadata),
	}}
}
