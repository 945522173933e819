package fake_test

import (
	"testing"
	"time"

	"example.com/pipesfake/fake"
)

// keyed returns a world with an integration for each auth method.
const keyed = `
version: 1
start: not_installed
providers:
  keys: {auth_methods: [api_key]}
  salesforce:
    auth_methods: [client_credentials]
    config_fields: {mydomain: {required: true, pattern: "^[a-z]+$"}, pin: {secret: true}, region: {scope: integration}}
    config: {region: eu}
  billing: {auth_methods: [client_credentials], metadata: {plan: free}}
`

func TestAPIKeys(t *testing.T) {
	t.Parallel()
	w := withFile(t, keyed, fake.WithTime(noon))
	const path = "PUT /data-integrations/keys/api-key"
	w.tries(try{
		"install", path,
		`{"user_id": "alice", "secret": "sk-1234567890abcdef"}`,
		200, `"auth_method":"api_key","api_key_last_4":"cdef"`,
	})
	first := w.account("alice", "keys")
	w.Advance(time.Minute)
	w.tries(
		try{"rotate", path, `{"user_id": "alice", "secret": "wxyz9"}`, 200, `"api_key_last_4":"xyz9"`},
		try{
			"vended", "POST /data-integrations/keys/credentials", `{"user_id": "alice"}`,
			200,
			`{"active":true,"credential":{"object":"credential","auth_method":"api_key","value":"wxyz9",` +
				`"config":{}}}`,
		},
		try{
			"no token", "POST /data-integrations/keys/token", `{"user_id": "alice"}`,
			422, "/data-integrations/keys/credentials",
		},
		try{"nobody else's", "POST /data-integrations/keys/credentials", `{"user_id": "bob"}`, 200, "not_installed"},
		try{
			"not by import", "POST " + accountPath("bob", "keys"), `{"access_token": "t"}`,
			422, "auth_method_mismatch",
		},
		try{
			"not by client",
			"PUT /data-integrations/keys/client-credentials",
			`{"user_id": "bob", "client_id": "a", "client_secret": "b"}`,
			422, "auth_method_mismatch",
		},
		try{"no secret", path, `{"user_id": "alice"}`, 400, "secret is required"},
		try{"an empty secret", path, `{"user_id": "alice", "secret": ""}`, 400, "secret must not be empty"},
		try{"no user", path, `{"secret": "s"}`, 400, "user_id is required"},
		try{"no JSON", path, `{`, 400, "invalid_json"},
		try{
			"add belongs to POST", path,
			`{"user_id": "alice", "secret": "s", "connection_intent": "add"}`,
			400, "belongs to POST",
		},
		try{
			"reauthorize which", path,
			`{"user_id": "alice", "secret": "s", "connection_intent": "reauthorize"}`,
			400, "connected_account_id is required",
		},
		try{
			"an unknown one", path,
			`{"user_id": "alice", "secret": "s", "connected_account_id": "data_installation_x"}`,
			404, "",
		},
		try{
			"POST adds", "POST /data-integrations/keys/api-key", `{"user_id": "alice", "secret": "s"}`,
			400, "connection_intent must be add",
		},
		try{
			"POST takes no id", "POST /data-integrations/keys/api-key",
			`{"user_id": "alice", "secret": "s", "connection_intent": "add", "connected_account_id": "x"}`,
			400, "leave one of them out",
		},
		try{
			"add", "POST /data-integrations/keys/api-key",
			`{"user_id": "alice", "secret": "second", "connection_intent": "add", ` +
				`"account_identifier": "workspace_1", "account_display_name": "Work"}`,
			201,
			`"connection_role":"standard","account_identifier":"workspace_1","account_display_name":"Work"`,
		},
		try{
			"the organization's", path,
			`{"user_id": "admin", "organization_id": "acme", "connection_owner": "organization", ` +
				`"secret": "shared"}`,
			200, `"user_id":null`,
		},
	)
	second := w.account("alice", "keys")
	expect(t, "the id after a rotation", second.ID, first.ID)
	expect(t, "created", second.CreatedAt, first.CreatedAt)
	expect(t, "updated", second.UpdatedAt, "2026-11-23T12:01:00.000Z")
	last := w.lastOf("alice", "keys")
	w.tries(
		try{
			"rotate that one", path,
			`{"user_id": "alice", "secret": "other", "connected_account_id": "` + last + `"}`,
			200, `"account_identifier":"workspace_1"`,
		},
		try{
			"vend that one", "POST /data-integrations/keys/credentials",
			`{"user_id": "alice", "connected_account_id": "` + last + `"}`,
			200, `"value":"other"`,
		},
		try{
			"and the first", "POST /data-integrations/keys/credentials", `{"user_id": "alice"}`,
			200, `"value":"wxyz9"`,
		},
	)
	w.Use("needs_reauthorization", fake.User("alice"), fake.Provider("keys"))
	expect(t, "a key can be revoked", w.credential("keys", `{"user_id": "alice"}`).Error, "needs_reauthorization")
	w.Use("active", fake.User("alice"), fake.Provider("keys"))
	expect(t, "and good again", w.credential("keys", `{"user_id": "alice"}`).Credential.Value, "wxyz9")
	expect(t, "events", w.eventsInWords(), "connected alice, connected alice, connected acme, "+
		"reauthorization_needed alice, reauthorization_needed alice, connected alice, connected alice")
}

