package provider

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/internal/apikey"
	"example.com/pipesfake/scenarios"
)

func TestWhereATokenIsFound(t *testing.T) {
	t.Parallel()
	basic := func(text string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(text)) }
	for _, test := range []struct {
		name    string
		headers []string
		want    string
	}{
		{"nowhere", nil, ""},
		{"Bearer", []string{"Authorization", "Bearer abc"}, "abc"},
		{"another scheme", []string{"Authorization", "token abc"}, "abc"},
		{"no scheme", []string{"Authorization", "abc"}, "abc"},
		{"more than one space", []string{"Authorization", "Bearer   abc "}, "abc"},
		{"the password of Basic", []string{"Authorization", basic("x-token:abc")}, "abc"},
		{"the user of Basic without a password", []string{"Authorization", basic("abc:")}, "abc"},
		{"X-Api-Key", []string{"X-Api-Key", "abc"}, "abc"},
		{"Api-Key", []string{"Api-Key", "abc"}, "abc"},
		{"Figma's header", []string{"X-Figma-Token", "abc"}, "abc"},
		{"GitLab's header", []string{"Private-Token", "abc"}, "abc"},
		{"Authorization comes first", []string{"X-Api-Key", "other", "Authorization", "Bearer abc"}, "abc"},
		{"another header", []string{"X-Token", "abc"}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := bearer(newCall(nil, "GET /", test.headers...).Request); got != test.want {
				t.Errorf("found %q, want %q", got, test.want)
			}
		})
	}
}

// gitHub is a scenario file with the API of a provider.
const gitHub = `
providers:
  github:
    scopes: [repo, gist]
    api:
      - {path: /repos/**, method: POST, scopes: [repo], status: 201, body: {id: 1}}
      - {path: /gists/*, scopes: [repo, gist]}
      - {path: /motd, body: "hello"}
      - {path: /page, body: "<p>hi</p>"}
      - {path: /gone, status: 410}
  crm: {auth_methods: [api_key], api: [{path: /deals, scopes: [deals]}]}
`

// provided makes a call at a provider with a token, and returns the reply with its body as text.
func provided(t *testing.T, e *environment.Environment, provider, line, token string) (call.Reply, string) {
	t.Helper()
	c := newCall(e, line)
	c.Token = token
	c.Vars = map[string]string{"slug": provider, "rest": c.Request.URL.Path}
	reply, err := provide(c)
	if err != nil {
		t.Fatal(err)
	}
	return reply, bodyOf(t, reply)
}

func TestWhatAProviderSaysToAToken(t *testing.T) {
	t.Parallel()
	const expired, unknown = "has expired, was replaced, or was revoked", "was not handed out here"
	for _, test := range []struct {
		name      string
		provider  string
		line      string
		scenario  string // the switch before the call
		token     string // empty: the one that user_1 has before the switch
		status    int
		says      string
		challenge string
	}{
		{"the caller, where the file says nothing", "github", "GET /user", "active", "", 200, `"user_id":"user_1"`, ""},
		{"a body of the file", "github", "POST /repos/a/b", "active", "", 201,
			`application/json; charset=utf-8 {"id":1}`, ""},
		{"another method is not that call", "github", "GET /repos/a/b", "active", "", 200, `"path":"/repos/a/b"`, ""},
		{"a text of the file", "github", "GET /motd", "active", "", 200, "text/plain; charset=utf-8 hello", ""},
		{"a page of the file", "github", "GET /page", "active", "", 200, "text/html; charset=utf-8 <p>hi</p>", ""},
		{"a status of the file", "github", "GET /gone", "active", "", 410, `"ok":true`, ""},
		{"a scope that is missing", "github", "GET /gists/1", "missing_scopes", "", 403,
			"lacks the scope gist, which GET /gists/1 needs", `Bearer error="insufficient_scope", scope="repo gist"`},
		{"a scope that is not missing", "github", "POST /repos/a", "missing_scopes", "", 201, `{"id":1}`, ""},
		{"the connection is gone", "github", "GET /user", "not_installed", "", 401, expired, "invalid_token"},
		{"the connection needs reauthorization", "github", "GET /user", "needs_reauthorization", "", 401, expired,
			"invalid_token"},
		{"the token has expired", "github", "GET /user", "expired", "", 401, expired, "invalid_token"},
		{"the token is of another provider", "slack", "GET /user", "active", "", 401, "The token is one of github.",
			"invalid_token"},
		{"a token of nobody", "github", "GET /user", "active", "gho_1", 401, unknown, "invalid_token"},
		{"no token", "github", "GET /user", "active", "none", 401, "No token: send it as Authorization",
			"invalid_token"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			e := open(t, newRegistry(t, gitHub), apikey.DefaultName)
			token := tokenOf(t, e, "github", "user_1")
			if test.token != "" {
				token = strings.TrimPrefix(test.token, "none")
			}
			use(t, e, test.scenario)
			reply, body := provided(t, e, test.provider, test.line, token)
			if reply.Status != test.status || !strings.Contains(body, test.says) {
				t.Errorf("%d %s, want %d %s", reply.Status, body, test.status, test.says)
			}
			challenge := reply.Header.Get("WWW-Authenticate")
			if !strings.Contains(challenge, test.challenge) || (challenge == "") != (test.challenge == "") {
				t.Errorf("WWW-Authenticate is %q, want %q", challenge, test.challenge)
			}
		})
	}
}

// API keys have no scopes, so that no call lacks one.
func TestAPIKeysHaveNoScopes(t *testing.T) {
	t.Parallel()
	e := open(t, newRegistry(t, gitHub), apikey.DefaultName)
	account, err := e.Credential(model.Query{Key: scenarios.Key{Provider: "crm", User: "user_1"}})
	if err != nil {
		t.Fatal(err)
	}
	if reply, body := provided(t, e, "crm", "GET /deals", account.Token); reply.Status != 200 {
		t.Errorf("%d %s", reply.Status, body)
	}
}

