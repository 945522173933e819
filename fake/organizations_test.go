package fake_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake"
)

func TestOrganizationConfigurations(t *testing.T) {
	t.Parallel()
	w := withFile(t, `
version: 1
providers:
  github: {scopes: [repo, "user:email"], organizations: {org_file: {enabled: false, scopes: [repo]}}}
  snowflake:
    credentials: organization
    config_fields: {account: {pattern: "^[a-z-]+$", scope: integration}}
`, fake.WithTime(noon))
	const (
		github    = "PUT /organizations/acme/data_integration_configurations/github"
		snowflake = "PUT /organizations/acme/data_integration_configurations/snowflake"
	)
	w.tries(
		try{
			"as the file says",
			"GET /organizations/org_file/data_integration_configurations", "",
			200, `"slug":"github","name":"GitHub","enabled":false,"scopes":["repo"]`,
		},
		try{
			"inherited",
			"GET /organizations/acme/data_integration_configurations", "",
			200, `"slug":"github","name":"GitHub","enabled":true,"scopes":["repo","user:email"]`,
		},
		try{
			"no credentials yet",
			"GET /organizations/acme/data_integration_configurations", "",
			200,
			`"credentials_type":"organization","has_credentials":false,"client_id":null,` +
				`"client_secret_last_four":null`,
		},
		try{"nothing", github, `{}`, 400, "at least one of"},
		try{"unknown fields alone", github, `{"enable": true}`, 400, "at least one of"},
		try{"enabled in text", github, `{"enabled": "no"}`, 400, "enabled must be true or false"},
		try{"half of the credentials", snowflake, `{"client_id": "a"}`, 400, "given together"},
		try{
			"not its credentials", github, `{"client_id": "a", "client_secret": "b"}`,
			400, "client_id is only for a provider whose credentials the organizations supply",
		},
		try{"not its config", github, `{"config": {"a": "b"}}`, 400, "config is only for"},
		try{"config undeclared", snowflake, `{"config": {"acount": "b"}}`, 400, "did you mean account"},
		try{"config not matching", snowflake, `{"config": {"account": "A B"}}`, 400, "does not match"},
		try{"scopes not asked for", github, `{"scopes": ["repo", "user"]}`, 422, "scopes_not_configured"},
		try{"scopes in text", github, `{"scopes": "repo"}`, 400, "scopes must be an array"},
		try{"no JSON", github, `nope`, 400, "invalid_json"},
		try{
			"an unknown provider",
			"PUT /organizations/acme/data_integration_configurations/slack",
			`{"enabled": true}`,
			404, "",
		},
		try{"fewer scopes", github, `{"scopes": ["user:email"]}`, 200, `"scopes":["user:email"]`},
		try{
			"are asked for there", "POST /data-integrations/github/token",
			`{"user_id": "alice", "organization_id": "acme"}`,
			200, `"scopes":["user:email"],"missing_scopes":[]`,
		},
		try{
			"and only there", "POST /data-integrations/github/token", `{"user_id": "alice"}`,
			200, `"scopes":["repo","user:email"]`,
		},
		try{"inherited again", github, `{"scopes": null}`, 200, `"scopes":["repo","user:email"]`},
		try{
			"credentials", snowflake,
			`{"client_id": "client", "client_secret": "secret-1234", "config": {"account": "acme-prod"}}`,
			200, `"config":{"account":"acme-prod"}`,
		},
		try{
			"are there",
			"GET /organizations/acme/data_integration_configurations", "",
			200, `"has_credentials":true,"client_id":"client","client_secret_last_four":"1234"`,
		},
		try{
			"in one organization",
			"GET /organizations/other/data_integration_configurations", "",
			200, `"has_credentials":false`,
		},
		try{"enabling keeps the rest", snowflake, `{"enabled": true}`, 200, `"has_credentials":true`},
	)
}

