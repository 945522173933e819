package fake_test

import (
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake"
)

func TestTheFiveStates(t *testing.T) {
	t.Parallel()
	for scenario, want := range map[string]string{
		"active": `{"active":true,"access_token":{"object":"access_token",` +
			`"access_token":"gho_fake_761118151022110312109997",` +
			`"expires_at":"2026-11-23T13:00:00.000Z","scopes":["repo","user:email","read:org"],"missing_scopes":[]}}`,
		"not_installed":         `{"active":false,"error":"not_installed"}`,
		"needs_reauthorization": `{"active":false,"error":"needs_reauthorization"}`,
		"missing_scopes": `{"active":true,"access_token":{"object":"access_token",` +
			`"access_token":"gho_fake_761118151022110312109997",` +
			`"expires_at":"2026-11-23T13:00:00.000Z","scopes":["repo","user:email"],"missing_scopes":["read:org"]}}`,
		"expired": `{"active":true,"access_token":{"object":"access_token",` +
			`"access_token":"gho_fake_761118151022110312109997",` +
			`"expires_at":"2026-11-23T11:00:00.000Z","scopes":["repo","user:email","read:org"],"missing_scopes":[]}}`,
	} {
		t.Run(scenario, func(t *testing.T) {
			t.Parallel()
			w := start(t, fake.WithScenario(scenario), fake.WithTime(noon), fake.WithSeed(42))
			a := w.do("POST", "/data-integrations/github/token", `{"user_id": "user_1"}`)
			expect(t, "status", a.status, 200)
			expect(t, "body", string(a.body), want+"\n")
		})
	}
}

func TestStatesOfAFile(t *testing.T) {
	t.Parallel()
	w := withFile(t, `
version: 1
providers:
  github: {scopes: [repo, "user:email"]}
  notion: {scopes: []}
scenarios:
  no_repo: {missing_scopes: [repo]}
  forever: {expires_in: never}
  mine: {access_token: gho_fake_mine}
connections:
  - {provider: github, user_id: alice, scenario: no_repo}
  - {provider: github, user_id: bob, scenario: forever}
  - {provider: github, user_id: bob, organization_id: acme, scenario: needs_reauthorization}
  - {provider: github, user_id: carol, scenario: mine}
  - {provider: github, user_id: dave, scenario: {auth_method: api_key}}
`)
	expect(t, "alice", w.token("github", "alice").says(), "missing repo")
	expect(t, "alice elsewhere", w.token("slack", "alice").says(), "active")
	expect(t, "alice in an organization", w.token("github", "alice", "acme").says(), "active")
	if expires := w.token("github", "bob").AccessToken.ExpiresAt; expires != nil {
		t.Errorf("bob's token expires at %v", expires)
	}
	expect(t, "bob in acme", w.token("github", "bob", "acme").says(), "needs_reauthorization")
	expect(t, "bob in another organization", w.token("github", "bob", "other").says(), "active")
	expect(t, "carol's token", w.token("github", "carol").AccessToken.AccessToken, "gho_fake_mine")
	expect(t, "no scopes", len(w.token("notion", "alice").AccessToken.Scopes), 0)
	expect(t, "unknown slug", strings.Join(w.token("made-up", "alice").AccessToken.Scopes, " "), "read write")

	mismatch := decode[failure](t, w.do("POST", "/data-integrations/github/token", `{"user_id": "dave"}`), 422)
	expect(t, "code", mismatch.Code, "auth_method_mismatch")
}

func TestTheSameSeedGivesTheSameTokens(t *testing.T) {
	t.Parallel()
	one, same, other := start(t, fake.WithSeed(7)), start(t, fake.WithSeed(7)), start(t, fake.WithSeed(8))
	tokenOf := func(w world, user string, organization ...string) string {
		return w.token("github", user, organization...).AccessToken.AccessToken
	}
	expect(t, "same seed", tokenOf(one, "alice"), tokenOf(same, "alice"))
	seen := map[string]string{}
	for name, got := range map[string]string{
		"alice": tokenOf(one, "alice"), "bob": tokenOf(one, "bob"), "alice in acme": tokenOf(one, "alice", "acme"),
		"another seed": tokenOf(other, "alice"), "another environment": tokenOf(one.as("sk_env_ci"), "alice"),
		"another provider": one.token("slack", "alice").AccessToken.AccessToken,
	} {
		if seen[got] != "" {
			t.Errorf("%s and %s have the same token", name, seen[got])
		}
		seen[got] = name
	}
	one.Use("needs_reauthorization")
	one.Use("active")
	expect(t, "after a switch and back", tokenOf(one, "alice"), tokenOf(same, "alice"))
}

