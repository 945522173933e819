package fake_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"pgregory.net/rapid"
)

// doAsk requests a token, which may refresh it, and then the same token as a credential.
func (p *played) doAsk(rt *rapid.T) {
	key := p.keyDrawn(rt)
	body := fmt.Sprintf(`{"user_id": %q`, key.user)
	if key.organization != "" {
		body += fmt.Sprintf(`, "organization_id": %q`, key.organization)
	}
	if key.index > 0 {
		body += fmt.Sprintf(`, "connected_account_id": %q`, p.idOf(key))
	}
	for _, endpoint := range []string{"token", "credentials"} {
		path := "/data-integrations/" + key.provider + "/" + endpoint
		switch isOAuth := p.connections[key].method == "oauth"; {
		case p.faulted(key):
			p.call("POST", path, body+"}", 503)
		case endpoint == "token" && !isOAuth && p.state(key, p.now) != "not_installed":
			p.ask(key)
			p.call("POST", path, body+"}", 422)
		default:
			p.ask(key)
			_, answer := p.call("POST", path, body+"}", 200)
			p.checkVended(key, answer)
		}
		p.counted(key)
	}
}

// checkVended compares a response of token or credentials with the model.
func (p *played) checkVended(key modelKey, answer []byte) {
	type vended struct {
		AccessToken   string     `json:"access_token"`
		Value         string     // of a credential
		ExpiresAt     *time.Time `json:"expires_at"`
		Scopes        []string
		MissingScopes []string `json:"missing_scopes"`
	}
	got := read[struct {
		Active      bool
		Error       string
		AccessToken vended `json:"access_token"`
		Credential  vended
	}](p, answer)
	state := p.state(key, p.now)
	if got.Active != (state == "connected") || !got.Active && got.Error != state {
		p.Fatalf("%v is %s: %s", key, state, answer)
	}
	if !got.Active {
		return
	}
	it := got.AccessToken
	if it.AccessToken == "" {
		it = got.Credential
		it.AccessToken = it.Value
	}
	if p.connections[key].method == "api_key" { // which has neither scopes nor an expiry
		p.checkToken(key, it.AccessToken)
		return
	}
	granted, missing := p.scopes(key, scopesAsked(key.provider))
	if !slices.Equal(it.Scopes, granted) || !slices.Equal(it.MissingScopes, missing) {
		p.Fatalf("%v has the scopes %v and lacks %v, not %v and %v", key, it.Scopes, it.MissingScopes, granted, missing)
	}
	until := time.Time{}
	if it.ExpiresAt != nil {
		until = *it.ExpiresAt
	}
	if want := p.expires(key, p.deciding(key)); !until.Equal(want) {
		p.Fatalf("%v expires at %v, not %v", key, until, want)
	}
	p.checkToken(key, it.AccessToken)
}

// checkToken compares a token with the model: it is the imported one, or the same text each time for the same minted
// token, and different from all others.
func (p *played) checkToken(key modelKey, got string) {
	want, minted := p.token(key)
	if want != "" {
		if got != want {
			p.Fatalf("%v has the token %q, not %q", key, got, want)
		}
		return
	}
	name := fmt.Sprint(key, minted)
	for other, text := range p.tokens {
		if (text == got) != (other == name) {
			p.Fatalf("the token %s is %q, and %s is %q", name, got, other, text)
		}
	}
	p.tokens[name] = got
}

// check compares all views of every connection, and the events, with the model.
func (p *played) check(*rapid.T) {
	providers := map[modelKey]*account{}
	for _, key := range p.keys {
		if key.provider == "github" && key.index == 0 { // the answer is about other, too
			p.readProviders(key, providers)
		}
	}
	for _, key := range p.keys {
		state := p.state(key, p.now)
		status, body := p.call("GET", p.path(key), "", 200, 404)
		if (status == 404) != (state == "not_installed") {
			p.Fatalf("%v is %s, and its account is %d %s", key, state, status, body)
		}
		found := read[account](p, body)
		if status == 200 {
			p.checkAccount(key, state, found)
		}
		provider := providers[key]
		if there := provider != nil; there != (status == 200) ||
			there && (provider.State != state || provider.ID != found.ID) {
			p.Fatalf("%v is %s, and its data provider has %+v", key, state, provider)
		}
		if key.index == 0 {
			p.checkControl(key, state)
		}
	}
	p.checkEvents()
}

