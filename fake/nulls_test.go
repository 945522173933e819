package fake_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"example.com/pipesfake/fake"
)

// fullBodies are bodies with every field that an operation reads, by operation. Some exclude one another, so that an
// operation can have several.
func fullBodies() map[string][]string {
	connection := `"user_id": "alice", "organization_id": "acme", "connected_account_id": null`
	names := `"account_identifier": "a@example.com", "account_display_name": "Alice"`
	tokens := `"access_token": "t", "refresh_token": "r", "expires_at": "2030-01-01T00:00:00Z", "scopes": ["repo"], ` +
		`"state": "connected", ` + names
	provider := `"custom_provider": {"name": "My CRM", "authorization_url": "https://crm.example.com/authorize", ` +
		`"token_url": "https://crm.example.com/token", "refresh_token_url": "https://crm.example.com/refresh", ` +
		`"pkce_enabled": false, "scopes_required": true, "client_secret_required": true, ` +
		`"request_scope_separator": ",", "token_body_content_type": "application/json", ` +
		`"authenticate_via": "basic_auth_header", "additional_authorization_parameters": {"a": "b"}}`
	common := `"description": "d", "enabled": true, "scopes": ["a"], ` + custom
	override := `{"enabled": true, "scopes": ["repo"], "client_id": "id", "client_secret": "secret", ` +
		`"config": {"a": "b"}}`
	return map[string][]string{
		"POST /data-integrations": {
			`{"provider": "crm", "ownership": "organization", "auth_methods": ["oauth"], "config": {"a": "b"}, ` +
				common + `, ` + provider + `}`,
			`{"provider": "keys", "auth_methods": ["api_key"], "api_key": {"secret": "12345", "user_id": "alice", ` +
				`"organization_id": "acme", ` + names + `}}`,
		},
		"PUT /data-integrations/crm":    {`{` + common + `, ` + provider + `}`},
		"PUT /data-integrations/github": {`{` + common + `}`},
		"PUT /data-integrations/keyed":  {`{"description": "d", "api_key": {"secret": "12345", "user_id": "alice"}}`},
		"PUT /data-integrations/keyed/api-key": {
			`{` + connection + `, "secret": "12345", ` + names + `}`,
		},
		"PUT /data-integrations/machine/client-credentials": {
			`{` + connection + `, "client_id": "id", "client_secret": "secret", "config": {"a": "b"}, ` + names + `}`,
		},
		"POST /data-integrations/github/authorize": {
			`{` + connection + `, "return_to": "http://localhost:3000", "config": {"a": "b"}}`,
		},
		"POST /data-integrations/github/credentials": {`{` + connection + `, "connection_owner": "user"}`},
		"POST /data-integrations/github/token": {
			`{` + connection + `, "connection_owner": "user", "supports_multiple_connections": true}`,
		},
		"PUT /organizations/acme/data_integration_configurations/theirs":  {override},
		"PUT /data-integrations/theirs/organization?organization_id=acme": {override},
		"POST /user_management/users/bob/connected_accounts/github":       {`{` + tokens + `}`},
		"PUT /user_management/users/alice/connected_accounts/github":      {`{` + tokens + `}`},
		"POST /webhook_endpoints": {
			`{"endpoint_url": "http://localhost", "events": ["user.created"], "status": "disabled"}`,
		},
	}
}

// Some SDKs send null for each optional field that is not set (source: PHP SDK 9, Kotlin SDK 7), so that null must be
// taken as the field's absence everywhere, also where absence is a mistake.
func TestNullIsAbsent(t *testing.T) {
	t.Parallel()
	for operation, bodies := range fullBodies() {
		for _, text := range bodies {
			var body map[string]any
			if err := json.Unmarshal([]byte(text), &body); err != nil {
				t.Fatal(operation, err)
			}
			for _, field := range fieldsOf(body, "") {
				t.Run(operation+" "+field, func(t *testing.T) {
					t.Parallel()
					absent := sendWith(t, operation, text, field, false)
					null := sendWith(t, operation, text, field, true)
					if null.status != absent.status || null.status >= 400 && string(null.body) != string(absent.body) {
						t.Errorf("with null it answers %d %s\nwithout the field %d %s", null.status, null.body,
							absent.status, absent.body)
					}
				})
			}
			if a := sendWith(t, operation, text, "", false); a.status >= 400 {
				t.Errorf("%s %s answers %d %s", operation, text, a.status, a.body)
			}
		}
	}
}

// fieldsOf lists the fields of a body, those of objects within as "credentials.type".
func fieldsOf(body map[string]any, within string) (fields []string) {
	for _, name := range slices.Sorted(maps.Keys(body)) {
		fields = append(fields, within+name)
		isMap := name == "config" || strings.HasSuffix(name, "_parameters")
		if object, ok := body[name].(map[string]any); ok && !isMap {
			fields = append(fields, fieldsOf(object, within+name+".")...)
		}
	}
	return fields
}

// sendWith sends a body to a new server, without one of its fields or with null in its place.
func sendWith(t *testing.T, operation, text, field string, isNull bool) answer {
	t.Helper()
	w := withFile(t, `version: 1
providers:
  github: {scopes: [repo], credentials: custom}
  keyed: {auth_methods: [api_key]}
  machine: {auth_methods: [client_credentials]}
  theirs: {scopes: [repo], credentials: organization, ownership: [organization, user]}
connections: [{provider: github, user_id: bob, scenario: not_installed}]
`, fake.WithTime(noon))
	w.do(http.MethodPost, "/data-integrations", `{"provider": "crm", `+custom+`, `+definition+`}`)
	var body map[string]any
	if err := json.Unmarshal([]byte(text), &body); err != nil {
		t.Fatal(err)
	}
	holder, name := body, field
	for strings.Contains(name, ".") {
		var outer string
		outer, name, _ = strings.Cut(name, ".")
		holder = holder[outer].(map[string]any)
	}
	delete(holder, name)
	if isNull {
		holder[name] = nil
	}
	sent, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	method, path, _ := strings.Cut(operation, " ")
	return w.do(method, path, string(sent))
}
