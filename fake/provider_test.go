package fake_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake"
)

const providerFile = `
version: 1
providers:
  github:
    scopes: [repo, gist]
    api:
      - {path: /repos/**, method: POST, scopes: [repo], status: 201, body: {id: 1}}
      - {path: /gists/*, scopes: [gist]}
      - {path: /motd, body: "hello"}
      - {path: /page, body: "<p>hi</p>"}
      - {path: /gone, status: 410}
  crm: {auth_methods: [api_key]}
`

// at makes a call to a provider with a token.
func (w world) at(slug, token, call string, headers ...string) answer {
	w.t.Helper()
	method, path, _ := strings.Cut(call, " ")
	return w.as("").do(method, "/_provider/"+slug+path, "",
		append([]string{"Authorization", "Bearer " + token}, headers...)...)
}

func TestProviderCalls(t *testing.T) {
	t.Parallel()
	w := withFile(t, providerFile, fake.WithTime(noon))
	token := w.token("github", "alice").AccessToken.AccessToken
	for call, want := range map[string]struct {
		status int
		says   string
	}{
		"GET /user":                     {200, `"user_id":"alice"`},
		"DELETE /any/path?with=a&query": {200, `"path":"/any/path"`},
		"POST /repos/a/b":               {201, `{"id":1}`},
		"GET /repos/a/b":                {200, `"ok":true`},
		"GET /gists/1":                  {200, `"scopes":["repo","gist"]`},
		"GET /motd":                     {200, "hello"},
		"GET /page":                     {200, "<p>hi</p>"},
		"PATCH /gone/":                  {410, `"ok":true`},
		"GET ":                          {200, `"path":"/"`},
		"GET /caf%C3%A9":                {200, "café"},
	} {
		if a := w.at("github", token, call); a.status != want.status || !a.says(want.says) {
			t.Errorf("%s: %d %s", call, a.status, a.body)
		}
	}
	expect(t, "a text's type", w.at("github", token, "GET /motd").header.Get("Content-Type"),
		"text/plain; charset=utf-8")
	expect(t, "a page's", w.at("github", token, "GET /page").header.Get("Content-Type"), "text/html; charset=utf-8")
	large := w.as("").do("POST", "/_provider/github/upload", strings.Repeat("x", 3<<20),
		"Authorization", "Bearer "+token)
	expect(t, "a large upload", large.status, 200)

	for what, a := range map[string]answer{
		"another provider": w.at("slack", token, "GET /"),
		"no token":         w.at("github", "", "GET /"),
		"an unknown one":   w.at("github", "gho_fake_1", "GET /"),
	} {
		if a.status != 401 || !strings.Contains(a.header.Get("WWW-Authenticate"), "invalid_token") {
			t.Errorf("%s: %d %s", what, a.status, a.body)
		}
	}
	w.UseState(fake.State{Scopes: []string{"repo"}}, fake.User("alice"))
	a := w.at("github", w.token("github", "alice").AccessToken.AccessToken, "GET /gists/1")
	expect(t, "a scope is missing", a.status, 403)
	expect(t, "which",
		a.says("lacks the scope gist") && strings.Contains(a.header.Get("WWW-Authenticate"), `scope="gist"`),
		true)

	w.Use("needs_reauthorization")
	expect(t, "revoked", w.at("github", token, "GET /").status, 401)
	w.Use("active")
	expect(t, "good again", w.at("github", token, "GET /").status, 200)
	w.Use("expired")
	stale := w.token("github", "alice").AccessToken.AccessToken
	expect(t, "expired, though WorkOS serves it", w.at("github", stale, "GET /").status, 401)
	w.Use("active")
	w.Advance(time.Hour)
	expect(t, "at the end of its life", w.at("github", token, "GET /").status, 401)
	next := w.token("github", "alice").AccessToken.AccessToken
	expect(t, "the refreshed one", w.at("github", next, "GET /").status, 200)
	w.do("DELETE", accountPath("alice", "github"), "")
	expect(t, "of a deleted connection", w.at("github", next, "GET /").status, 401)

	w.do("PUT", "/data-integrations/crm/api-key", `{"user_id": "alice", "secret": "the-key"}`)
	w.do("POST", "/data-integrations/crm/credentials", `{"user_id": "alice"}`)
	expect(t, "an API key", w.as("").do("GET", "/_provider/crm/contacts", "", "X-Api-Key", "the-key").status, 200)
	expect(t, "in basic authentication",
		w.as("").do("GET", "/_provider/crm/contacts", "", "Authorization", "Basic dGhlLWtleTo=").status, 200)

	other := w.as("sk_env_other")
	foreign := other.token("github", "bob").AccessToken.AccessToken
	expect(t, "another environment's", w.at("github", foreign, "GET /user").says(`"user_id":"bob"`), true)
	expect(t, "and its journal", len(w.Environment("other").Requests()), 2)
	w.Environment("other").RequireCalled(t, fake.Called{Operation: "provider", Status: 200}, fake.User("bob"))
}

