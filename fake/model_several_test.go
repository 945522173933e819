package fake_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"
)

// maxModelKeys is how many connections there are at most: each is looked at after every step.
const maxModelKeys = 12

// answeredCall is a call with an idempotency key that made a connection, and its response.
type answeredCall struct{ path, body, answer string }

// idOf returns the id that calls name a connection by: that of a standard connection.
func (p *played) idOf(key modelKey) string {
	for id, standard := range p.standard {
		if standard == key {
			return id
		}
	}
	return ""
}

// created notes the connection that a call made, or wrote anew.
func (p *played) created(key modelKey, answer []byte) {
	if key.index == 0 || slices.Contains(p.keys, key) {
		return
	}
	p.keys = append(p.keys, key)
	p.standard[read[account](p, answer).ID] = key
}

// remove forgets a connection that was deleted. A standard one does not come back.
func (p *played) remove(key modelKey) {
	if key.index == 0 {
		p.forget(key)
		return
	}
	delete(p.connections, key)
	p.keys = slices.DeleteFunc(p.keys, func(other modelKey) bool { return other == key })
}

// placeDrawn returns an owner, by the compatibility connection, and whether to make a connection beside those that
// the owner has.
func (p *played) placeDrawn(rt *rapid.T) (key modelKey, add bool) {
	key = p.keyDrawn(rt).compatibility()
	return key, rapid.Bool().Draw(rt, "add") && len(p.keys) < maxModelKeys
}

// create makes a call that makes a connection, or that is refused because there is one, with an idempotency key or
// without. It returns the response if a connection was made: a key that was used before prevents that.
func (p *played) create(rt *rapid.T, path, body string, isVacant bool) (made []byte) {
	once := rapid.SampledFrom([]string{"", "", "first", "second"}).Draw(rt, "idempotency key")
	earlier, isUsed := p.answered[once]
	switch {
	case isUsed && earlier.path == path && earlier.body == body:
		p.sendAgain(once)
		return nil
	case isUsed:
		_, answer := p.callOnce("POST", path, body, once, 409)
		p.expectCode(answer, "idempotency_key_conflict")
		return nil
	case !isVacant:
		_, answer := p.callOnce("POST", path, body, once, 409)
		p.expectCode(answer, "entity_already_exists")
		return nil
	}
	_, made = p.callOnce("POST", path, body, once, 201)
	if once != "" {
		p.answered[once] = answeredCall{path, body, string(made)}
	}
	return made
}

func (p *played) expectCode(answer []byte, code string) {
	if got := read[struct{ Code string }](p, answer).Code; got != code {
		p.Fatalf("the code is %q, not %q: %s", got, code, answer)
	}
}

// sendAgain repeats a call with an idempotency key: the response is the same, whatever happened meanwhile.
func (p *played) sendAgain(once string) {
	earlier := p.answered[once]
	if _, answer := p.callOnce("POST", earlier.path, earlier.body, once, 201); string(answer) != earlier.answer {
		p.Fatalf("%s is answered %s, and then %s", once, earlier.answer, answer)
	}
}

func (p *played) doSendAgain(rt *rapid.T) {
	once := rapid.SampledFrom([]string{"first", "second"}).Draw(rt, "idempotency key")
	if _, isUsed := p.answered[once]; isUsed {
		p.sendAgain(once)
	}
}

func (p *played) doImport(rt *rapid.T) {
	key, add := p.placeDrawn(rt)
	token := rapid.StringMatching(`t[0-9]{6}`).Draw(rt, "token")
	says := modelState{state: "connected", granted: scopesAsked(key.provider)[:1]}
	body := fmt.Sprintf(`{"access_token": %q, "scopes": [%q]`, token, says.granted[0])
	if rapid.Bool().Draw(rt, "with an expiry") {
		says.life = 20 * time.Minute
		body += fmt.Sprintf(`, "refresh_token": "r", "expires_at": %q`, p.now.Add(says.life).Format(time.RFC3339))
	}
	if add {
		body += `, "connection_intent": "add"`
	}
	p.connect(rt, key, add, p.path(key), body+"}", "oauth", token, says)
}

// doInstall makes a connection with an API key or client credentials.
func (p *played) doInstall(rt *rapid.T) {
	key, _ := p.placeDrawn(rt)
	key.provider = "other" // github connects by OAuth alone
	if len(p.keys) >= maxModelKeys {
		return
	}
	secret := rapid.StringMatching(`s[0-9]{6}`).Draw(rt, "secret")
	path, stored, method := "api-key", secret, "api_key"
	body := fmt.Sprintf(`{"user_id": %q, "connection_intent": "add"`, key.user)
	if rapid.Bool().Draw(rt, "client credentials") {
		path, stored, method = "client-credentials", "", "client_credentials"
		body += fmt.Sprintf(`, "client_id": "c", "client_secret": %q`, secret)
	} else {
		body += fmt.Sprintf(`, "secret": %q`, secret)
	}
	if key.organization != "" {
		body += fmt.Sprintf(`, "organization_id": %q`, key.organization)
	}
	says := modelState{state: "connected", life: time.Hour}
	p.connect(rt, key, true, "/data-integrations/other/"+path, body+"}", method, stored, says)
}