// A switch never makes a new token, even to a state that has no token to refresh.
func TestSwitchesDoNotRefreshTokens(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithTime(noon))
	first := w.token("github", "alice").AccessToken.AccessToken
	w.UseState(fake.State{AuthMethod: "api_key"})
	w.Advance(2 * time.Hour)
	expect(t, "status", w.do("POST", "/data-integrations/github/token", `{"user_id": "alice"}`).status, 422)
	w.Use("active")
	expect(t, "the token", w.token("github", "alice").AccessToken.AccessToken, first)
}

// A client that writes its whole body before it reads still receives the reason of a refusal.
func TestLargeBodiesOfRefusedRequestsAreRead(t *testing.T) {
	t.Parallel()
	w := start(t)
	body := strings.Repeat(" ", 5<<20)
	for path, status := range map[string]int{"/data-integrations/github/token": 401, "/unknown": 501, "/health": 405} {
		expect(t, path, w.as("").do("POST", path, body).status, status)
	}
}

func TestTokensLookLikeTheProviders(t *testing.T) {
	t.Parallel()
	w := start(t)
	for provider, prefix := range map[string]string{
		"github": "gho_", "slack": "xoxb-", "linear": "lin_oauth_", "google-drive": "ya29.", "dropbox": "sl.",
		"notion": "ntn_", "salesforce": "00D", "microsoft-teams": "eyJ", "anything": "fake_",
	} {
		got := w.token(provider, "alice").AccessToken.AccessToken
		if !strings.HasPrefix(got, prefix) || !strings.Contains(got, "fake_") {
			t.Errorf("a token of %s is %s", provider, got)
		}
	}
}

func TestTokensAreRefreshedNearTheirExpiry(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithTime(noon))
	first := w.token("github", "alice")
	w.Advance(54 * time.Minute) // a tenth of the hour is left
	expect(t, "at 12:54", w.token("github", "alice").AccessToken.AccessToken, first.AccessToken.AccessToken)
	w.Advance(time.Second)
	second := w.token("github", "alice")
	if second.AccessToken.AccessToken == first.AccessToken.AccessToken {
		t.Error("less than a tenth of its life is left, and the token was not replaced")
	}
	expect(t, "the new date", *second.AccessToken.ExpiresAt, noon.Add(114*time.Minute+time.Second))
	expect(t, "asked again", w.token("github", "alice").AccessToken.AccessToken, second.AccessToken.AccessToken)
	w.Advance(24 * time.Hour)
	third := w.token("github", "alice")
	if third.AccessToken.AccessToken == second.AccessToken.AccessToken ||
		!third.AccessToken.ExpiresAt.After(noon.Add(24*time.Hour)) {
		t.Error("the token was not replaced long after its expiry")
	}
	w.Reset()
	again := w.token("github", "alice")
	expect(t, "after a reset", again.AccessToken.AccessToken, first.AccessToken.AccessToken)
	expect(t, "its date", *again.AccessToken.ExpiresAt, *first.AccessToken.ExpiresAt)
}

// A refresh under a switch that is removed does not end the token of the directive before it.
func TestRefreshUnderASwitchThatIsRemoved(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithTime(noon))
	w.Advance(55 * time.Minute)
	w.token("github", "alice") // refreshed, good until 13:55
	w.put(`{"scenario": {"expires_in": "5m"}}`)
	w.Advance(5 * time.Minute)
	w.token("github", "alice") // refreshed again, under the switch
	w.control("DELETE", "scenario", "")
	expect(t, "its date", *w.token("github", "alice").AccessToken.ExpiresAt, noon.Add(115*time.Minute))
}

func TestFailingRefresh(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithTime(noon))
	w.UseState(fake.State{ExpiresIn: 5 * time.Minute, Refresh: "fails"})
	w.Advance(5*time.Minute - time.Millisecond)
	expect(t, "just before", w.token("github", "alice").says(), "active")
	w.Advance(time.Millisecond)
	expect(t, "at its end", w.token("github", "alice").says(), "needs_reauthorization")
	w.Use("active")
	expect(t, "after a switch", w.token("github", "alice").says(), "active")
}