func TestAuthorize(t *testing.T) {
	t.Parallel()
	w := withFile(t, `
version: 1
providers:
  github: {organizations: {org_off: {enabled: false}}}
  off: {enabled: false}
  keys: {auth_methods: [api_key]}
  zendesk: {config_fields: {subdomain: {required: true, pattern: "^[a-z]+$"}}}
  pinned: {config_fields: {subdomain: {required: true}}, config: {subdomain: acme}}
  snowflake: {credentials: organization}
`, fake.WithTime(noon))
	const path = "POST /data-integrations/"
	w.tries(
		try{
			"a page", path + "github/authorize",
			`{"user_id": "alice", "return_to": "https://app.example.com/back?id=1"}`,
			200, "/authorize-redirect",
		},
		try{"any slug", path + "whatever/authorize", `{"user_id": "alice"}`, 200, w.URL() + "/data-integrations/"},
		try{"no user", path + "github/authorize", `{}`, 400, "user_id is required"},
		try{
			"return_to elsewhere", path + "github/authorize",
			`{"user_id": "alice", "return_to": "javascript:alert(1)"}`,
			400, "return_to",
		},
		try{
			"return_to nowhere", path + "github/authorize", `{"user_id": "alice", "return_to": "/back"}`,
			400, "return_to",
		},
		try{"no JSON", path + "github/authorize", `[`, 400, "invalid_json"},
		try{"disabled", path + "off/authorize", `{"user_id": "alice"}`, 403, "data_integration_disabled"},
		try{
			"disabled there", path + "github/authorize",
			`{"user_id": "alice", "organization_id": "org_off"}`,
			403, "data_integration_disabled",
		},
		try{"not there", path + "github/authorize", `{"user_id": "alice", "organization_id": "org_on"}`, 200, ""},
		try{"no OAuth", path + "keys/authorize", `{"user_id": "alice"}`, 400, "/data-integrations/keys/api-key"},
		try{"config required", path + "zendesk/authorize", `{"user_id": "alice"}`, 400, "config.subdomain is required"},
		try{
			"config matching", path + "zendesk/authorize",
			`{"user_id": "alice", "config": {"subdomain": "A"}}`,
			400, "does not match",
		},
		try{
			"config given", path + "zendesk/authorize",
			`{"user_id": "alice", "config": {"subdomain": "acme"}}`,
			200, "",
		},
		try{
			"config undeclared", path + "zendesk/authorize",
			`{"user_id": "alice", "config": {"subdomain": "acme", "x": "y"}}`,
			400, "config.x",
		},
		try{"config pinned", path + "pinned/authorize", `{"user_id": "alice"}`, 200, ""},
		try{
			"no credentials", path + "snowflake/authorize",
			`{"user_id": "alice", "organization_id": "acme"}`,
			403, "organization_credentials_missing",
		},
		try{
			"supply them",
			"PUT /organizations/acme/data_integration_configurations/snowflake",
			`{"client_id": "a", "client_secret": "b"}`,
			200, "",
		},
		try{"then", path + "snowflake/authorize", `{"user_id": "alice", "organization_id": "acme"}`, 200, ""},
		try{"not a slug", path + "a b/authorize", `{"user_id": "alice"}`, 404, ""},
		try{
			"the organization's", path + "github/authorize",
			`{"user_id": "admin", "organization_id": "acme", "connection_owner": "organization"}`,
			200, "",
		},
		try{
			"bound to a session", path + "github/authorize",
			`{"user_id": "alice", "return_to": "https://app.example.com/back", "code_challenge": "c", ` +
				`"code_challenge_method": "S256"}`,
			200, "",
		},
		try{
			"bound to nowhere", path + "github/authorize",
			`{"user_id": "alice", "code_challenge": "c"}`,
			400, "return_to is required",
		},
		try{
			"bound by nothing", path + "github/authorize",
			`{"user_id": "alice", "code_challenge_method": "S256"}`,
			400, "code_challenge is required",
		},
		try{
			"an unknown account again", path + "github/authorize",
			`{"user_id": "alice", "connection_intent": "reauthorize", ` +
				`"connected_account_id": "data_installation_x"}`,
			404, "",
		},
		try{
			"an account and no intent", path + "github/authorize",
			`{"user_id": "alice", "connected_account_id": "data_installation_x"}`,
			400, "connection_intent reauthorize",
		},
		try{
			"finish nothing", path + "finish",
			`{"connect_code": "c", "code_verifier": "` + strings.Repeat("v", 43) + `"}`,
			400, "invalid_connect_code",
		},
		try{"a short verifier", path + "finish", `{"connect_code": "c", "code_verifier": "v"}`, 400, "43 to 128"},
		try{
			"no page of ours",
			"GET /data-integrations/ABCDEFGHABCDEFGHABCDEFGH/authorize-redirect", "",
			404, "There is no such authorization",
		},
	)
	first, second := w.do("POST", "/data-integrations/github/authorize", `{"user_id": "a"}`),
		w.do("POST", "/data-integrations/github/authorize", `{"user_id": "a"}`)
	if string(first.body) == string(second.body) {
		t.Error("two calls answer the same page")
	}
	external := start(t, fake.WithExternalURL("https://pipes.example.com/"))
	external.tries(try{
		"where clients reach it", path + "github/authorize", `{"user_id": "alice"}`,
		200, `"url":"https://pipes.example.com/data-integrations/`,
	})
}

