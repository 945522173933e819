package fake

import (
	"net/http"

	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// The connected accounts of a user, at /user_management/users/{user_id}/connected_accounts/{slug}, and of
// an organization, at /organizations/{organization_id}/connected_accounts/{slug} (source: spec, Node SDK 11).

func getAccount(c call) (reply, error) {
	p := c.parameters()
	q := c.named(p)
	if err := p.err(); err != nil {
		return reply{}, err
	}
	return shown(http.StatusOK)(c.environment.Account(q))
}

func importAccount(c call) (reply, error) {
	q, tokens, add, err := c.written()
	if err != nil {
		return reply{}, err
	}
	return shown(http.StatusCreated)(c.environment.Import(q, add, tokens))
}

func updateAccount(c call) (reply, error) {
	q, tokens, _, err := c.written()
	if err != nil {
		return reply{}, err
	}
	return shown(http.StatusOK)(c.environment.Update(q, tokens))
}

func deleteAccount(c call) (reply, error) {
	p := c.parameters()
	q := c.named(p)
	if err := p.err(); err != nil {
		return reply{}, err
	}
	decision, err := c.environment.Delete(q)
	return reply{status: http.StatusNoContent, decision: decision}, err
}

func shown(status int) func(*model.Account, error) (reply, error) {
	return func(account *model.Account, err error) (reply, error) {
		if err != nil {
			return reply{}, err
		}
		return reply{status: status, body: connectedAccount(account), decision: account.Decision}, nil
	}
}

// written reads the body of an import or an update. connection_intent stands in the body of the one and
// in the query of the other (source: Node SDK 11); both are read everywhere.
func (c call) written() (q model.Query, t model.Tokens, add bool, err error) {
	object, err := c.object()
	if err != nil {
		return q, t, false, err
	}
	p := c.parameters()
	q = c.named(p)
	if q.User == "" {
		q.ActingUser = object.ID("user_id", true)
	}
	t = model.Tokens{
		AccessToken: object.Word("access_token", false), RefreshToken: object.Word("refresh_token", false), ExpiresAt: object.Date("expires_at"),
		Scopes: object.Scopes("scopes"), State: object.OneOf("state", scenarios.Connected, scenarios.NeedsReauthorization), Names: readNames(object),
	}
	add = intent(object, q)
	isImport := c.request.Method == http.MethodPost
	switch p.oneOf("connection_intent", "", "add", "reauthorize") {
	case "add":
		add = true
	case "reauthorize":
		if q.ID == "" {
			p.refuse("connected_account_id", "is required with connection_intent reauthorize")
		}
	}
	if add && !isImport {
		p.refuse("connection_intent", "add belongs to an import: an update changes a connection")
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
	return q, t, add, p.err()
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

// dataProviders answers what a user, or an organization, can connect to and has connected.
func dataProviders(c call) (reply, error) {
	p := c.parameters()
	q := c.named(p)
	if err := p.err(); err != nil {
		return reply{}, err
	}
	offers, err := c.environment.DataProviders(q)
	list := pipes.List[pipes.DataProvider]{Object: "list", Data: make([]pipes.DataProvider, len(offers))}
	for i, offer := range offers {
		list.Data[i] = dataProvider(offer)
	}
	return ok(list), err
}
