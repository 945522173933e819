package fake_test

import (
	"strings"
	"testing"

	"example.com/pipesfake/fake"
)

const definition = `"custom_provider": {"name": "My CRM", ` +
	`"authorization_url": "https://crm.example.com/authorize", "token_url": "https://crm.example.com/token"}`

func TestCustomProviders(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithTime(noon))
	w.tries(
		try{
			"create", "POST /data-integrations", `{"provider": "my-crm", ` + custom + `, ` + definition + `}`,
			201, `"pkce_enabled":true,"request_scope_separator":" ","scopes_required":false,` +
				`"client_secret_required":true,"additional_authorization_parameters":{}`,
		},
		try{"its name", "GET /user_management/users/alice/data_providers", "", 200, `"name":"My CRM"`},
		try{
			"a definition serves both", "POST /data-integrations",
			`{"provider": "my-crm", "ownership": "organization", ` + custom + `}`,
			201, `"name":"My CRM"`,
		},
		try{
			"update", "PUT /data-integrations/my-crm",
			`{"custom_provider": {"name": "Our CRM", "pkce_enabled": false, ` +
				`"refresh_token_url": "https://crm.example.com/refresh"}}`,
			200, `"name":"Our CRM"`,
		},
		try{"for both", "GET /data-integrations/my-crm/organization", "", 200, `"name":"Our CRM"`},
		try{
			"no refresh URL again", "PUT /data-integrations/my-crm",
			`{"custom_provider": {"refresh_token_url": null}}`,
			200, `"refresh_token_url":null,"pkce_enabled":false`,
		},
		try{
			"null keeps the addresses that it needs", "PUT /data-integrations/my-crm",
			`{"custom_provider": {"authorization_url": null, "token_url": null, "pkce_enabled": null}}`,
			200, `"authorization_url":"https://crm.example.com/authorize","token_url":"https://crm.example.com/token"`,
		},
		try{
			"shadowing", "POST /data-integrations",
			`{"provider": "slack", ` + custom + `, ` + definition + `}`,
			422, "built-in",
		},
		try{
			"a built-in one has no definition", "POST /data-integrations",
			`{"provider": "slack", ` + custom + `}`,
			201, `"custom_provider":null`,
		},
		try{"nor gets one", "PUT /data-integrations/slack", `{"custom_provider": {"name": "x"}}`, 400, "is built in"},
		try{
			"no secret needed", "POST /data-integrations",
			`{"provider": "public", "credentials": {"type": "custom", "client_id": "id"}, ` +
				`"custom_provider": {"name": "P", "authorization_url": "https://p.example.com/a", ` +
				`"token_url": "https://p.example.com/t", "client_secret_required": false}}`,
			201, `"redacted_client_secret":null`,
		},
		try{
			"empty URLs of keys", "POST /data-integrations",
			`{"provider": "empty", "auth_methods": ["api_key"], "custom_provider": {"name": "Keys", ` +
				`"authorization_url": "", "token_url": ""}}`,
			201, `"authorization_url":null,"token_url":null`,
		},
		try{
			"empty URLs in an update", "PUT /data-integrations/empty",
			`{"custom_provider": {"authorization_url": "", "token_url": ""}}`,
			200, `"authorization_url":null,"token_url":null`,
		},
		try{
			"empty URLs for OAuth", "POST /data-integrations",
			`{"provider": "other", ` + custom + `, "custom_provider": {"name": "O", "authorization_url": "", ` +
				`"token_url": ""}}`,
			400, "custom_provider.authorization_url must not be empty",
		},
		try{
			"keys need no URLs", "POST /data-integrations",
			`{"provider": "keys", "auth_methods": ["api_key"], "custom_provider": {"name": "Keys"}}`,
			201, `"redirect_uri":""`,
		},
	)
}