func TestStrict(t *testing.T) {
	t.Parallel()
	w := withFile(t, `
version: 1
strict: true
start: not_installed
users: [alice]
organizations: [acme]
providers: {github: {}}
`, fake.WithTime(noon))
	w.tries(
		try{"a user", "POST /data-integrations/github/token", `{"user_id": "alice"}`, 200, ""},
		try{
			"an organization", "POST /data-integrations/github/token",
			`{"user_id": "alice", "organization_id": "acme"}`,
			200, "",
		},
		try{"no such user", "POST /data-integrations/github/token", `{"user_id": "bob"}`, 404, "User not found"},
		try{
			"no such organization", "POST /data-integrations/github/token",
			`{"user_id": "alice", "organization_id": "umbrella"}`,
			404, "Organization not found",
		},
		try{"no such provider", "POST /data-integrations/slack/token", `{"user_id": "alice"}`, 404, "unknown provider"},
		try{
			"nor for organizations", "POST /data-integrations/slack/token",
			`{"user_id": "alice", "organization_id": "acme", "connection_owner": "organization"}`,
			404, "",
		},
		try{
			"organizations own none", "POST /data-integrations/github/token",
			`{"user_id": "alice", "organization_id": "acme", "connection_owner": "organization"}`,
			404, "ownership organization",
		},
		try{
			"an unknown member", "POST /data-integrations/github/token",
			`{"user_id": "bob", "organization_id": "acme", "connection_owner": "organization"}`,
			404, "User not found",
		},
		try{"credentials", "POST /data-integrations/github/credentials", `{"user_id": "bob"}`, 404, ""},
		try{"accounts", "GET " + accountPath("bob", "github"), "", 404, ""},
		try{"import", "POST " + accountPath("bob", "github"), "{}", 404, ""},
		try{"providers", "GET /user_management/users/bob/data_providers", "", 404, ""},
		try{"an organization's providers", "GET /organizations/umbrella/data_providers", "", 404, ""},
		try{"configurations", "GET /organizations/umbrella/data_integration_configurations", "", 404, ""},
		try{
			"configure",
			"PUT /organizations/umbrella/data_integration_configurations/github",
			`{"enabled": true}`,
			404, "",
		},
		try{"authorize", "POST /data-integrations/github/authorize", `{"user_id": "bob"}`, 404, ""},
		try{"a key", "PUT /data-integrations/slack/api-key", `{"user_id": "alice", "secret": "s"}`, 404, ""},
		try{
			"a client",
			"PUT /data-integrations/slack/client-credentials",
			`{"user_id": "alice", "client_id": "a", "client_secret": "b"}`,
			404, "",
		},
		try{
			"create what is unknown", "POST /data-integrations", `{"provider": "slak", ` + custom + `}`,
			404, "Provider not found",
		},
		try{
			"what is built in can be created", "POST /data-integrations",
			`{"provider": "linear", ` + custom + `}`,
			201, "linear",
		},
		try{
			"a switch for nobody", "PUT /_control/scenario", `{"scenario": "active", "user_id": "alcie"}`,
			422, `unknown user \"alcie\" (did you mean alice?)`,
		},
		try{
			"for no organization", "PUT /_control/scenario",
			`{"scenario": "active", "organization_id": "acm"}`,
			422, `unknown organization \"acm\" (did you mean acme?)`,
		},
		try{
			"a fault for nobody", "POST /_control/faults", `{"status": 500, "user_id": "alcie"}`,
			422, "did you mean alice?",
		},
		try{
			"the look at nobody",
			"GET /_control/scenario?provider=github&user_id=alcie", "",
			422, "did you mean alice?",
		},
		try{
			"an unknown field", "POST /data-integrations/github/token",
			`{"user_id": "alice", "organisation_id": "acme"}`,
			400, "did you mean",
		},
		try{
			"and within", "POST /data-integrations",
			`{"provider": "mine", "credentials": {"type": "custom", "client_id": "a", ` +
				`"client_secret": "b", "secret": "c"}, ` + definition + `}`,
			400, `"field":"credentials.secret"`,
		},
		try{"and at an import", "POST " + alice, `{"acces_token": "t"}`, 422, "acces_token"},
		try{"and at an update", "PUT /data-integrations/github", `{"enable": true}`, 403, ""},
		try{
			"create one's own", "POST /data-integrations",
			`{"provider": "mine", ` + custom + `, ` + definition + `}`,
			201, "",
		},
		try{"which exists then", "POST /data-integrations/mine/token", `{"user_id": "alice"}`, 200, ""},
		try{"an update's unknown field", "PUT /data-integrations/mine", `{"enable": true}`, 400, "enable"},
		try{"delete it", "DELETE /data-integrations/mine", "", 204, ""},
		try{"and it does not", "POST /data-integrations/mine/token", `{"user_id": "alice"}`, 404, ""},
	)
	withType := func(contentType string) int {
		return w.do("POST", "/data-integrations/github/token", `{"user_id": "alice"}`,
			"Content-Type", contentType).status
	}
	expect(t, "Content-Type", withType("text/plain"), 400)
	expect(t, "with a charset", withType("application/json; charset=utf-8"), 200)
}