func TestExpiredTokensAreServedUnchanged(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithTime(noon), fake.WithScenario("expired"))
	first := w.token("github", "alice")
	w.Advance(time.Hour)
	second := w.token("github", "alice")
	expect(t, "the token", second.AccessToken.AccessToken, first.AccessToken.AccessToken)
	expect(t, "the date", *second.AccessToken.ExpiresAt, noon.Add(-time.Hour))
}

func TestTokenOfAScenarioIsServedUntilItsRefresh(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithTime(noon))
	minted := w.token("github", "alice").AccessToken.AccessToken
	w.UseState(fake.State{AccessToken: "gho_fake_mine"})
	expect(t, "named", w.token("github", "alice").AccessToken.AccessToken, "gho_fake_mine")
	w.Advance(time.Hour)
	refreshed := w.token("github", "alice").AccessToken.AccessToken
	if refreshed == "gho_fake_mine" || refreshed == minted {
		t.Errorf("after its refresh the token is %s", refreshed)
	}
}

func TestInvalidTokenRequests(t *testing.T) {
	t.Parallel()
	w := withFile(t, "version: 1\nstrict: true\nproviders: {github: {}}\n")
	const path = "/data-integrations/github/token"
	const good = `{"user_id": "user_1"}`
	for name, c := range map[string]struct {
		method, path, body string
		headers            []string
		status             int
		code, field        string
		says               string // must stand in the message
	}{
		"no key": {
			"POST", path, good, []string{"Authorization", ""},
			401, "unauthorized", "", "Authorization: Bearer sk_",
		},
		"another scheme": {
			"POST", path, good, []string{"Authorization", "Basic c2s6"},
			401, "unauthorized", "", "scheme",
		},
		"a key without sk_": {
			"POST", path, good, []string{"Authorization", "Bearer nonsense"},
			401, "unauthorized", "", "sk_",
		},
		"an empty key": {
			"POST", path, good, []string{"Authorization", "Bearer "},
			401, "unauthorized", "", "sk_",
		},
		"only sk_": {
			"POST", path, good, []string{"Authorization", "Bearer sk_"},
			401, "unauthorized", "", "sk_",
		},
		"a live key": {
			"POST", path, good,
			[]string{"Authorization", "Bearer sk_live_1"},
			403, "live_key", "", "live key",
		},
		"environment: slash": {
			"POST", path, good,
			[]string{"Authorization", "Bearer sk_env_a/b"},
			401, "unauthorized", "", "environment",
		},
		"environment: empty": {
			"POST", path, good, []string{"Authorization", "Bearer sk_env_"},
			401, "unauthorized", "", "environment",
		},
		"environment: long": {
			"POST", path, good,
			[]string{"Authorization", "Bearer sk_env_" + strings.Repeat("a", 10_000)},
			401, "unauthorized", "", "environment",
		},
		"empty body":         {"POST", path, "", nil, 400, "invalid_json", "", "empty"},
		"blanks":             {"POST", path, " \n", nil, 400, "invalid_json", "", "empty"},
		"not JSON":           {"POST", path, "user_id=1", nil, 400, "invalid_json", "", "byte 0"},
		"array":              {"POST", path, "[]", nil, 400, "invalid_json", "", "array"},
		"string":             {"POST", path, `"user_1"`, nil, 400, "invalid_json", "", "string"},
		"null":               {"POST", path, "null", nil, 400, "invalid_json", "", "null"},
		"cut short":          {"POST", path, `{"user_id": "user`, nil, 400, "invalid_json", "", "too early"},
		"cut after the name": {"POST", path, `{"user_id"`, nil, 400, "invalid_json", "", "too early"},
		"trailing garbage":   {"POST", path, good + "x", nil, 400, "invalid_json", "", "byte 21"},
		"two objects":        {"POST", path, good + good, nil, 400, "invalid_json", "", "goes on"},
		"duplicate keys": {
			"POST", path, `{"user_id": "a", "user_id": "b"}`, nil,
			400, "invalid_json", "", `"user_id" occurs twice`,
		},
		"duplicates inside": {
			"POST", path, `{"user_id": "a", "x": {"y": 1, "y": 2}}`, nil,
			400, "invalid_json", "", `"y" occurs twice`,
		},
		"bad UTF-8":        {"POST", path, "{\"user_id\": \"a\xff\"}", nil, 400, "invalid_json", "", "UTF-8"},
		"half a surrogate": {"POST", path, `{"user_id": "\ud800"}`, nil, 400, "invalid_json", "", "surrogate"},
		"user_id missing":  {"POST", path, `{}`, nil, 400, "invalid_request", "user_id", "required"},
		"user_id null":     {"POST", path, `{"user_id": null}`, nil, 400, "invalid_request", "user_id", "required"},
		"user_id empty":    {"POST", path, `{"user_id": ""}`, nil, 400, "invalid_request", "user_id", "empty"},
		"user_id a number": {"POST", path, `{"user_id": 1}`, nil, 400, "invalid_request", "user_id", "number"},
		"user_id of 100 kB": {
			"POST", path,
			`{"user_id": "` + strings.Repeat("u", 100_000) + `"}`, nil,
			400, "invalid_request", "user_id", "100000 bytes",
		},
		"organization_id empty": {
			"POST", path, `{"user_id": "a", "organization_id": ""}`, nil,
			400, "invalid_request", "organization_id", "empty",
		},
		"organization_id true": {
			"POST", path, `{"user_id": "a", "organization_id": true}`, nil,
			400, "invalid_request", "organization_id", "boolean",
		},
		"over 1 MiB": {
			"POST", path,
			`{"user_id": "` + strings.Repeat("u", 1<<20) + `"}`, nil,
			413, "payload_too_large", "", "1 MiB",
		},
		"over 8 MiB": {"POST", path, strings.Repeat(" ", 9<<20), nil, 413, "payload_too_large", "", "1 MiB"},
		"nesting": {
			"POST", path,
			`{"user_id": "a", "x": ` + strings.Repeat("[", 100_000) + "}", nil,
			400, "invalid_json", "", "depth",
		},
		"unknown provider": {
			"POST", "/data-integrations/githb/token", good, nil,
			404, "entity_not_found", "", "did you mean github",
		},
		"a slug that is none": {
			"POST", "/data-integrations/a%2Fb/token", good, nil,
			404, "entity_not_found", "", "a/b",
		},
		"an empty slug": {
			"POST", "/data-integrations//token", good, nil,
			404, "entity_not_found", "", `"" is not a slug`,
		},
		"unknown method": {"DELETE", path, "", nil, 405, "method_not_allowed", "", "allowed: POST"},
		"unknown path": {
			"GET", "/user_management/users", "", nil,
			501, "not_implemented", "", "GET /user_management/users",
		},
		"no path":          {"PUT", "/", "", nil, 501, "not_implemented", "", "PUT /"},
		"a slash too many": {"POST", path + "/", good, nil, 501, "not_implemented", "", path + "/"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := w.in(t)
			a := w.do(c.method, c.path, c.body, c.headers...)
			f := decode[failure](t, a, c.status)
			expect(t, "code", f.Code, c.code)
			if !strings.Contains(f.Message, c.says) {
				t.Errorf("the message %q does not say %q", f.Message, c.says)
			}
			switch {
			case c.field == "":
				expect(t, "field errors", len(f.Errors), 0)
			case len(f.Errors) != 1:
				t.Errorf("the errors are %+v", f.Errors)
			default:
				expect(t, "field", f.Errors[0].Field, c.field)
			}
			if c.status == 405 {
				expect(t, "Allow", a.header.Get("Allow"), "POST")
			}
		})
	}
}

func TestAcceptedTokenRequests(t *testing.T) {
	t.Parallel()
	w := start(t)
	for name, body := range map[string]string{
		"unknown fields":       `{"user_id": "a", "user": 1, "connection": "x", "new": {"a": [1]}}`,
		"organization_id null": `{"user_id": "a", "organization_id": null}`,
		"attacker's text":      `{"user_id": "\"><img src=x onerror=alert(1)>"}`,
		"escapes":              `{"user_\u0069d": "\u00fc\ud83d\ude00"}`,
	} {
		if a := w.do("POST", "/data-integrations/github/token?unknown=1", body); a.status != 200 {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	expect(t, "an escaped slug", w.token("git%68ub", "a").AccessToken.AccessToken,
		w.token("github", "a").AccessToken.AccessToken)
}

func TestRequestIDsCountPerEnvironment(t *testing.T) {
	t.Parallel()
	w := start(t)
	id := func(w world) string {
		return w.do("POST", "/data-integrations/github/token", "{}").header.Get("X-Request-Id")
	}
	expect(t, "first", id(w), "req_default_000001")
	expect(t, "second", id(w), "req_default_000002")
	expect(t, "another environment", id(w.as("sk_env_ci")), "req_ci_000001")
}