// A fault can affect only the provider: WorkOS says active, and the provider answers 401, 429 or not at all.
func TestFaultsAtTheProvider(t *testing.T) {
	t.Parallel()
	w := withFile(t, providerFile)
	alice, bob := w.token("github", "alice").AccessToken.AccessToken, w.token("github", "bob").AccessToken.AccessToken
	w.Fault(fake.Fault{Status: 401, Operation: "provider", Times: 1}, fake.User("alice"))
	expect(t, "his", w.at("github", bob, "GET /").status, 200)
	expect(t, "hers", w.at("github", alice, "GET /").status, 401)
	expect(t, "once", w.at("github", alice, "GET /").status, 200)
	w.Fault(fake.Fault{RateLimit: &fake.RateLimit{Requests: 2, Per: time.Hour}, Operation: "provider"},
		fake.Provider("github"))
	w.at("github", alice, "GET /")
	w.at("github", alice, "GET /")
	limited := w.at("github", alice, "GET /")
	expect(t, "too many with one token", limited.status, 429)
	expect(t, "not with another", w.at("github", bob, "GET /").status, 200)
	expect(t, "WorkOS says active", w.token("github", "alice").says(), "active")
}

func TestIntrospection(t *testing.T) {
	t.Parallel()
	w := withFile(t, providerFile, fake.WithTime(noon))
	token := w.token("github", "alice").AccessToken.AccessToken
	ask := func(slug, token string) string {
		a := w.as("").do("POST", "/_provider/"+slug+"/introspect", url.Values{"token": {token}}.Encode(),
			"Content-Type", "application/x-www-form-urlencoded")
		expect(t, "the status", a.status, 200)
		return strings.TrimSpace(string(a.body))
	}
	expect(t, "good", ask("github", token), `{"active":true,"scope":"repo gist","client_id":"pipesfake",`+
		`"username":"alice","token_type":"Bearer","exp":1795438800,"sub":"alice"}`)
	expect(t, "at another", ask("slack", token), `{"active":false}`)
	expect(t, "none", ask("github", ""), `{"active":false}`)
	w.Use("not_installed")
	expect(t, "revoked", ask("github", token), `{"active":false}`)
}

// A job fetches a token, calls the provider, is refused after a revocation, requests a token again and learns the
// reason.
func TestRevocationDuringAJob(t *testing.T) {
	t.Parallel()
	w := withFile(t, providerFile)
	job := func() string {
		for range 2 {
			answer := w.token("github", "alice")
			if !answer.Active {
				return answer.Error
			}
			if a := w.at("github", answer.AccessToken.AccessToken, "POST /repos/a/b"); a.status != 401 {
				return "done"
			}
		}
		return "gave up"
	}
	expect(t, "at first", job(), "done")
	token := w.token("github", "alice").AccessToken.AccessToken
	w.Use("needs_reauthorization", fake.User("alice"))
	expect(t, "the token that it has", w.at("github", token, "GET /").status, 401)
	expect(t, "asked again", job(), "needs_reauthorization")
	w.visit("GET", w.page("github", `{"user_id": "alice"}`)+"?consent=approve", nil)
	expect(t, "after consent", job(), "done")
}