func TestImportsNeedAValidIntegration(t *testing.T) {
	t.Parallel()
	w := withFile(t, "version: 1\nstart: not_installed\nproviders: {github: {state: requested}}\n")
	w.tries(try{"requested", "POST " + alice, `{"access_token": "t"}`, 422, "is requested, not valid"})
}

// An export leaves out scopes of organizations that their provider no longer asks for, because no file can express
// them.
func TestExportLeavesOutImpossibleScopes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ file, call, body, wanted, note string }{
		"of the file": {
			`{github: {credentials: custom, scopes: [repo, "user:email"], ` +
				`organizations: {org_a: {scopes: [repo]}, org_b: {enabled: false}}}}`,
			"PUT /data-integrations/github", `{"scopes": ["gist"]}`,
			"scopes: []", `scopes of organization "org_a" for which github no longer asks`,
		},
		"some of them": {
			`{github: {credentials: custom, scopes: [repo, gist], organizations: {org_a: {scopes: [repo, gist]}}}}`,
			"PUT /data-integrations/github", `{"scopes": ["gist"]}`,
			"organizations:", `scopes of organization "org_a"`,
		},
		"of the other ownership": {
			`{github: {credentials: custom, scopes: [repo], ownership: [user, organization], ` +
				`organizations: {org_a: {scopes: [repo]}}}}`,
			"PUT /data-integrations/github/organization", `{"scopes": ["gist"]}`,
			"scopes: [repo]", `github of ownership organization, which a file describes together with the other one`,
		},
		"none are cut": {
			`{github: {credentials: custom, scopes: [mine, yours], organizations: {org_a: {scopes: [mine]}}}}`,
			"PUT /data-integrations/github", `{"scopes": null}`, "yours", "",
		},
	} {
		w := withFile(t, "version: 1\nproviders: "+c.file+"\n", fake.WithTime(noon))
		before := w.token("github", "alice", "org_a").AccessToken.Scopes
		w.Advance(time.Second)
		w.tries(try{name, c.call, c.body, 200, ""}, try{name, "GET /_control/export", "", 200, c.wanted})
		text := string(w.Export())
		if !strings.Contains(text, c.note) || c.note == "" && strings.Contains(text, "no longer asks") {
			t.Errorf("%s: the notes differ:\n%s", name, text)
		}
		loaded := withFile(t, text, fake.WithTime(noon))
		expect(t, name, fmt.Sprint(loaded.token("github", "alice", "org_a").AccessToken.Scopes), fmt.Sprint(before))
	}
}