func TestInvalidIntegrations(t *testing.T) {
	t.Parallel()
	w := withFile(t, `
version: 1
providers:
  notion: {}
  snowflake: {credentials: custom, config_fields: {account: {pattern: "^[a-z]+$"}}}
`)
	w.tries(try{"setup", "POST /data-integrations", `{"provider": "keyed", "auth_methods": ["api_key"]}`, 201, ""})
	create := func(more string) string { return `{"provider": "x", ` + more + `}` }
	for does, c := range map[string]struct {
		call, body string
		status     int
		field      string
	}{
		"no provider":         {"POST ", `{` + custom + `}`, 400, "provider"},
		"not a slug":          {"POST ", `{"provider": "a b", ` + custom + `}`, 400, "provider"},
		"no credentials":      {"POST ", `{"provider": "x"}`, 400, "credentials"},
		"no credentials.type": {"POST ", create(`"credentials": {}`), 400, "credentials.type"},
		"strange credentials": {"POST ", create(`"credentials": {"type": "shared"}`), 400, "credentials.type"},
		"credentials in text": {"POST ", create(`"credentials": "custom"`), 400, "credentials"},
		"no client_id": {
			"POST ",
			create(`"credentials": {"type": "custom", "client_secret": "s"}`),
			400, "credentials.client_id",
		},
		"no client_secret": {
			"POST ",
			create(`"credentials": {"type": "custom", "client_id": "s"}`),
			400, "credentials.client_secret",
		},
		"organizations' secret": {
			"POST ",
			create(`"credentials": {"type": "organization", "client_id": "s"}`),
			400, "credentials.client_id",
		},
		"two methods": {
			"POST ",
			create(`"auth_methods": ["oauth", "api_key"], ` + custom),
			400, "auth_methods",
		},
		"no method":           {"POST ", create(`"auth_methods": [], ` + custom), 400, "auth_methods"},
		"a strange method":    {"POST ", create(`"auth_methods": ["apikey"]`), 400, "auth_methods"},
		"methods in text":     {"POST ", create(`"auth_methods": "oauth", ` + custom), 400, "auth_methods"},
		"a method of numbers": {"POST ", create(`"auth_methods": [1], ` + custom), 400, "auth_methods[0]"},
		"a key with OAuth": {
			"POST ",
			create(custom + `, "api_key": {"secret": "12345", "user_id": "u"}`),
			400, "api_key",
		},
		"a short key": {
			"POST ",
			create(`"auth_methods": ["api_key"], "api_key": {"secret": "1234", "user_id": "u"}`),
			400, "api_key.secret",
		},
		"a key of nobody": {
			"POST ",
			create(`"auth_methods": ["api_key"], "api_key": {"secret": "12345"}`),
			400, "api_key.user_id",
		},
		"a strange owner":      {"POST ", create(`"ownership": "team", ` + custom), 400, "ownership"},
		"enabled in text":      {"POST ", create(`"enabled": "yes", ` + custom), 400, "enabled"},
		"a description number": {"POST ", create(`"description": 1, ` + custom), 400, "description"},
		"scopes twice":         {"POST ", create(`"scopes": ["a", "a"], ` + custom), 400, "scopes"},
		"config of numbers":    {"POST ", create(`"config": {"a": 1}, ` + custom), 400, "config.a"},
		"a nameless definition": {
			"POST ",
			create(custom + `, "custom_provider": {"authorization_url": "https://a.example.com", ` +
				`"token_url": "https://a.example.com"}`),
			400, "custom_provider.name",
		},
		"no token_url": {
			"POST ",
			create(custom + `, "custom_provider": {"name": "n", "authorization_url": "https://a.example.com"}`),
			400, "custom_provider.token_url",
		},
		"a javascript URL": {
			"POST ",
			create(custom + `, "custom_provider": {"name": "n", ` +
				`"authorization_url": "javascript:alert(1)", "token_url": "https://a.example.com"}`),
			400, "custom_provider.authorization_url",
		},
		"a strange way": {
			"POST ",
			create(custom + `, "custom_provider": {"name": "n", ` +
				`"authorization_url": "https://a.example.com", "token_url": "https://a.example.com", ` +
				`"authenticate_via": "header"}`),
			400, "custom_provider.authenticate_via",
		},
		"not JSON":             {"POST ", `{`, 400, ""},
		"update: not JSON":     {"PUT /keyed", `nope`, 400, ""},
		"update: a shared one": {"PUT /notion", `{"enabled": false}`, 403, ""},
		"update: both": {
			"PUT /keyed",
			`{"credentials": {"type": "custom", "client_id": "a", "client_secret": "b"}, ` +
				`"api_key": {"secret": "12345", "user_id": "u"}}`,
			400, "api_key",
		},
		"update: no credentials": {
			"PUT /keyed",
			`{"credentials": {"type": "custom", "client_id": "a", "client_secret": "b"}}`,
			400, "credentials",
		},
		"update: no definition":   {"PUT /snowflake", `{"custom_provider": {"name": "x"}}`, 400, "custom_provider"},
		"update: key for OAuth":   {"PUT /snowflake", `{"api_key": {"secret": "12345", "user_id": "u"}}`, 422, ""},
		"list: limit 0":           {"GET ?limit=0", "", 400, "limit"},
		"list: limit 101":         {"GET ?limit=101", "", 400, "limit"},
		"list: limit in words":    {"GET ?limit=ten", "", 400, "limit"},
		"list: a strange order":   {"GET ?order=up", "", 400, "order"},
		"list: a strange cursor":  {"GET ?after=data_integration_x", "", 400, "after"},
		"list: two cursors":       {"GET ?after=x&before=y", "", 400, "before"},
		"list: a strange owner":   {"GET ?ownership=team", "", 400, "ownership"},
		"get: an escaped slash":   {"GET /a%2Fb", "", 404, ""},
		"get: nobody set this up": {"GET /github/organization", "", 404, ""},
	} {
		t.Run(does, func(t *testing.T) {
			t.Parallel()
			w := w.in(t)
			method, rest, _ := strings.Cut(c.call, " ")
			f := decode[failure](t, w.do(method, "/data-integrations"+rest, c.body), c.status)
			if c.field == "" && len(f.Errors) != 0 ||
				c.field != "" && (len(f.Errors) == 0 || f.Errors[0].Field != c.field) {
				t.Errorf("the errors are %+v, not about %q", f.Errors, c.field)
			}
		})
	}
}
