package provider

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/internal/apikey"
	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/scenarios"
)

// Routes returns the provider's side: the API that the tokens are for. It takes any path and method, and a token in
// place of an API key.
func Routes(environments *environment.Registry) []call.Route {
	const path = "/_provider/{slug:[^/]+}"
	find := finder{environments}
	introspection := call.Route{
		Operation: "provider", Method: "POST", Path: path + "/introspect", Handle: introspect,
		InvalidStatus: 400, AnyBody: true, EnvironmentOf: find.ofForm, SubjectOf: subjectOf, TokenOf: tokenOfForm,
	}
	any := call.Route{
		Operation: "provider", Method: call.AnyMethod, Path: path + "{rest:(?:/.*)?}", Handle: provide, AnyBody: true,
		EnvironmentOf: find.ofHeader, SubjectOf: subjectOf,
		TokenOf: func(r *http.Request, _ map[string]string) string { return bearer(r) },
	}
	return []call.Route{introspection, any}
}

// subjectOf returns the connection that a call's token was issued for. Rate limits count calls by token.
func subjectOf(c *call.Call) (key scenarios.Key, apiKey string) {
	key = call.KeyFromPath(c.Vars, c.Query)
	if holder, _ := c.Environment.TokenHolder(key.Provider, c.Token); holder.Provider == key.Provider {
		key = holder.Key
	}
	return key, c.Token
}

// finder finds the environment of a call at a provider by its token.
type finder struct{ environments *environment.Registry }

func (f finder) ofHeader(c *call.Call) (name, token string) {
	token = bearer(c.Request)
	return f.find(c, token), token
}

func (f finder) ofForm(c *call.Call) (name, token string) {
	form, _ := url.ParseQuery(string(c.Body))
	token = form.Get("token")
	return f.find(c, token), token
}

// find returns the environment that Relay calls for, else one where the token is good, else one that issued it, else
// the default environment.
func (f finder) find(c *call.Call, token string) string {
	relayed := c.Request.Header.Get(call.OnBehalfOf)
	if relayed != "" && f.environments.Exists(relayed) {
		return relayed // an environment that does not exist is not made for a token
	}
	issuer := ""
	for _, one := range f.environments.Candidates(token) {
		if !one.HasToken(token) {
			continue
		}
		issuer = cmp.Or(issuer, one.Name())
		if _, good := one.TokenHolder(c.Vars["slug"], token); good {
			return one.Name()
		}
	}
	return cmp.Or(issuer, apikey.DefaultName)
}

// tokenOfForm returns the token in the form of a request, whose body can still be read.
func tokenOfForm(r *http.Request, _ map[string]string) string {
	const maxForm = 64 << 10
	text, _ := io.ReadAll(io.LimitReader(r.Body, maxForm))
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(text), r.Body), r.Body}
	form, _ := url.ParseQuery(string(text))
	return form.Get("token")
}

// bearer returns the token of a call at a provider, wherever providers take it.
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

// provide handles a call of the provider's API: 401 unless the token is good now, 403 where the file wants a scope that
// it lacks (source: RFC 6750), and else what the file says, or who called.
func provide(c *call.Call) (call.Reply, error) {
	holder, good := c.Environment.TokenHolder(c.Vars["slug"], c.Token)
	reply := call.Reply{Status: http.StatusOK, Header: http.Header{}, Decision: call.Decided(&holder.Decision)}
	if reply.Decision != nil {
		reply.Key = holder.Key
	}
	if !good {
		refuseToken(&reply, c, holder)
		return reply, nil
	}
	declared, _ := c.Environment.Scenarios().Declared(holder.Provider)
	path := "/" + strings.TrimPrefix(c.Vars["rest"], "/")
	described := declared.Call(c.Request.Method, path)
	if described == nil {
		described = &scenarios.APICall{}
	}
	if lacking := lackingScopes(described.Scopes, holder); len(lacking) > 0 {
		refuseScope(&reply, c.Request.Method+" "+fields.Abridge(path), lacking, described.Scopes)
		return reply, nil
	}
	reply.Status = cmp.Or(described.Status, http.StatusOK)
	if described.Body != nil {
		reply.Body = textOf(*described.Body)
		return reply, nil
	}
	reply.Body = caller{
		OK: true, Provider: holder.Provider, Method: c.Request.Method, Path: path,
		UserID: pipes.TextOrNull(holder.User), OrganizationID: pipes.TextOrNull(holder.Organization),
		ConnectedAccountID: holder.ID(), Scopes: holder.Scopes,
	}
	return reply, nil
}

