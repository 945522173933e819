package fake

import (
	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// token answers POST /data-integrations/{slug}/token: 200 for a connection in any state, 404 for a
// provider that does not exist, 422 for a connection that has no OAuth token (source: spec).
func (s *Server) token(c call) (reply, error) {
	key, err := connectionOf(c)
	if err != nil {
		return reply{}, err
	}
	connection, err := c.environment.Ask(key)
	if err != nil {
		return reply{}, err
	}
	answer, err := tokenResponse(connection)
	return reply{status: 200, body: answer, decision: connection.Decision}, err
}

// connectionOf reads which connection a body {user_id, organization_id?} names.
func connectionOf(c call) (scenarios.Key, error) {
	object, err := c.bodies.Parse(c.body)
	if err != nil {
		return scenarios.Key{}, err
	}
	key := scenarios.Key{
		Provider:     c.vars["slug"],
		User:         object.ID("user_id", true),
		Organization: object.ID("organization_id", false),
	}
	return key, object.Err()
}

// tokenResponse tells a connection's state in the words of the token endpoint.
func tokenResponse(c environment.Connection) (*pipes.TokenResponse, error) {
	switch {
	case c.State == scenarios.NotInstalled:
		return &pipes.TokenResponse{Error: pipes.NotInstalled}, nil
	case c.AuthMethod != scenarios.OAuth:
		return nil, &pipes.Error{Code: pipes.AuthMethodMismatch, Message: "This connection's auth method is " + c.AuthMethod +
			", which has no access token: use POST /data-integrations/" + c.Provider + "/credentials."}
	case c.State == scenarios.NeedsReauthorization:
		return &pipes.TokenResponse{Error: pipes.NeedsReauthorization}, nil
	}
	token := &pipes.AccessToken{Object: "access_token", AccessToken: c.Token, Scopes: c.Scopes, MissingScopes: c.MissingScopes}
	if !c.ExpiresAt.IsZero() {
		token.ExpiresAt = (*pipes.Time)(&c.ExpiresAt)
	}
	return &pipes.TokenResponse{Active: true, AccessToken: token}, nil
}