// readProviders reads a user's connections in one organization from the list of data providers.
func (p *played) readProviders(of modelKey, found map[modelKey]*account) {
	for _, provider := range p.providersOf(of) {
		key := modelKey{provider.Slug, of.user, of.organization, 0}
		found[key] = provider.ConnectedAccount
		for _, text := range provider.ConnectedAccounts {
			if one := read[account](p, text); one.ConnectionRole == "standard" {
				found[p.standard[one.ID]] = &one
			}
		}
	}
}

// offered is a data provider with the connections of an owner.
type offered struct {
	Slug              string
	ConnectedAccount  *account          `json:"connected_account"`
	ConnectedAccounts []json.RawMessage `json:"connected_accounts"`
}

// providersOf returns the data providers of an owner.
func (p *played) providersOf(key modelKey) []offered {
	_, body := p.call("GET", "/user_management/users/"+key.user+
		"/data_providers?supports_multiple_connections=true&organization_id="+key.organization, "", 200)
	list := read[listed[offered]](p, body).Data
	if len(list) != 2 {
		p.Fatalf("%v has the data providers %s", key, body)
	}
	return list
}

func (p *played) checkAccount(key modelKey, state string, found account) {
	granted, _ := p.scopes(key, scopesAsked(key.provider))
	if found.State != state || !slices.Equal(found.Scopes, granted) {
		p.Fatalf("%v is %s with %v, and its account is %+v", key, state, granted, found)
	}
	name := fmt.Sprint(key, p.connections[key].lives)
	for other, id := range p.ids {
		if (id == found.ID) != (other == name) {
			p.Fatalf("the id of %s is %s, and that of %s is %s", name, found.ID, other, id)
		}
	}
	p.ids[name] = found.ID
}

func (p *played) checkControl(key modelKey, state string) {
	organization := key.organization
	if organization == "" {
		organization = "none"
	}
	_, body := p.call("GET",
		fmt.Sprintf("/_control/scenario?provider=%s&user_id=%s&organization_id=%s", key.provider, key.user,
			organization), "", 200)
	decision := read[struct {
		State     string
		DecidedBy struct{ Kind, Since string } `json:"decided_by"`
	}](p, body)
	kind := "switch"
	switch directive := p.deciding(key); {
	case directive == p.start:
		kind = "start"
	case directive.api:
		kind = "api"
	}
	if decision.State != state || decision.DecidedBy.Kind != kind {
		p.Fatalf("%v is %s by %s, but the control plane says %s", key, state, kind, body)
	}
}

// checkEvents compares the events of each connection, in their order, with those that the model expects.
func (p *played) checkEvents() {
	got, want := map[modelKey][]string{}, map[modelKey][]string{}
	ids, last, after := map[string]bool{}, "", ""
	for {
		_, body := p.call("GET", "/events?limit=100&order=asc"+after, "", 200)
		page := read[listed[happened]](p, body)
		for _, event := range page.Data {
			key := p.eventKey(event)
			if ids[event.ID] || event.CreatedAt < last && !p.wentBack {
				p.Fatalf("the event %+v comes twice, or after %s", event, last)
			}
			ids[event.ID], last = true, event.CreatedAt
			got[key] = append(got[key], eventInWords(event))
		}
		if page.ListMetadata.After == nil {
			break
		}
		after = "&after=" + *page.ListMetadata.After
	}
	for _, event := range p.events {
		want[event.key] = append(want[event.key], event.inWords())
	}
	isSame := func(a, b []string) bool { return slices.Equal(a, b) }
	if !maps.EqualFunc(got, want, isSame) {
		p.Fatalf("the events are\n%v\nnot\n%v", got, want)
	}
}
