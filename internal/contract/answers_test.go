package contract_test

import (
	"net/http"
	"strings"
	"testing"

	"example.com/pipesfake/internal/contract"
)

// answer is a response of an operation.
type answer struct {
	operation string // method and path
	status    int
	body      string
}

func (a answer) check(t *testing.T, c *contract.Contract) error {
	t.Helper()
	method, path, _ := strings.Cut(a.operation, " ")
	request, err := http.NewRequest(method, "http://x"+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c.Check(request, a.status, http.Header{}, []byte(a.body))
}

// The parts of the correct responses.
const (
	dates      = `"created_at":"2026-11-23T12:00:00.000Z","updated_at":"2026-11-23T12:00:00.001Z"`
	installed  = `"id":"data_installation_01ARZ3NDEKTSV4RRFFQ69G5FAV"`
	integrated = `"id":"data_integration_01ARZ3NDEKTSV4RRFFQ69G5FAV"`
	account    = `"object":"connected_account",` + installed + `,"connection_role":"compatibility",` +
		`"account_identifier":null,"account_display_name":null,"user_id":"user_a","organization_id":null,` +
		`"scopes":["repo"],"config":{},"established_by_user_id":null,"state":"connected","state_reason":null,` + dates
	oauth       = account + `,"auth_method":"oauth","api_key_last_4":null`
	apiKey      = account + `,"auth_method":"api_key","api_key_last_4":"cdef"`
	credentials = account + `,"auth_method":"client_credentials","api_key_last_4":null,"client_id":"c",` +
		`"client_secret_last_4":"cdef"`
	nested = `{` + oauth + `,"userland_user_id":"user_a","userlandUserId":"user_a","organizationId":null,` +
		`"createdAt":"2026-11-23T12:00:00.000Z","updatedAt":"2026-11-23T12:00:00.001Z"}`
	providers = `{"object":"list","data":[{"object":"data_provider",` + integrated +
		`,"name":"GitHub","description":null,"slug":"github","integration_type":"github",` +
		`"credentials_type":"shared","scopes":["repo"],"auth_methods":["oauth"],` +
		`"connection_owner":"user","ownership":"userland_user",` + dates + `,"integrationType":"github",` +
		`"credentialsType":"shared","createdAt":"2026-11-23T12:00:00.000Z",` +
		`"updatedAt":"2026-11-23T12:00:00.001Z",` +
		`"connected_account":` + nested + `,"connected_accounts":[` + nested + `]}]}`
	callback    = `"redirect_uri":"http://x/data-integrations/crm/dik_01ARZ3NDEKTSV4RRFFQ69G5FAV/callback"`
	integration = `{"object":"data_integration",` + integrated + `,"slug":"crm","integration_type":"crm",` +
		`"ownership":"user","description":"d","enabled":true,"state":"valid","scopes":null,` + callback +
		`,"auth_methods":["oauth"],` +
		`"credentials":{"type":"custom","client_id":"c","redacted_client_secret":"cdef"},"installation":null,` +
		`"config":{"account":"a"},"custom_provider":{"name":"CRM","authorization_url":"http://c/a",` +
		`"token_url":"http://c/t","refresh_token_url":null,` +
		`"pkce_enabled":true,"request_scope_separator":" ","scopes_required":false,"client_secret_required":true,` +
		`"additional_authorization_parameters":{},"token_body_content_type":"application/json",` +
		`"authenticate_via":"request_body"},` + dates + `}`
	keyed = `{"object":"data_integration",` + integrated + `,"slug":"crm","integration_type":"crm",` +
		`"ownership":"user","description":null,"enabled":true,"state":"valid","scopes":["repo"],"redirect_uri":"",` +
		`"auth_methods":["api_key"],"credentials":null,` +
		`"installation":{` + installed + `,"connection_role":"compatibility","account_identifier":null,` +
		`"account_display_name":null,"user_id":"user_a","organization_id":null,"api_key_last_4":"cdef"},` +
		`"config":{},"custom_provider":null,` + dates + `}`
	configuration = `{"object":"data_integration_configuration",` + integrated + `,"organization_id":"org_a",` +
		`"slug":"crm","name":"CRM","enabled":true,"scopes":["repo"],"config":{},` + dates +
		`,"credentials":{"credentials_type":"organization","has_credentials":true,"client_id":"c",` +
		`"client_secret_last_four":"cdef",` + callback + `}}`
	endpoint = `{"object":"webhook_endpoint","id":"we_01ARZ3NDEKTSV4RRFFQ69G5FAV",` +
		`"endpoint_url":"http://app:3000/hooks","secret":"whsec_s","status":"enabled",` +
		`"events":["pipes.connected_account.connected"],` + dates + `}`
	about = `"data_integration_id":"data_integration_01ARZ3NDEKTSV4RRFFQ69G5FAV","provider_slug":"github",` +
		`"user_id":"user_a","organization_id":null`
	happened = `{"object":"event","id":"event_01ARZ3NDEKTSV4RRFFQ69G5FAV","created_at":"2026-11-23T12:00:00.000Z",` +
		`"event":"pipes.`
	event   = happened + `connected_account.`
	subject = `"data":{"object":"connected_account",` + installed + `,` + about + `,"scopes":["repo"],` +
		`"connection_role":"compatibility","account_identifier":null,"account_display_name":null,` +
		`"auth_method":"oauth","api_key_last_4":null,"established_by_user_id":"user_a","state_reason":null,` +
		dates + `,"state":`
	failure = `"data":{"object":"connection_failed",` + about + `,"error_code":"access_denied",` +
		`"error_reason":null,"provider_error":"access_denied","provider_error_description":null,` +
		`"created_at":"2026-11-23T12:00:00.000Z","account_identifier":null}`
	cursors = `"list_metadata":{"before":null,"after":null}`
)

// good has a response for every schema of a successful status.
var good = map[string]answer{
	"token": {"POST /data-integrations/github/token", 200,
		`{"active":true,"access_token":{"object":"access_token","access_token":"t",` +
			`"expires_at":"2026-11-23T12:00:00.000Z","scopes":["repo"],"missing_scopes":[]}}`},
	"inactive token": {"POST /data-integrations/github/token", 200,
		`{"active":false,"error":"not_installed"}`},
	"oauth credential": {"POST /data-integrations/github/credentials", 200,
		`{"active":true,"credential":{"object":"credential","auth_method":"oauth","value":"t","expires_at":null,` +
			`"scopes":["repo"],"missing_scopes":[],"metadata":{},"config":{}}}`},
	"api_key credential": {"POST /data-integrations/github/credentials", 200,
		`{"active":true,"credential":{"object":"credential","auth_method":"api_key","value":"t",` +
			`"config":{"account":"a"}}}`},
	"client credential": {"POST /data-integrations/github/credentials", 200,
		`{"active":true,"credential":{"object":"credential","auth_method":"client_credentials","value":"t",` +
			`"expires_at":null,"scopes":[],"missing_scopes":[],"metadata":{"instance_url":"http://x"},"config":{}}}`},
	"inactive credential": {"POST /data-integrations/github/credentials", 200,
		`{"active":false,"error":"needs_reauthorization"}`},
	"authorize": {"POST /data-integrations/github/authorize", 200,
		`{"url":"http://x:4101/base/data-integrations/abcdefghij-_ABCDEFGHIJ12/authorize-redirect","state":"s"}`},
	"oauth account": {"GET /user_management/users/user_a/connected_accounts/github", 200, `{` +
		oauth + `}`},
	"imported account": {"POST /user_management/users/user_a/connected_accounts/github", 201, `{` +
		oauth + `}`},
	"account with a warning": {"POST /user_management/users/user_a/connected_accounts/github", 201, `{` +
		oauth + `,"warnings":[{"code":"duplicate_account_display_name","message":"m"}]}`},
	"updated account": {"PUT /user_management/users/user_a/connected_accounts/github", 200, `{` +
		oauth + `}`},
	"disconnected": {"DELETE /user_management/users/user_a/connected_accounts/github", 204, ``},
	"organization account": {"GET /organizations/org_a/connected_accounts/github", 200,
		strings.Replace(`{`+oauth+`}`, `"user_a","organization_id":null`, `null,"organization_id":"org_a"`, 1)},
	"api_key account": {"PUT /data-integrations/github/api-key", 200, `{` + apiKey + `}`},
	"another api_key account": {"POST /data-integrations/github/api-key", 201, strings.Replace(`{`+apiKey+`}`,
		"compatibility", "standard", 1)},
	"client account":         {"PUT /data-integrations/github/client-credentials", 200, `{` + credentials + `}`},
	"another client account": {"POST /data-integrations/github/client-credentials", 201, `{` + credentials + `}`},
	"data providers":         {"GET /user_management/users/user_a/data_providers", 200, providers},
	"unconnected provider": {"GET /organizations/org_a/data_providers", 200,
		strings.NewReplacer(nested+`,"connected_accounts"`, `null,"connected_accounts"`, `[`+nested+`]`,
			`[]`).Replace(providers)},
	"integration":      {"GET /data-integrations/crm", 200, integration},
	"integration made": {"POST /data-integrations", 201, keyed},
	"integration changed": {"PUT /data-integrations/crm", 200, strings.Replace(integration,
		`"custom","client_id":"c","redacted_client_secret":"cdef"`, `"organization","client_id":null,`+
			`"redacted_client_secret":null`, 1)},
	"organization integration": {"GET /data-integrations/crm/organization", 200, strings.Replace(integration,
		`"ownership":"user"`, `"ownership":"organization"`, 1)},
	"integrations": {"GET /data-integrations", 200, `{"object":"list","data":[` + integration + `,` +
		keyed + `],"list_metadata":{"before":null,"after":"data_integration_01ARZ3NDEKTSV4RRFFQ69G5FAV"}}`},
	"integration gone": {"DELETE /data-integrations/crm", 204, ``},
	"configuration":    {"PUT /organizations/org_a/data_integration_configurations/crm", 200, configuration},
	"configurations": {"GET /organizations/org_a/data_integration_configurations", 200,
		`{"object":"list","data":[` + configuration + `]}`},
	"connected event": {"GET /events", 200, `{"object":"list","data":[` + event + `connected",` + subject +
		`"connected"}}],"list_metadata":{"after":"event_01ARZ3NDEKTSV4RRFFQ69G5FAV"}}`},
	"reauthorization event": {"GET /events", 200, `{"object":"list","data":[` + event +
		`reauthorization_needed",` + subject + `"needs_reauthorization"}}],"list_metadata":{"after":null}}`},
	"disconnected event": {"GET /events", 200, `{"object":"list","data":[` + event + `disconnected",` +
		subject + `"connected"}}],"list_metadata":{"after":null}}`},
	"connection_failed event": {"GET /events", 200, `{"object":"list","data":[` + event + `connection_failed",` +
		failure + `}],"list_metadata":{"after":null}}`},
	"standard connected event": {"GET /events", 200, `{"object":"list","data":[` + happened +
		`account_connection.connected",` + strings.Replace(subject, "compatibility", "standard", 1) +
		`"connected"}}],"list_metadata":{"after":null}}`},
	"add_failed event": {"GET /events", 200, `{"object":"list","data":[` + happened +
		`account_connection.add_failed",` + failure + `}],"list_metadata":{"after":null}}`},
	"endpoints": {"GET /webhook_endpoints", 200, `{"object":"list","data":[` + endpoint + `],` +
		cursors + `}`},
	"endpoint":         {"POST /webhook_endpoints", 201, endpoint},
	"endpoint changed": {"PATCH /webhook_endpoints/we_1", 200, endpoint},
	"endpoint gone":    {"DELETE /webhook_endpoints/we_1", 204, ``},
	"invalid": {"POST /data-integrations", 400, `{"code":"invalid_request","message":"m",` +
		`"errors":[{"field":"f","code":"required","message":"m"}]}`},
	"unreadable": {"POST /user_management/users/user_a/connected_accounts/github", 422,
		`{"code":"invalid_json","message":"m"}`},
	"not found": {"PATCH /webhook_endpoints/we_1", 404, `{"code":"entity_not_found","message":"m"}`},
	"mismatch": {"PUT /data-integrations/github/api-key", 422, `{"code":"auth_method_mismatch",` +
		`"message":"m"}`},
	"range": {"GET /events", 422, `{"code":"invalid_range","message":"m",` +
		`"errors":[{"field":"range_start","code":"c","message":"m"}]}`},
	"endpoint's URL": {"POST /webhook_endpoints", 422, `{"code":"invalid_url","message":"m"}`},
	"endpoint's event": {"POST /webhook_endpoints", 422, `{"code":"invalid_request_parameters",` +
		`"message":"m","errors":[{"field":"events.0","code":"unknown_event_type","message":"m"}]}`},
	"addition: invalid": {"GET /user_management/users/user_a/connected_accounts/github", 400,
		`{"code":"c","message":"m"}`},
	"addition: selection": {"PUT /user_management/users/user_a/connected_accounts/github", 409,
		`{"code":"account_selection_required","message":"m"}`},
	"addition: not implemented": {"GET /events", 501, `{"code":"c","message":"m"}`},
}

func TestGoodAnswers(t *testing.T) {
	t.Parallel()
	pipes := load(t)
	for name, a := range good {
		if err := a.check(t, pipes); err != nil {
			t.Errorf("%s is good, but: %v", name, err)
		}
	}
}

// The checks can fail: each of these changes breaks a correct response in one way.
func TestWhatBreaksAnAnswer(t *testing.T) {
	t.Parallel()
	pipes := load(t)
	for _, c := range []struct{ of, old, new, says string }{
		{"oauth account", `"data_installation_0`, `"conn_0`, "/id"},
		{"oauth account", `Q69G5FAV"`, `Q69G5FAU"`, "/id"}, // Crockford has no U
		{"oauth account", `"connected",`, `"not_installed",`, "/state"},
		{"oauth account", `12:00:00.000Z`, `12:00:00Z`, "/created_at"},
		{"oauth account", `00.001Z`, `00.001+00:00`, "/updated_at"},
		{"oauth account", `"compatibility"`, `"add"`, "/connection_role"},
		{"oauth account", `"auth_method":"oauth"`, `"auth_method":"basic"`, "/auth_method"},
		{"oauth account", `{"object"`, `{"client_id":"c","client_secret_last_4":"cdef","object"`, "client_id"},
		{"oauth account", `"api_key_last_4":null`, `"api_key_last_4":"cdef"`, "/api_key_last_4"},
		{"oauth account", `{"object"`, `{"userlandUserId":"user_a","object"`, "userlandUserId"},
		{"oauth account", `"scopes":["repo"]`, `"scopes":null`, "/scopes"},
		{"oauth account", `"config":{}`, `"config":{"n":1}`, "/config/n"},
		{"api_key account", `"cdef"`, `"abcdef"`, "/api_key_last_4"},
		{"api_key account", `"cdef"`, `null`, "/api_key_last_4"},
		{"client account", `"client_id":"c",`, ``, "client_id"},
		{"client account", `,"client_secret_last_4":"cdef"`, ``, "client_secret_last_4"},
		{"disconnected", ``, `{}`, "has a body"},
		{"data providers", `"userland_user",`, `"user",`, "/ownership"},
		{"data providers", `"connection_owner":"user"`, `"connection_owner":"userland_user"`, "/connection_owner"},
		{"data providers", `"credentials_type":"shared"`, `"credentials_type":"oauth2"`, "/credentials_type"},
		{"data providers", `"auth_methods":["oauth"]`, `"auth_methods":[]`, "/auth_methods"},
		{"data providers", `{"object":"list",`, `{"object":"list",` + cursors + `,`, "list_metadata"},
		{"data providers", nested + `,`, `{},`, "/connected_account"},
		{"data providers", `,"userland_user_id":"user_a"`, ``, "userland_user_id"},
		{"integration", `"ownership":"user"`, `"ownership":"userland_user"`, "/ownership"},
		{"integration", `"valid"`, `"ok"`, "/state"},
		{"integration", `/dik_`, `/data_integration_`, "/redirect_uri"},
		{"integration", callback, `"redirect_uri":""`, "/redirect_uri"},
		{"integration", `"type":"custom"`, `"type":"shared"`, "/credentials"},
		{"integration", `"type":"custom"`, `"type":"organization"`, "/credentials"},
		{"integration", `"request_body"`, `"header"`, "/authenticate_via"},
		{"integration", `"pkce_enabled":true,`, ``, "pkce_enabled"},
		{"integration", `"custom_provider":{`, `"custom_provider":{"scopes":[],`, "custom_provider"},
		{"integration made", `"user_id":"user_a"`, `"user_id":null`, "/installation"},
		{"integration made", `"auth_methods":["api_key"]`, `"auth_methods":["api_key","api_key"]`, "/auth_methods"},
		{"integrations", `"before":null,`, ``, "before"},
		{"integrations", `"after":"data_integration_`, `"after":"event_`, "/after"},
		{"configuration", `"credentials_type":"organization"`, `"credentials_type":"shared"`, "/credentials_type"},
		{"configuration", `"has_credentials":true`, `"has_credentials":false`, "/client_id"},
		{"configuration", `"scopes":["repo"]`, `"scopes":"repo"`, "/scopes"},
		{"connected event", `account.connected"`, `account.renewed"`, "/event"},
		{"connected event", `"state":"connected"`, `"state":"needs_reauthorization"`, "/state"},
		{"connected event", `{"object":"event"`, `{"context":{},"object":"event"`, "context"},
		{"connected event", `"scopes":["repo"],`, `"scopes":["repo"],"config":{},`, "config"},
		{"connected event", `"auth_method":"oauth",`, ``, "auth_method"},
		{"connected event", `"state_reason":null`, `"state_reason":"why"`, "/state_reason"},
		{"standard connected event", `"standard"`, `"compatibility"`, "/connection_role"},
		{"add_failed event", `account_connection.add`, `connected_account.add`, "/event"},
		{"oauth account", `{"object"`, `{"warnings":[{"code":"duplicate_account_display_name","message":"m"}],"object"`,
			"warnings"},
		{"account with a warning", `"duplicate_account_display_name"`, `"other"`, "/code"},
		{"connected event", `"event_01ARZ3`, `"evt_01ARZ3`, "/id"},
		{"connected event", `{"after"`, `{"before":null,"after"`, "before"},
		{"reauthorization event", `"state":"needs_reauthorization"`, `"state":"connected"`, "/state"},
		{"disconnected event", `"state":"connected"`, `"state":"disconnected"`, "/state"},
		{"connection_failed event", `"connection_failed",`, `"connected_account",`, "/data"},
		{"connection_failed event", `"error_reason":null,`, ``, "error_reason"},
		{"endpoint", `"whsec_s"`, `""`, "/secret"},
		{"endpoint", `"enabled"`, `"on"`, "/status"},
		{"endpoint", `"we_0`, `"webhook_0`, "/id"},
		{"endpoint", `"http://app`, `"app`, "/endpoint_url"},
		{"authorize", `/authorize-redirect`, `/authorize`, "/url"},
		{"authorize", `ABCDEFGHIJ12`, `ABCDEFGHIJ1`, "/url"},
		{"oauth credential", `"oauth"`, `"api_key"`, "/credential"},
		{"oauth credential", `,"config":{}`, ``, "config"},
		{"oauth credential", `"missing_scopes":[],`, ``, "missing_scopes"},
		{"api_key credential", `"value":"t"`, `"value":""`, "/value"},
		{"client credential", `"metadata":{"instance_url":"http://x"},`, ``, "metadata"},
		{"inactive credential", `"needs_reauthorization"`, `"expired"`, "/error"},
		{"inactive token", `"not_installed"`, `"expired"`, "/error"},
		{"token", `00.000Z`, `00Z`, "/expires_at"},
		{"invalid", `,"errors":[{"field":"f","code":"required","message":"m"}]`, ``, "errors"},
		{"invalid", `"invalid_request"`, `"entity_not_found"`, "/code"},
		{"invalid", `"field":"f",`, ``, "field"},
		{"not found", `"entity_not_found"`, `"not_found"`, "/code"},
		{"mismatch", `}`, `,"errors":[]}`, "errors"},
		{"range", `,"errors":[{"field":"range_start","code":"c","message":"m"}]`, ``, "errors"},
		{"endpoint's URL", `}`, `,"errors":[{"field":"f","code":"c","message":"m"}]}`, "errors"},
		{"endpoint's event", `"invalid_request_parameters"`, `"invalid_request"`, "/code"},
		{"addition: invalid", `"code":"c",`, ``, "not {code, message}"},
		{"addition: invalid", `"m"`, `""`, "not {code, message}"},
		{"addition: selection", `account_selection_required`, `conflict`, "status 409 is not described"},
		{"addition: not implemented", `{"code":"c","message":"m"}`, `not here`, "not {code, message}"},
	} {
		broken, known := good[c.of]
		if !known {
			t.Errorf("there is no good answer %q", c.of)
			continue
		}
		broken.body = strings.Replace(broken.body, c.old, c.new, 1)
		if broken.body == good[c.of].body {
			t.Errorf("%s has no %s", c.of, c.old)
		}
		if err := broken.check(t, pipes); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s with %s in place of %s: the complaint is %v", c.of, c.new, c.old, err)
		}
	}
}

// An operation must not send these statuses, whatever the body.
func TestUndescribedStatuses(t *testing.T) {
	t.Parallel()
	pipes := load(t)
	const oops = `{"code":"c","message":"m"}`
	for _, a := range []answer{
		{"POST /data-integrations/github/token", 500, oops}, {"POST /data-integrations/github/token", 503, oops},
		{"POST /data-integrations/github/token", 201, oops}, {"POST /data-integrations/github/token", 302, oops},
		{"POST /user_management/users/user_a/connected_accounts/github", 400, oops}, // invalid input is 422 there
		{"GET /data-integrations/crm", 422, oops}, {"DELETE /data-integrations/crm", 200, oops},
		{"GET /webhook_endpoints", 404, oops},
	} {
		if err := a.check(t, pipes); err == nil || !strings.Contains(err.Error(), "is not described") {
			t.Errorf("%s: %d: the complaint is %v", a.operation, a.status, err)
		}
	}
}

func load(t *testing.T) *contract.Contract {
	t.Helper()
	pipes, err := contract.Pipes()
	if err != nil {
		t.Fatal(err)
	}
	return pipes
}