// connect makes a connection by a call, and in the model unless the call is refused or was made before.
func (p *played) connect(
	rt *rapid.T, key modelKey, add bool, path, body, method, stored string, says modelState,
) {
	exists := p.state(key, p.now) != "not_installed"
	answer := p.create(rt, path, body, add || !exists)
	if answer == nil {
		return
	}
	made, _ := p.vacant(key, add)
	p.created(made, answer)
	p.put(made, method, stored, says)
}

// put writes a connection of a method with a new token.
func (p *played) put(key modelKey, method, stored string, says modelState) {
	c := p.connections[key]
	c.generation++
	c.stored, c.method = stored, method
	p.write(key, says)
}

// doConsent sends a user to the consent page, to connect, to add another connection or to reauthorize one.
func (p *played) doConsent(rt *rapid.T) {
	key := p.keyDrawn(rt)
	key.provider = "other" // github is not enabled once it was created again
	if !slices.Contains(p.keys, key) {
		key.index = 0
	}
	add := key.index == 0 && rapid.Bool().Draw(rt, "add") && len(p.keys) < maxModelKeys
	body := fmt.Sprintf(`{"user_id": %q`, key.user)
	if key.organization != "" {
		body += fmt.Sprintf(`, "organization_id": %q`, key.organization)
	}
	switch {
	case add:
		body += `, "connection_intent": "add"`
	case key.index > 0:
		body += fmt.Sprintf(`, "connection_intent": "reauthorize", "connected_account_id": %q`, p.idOf(key))
	}
	_, answer := p.call("POST", "/data-integrations/other/authorize", body+"}", 200)
	page, err := url.Parse(read[struct{ URL string }](p, answer).URL)
	if err != nil {
		p.Fatal(err)
	}
	decision := rapid.SampledFrom([]string{"approve", "deny", "fail"}).Draw(rt, "decision")
	p.call("GET", page.Path+"?consent="+decision, "", 200)
	if decision != "approve" {
		p.fail(key, add)
		return
	}
	p.approved(key, add)
}

// approved connects what a user consented to, whatever it was before. The event comes also if it was connected.
func (p *played) approved(key modelKey, add bool) {
	if add {
		key, _ = p.vacant(key, true)
	}
	wasConnected := p.connections[key].told == "connected"
	p.put(key, "oauth", "", modelState{state: "connected", life: time.Hour})
	if wasConnected {
		p.emit(key, "connected", "connected", p.now)
	}
	if key.index > 0 {
		p.created(key, p.lastStandard(key))
	}
}

// lastStandard returns the newest of an owner's connections from the list of data providers.
func (p *played) lastStandard(key modelKey) (answer []byte) {
	list := p.providersOf(key)
	for _, one := range list {
		if one.Slug == key.provider {
			answer = one.ConnectedAccounts[len(one.ConnectedAccounts)-1]
		}
	}
	return answer
}

// vacant returns the connection that a new one is written to, if one can be made: the compatibility connection if there
// is none, or (add) a standard one beside those that there are.
func (m *model) vacant(key modelKey, add bool) (made modelKey, isVacant bool) {
	c, exists := m.connections[key], m.state(key, m.now) != "not_installed"
	others := 0
	for other := range m.connections {
		if other.index > 0 && other.compatibility() == key {
			others++
		}
	}
	switch {
	case exists && !add:
		return key, false
	case exists || others > 0 && add:
		c.added++
		key.index = c.added
		m.connections[key] = newModelConnection("not_installed")
	}
	return key, true
}

// emit records the events of a change: one for clients that know one connection of each owner, and for a standard
// connection another one for those that know of several.
func (m *model) emit(key modelKey, change, state string, at time.Time) {
	about := "compatibility "
	if key.index > 0 {
		about = "standard "
	}
	about += m.connections[key].method
	m.events = append(m.events, modelEvent{key, "connected_account." + change, state, about, at})
	if key.index > 0 {
		m.events = append(m.events, modelEvent{key, "account_connection." + change, state, about, at})
	}
}

// fail records the events of an attempt that connected nothing: to connect or to reauthorize a connection, or (add) to
// make one beside the others.
func (m *model) fail(key modelKey, add bool) {
	names := []string{"connected_account.connection_failed"}
	switch {
	case add:
		names = append(names, "account_connection.add_failed")
	case key.index > 0:
		names = append(names, "account_connection.connection_failed")
	}
	for _, name := range names {
		m.events = append(m.events, modelEvent{key: key.compatibility(), name: name, at: m.now})
	}
}

// eventKey returns the connection that an event is about, by its id, or the owner of an attempt that failed.
func (p *played) eventKey(event happened) modelKey {
	key := modelKey{event.Data.ProviderSlug, *event.Data.UserID, "", 0}
	if event.Data.OrganizationID != nil {
		key.organization = *event.Data.OrganizationID
	}
	if standard, isStandard := p.standard[event.Data.ID]; isStandard {
		return standard
	}
	return key
}

// eventInWords returns an event as modelEvent has it.
func eventInWords(event happened) string {
	return strings.Join([]string{
		strings.TrimPrefix(event.Event, "pipes."), event.Data.State,
		strings.TrimSpace(event.Data.ConnectionRole + " " + event.Data.AuthMethod), event.CreatedAt,
	}, " ")
}

// inWords returns an expected event as eventInWords does.
func (e modelEvent) inWords() string {
	return strings.Join([]string{e.name, e.state, e.about, e.at.Format("2006-01-02T15:04:05.000Z")}, " ")
}
