package fake_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake"
	"example.com/pipesfake/internal/contract"
	"example.com/pipesfake/scenarios"

	"pgregory.net/rapid"
)

// played is a server, with the model that predicts its responses.
type played struct {
	*rapid.T
	*model
	server *fake.Server
	serve  func(*memoryStore) // begins a server with what a store holds
	store  *memoryStore
	known  []*contract.Contract // what the answers are held against
	keys   []modelKey
	tokens map[string]string // the text of each minted token, by connection and generation
	ids    map[string]string // the id of each connection, by connection and life

	standard map[string]modelKey     // the standard connections, by id
	answered map[string]answeredCall // the calls that were answered, by idempotency key
	wentBack bool                    // the clock: the dates of events are not in order
}

// scopesAsked returns the scopes that a provider asks for: github's are from the file, the others are the default.
func scopesAsked(provider string) []string {
	if provider == "github" {
		return []string{"repo", "user:email"}
	}
	return []string{"read", "write"}
}

// After each step of any sequence of calls, switches, resets and clock moves, all views of every connection agree
// with the rules and with each other. The test has two halves, for two processors. For more sequences use
// -rapid.checks, for longer ones -rapid.steps.
func TestModel(t *testing.T) {
	t.Parallel()
	known, err := contracts()
	if err != nil {
		t.Fatal(err)
	}
	set := parse(t, "version: 1\nproviders: {github: {scopes: [repo, \"user:email\"]}}\n")
	for _, half := range []string{"one half", "the other"} {
		t.Run(half, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(rt *rapid.T) { play(rt, set, known) })
		})
	}
}

func play(rt *rapid.T, set *scenarios.Set, known []*contract.Contract) {
	p := &played{T: rt}
	p.serve = func(store *memoryStore) {
		server, err := fake.New(fake.WithScenarios(set), fake.WithTime(noon), fake.WithStore(store))
		if err != nil {
			rt.Fatal(err)
		}
		p.server, p.store = server, store
	}
	p.serve(newMemoryStore())
	defer func() { p.server.Close() }()
	// About one sequence in fifty: the checks are slow. Not zero, which rapid draws five times as often as ten.
	if rapid.IntRange(0, 49).Draw(rt, "checked against the contract if 10") == 10 {
		p.known = known
	}
	p.begin()
	rt.Repeat(map[string]func(*rapid.T){
		"":               p.check,
		"switch":         p.doSwitch,
		"take back":      p.doRemoveSwitch,
		"advance":        p.doAdvance,
		"set back":       p.doSetBack,
		"ask":            p.doAsk,
		"import":         p.doImport,
		"install":        p.doInstall,
		"send again":     p.doSendAgain,
		"consent":        p.doConsent,
		"update":         p.doUpdate,
		"delete":         p.doDelete,
		"delete the lot": p.doDeleteIntegration,
		"reset":          p.doReset,
		"restart":        p.doRestart,
	})
}

// doRestart goes on in another process: after an orderly end, or after a crash that leaves what a change on purpose
// saved before its response.
func (p *played) doRestart(rt *rapid.T) {
	before := p.server
	defer before.Close()
	if rapid.Bool().Draw(rt, "crash") {
		p.call("DELETE", "/_control/faults", "", 200)
		p.serve(p.store.clone())
		return
	}
	before.Close()
	p.serve(p.store)
}

// begin reads every connection, so that there are events for all of them.
func (p *played) begin() {
	p.keys = nil
	for _, provider := range []string{"github", "other"} {
		for _, user := range []string{"alice", "bob"} {
			p.keys = append(p.keys, modelKey{provider, user, "", 0}, modelKey{provider, user, "acme", 0})
		}
	}
	p.model, p.wentBack = newModel(p.keys), false
	p.tokens, p.ids = map[string]string{}, map[string]string{}
	p.standard, p.answered = map[string]modelKey{}, map[string]answeredCall{}
	for _, key := range p.keys {
		p.call("GET", p.path(key), "", 200)
	}
}