func TestClientCredentials(t *testing.T) {
	t.Parallel()
	w := withFile(t, keyed, fake.WithTime(noon))
	const path = "PUT /data-integrations/salesforce/client-credentials"
	with := func(config string) string {
		return `{"user_id": "alice", "client_id": "3MVG9", "client_secret": "shhh-cdef", "config": ` + config + `}`
	}
	w.tries(
		try{"a required field", path, with(`{}`), 400, "config.mydomain is required"},
		try{
			"no config", path,
			`{"user_id": "alice", "client_id": "a", "client_secret": "b"}`,
			400, "config.mydomain is required",
		},
		try{"a pattern", path, with(`{"mydomain": "ACME"}`), 400, "does not match"},
		try{"undeclared", path, with(`{"mydomain": "acme", "mydomian": "acme"}`), 400, "did you mean mydomain"},
		try{"the integration's", path, with(`{"mydomain": "acme", "region": "us"}`), 400, "is set on the integration"},
		try{"config in text", path, with(`"acme"`), 400, "config must be an object"},
		try{"no client", path, `{"user_id": "alice", "config": {"mydomain": "acme"}}`, 400, "client_id is required"},
		try{
			"install", path, with(`{"mydomain": "acme", "pin": "1234"}`),
			200, `"client_id":"3MVG9","client_secret_last_4":"cdef","config":{"mydomain":"acme"}`,
		},
		try{
			"no token", "POST /data-integrations/salesforce/token", `{"user_id": "alice"}`,
			422, "auth_method_mismatch",
		},
		try{
			"the file's metadata",
			"PUT /data-integrations/billing/client-credentials",
			`{"user_id": "alice", "client_id": "a", "client_secret": "b"}`,
			200, "",
		},
	)
	first := w.credential("salesforce", `{"user_id": "alice"}`).Credential
	expect(t, "method", first.AuthMethod, "client_credentials")
	expect(t, "expiry", *first.ExpiresAt, "2026-11-23T13:00:00.000Z")
	expect(t, "metadata", first.Metadata["instance_url"], "https://acme.my.salesforce.com")
	expect(t, "config", first.Config["mydomain"]+first.Config["region"]+first.Config["pin"], "acmeeu")
	expect(t, "the file's", w.credential("billing", `{"user_id": "alice"}`).Credential.Metadata["plan"], "free")
	w.Advance(time.Hour)
	second := w.credential("salesforce", `{"user_id": "alice"}`).Credential
	expect(t, "another token after an hour", second.Value != first.Value, true)
	w.tries(
		try{
			"rotate", path,
			`{"user_id": "alice", "client_id": "new", "client_secret": "12345678", ` +
				`"config": {"mydomain": "acme"}}`,
			200, `"client_id":"new","client_secret_last_4":"5678"`,
		},
		try{
			"add",
			"POST /data-integrations/salesforce/client-credentials",
			`{"user_id": "alice", "client_id": "b", "client_secret": "c", "config": {"mydomain": "b"}, ` +
				`"connection_intent": "add"}`,
			201, `"standard"`,
		},
	)
	expect(t, "rotated", w.credential("salesforce", `{"user_id": "alice"}`).Credential.Value != second.Value, true)
}

// A scenario can set any auth method, also on a connection that has another one.
func TestScenariosNameAuthMethods(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithTime(noon))
	ask := `{"user_id": "alice"}`
	w.UseState(fake.State{AuthMethod: "api_key", AccessToken: "key-9876"})
	expect(t, "key", w.credential("github", ask).Credential.Value, "key-9876")
	expect(t, "last four", *w.account("alice", "github").APIKeyLast4, "9876")
	w.UseState(fake.State{AuthMethod: "client_credentials", ExpiresIn: fake.Never})
	if c := w.credential("github", ask).Credential; c.ExpiresAt != nil || c.Value == "" ||
		w.account("alice", "github").ClientID == "" {
		t.Errorf("client credentials: %+v", c)
	}
	w.Use("active")
	expect(t, "oauth", w.credential("github", ask).Credential.Value, w.token("github", "alice").AccessToken.AccessToken)
	w.tries(
		try{
			"a key over OAuth", "PUT /data-integrations/github/api-key", `{"user_id": "alice", "secret": "s"}`,
			422, "auth_method_mismatch",
		},
		try{
			"and the mend", "PUT /data-integrations/github/api-key", `{"user_id": "alice", "secret": "s"}`,
			422, "switch it to not_installed",
		},
	)
	w.Use("not_installed")
	w.tries(
		try{
			"made room for", "PUT /data-integrations/github/api-key", `{"user_id": "alice", "secret": "s"}`,
			200, "api_key",
		},
		try{
			"a client over a key",
			"PUT /data-integrations/github/client-credentials",
			`{"user_id": "alice", "client_id": "a", "client_secret": "b"}`,
			422, "auth_method_mismatch",
		},
		try{
			"created with a key", "POST /data-integrations",
			`{"provider": "mine", "auth_methods": ["api_key"], ` +
				`"api_key": {"secret": "12345", "user_id": "alice"}}`,
			201, `"api_key_last_4":"2345"`,
		},
		try{"which is vended", "POST /data-integrations/mine/credentials", ask, 200, `"value":"12345"`},
		try{"and not shown again", "GET /data-integrations/mine", "", 200, `"installation":null`},
		try{
			"updated with another", "PUT /data-integrations/mine",
			`{"api_key": {"secret": "67890", "user_id": "bob"}}`,
			200, "",
		},
		try{
			"which is vended, too", "POST /data-integrations/mine/credentials", `{"user_id": "bob"}`,
			200, `"value":"67890"`,
		},
	)
}
