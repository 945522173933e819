package api

import (
	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/model"
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
	if isImport {
		derived := checkCombination(object, w.tokens)
		if w.tokens.State == "" {
			w.tokens.State = derived
		}
	}
	if err := object.Err(); err != nil {
		return w, err
	}
	return w, p.Err()
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
// without expires_at, are inferred).
func checkCombination(object *body.Object, t model.Tokens) (state string) {
	access, expires, refresh := t.AccessToken != "", t.ExpiresAt != nil, t.RefreshToken != ""
	switch {
	case !access && !expires && !refresh:
		return scenarios.NeedsReauthorization
	case access && (refresh || !expires):
		return scenarios.Connected
	case access:
		object.Wrong("refresh_token", "required",
			"refresh_token is required with expires_at: a token that expires has to be refreshed")
	default:
		object.Wrong("access_token", "required", "access_token is required with refresh_token and expires_at")
	}
	return ""
}