// lackingScopes returns those of the scopes that a call needs which a connection lacks. API keys have no scopes.
func lackingScopes(needed []string, holder model.View) []string {
	if holder.AuthMethod == scenarios.APIKey {
		return nil
	}
	isGranted := func(scope string) bool { return slices.Contains(holder.Scopes, scope) }
	return slices.DeleteFunc(slices.Clone(needed), isGranted)
}

// caller is the response of the provider's side to a call that the file does not describe.
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

// refuseToken makes the reply 401, which says why.
func refuseToken(r *call.Reply, c *call.Call, holder model.View) {
	why := "No token: send it as Authorization: Bearer …."
	switch {
	case holder.Decision.Scenario != nil && holder.Provider != c.Vars["slug"]:
		why = "The token is one of " + holder.Provider + "."
	case holder.Decision.Scenario != nil:
		why = "The token has expired, was replaced, or was revoked."
	case c.Token != "":
		why = "The token was not handed out here."
	}
	refusal := &pipes.Error{Code: "invalid_token", Message: why}
	refuse(r, http.StatusUnauthorized, refusal, `Bearer error="invalid_token"`)
}

// refuseScope makes the reply 403, which says which scopes a call lacks.
func refuseScope(r *call.Reply, what string, lacking, needed []string) {
	message := "The token lacks the scope " + strings.Join(lacking, ", ") + ", which " + what + " needs."
	challenge := `Bearer error="insufficient_scope", scope="` + strings.Join(needed, " ") + `"`
	refuse(r, http.StatusForbidden, &pipes.Error{Code: "insufficient_scope", Message: message}, challenge)
}

func refuse(r *call.Reply, status int, why *pipes.Error, challenge string) {
	r.Status, r.Body, r.Err = status, why, why
	r.Header.Set("WWW-Authenticate", challenge)
}

// textOf returns a body of the file with the content type that it looks like.
func textOf(text string) call.Text {
	contentType := "text/plain; charset=utf-8"
	switch {
	case json.Valid([]byte(text)):
		contentType = "application/json; charset=utf-8"
	case strings.HasPrefix(strings.TrimSpace(text), "<"):
		contentType = "text/html; charset=utf-8"
	}
	return call.Text{ContentType: contentType, Body: []byte(text)}
}

// introspect describes a token (source: RFC 7662).
func introspect(c *call.Call) (call.Reply, error) {
	holder, good := c.Environment.TokenHolder(c.Vars["slug"], c.Token)
	reply := call.Reply{Status: http.StatusOK, Decision: call.Decided(&holder.Decision), Key: holder.Key, Body: struct {
		Active bool `json:"active"`
	}{}}
	if good {
		reply.Body = introspectionOf(holder)
	}
	return reply, nil
}

func introspectionOf(holder model.View) introspection {
	described := introspection{
		Active: true, Scope: strings.Join(holder.Scopes, " "), TokenType: "Bearer", Client: "pipesfake",
		Username: holder.User, Subject: cmp.Or(holder.User, holder.Organization),
	}
	if !holder.ExpiresAt.IsZero() {
		described.Expires = new(holder.ExpiresAt.Unix())
	}
	return described
}

// introspection is the description of a token that is good now.
type introspection struct {
	Active    bool   `json:"active"`
	Scope     string `json:"scope"`
	Client    string `json:"client_id"`
	Username  string `json:"username,omitempty"`
	TokenType string `json:"token_type"`
	Expires   *int64 `json:"exp,omitempty"` // seconds since 1970
	Subject   string `json:"sub"`
}