func TestRelay(t *testing.T) {
	t.Parallel()
	w := withFile(t, providerFile+"scenarios:\n"+
		"  once: {steps: [{scenario: active, times: 1}, {fault: {status: 500}, times: 1}, "+
		"{scenario: active}]}\n")
	relay := func(call string, headers ...string) answer {
		t.Helper()
		method, path, _ := strings.Cut(call, " ")
		return w.do(method, path, "", headers...)
	}
	user := []string{"X-Relay-User", "alice"}
	for name, c := range map[string]struct {
		call    string
		headers []string
		status  int
		says    string
		up      string
	}{
		"by path":            {"GET /relay/github/user?a=b", user, 200, `"user_id":"alice"`, "200"},
		"another method":     {"POST /relay/github/repos/a/b", user, 201, `{"id":1}`, "201"},
		"the provider's own": {"GET /relay/github/gone", user, 410, `"ok":true`, "410"},
		"by URL": {
			"GET /relay",
			append(user, "X-Relay-URL", "https://api.github.com/motd"),
			200, "hello", "200",
		},
		"by URL and name": {
			"GET /relay",
			append(user, "X-Relay-URL", "https://gh.example.com/motd", "X-Relay-Provider", "github"),
			200, "hello", "200",
		},
		"an organization's": {
			"GET /relay/github/user", append(user, "X-Relay-Organization", "acme"),
			200, `"organization_id":"acme"`, "200",
		},
		"no user": {"GET /relay/github/user", nil, 400, "relay_user_required", ""},
		"nowhere": {"GET /relay", user, 400, "relay_missing_url", ""},
		"no URL":  {"GET /relay", append(user, "X-Relay-URL", "user"), 400, "relay_invalid_url", ""},
		"an unknown host": {
			"GET /relay",
			append(user, "X-Relay-URL", "https://x.example.com/"),
			404, "relay_provider_not_found", "",
		},
		"two providers": {
			"GET /relay/github/user", append(user, "X-Relay-Provider", "slack"),
			400, "relay_provider_conflict", "",
		},
		"two targets": {
			"GET /relay/github/user",
			append(user, "X-Relay-URL", "https://api.github.com/"),
			400, "relay_provider_conflict", "",
		},
		"no slug": {"GET /relay/a%20b/user", user, 404, "relay_provider_not_found", ""},
		"no key of WorkOS": {
			"GET /relay/github/user",
			append(user, "Authorization", "Bearer gho_fake_1"),
			401, "unauthorized", "",
		},
		"headers that may not": {
			"GET /relay/github/user",
			append(user, "Cookie", "a=b", "X-Forwarded-For", "1.2.3.4"),
			200, "", "200",
		},
	} {
		a := relay(c.call, c.headers...)
		if a.status != c.status || !a.says(c.says) || a.header.Get("X-Relay-Upstream-Status") != c.up {
			t.Errorf("%s: %d %q %s", name, a.status, a.header.Get("X-Relay-Upstream-Status"), a.body)
		}
	}
	w.RequireCalled(t, fake.Called{Operation: "provider", AtLeast: new(5)}, fake.User("alice"))

	w.Use("needs_reauthorization", fake.User("bob"))
	refused := decode[struct {
		Code, Connection string
		AuthorizationURL string `json:"authorization_url"`
	}](t, relay("GET /relay/github/user", "X-Relay-User", "bob"), 402)
	expect(t, "what is to be done", refused.Code+" "+refused.Connection, "relay_authorization_required github")
	w.visit("GET", strings.TrimPrefix(refused.AuthorizationURL, w.URL())+"?consent=approve", nil)
	expect(t, "and then", relay("GET /relay/github/user", "X-Relay-User", "bob").status, 200)
	w.Use("not_installed", fake.Provider("crm"))
	expect(t, "a provider with keys",
		relay("GET /relay/crm/contacts", user...).says(`"authorization_url": null`) ||
			relay("GET /relay/crm/contacts", user...).says(`"authorization_url":null`), true)

	w.Fault(fake.Fault{Status: 503, Operation: "provider", Times: 1})
	down := relay("GET /relay/github/user", user...)
	expect(t, "the provider is down", down.status, 503)
	expect(t, "which is its own word", down.header.Get("X-Relay-Upstream-Status"), "503")
	w.Fault(fake.Fault{Reset: true, Operation: "provider", Times: 1})
	lost := relay("POST /relay/github/user?access_token=VERYSECRET", user...)
	expect(t, "the address is not shown", lost.says("VERYSECRET") || lost.says("://"), false)
	expect(t, "it does not answer", lost.status, 502)
	expect(t, "which is Relay's word", lost.header.Get("X-Relay-Upstream-Status"), "")
	w.Fault(fake.Fault{Status: 429, Operation: "relay", Times: 1})
	expect(t, "Relay's own limit", relay("GET /relay/github/user", user...).status, 429)
	w.Use("once", fake.User("alice"))
	expect(t, "a step", relay("GET /relay/github/user", user...).status, 200)
	expect(t, "a step that is a fault: no credential",
		relay("GET /relay/github/user", user...).says("relay_upstream_failed"), true)
	expect(t, "over", relay("GET /relay/github/user", user...).status, 200)
}