func (p *played) path(key modelKey) string {
	query := url.Values{}
	if key.organization != "" {
		query.Set("organization_id", key.organization)
	}
	if key.index > 0 {
		query.Set("connected_account_id", p.idOf(key))
	}
	return strings.TrimSuffix(accountPath(key.user, key.provider)+"?"+query.Encode(), "?")
}

// call makes a call. It fails unless the status is one of those given.
func (p *played) call(method, path, body string, allowed ...int) (int, []byte) {
	p.Helper()
	return p.callOnce(method, path, body, "", allowed...)
}

// callOnce is call with an idempotency key.
func (p *played) callOnce(method, path, body, once string, allowed ...int) (int, []byte) {
	p.Helper()
	request, err := http.NewRequest(method, "http://127.0.0.1"+path, strings.NewReader(body))
	if err != nil {
		p.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer sk_test")
	if once != "" {
		request.Header.Set("Idempotency-Key", once)
	}
	answer := httptest.NewRecorder()
	p.server.ServeHTTP(answer, request)
	if !slices.Contains(allowed, answer.Code) {
		p.Fatalf("%s %s %s answers %d %s, not %v", method, path, body, answer.Code, answer.Body, allowed)
	}
	for _, known := range p.known {
		if err := known.Check(request, answer.Code, answer.Header(), answer.Body.Bytes()); err != nil {
			p.Fatal(err)
		}
	}
	return answer.Code, answer.Body.Bytes()
}

func read[T any](p *played, body []byte) (value T) {
	p.Helper()
	if err := json.Unmarshal(body, &value); err != nil {
		p.Fatalf("%v: %s", err, body)
	}
	return value
}

// scenarioDrawn is a scenario as a switch names it, with its meaning.
func scenarioDrawn(rt *rapid.T) (string, *modelDirective) {
	connected := modelState{state: "connected", life: time.Hour}
	dies, stale, lacks, named, forever := connected, connected, connected, connected, connected
	dies.life, dies.fails = 30*time.Minute, true
	stale.life = -time.Hour
	lacks.lacks = true
	named.token = "named"
	forever.life = 0
	choices := map[string]modelState{
		`"active"`:                connected,
		`"not_installed"`:         {state: "not_installed"},
		`"needs_reauthorization"`: {state: "needs_reauthorization", life: time.Hour},
		`"missing_scopes"`:        lacks,
		`"expired"`:               stale,
		`{"expires_in": "30m", "refresh": "fails"}`: dies,
		`{"access_token": "named"}`:                 named,
		`{"expires_in": "never"}`:                   forever,
	}
	scripts := map[string]*modelDirective{
		`{"steps": [{"scenario": "active", "times": 2}, {"fault": {"status": 503}, "times": 1}, ` +
			`{"scenario": "missing_scopes", "for": "15m"}, ` +
			`{"scenario": {"expires_in": "30m", "refresh": "fails"}}]}`: {
			steps: []modelStep{
				{says: connected, times: 2},
				{fault: true, times: 1},
				{says: lacks, lasts: 15 * time.Minute},
				{says: dies},
			},
		},
		`{"steps": [{"fault": {"status": 503}, "for": "5m"}, {"scenario": "not_installed", "for": "10m"}, ` +
			`{"scenario": "active", "times": 1}], "repeat": true}`: {
			steps: []modelStep{
				{fault: true, lasts: 5 * time.Minute},
				{says: modelState{state: "not_installed"}, lasts: 10 * time.Minute},
				{says: connected, times: 1},
			},
			repeat: true,
		},
	}
	names := make([]string, 0, len(choices)+len(scripts))
	for name := range scripts {
		names = append(names, name)
	}
	for name := range choices {
		names = append(names, name)
	}
	sort.Strings(names)
	name := rapid.SampledFrom(names).Draw(rt, "scenario")
	directive := &modelDirective{says: choices[name]}
	if script := scripts[name]; script != nil {
		directive.steps, directive.repeat = script.steps, script.repeat
	}
	return name, directive
}

func (p *played) doSwitch(rt *rapid.T) {
	name, directive := scenarioDrawn(rt)
	provider := rapid.SampledFrom([]string{"", "github", "other"}).Draw(rt, "provider")
	user := rapid.SampledFrom([]string{"", "alice", "bob"}).Draw(rt, "user")
	organization := rapid.SampledFrom([]string{"any", "none", "acme"}).Draw(rt, "organization")
	ttl := time.Duration(rapid.SampledFrom([]int{0, 0, 10, 70}).Draw(rt, "ttl")) * time.Minute
	body := `{"scenario": ` + name
	for field, value := range map[string]string{"provider": provider, "user_id": user} {
		if value != "" {
			body += fmt.Sprintf(`, %q: %q`, field, value)
		}
	}
	switch organization {
	case "none":
		body += `, "organization_id": null`
	case "acme":
		body += `, "organization_id": "acme"`
	}
	directive.covers = func(key modelKey) bool {
		return (provider == "" || key.provider == provider) && (user == "" || key.user == user) &&
			(organization == "any" || organization == "none" && key.organization == "" ||
				organization == key.organization)
	}
	if ttl > 0 {
		body += fmt.Sprintf(`, "ttl": %q`, ttl)
		directive.ends = p.now.Add(ttl)
	}
	p.call("PUT", "/_control/scenario", body+"}", 200)
	p.say(directive)
}

func (p *played) doRemoveSwitch(*rapid.T) {
	want := 404
	if p.removeSwitch() {
		want = 200
	}
	p.call("DELETE", "/_control/scenario", "", want)
}

func (p *played) doAdvance(rt *rapid.T) {
	by := time.Duration(rapid.SampledFrom([]int{1, 9, 21, 56, 61, 300}).Draw(rt, "minutes")) * time.Minute
	p.server.Advance(by)
	p.advance(by)
}

func (p *played) doSetBack(rt *rapid.T) {
	by := time.Duration(rapid.SampledFrom([]int{1, 20, 300}).Draw(rt, "minutes")) * time.Minute
	p.server.Advance(-by)
	p.now = p.now.Add(-by)
	p.wentBack = true
}

func (p *played) doReset(*rapid.T) {
	p.call("POST", "/_control/reset", "", 200)
	p.begin()
}

func (p *played) keyDrawn(rt *rapid.T) modelKey {
	return rapid.SampledFrom(p.keys).Draw(rt, "connection")
}

func (p *played) doUpdate(rt *rapid.T) {
	key := p.keyDrawn(rt)
	body, says := `{"state": "needs_reauthorization"}`, modelState{state: "needs_reauthorization"}
	says.granted, says.missing = p.scopes(key, scopesAsked(key.provider))
	token := ""
	if rapid.Bool().Draw(rt, "with a token") {
		token = rapid.StringMatching(`t[0-9]{6}`).Draw(rt, "token")
		body, says.state = fmt.Sprintf(`{"access_token": %q}`, token), "connected"
	}
	if p.state(key, p.now) == "not_installed" {
		p.call("PUT", p.path(key), body, 404)
		return
	}
	p.call("PUT", p.path(key), body, 200)
	if c := p.connections[key]; token != "" {
		c.generation++
		if c.method != "client_credentials" { // which serves no token that a call brought
			c.stored = token
		}
	}
	p.write(key, says)
}

func (p *played) doDelete(rt *rapid.T) {
	key := p.keyDrawn(rt)
	if p.state(key, p.now) == "not_installed" {
		p.call("DELETE", p.path(key), "", 404)
		return
	}
	p.call("DELETE", p.path(key), "", 204)
	p.write(key, modelState{state: "not_installed"})
	p.remove(key)
}

// doDeleteIntegration deletes github with its connections, and creates it again.
func (p *played) doDeleteIntegration(*rapid.T) {
	p.call("DELETE", "/data-integrations/github", "", 204)
	p.call("POST", "/data-integrations", `{"provider": "github", `+custom+`}`, http.StatusCreated)
	p.say(&modelDirective{
		api:    true,
		covers: func(key modelKey) bool { return key.provider == "github" },
		says:   modelState{state: "not_installed"},
	})
	for _, key := range slices.Clone(p.keys) {
		if key.provider == "github" {
			p.call("GET", p.path(key), "", 404)
			p.remove(key)
		}
	}
}