// A provider refuses a token once it has expired on the environment's clock.
func TestTokensExpireOnTheEnvironmentsClock(t *testing.T) {
	t.Parallel()
	e := open(t, newRegistry(t, gitHub), apikey.DefaultName)
	token := tokenOf(t, e, "github", "user_1")
	for _, test := range []struct {
		name string
		by   time.Duration
		want int
	}{{"at once", 0, 200}, {"after 59 minutes", 59 * time.Minute, 200}, {"after an hour", time.Minute, 401}} {
		e.Advance(test.by)
		if reply, body := provided(t, e, "github", "GET /user", token); reply.Status != test.want {
			t.Errorf("%s: %d %s, want %d", test.name, reply.Status, body, test.want)
		}
	}
}

func TestLackingScopes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		needed []string
		method string
		has    []string
		want   string
	}{
		{"none is needed", nil, scenarios.OAuth, nil, ""},
		{"it has all", []string{"a", "b"}, scenarios.OAuth, []string{"b", "a", "c"}, ""},
		{"it lacks one", []string{"a", "b"}, scenarios.OAuth, []string{"a"}, "b"},
		{"it lacks all", []string{"a", "b"}, scenarios.OAuth, nil, "a b"},
		{"client credentials have scopes", []string{"a"}, scenarios.ClientCredentials, nil, "a"},
		{"API keys do not", []string{"a"}, scenarios.APIKey, nil, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			holder := model.View{AuthMethod: test.method, Scopes: test.has}
			if got := strings.Join(lackingScopes(test.needed, holder), " "); got != test.want {
				t.Errorf("lacks %q, want %q", got, test.want)
			}
		})
	}
}

func TestIntrospection(t *testing.T) {
	t.Parallel()
	const inactive = `{"active":false}`
	for _, test := range []struct{ name, provider, scenario, token, want string }{
		{"a token that is good", "github", "active", "", `{"active":true,"scope":"repo gist","client_id":"pipesfake",` +
			`"username":"user_1","token_type":"Bearer","exp":1768482000,"sub":"user_1"}`},
		{"a token that was revoked", "github", "needs_reauthorization", "", inactive},
		{"a token that has expired", "github", "expired", "", inactive},
		{"a token of another provider", "slack", "active", "", inactive},
		{"a token of nobody", "github", "active", "gho_1", inactive},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			e := open(t, newRegistry(t, gitHub), apikey.DefaultName)
			c := newCall(e, "POST /introspect")
			c.Vars["slug"], c.Token = test.provider, tokenOf(t, e, "github", "user_1")
			if test.token != "" {
				c.Token = test.token
			}
			use(t, e, test.scenario)
			reply, err := introspect(c)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := json.Marshal(reply.Body); err != nil || string(got) != test.want || reply.Status != 200 {
				t.Errorf("%d %s (%v), want %s", reply.Status, got, err, test.want)
			}
		})
	}
}

func TestIntrospectionOfSpecialTokens(t *testing.T) {
	t.Parallel()
	forever := introspectionOf(model.View{})
	shared := model.View{}
	shared.Organization = "org_1"
	if text, _ := json.Marshal(forever); strings.Contains(string(text), `"exp"`) {
		t.Errorf("a token that does not expire has a date: %s", text)
	}
	if got := introspectionOf(shared); got.Subject != "org_1" || got.Username != "" {
		t.Errorf("the subject of an organization's token is %q, its user %q", got.Subject, got.Username)
	}
}

// A call at a provider has no API key: its token selects the environment.
func TestEnvironmentOfAToken(t *testing.T) {
	t.Parallel()
	const same = "connections: [{provider: github, user_id: same, scenario: {access_token: gho_fake_same}}]\n"
	registry := newRegistry(t, same)
	one, two := open(t, registry, "one"), open(t, registry, "two")
	ofOne, ofTwo := tokenOf(t, one, "github", "user_1"), tokenOf(t, two, "github", "user_1")
	revoked := tokenOf(t, two, "slack", "user_1")
	tokenOf(t, one, "github", "same")
	tokenOf(t, two, "github", "same")
	use(t, one, "not_installed")
	scenario, err := two.Scenarios().Scenario("not_installed")
	if err == nil {
		_, err = two.Switch(model.Place{Provider: "slack"}, scenario, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, slug, token string
		relayed           string // the environment that Relay names
		want              string
	}{
		{"where the token is good", "github", ofTwo, "", "two"},
		{"where the token was issued, although it is not good any more", "github", ofOne, "", "one"},
		{"where it was issued, although the connection is gone", "slack", revoked, "", "two"},
		{"where a token that two issued is good", "github", "gho_fake_same", "", "two"},
		{"for whom Relay calls", "github", "gho_fake_same", "one", "one"},
		{"not for whom Relay cannot call", "github", ofTwo, "three", "two"},
		{"the default for a token of nobody", "github", "gho_1", "", "default"},
		{"the default without a token", "github", "", "", "default"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := newCall(nil, "GET /user", "Authorization", "Bearer "+test.token, call.OnBehalfOf, test.relayed)
			c.Vars["slug"] = test.slug
			f := finder{registry}
			if name, token := f.ofHeader(c); name != test.want || token != test.token {
				t.Errorf("by the header: %s with %q, want %s", name, token, test.want)
			}
			c.Body = []byte("token_type_hint=access_token&token=" + test.token)
			if name, token := f.ofForm(c); name != test.want || token != test.token {
				t.Errorf("by the form: %s with %q, want %s", name, token, test.want)
			}
		})
	}
}