// A scenario that names a token gives it to several connections. A provider accepts it if one of its own connections
// is good.
func TestTokenSharedByConnections(t *testing.T) {
	t.Parallel()
	w := withFile(t, providerFile, fake.WithTime(noon))
	w.UseState(fake.State{AccessToken: "given"})
	for _, user := range []string{"alice", "bob"} {
		w.token("github", user)
	}
	w.token("slack", "alice")
	who := func(slug string) string {
		t.Helper()
		a := w.at(slug, "given", "GET /user")
		return fmt.Sprint(a.status, " ", decode[struct {
			UserID string `json:"user_id"`
		}](t, a, a.status).UserID)
	}
	expect(t, "both", who("github"), "200 bob")
	expect(t, "at another provider", who("slack"), "200 alice")
	w.UseState(fake.State{State: "needs_reauthorization"}, fake.User("bob"))
	expect(t, "hers alone", who("github"), "200 alice")
	w.RequireCalled(t, fake.Called{Operation: "provider", Status: 200, Count: new(1)}, fake.User("alice"),
		fake.Provider("github"))
	w.Use("not_installed", fake.User("alice"))
	expect(t, "nobody's", w.at("github", "given", "GET /user").status, 401)
	w.UseState(fake.State{AccessToken: "given"}, fake.User("bob"))
	expect(t, "his", who("github"), "200 bob")
	for i := range 8 { // so many other connections of hers that this one is forgotten
		w.UseState(fake.State{AccessToken: fmt.Sprint("another_", i)}, fake.User("alice"))
		w.token("github", "alice")
	}
	expect(t, "still his", who("github"), "200 bob")
	w.UseState(fake.State{AccessToken: "another_7"})
	expect(t, "replaced", w.at("github", "given", "GET /user").says("expired, was replaced, or was revoked"), true)
}

// If a token exists in two environments, a plain call is answered by the one where it is good, and a call of Relay by
// its own.
func TestTokenSharedByEnvironments(t *testing.T) {
	t.Parallel()
	w := withFile(t, providerFile)
	a, b := w.as("sk_env_a"), w.as("sk_env_b")
	for _, one := range []world{a, b} {
		one.put(`{"scenario": {"access_token": "given"}}`)
		one.token("github", "user_of_"+one.key)
	}
	relay := func(w world) string {
		return string(w.do("GET", "/relay/github/user", "", "X-Relay-User", "user_of_"+w.key).body)
	}
	for _, one := range []world{a, b} {
		if says := relay(one); !strings.Contains(says, `"user_id":"user_of_`+one.key+`"`) {
			t.Errorf("%s: Relay is answered %s", one.key, says)
		}
	}
	a.put(`{"scenario": "needs_reauthorization"}`)
	expect(t, "where it is good", w.at("github", "given", "GET /user").says("user_of_sk_env_b"), true)
	expect(t, "for Relay, too", strings.Contains(relay(b), "user_of_sk_env_b"), true)
	b.put(`{"scenario": "not_installed"}`)
	expect(t, "nowhere", w.at("github", "given", "GET /user").says("was revoked"), true)
	a.put(`{"scenario": {"access_token": "given"}}`)
	b.put(`{"scenario": {"access_token": "given"}}`)
	b.addFault(`{"status": 503, "operation": "provider"}`)
	expect(t, "a fault of its own environment", b.do("GET", "/relay/github/user", "", "X-Relay-User", "x").status, 503)
	expect(t, "and no other's", a.do("GET", "/relay/github/user", "", "X-Relay-User", "x").status, 200)
	expect(t, "one that there is not", w.at("github", "given", "GET /", "X-Pipesfake-Environment", "c").status, 200)
	expect(t, "and is not made", w.environments(), "a sk_env_a, b sk_env_b, default sk_fake_default")
}
