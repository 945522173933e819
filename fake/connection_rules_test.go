package fake_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"strings"
	"testing"
)

// With redirect_uris in the file, an application can finish a connection only at one of these addresses.
func TestRegisteredRedirectURIs(t *testing.T) {
	t.Parallel()
	const authorize = "POST /data-integrations/github/authorize"
	body := func(returnTo string) string {
		return `{"user_id": "alice", "return_to": "` + returnTo + `", "code_challenge": "c"}`
	}
	withFile(t, `
version: 1
redirect_uris: [https://app.example.com/back, "http://localhost:3000/back"]
`).tries(
		try{"a registered address", authorize, body("https://app.example.com/back"), 200, ""},
		try{"any port of the user's machine", authorize, body("http://localhost:51111/back"), 200, ""},
		try{"another address", authorize, body("https://app.example.com/bak"), 400, `"invalid_return_to"`},
		try{"with a suggestion", authorize, body("https://app.example.com/bak"), 400, "did you mean https://app"},
		try{"a query", authorize, body("https://app.example.com/back?a=1"), 400, `"return_to_requires_exact_match"`},
		try{
			"without a challenge", authorize, `{"user_id": "alice", "return_to": "https://elsewhere.example.com"}`,
			200, "",
		},
	)
	withFile(t, "version: 1\nredirect_uris: []\n").tries(
		try{"none is registered", authorize, body("https://app.example.com/back"), 400, `"connect_finish_unavailable"`},
	)
	withFile(t, "version: 1\n").tries(
		try{"the file does not say", authorize, body("https://app.example.com/back?a=1"), 200, ""},
	)
}

func TestMaximumOfConnections(t *testing.T) {
	t.Parallel()
	w := withFile(t, "version: 1\nstart: not_installed\nmax_connections: 2\n")
	const (
		add      = `{"access_token": "t", "connection_intent": "add"}`
		apiKey   = `{"user_id": "alice", "secret": "s", "connection_intent": "add"}`
		putKey   = "/data-integrations/github/api-key"
		verifier = "vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv"
	)
	key := func(user string) string { return `{"user_id": "` + user + `", "secret": "s"}` }
	sum := sha256.Sum256([]byte(verifier))
	page := w.page("github", `{"user_id": "alice", "connection_intent": "add", "return_to": "http://app/back", `+
		`"code_challenge": "`+base64.RawURLEncoding.EncodeToString(sum[:])+`"}`)
	_, location, _ := w.visit("GET", page+"?consent=approve", nil)
	back, err := url.Parse(location)
	if err != nil {
		t.Fatal(err)
	}
	finish := `{"connect_code": "` + back.Query().Get("connect_code") + `", "code_verifier": "` + verifier + `"}`
	w.tries(
		try{"the first", "POST " + alice, `{"access_token": "t"}`, 201, ""},
		try{"the second", "POST " + alice, add, 201, ""},
		try{"a third", "POST " + alice, add, 409, `"connected_account_limit_reached"`},
		try{"with an API key", "POST /data-integrations/keys/api-key", apiKey, 201, ""},
		try{"by consent", "POST /data-integrations/finish", finish, 400, `"connected_account_limit_reached"`},
		try{
			"as soon as authorize", "POST /data-integrations/github/authorize",
			`{"user_id": "alice", "connection_intent": "add"}`, 409, `"connected_account_limit_reached"`,
		},
		try{"a connection that exists", "POST /data-integrations/github/authorize", `{"user_id": "alice"}`, 200, ""},
		try{"of somebody else", "POST " + accountPath("bob", "github"), add, 201, ""},
		try{"delete one", "DELETE " + alice, "", 204, ""},
		try{"then there is room", "POST " + alice, add, 201, ""},
		try{"as many again", "PUT " + putKey, key("alice"), 409, `"connected_account_limit_reached"`},
		try{"with room", "PUT " + putKey, key("eve"), 200, ""},
	)
}

