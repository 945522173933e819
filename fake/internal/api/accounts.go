package api

import (
	"net/http"

	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// The connected accounts of a user, at /user_management/users/{user_id}/connected_accounts/{slug}, and of
// an organization, at /organizations/{organization_id}/connected_accounts/{slug} (source: spec, Node SDK 11).

func GetAccount(c call.Call) (call.Reply, error) {
	p := c.Parameters()
	q := connectionNamed(c, p)
	if err := p.Err(); err != nil {
		return call.Reply{}, err
	}
	return shown(http.StatusOK)(c.Environment.Account(q))
}

func ImportAccount(c call.Call) (call.Reply, error) {
	q, tokens, add, err := readAccountWrite(c)
	if err != nil {
		return call.Reply{}, err
	}
	return shown(http.StatusCreated)(c.Environment.Import(q, add, tokens))
}

func UpdateAccount(c call.Call) (call.Reply, error) {
	q, tokens, _, err := readAccountWrite(c)
	if err != nil {
		return call.Reply{}, err
	}
	return shown(http.StatusOK)(c.Environment.Update(q, tokens))
}

func DeleteAccount(c call.Call) (call.Reply, error) {
	p := c.Parameters()
	q := connectionNamed(c, p)
	if err := p.Err(); err != nil {
		return call.Reply{}, err
	}
	decision, err := c.Environment.Delete(q)
	return call.Reply{Status: http.StatusNoContent, Decision: decision}, err
}

func shown(status int) func(*model.Account, error) (call.Reply, error) {
	return func(account *model.Account, err error) (call.Reply, error) {
		if err != nil {
			return call.Reply{}, err
		}
		return call.Reply{Status: status, Body: connectedAccount(account), Decision: account.Decision}, nil
	}
}

// readAccountWrite reads the body of an import or an update. connection_intent stands in the body of the one and
// in the query of the other (source: Node SDK 11); both are read everywhere.
func readAccountWrite(c call.Call) (q model.Query, t model.Tokens, add bool, err error) {
	object, err := c.Object()
	if err != nil {
		return q, t, false, err
	}
	p := c.Parameters()
	q = connectionNamed(c, p)
	if q.User == "" {
		q.ActingUser = object.ID("user_id", true)
	}
	t = model.Tokens{
		AccessToken: object.Word("access_token", false), RefreshToken: object.Word("refresh_token", false), ExpiresAt: object.Date("expires_at"),
		Scopes: object.Scopes("scopes"), State: object.OneOf("state", scenarios.Connected, scenarios.NeedsReauthorization), Names: readNames(object),
	}
	add = intent(object, q)
	isImport := c.Request.Method == http.MethodPost
	switch p.OneOf("connection_intent", "", "add", "reauthorize") {
	case "add":
		add = true
	case "reauthorize":
		if q.ID == "" {
			p.Refuse("connected_account_id", "is required with connection_intent reauthorize")
		}
	}
	if add && !isImport {
		p.Refuse("connection_intent", "add belongs to an import: an update changes a connection")
	}
	if isImport {
		derived := checkCombination(object, t)
		if t.State == "" {
			t.State = derived
		}
	}
	if err := object.Err(); err != nil {
		return q, t, add, err
	}
	return q, t, add, p.Err()
}

// checkCombination is the import table: the state that each combination of tokens makes. It is checked
// also where the body says the state (source: docs; the rows with a refresh token and no access token, and
// without an expiry, are inferred).
func checkCombination(object *body.Object, t model.Tokens) (state string) {
	access, expires, refresh := t.AccessToken != "", t.ExpiresAt != nil, t.RefreshToken != ""
	switch {
	case !access && !expires && !refresh:
		return scenarios.NeedsReauthorization
	case access && expires == refresh, access && refresh:
		return scenarios.Connected
	case access:
		object.Wrong("refresh_token", "required", "refresh_token is required with expires_at: a token that expires has to be refreshed")
	default:
		object.Wrong("access_token", "required", "access_token is required with refresh_token and expires_at")
	}
	return ""
}

// ListDataProviders answers what a user, or an organization, can connect to and has connected.
func ListDataProviders(c call.Call) (call.Reply, error) {
	p := c.Parameters()
	q := connectionNamed(c, p)
	if err := p.Err(); err != nil {
		return call.Reply{}, err
	}
	offers, err := c.Environment.DataProviders(q)
	list := pipes.List[pipes.DataProvider]{Object: "list", Data: make([]pipes.DataProvider, len(offers))}
	for i, offer := range offers {
		list.Data[i] = dataProvider(offer)
	}
	return call.OK(list), err
}
