package fake

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"example.com/pipesfake/fake/internal/control"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// providerRoutes are the provider's side: the API that the tokens are for. It takes any path and method, and a
// token in place of an API key.
func (s *Server) providerRoutes() []route {
	const provider = "/_provider/{slug:[^/]+}"
	return []route{
		{operation: "provider", method: "POST", path: provider + "/introspect", handle: introspect, invalid: 400, environmentOf: s.ofIntrospected},
		{operation: "provider", method: anyMethod, path: provider + "{rest:(?:/.*)?}", handle: provided, environmentOf: s.ofToken},
	}
}

// ofToken is the environment that handed a call's token out, and the token.
func (s *Server) ofToken(c call) (environment, token string) {
	token = bearer(c.request)
	return s.ofHolder(c, token), token
}

func (s *Server) ofIntrospected(c call) (environment, token string) {
	form, _ := url.ParseQuery(string(c.body))
	token = form.Get("token")
	return s.ofHolder(c, token), token
}

// relayedFor names the environment that Relay calls the provider's side for.
const relayedFor = "X-Pipesfake-Environment"

// ofHolder is the environment that Relay calls for, else one where a token is good, else one that handed it out,
// default for one that nobody did.
func (s *Server) ofHolder(c call, token string) string {
	relayed := c.request.Header.Get(relayedFor)
	if relayed != "" && s.environments.find(func(world *hostedEnvironment) bool { return world.Name() == relayed }) == relayed {
		return relayed // it exists: none is made for a token
	}
	held := ""
	for _, world := range s.environments.all() {
		if !world.HasToken(token) {
			continue
		}
		held = cmp.Or(held, world.Name())
		if _, good := world.TokenHolder(c.vars["slug"], token); good {
			return world.Name()
		}
	}
	return cmp.Or(held, defaultEnvironment)
}

// bearer is the token of a call at a provider, wherever providers take it.
func bearer(r *http.Request) string {
	if user, password, basic := r.BasicAuth(); basic {
		return cmp.Or(password, user)
	}
	for _, header := range []string{"Authorization", "X-Api-Key", "Api-Key", "X-Figma-Token", "Private-Token"} {
		if value := r.Header.Get(header); value != "" {
			_, token, has := strings.Cut(value, " ")
			if !has {
				token = value
			}
			return strings.TrimSpace(token)
		}
	}
	return ""
}

// provided answers a call of the provider's API: 401 unless the token is good now, 403 where the file wants a
// scope that it lacks (source: RFC 6750), and else what the file says, or who called.
func provided(c call) (reply, error) {
	holder, good := c.environment.TokenHolder(c.vars["slug"], c.token)
	answer := reply{status: http.StatusOK, header: http.Header{}, decision: holder.Decision}
	if holder.Decision.Scenario != nil {
		answer.key = holder.Key
	}
	if !good {
		answer.refuseToken(c, holder)
		return answer, nil
	}
	declared, _ := c.environment.Scenarios().Declared(holder.Provider)
	path := "/" + strings.TrimPrefix(c.vars["rest"], "/")
	said := declared.Call(c.request.Method, path)
	if said == nil {
		said = &scenarios.APICall{}
	}
	if holder.AuthMethod != scenarios.APIKey {
		if lacking := slices.DeleteFunc(slices.Clone(said.Scopes), func(scope string) bool { return slices.Contains(holder.Scopes, scope) }); len(lacking) > 0 {
			answer.status, answer.body = http.StatusForbidden, &pipes.Error{Code: "insufficient_scope", Message: "The token lacks the scope " + strings.Join(lacking, ", ") +
				", which " + c.request.Method + " " + scenarios.Abridge(path) + " needs."}
			answer.header.Set("WWW-Authenticate", `Bearer error="insufficient_scope", scope="`+strings.Join(said.Scopes, " ")+`"`)
			answer.wrong = answer.body.(error)
			return answer, nil
		}
	}
	if said.Status != 0 {
		answer.status = said.Status
	}
	if said.Body != nil {
		answer.body = canned(*said.Body)
		return answer, nil
	}
	answer.body = caller{true, holder.Provider, c.request.Method, path, orNull(holder.User), orNull(holder.Organization), holder.ID(), holder.Scopes}
	return answer, nil
}

// caller is what the provider's side says of itself.
type caller struct {
	OK                 bool     `json:"ok"`
	Provider           string   `json:"provider"`
	Method             string   `json:"method"`
	Path               string   `json:"path"`
	UserID             *string  `json:"user_id"`
	OrganizationID     *string  `json:"organization_id"`
	ConnectedAccountID string   `json:"connected_account_id"`
	Scopes             []string `json:"scopes"`
}

// refuseToken answers 401, and says why.
func (r *reply) refuseToken(c call, holder model.Connection) {
	why := "No token: send it as Authorization: Bearer …."
	switch {
	case holder.Decision.Scenario != nil && holder.Provider != c.vars["slug"]:
		why = "The token is one of " + holder.Provider + "."
	case holder.Decision.Scenario != nil:
		why = "The token has expired, was replaced, or was revoked."
	case c.token != "":
		why = "The token was not handed out here."
	}
	r.status, r.body = http.StatusUnauthorized, &pipes.Error{Code: "invalid_token", Message: why}
	r.header.Set("WWW-Authenticate", `Bearer error="invalid_token"`)
	r.wrong = r.body.(error)
}

// canned is a body of the file: JSON where it is.
func canned(text string) control.Text {
	contentType := "text/plain; charset=utf-8"
	switch {
	case json.Valid([]byte(text)):
		contentType = "application/json; charset=utf-8"
	case strings.HasPrefix(strings.TrimSpace(text), "<"):
		contentType = "text/html; charset=utf-8"
	}
	return control.Text{ContentType: contentType, Body: []byte(text)}
}

// introspect tells of a token (source: RFC 7662).
func introspect(c call) (reply, error) {
	holder, good := c.environment.TokenHolder(c.vars["slug"], c.token)
	answer := reply{status: http.StatusOK, decision: holder.Decision, key: holder.Key, body: struct {
		Active bool `json:"active"`
	}{}}
	if !good {
		return answer, nil
	}
	told := introspection{Active: true, Scope: strings.Join(holder.Scopes, " "), TokenType: "Bearer", Subject: cmp.Or(holder.User, holder.Organization), Username: holder.User, Client: "pipesfake"}
	if !holder.ExpiresAt.IsZero() {
		told.Expires = new(holder.ExpiresAt.Unix())
	}
	answer.body = told
	return answer, nil
}

type introspection struct {
	Active    bool   `json:"active"`
	Scope     string `json:"scope"`
	Client    string `json:"client_id"`
	Username  string `json:"username,omitempty"`
	TokenType string `json:"token_type"`
	Expires   *int64 `json:"exp,omitempty"` // seconds since 1970
	Subject   string `json:"sub"`
}
