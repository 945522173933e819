package api

import (
	"cmp"
	"strings"

	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// accountWrite is what an import or an update says.
type accountWrite struct {
	query  model.Query
	tokens model.Tokens
	add    bool // makes another connection beside those that exist
}

// readAccountWrite reads the body, query and path of an import or an update. An import has connection_intent in its
// body, an update in its query (source: Node SDK 11); both are read everywhere.
func readAccountWrite(
	object *body.Object, p *call.Parameters, vars map[string]string, isImport bool,
) (w accountWrite, err error) {
	w.query = connectionInPath(vars, p)
	if w.query.User == "" {
		w.query.ActingUser = object.ID("user_id", true)
	}
	w.tokens = readTokens(object)
	w.add = readIntent(object, w.query)
	if readIntentInQuery(p, w.query) {
		w.add = true
	}
	if w.add && !isImport {
		p.Refuse("connection_intent", "add belongs to an import: an update changes a connection")
	}
	if err := object.Err(); err != nil {
		return w, err
	}
	if err := p.Err(); err != nil || !isImport {
		return w, err
	}
	derived, err := checkCombination(w.tokens)
	if w.tokens.State == "" {
		w.tokens.State = derived
	}
	return w, cmp.Or(err, checkRefreshToken(w.tokens.RefreshToken))
}

func readTokens(object *body.Object) (t model.Tokens) {
	t.AccessToken = object.FilledText("access_token", false)
	t.RefreshToken = object.FilledText("refresh_token", false)
	t.ExpiresAt = object.Date("expires_at")
	t.Scopes = object.Scopes("scopes")
	t.State = object.OneOf("state", scenarios.Connected, scenarios.NeedsReauthorization)
	t.Names = readNames(object)
	return t
}

// readIntentInQuery reads the query parameter connection_intent, and reports whether it asks for another connection.
func readIntentInQuery(p *call.Parameters, q model.Query) (add bool) {
	intent := p.OneOf("connection_intent", "", "add", "reauthorize")
	if intent == "reauthorize" && q.ID == "" {
		p.Refuse("connected_account_id", "is required with connection_intent reauthorize")
	}
	return intent == "add"
}

// checkCombination returns the state of a connection that is imported with some of the three tokens. Other combinations
// are refused, also if the body has a state (source: docs; the rows with a refresh token but no access token, and
// without expires_at, are inferred). Its error is invalid_token_combination (source: Python SDK 10.8).
func checkCombination(t model.Tokens) (state string, err error) {
	access, expires, refresh := t.AccessToken != "", t.ExpiresAt != nil, t.RefreshToken != ""
	switch {
	case !access && !expires && !refresh:
		return scenarios.NeedsReauthorization, nil
	case access && (refresh || !expires):
		return scenarios.Connected, nil
	case access:
		return "", refuseTokens(pipes.InvalidTokenCombination, "refresh_token", "required",
			"refresh_token is required with expires_at: a token that expires has to be refreshed")
	}
	return "", refuseTokens(pipes.InvalidTokenCombination, "access_token", "required",
		"access_token is required with refresh_token and expires_at")
}

// checkRefreshToken checks that OAuth allows a refresh token (source: RFC 6749; that this is when the code comes is
// inferred). Its error is invalid_refresh_token (source: Python SDK 10.8).
func checkRefreshToken(token string) error {
	isRefused := func(r rune) bool { return r < ' ' || r > '~' }
	if strings.ContainsFunc(token, isRefused) {
		return refuseTokens(pipes.InvalidRefreshToken, "refresh_token", "invalid",
			"refresh_token has characters other than printable ASCII, which OAuth does not allow")
	}
	return nil
}

// refuseTokens returns the error of tokens that cannot be imported.
func refuseTokens(code pipes.Code, field, fieldCode, message string) error {
	refused := pipes.Invalid(pipes.FieldError{Field: field, Code: fieldCode, Message: message})
	refused.Code = code
	return refused
}
