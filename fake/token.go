package fake

import (
	"net/http"

	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// token answers POST /data-integrations/{slug}/token: 200 for a connection in any state, 404 for a
// provider that does not exist, 422 for a connection that has no OAuth token (source: spec).
func token(c call) (reply, error) {
	if known, stands := c.environment.tokens.find(c); stands {
		return known, nil
	}
	q, err := c.owner()
	if err != nil {
		return reply{}, err
	}
	connection, err := c.environment.Token(q)
	if err != nil {
		return reply{}, err
	}
	answer, err := tokenResponse(connection)
	made := reply{status: http.StatusOK, body: answer, decision: connection.Decision, key: connection.Key, answer: answerOf(connection)}
	if err == nil {
		c.environment.tokens.keep(c, connection.Validity, made, answer)
	}
	return made, err
}

// owner reads a body that only says whose connection is asked for.
func (c call) owner() (model.Query, error) {
	object, err := c.object()
	if err != nil {
		return model.Query{}, err
	}
	q := c.asked(object)
	return q, object.Err()
}

// tokenResponse tells a connection's state in the words of the token endpoint.
func tokenResponse(c model.Connection) (*pipes.TokenResponse, error) {
	switch {
	case c.State == scenarios.NotInstalled:
		return &pipes.TokenResponse{Error: pipes.NotInstalled}, nil
	case c.AuthMethod != scenarios.OAuth:
		return nil, &pipes.Error{Code: pipes.AuthMethodMismatch, Message: "This connection's auth method is " + c.AuthMethod +
			", which has no access token: use POST /data-integrations/" + c.Provider + "/credentials."}
	case c.State == scenarios.NeedsReauthorization:
		return &pipes.TokenResponse{Error: pipes.NeedsReauthorization}, nil
	}
	return &pipes.TokenResponse{Active: true, AccessToken: &pipes.AccessToken{
		Object: "access_token", AccessToken: c.Token, ExpiresAt: pipes.OrNull(c.ExpiresAt), Scopes: c.Scopes, MissingScopes: c.MissingScopes,
	}}, nil
}

// answerOf is what a connection's answer is, for coverage.
func answerOf(c model.Connection) (answer journal.Answer) {
	switch c.State {
	case scenarios.NotInstalled:
		return journal.NotInstalled
	case scenarios.NeedsReauthorization:
		return journal.NeedsReauthorization
	}
	if len(c.MissingScopes) > 0 {
		answer |= journal.MissingScopes
	}
	if c.Stale {
		answer |= journal.Expired
	}
	return max(answer, journal.Active)
}

// credentials answers POST /data-integrations/{slug}/credentials: what the connection authenticates
// with, whatever its method is (source: spec).
func credentials(c call) (reply, error) {
	q, err := c.owner()
	if err != nil {
		return reply{}, err
	}
	account, err := c.environment.Credential(q)
	if err != nil {
		return reply{}, err
	}
	return reply{status: http.StatusOK, body: credentialsResponse(account), decision: account.Decision, key: account.Key, answer: answerOf(account.Connection)}, nil
}

func credentialsResponse(a *model.Account) pipes.CredentialsResponse {
	if a.State != scenarios.Connected {
		return pipes.CredentialsResponse{Error: a.State} // the states that are not connected are the reasons
	}
	key := pipes.APIKeyCredential{Object: "credential", AuthMethod: a.AuthMethod, Value: a.Token, Config: map[string]string{}}
	for _, values := range []map[string]string{a.IntegrationConfig, a.Config} {
		for name, value := range values {
			key.Config[name] = value
		}
	}
	if a.AuthMethod == scenarios.APIKey {
		return pipes.CredentialsResponse{Active: true, Credential: key}
	}
	return pipes.CredentialsResponse{Active: true, Credential: pipes.TokenCredential{
		APIKeyCredential: key, ExpiresAt: pipes.OrNull(a.ExpiresAt), Scopes: a.Scopes, MissingScopes: a.MissingScopes, Metadata: orEmpty(a.Metadata),
	}}
}