func TestWithoutMultipleConnections(t *testing.T) {
	t.Parallel()
	const (
		authorize = "POST /data-integrations/github/authorize"
		add       = `{"access_token": "t", "connection_intent": "add"}`
		addToHers = `{"user_id": "alice", "connection_intent": "add"}`
		apiKey    = `{"user_id": "alice", "secret": "s", "connection_intent": "add"}`
	)
	withFile(t, "version: 1\nstart: not_installed\nmultiple_connections: false\n").tries(
		try{"authorize for the first", authorize, addToHers, 200, ""},
		try{"add the first", "POST " + alice, add, 201, `"connection_role":"compatibility"`},
		try{"another", "POST " + alice, add, 404, `"multiple_connections_unavailable"`},
		try{"and why", "POST " + alice, add, 404, "multiple_connections of test.yaml is false"},
		try{"by consent", authorize, addToHers, 404, `"multiple_connections_unavailable"`},
		try{"authorize as usual", authorize, `{"user_id": "alice"}`, 200, ""},
		try{"an API key for the first", "POST /data-integrations/keys/api-key", apiKey, 201, ""},
		try{
			"another API key", "POST /data-integrations/keys/api-key", apiKey,
			404, `"multiple_connections_unavailable"`,
		},
		try{
			"replace the API key", "PUT /data-integrations/keys/api-key", `{"user_id": "alice", "secret": "t"}`,
			200, "",
		},
		try{"of somebody else", "POST " + accountPath("bob", "github"), add, 201, ""},
	)
}

// The rules are part of the file, so an export has them, and a reload changes them.
func TestRulesOfConnectionsStayWithTheFile(t *testing.T) {
	t.Parallel()
	const file = `
version: 1
redirect_uris: [https://app.example.com/back]
multiple_connections: false
max_connections: 1
`
	tries := []try{
		{
			"return", "POST /data-integrations/github/authorize",
			`{"user_id": "alice", "return_to": "https://example.com", "code_challenge": "c"}`,
			400, `"invalid_return_to"`,
		},
		{
			"add", "POST " + alice, `{"access_token": "t", "connection_intent": "add"}`,
			404, `"multiple_connections_unavailable"`,
		},
	}
	w := withFile(t, file)
	w.tries(tries...)
	exported := w.exported()
	withFile(t, exported).tries(tries...)
	w.Reload(parse(t, strings.Replace(exported, "multiple_connections: false", "multiple_connections: true", 1)))
	w.tries(
		try{"the limit", "POST " + alice, `{"access_token": "t", "connection_intent": "add"}`, 409, "max_connections"},
	)
}

func TestRefusedImports(t *testing.T) {
	t.Parallel()
	withFile(t, `
version: 1
start: not_installed
providers:
  broken: {state: invalid}
  snowflake: {credentials: organization}
`).tries(
		try{"no access token", "POST " + alice, `{"refresh_token": "r"}`, 422, `"invalid_token_combination"`},
		try{"which names the field", "POST " + alice, `{"refresh_token": "r"}`, 422, `"field":"access_token"`},
		try{
			"a refresh token of other characters", "POST " + alice,
			`{"access_token": "t", "refresh_token": "r\u00e9"}`, 422, `"invalid_refresh_token"`,
		},
		try{
			"an invalid integration", "POST " + accountPath("alice", "broken"), `{"access_token": "t"}`,
			422, `"invalid_data_integration_state"`,
		},
		try{
			"an organization without credentials",
			"POST " + accountPath("alice", "snowflake") + "?organization_id=acme", `{"access_token": "t"}`,
			422, `"client_credentials_not_configured"`,
		},
		try{
			"it supplies them", "PUT /organizations/acme/data_integration_configurations/snowflake",
			`{"client_id": "a", "client_secret": "b"}`, 200, "",
		},
		try{
			"then", "POST " + accountPath("alice", "snowflake") + "?organization_id=acme", `{"access_token": "t"}`,
			201, "",
		},
	)
}

func TestAuthorizeForAnUnknownAccount(t *testing.T) {
	t.Parallel()
	start(t).tries(try{
		"reauthorize", "POST /data-integrations/github/authorize",
		`{"user_id": "alice", "connection_intent": "reauthorize", "connected_account_id": "` +
			strings.Repeat("x", 9) + `"}`,
		404, `"connected_account_not_found"`,
	})
}
