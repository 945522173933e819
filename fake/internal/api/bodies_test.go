package api

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// objectOf parses a body.
func objectOf(t *testing.T, text string) *body.Object {
	t.Helper()
	object, err := new(body.Parser).Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return object
}

// mistakes lists the fields of an error, each with its code: "user_id required".
func mistakes(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	var wire *pipes.Error
	if !errors.As(err, &wire) {
		t.Fatalf("%v is not an error of the API", err)
	}
	var all []string
	for _, one := range wire.Errors {
		all = append(all, one.Field+" "+one.Code)
	}
	return strings.Join(all, ", ")
}

// bodyCase is a body, and the mistakes in it.
type bodyCase struct{ name, body, want string }

// testMistakes reads each body, and compares what is wrong with it.
func testMistakes(t *testing.T, read func(*body.Object), cases []bodyCase) {
	t.Helper()
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			object := objectOf(t, test.body)
			read(object)
			if got := mistakes(t, object.Err()); got != test.want {
				t.Errorf("mistakes: %q, want %q", got, test.want)
			}
		})
	}
}

func TestMistakesInABodyThatNamesAConnection(t *testing.T) {
	t.Parallel()
	testMistakes(t, func(o *body.Object) { readConnection(o, "github") }, []bodyCase{
		{"a user", `{"user_id":"user_1"}`, ""},
		{"a user in an organization", `{"user_id":"user_1","organization_id":"org_1"}`, ""},
		{"null is absent", `{"user_id":"user_1","organization_id":null,"connected_account_id":null}`, ""},
		{"no user", `{}`, "user_id required"},
		{"a user that is null", `{"user_id":null}`, "user_id required"},
		{"an empty user", `{"user_id":""}`, "user_id invalid"},
		{"a user that is no text", `{"user_id":1}`, "user_id invalid_type"},
		{"all mistakes at once", `{"organization_id":1,"supports_multiple_connections":"yes","connection_owner":"me"}`,
			"user_id required, organization_id invalid_type, supports_multiple_connections invalid_type, " +
				"connection_owner invalid"},
		{"owned by an organization", `{"user_id":"user_1","organization_id":"org_1","connection_owner":"organization"}`,
			""},
		{"owned by no organization", `{"user_id":"user_1","connection_owner":"organization"}`,
			"organization_id required"},
	})
}

// The user who acts for an organization does not own its connection.
func TestOwnerOfAConnection(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, body string
		want       model.Query
	}{
		{"a user", `{"user_id":"user_1"}`, model.Query{Key: scenarios.Key{Provider: "github", User: "user_1"}}},
		{"a user in an organization", `{"user_id":"user_1","organization_id":"org_1","connection_owner":"user"}`,
			model.Query{Key: scenarios.Key{Provider: "github", User: "user_1", Organization: "org_1"}}},
		{"an organization", `{"user_id":"user_1","organization_id":"org_1","connection_owner":"organization"}`,
			model.Query{Key: scenarios.Key{Provider: "github", Organization: "org_1"}, ActingUser: "user_1"}},
		{"one of several", `{"user_id":"user_1","connected_account_id":"x","supports_multiple_connections":true}`,
			model.Query{Key: scenarios.Key{Provider: "github", User: "user_1"}, ID: "x", SupportsMultiple: true}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := readConnection(objectOf(t, test.body), "github"); got != test.want {
				t.Errorf("%+v, want %+v", got, test.want)
			}
		})
	}
}

func TestMistakesOfIntent(t *testing.T) {
	t.Parallel()
	read := func(o *body.Object) { readIntent(o, readConnection(o, "github")) }
	testMistakes(t, read, []bodyCase{
		{"no intent", `{"user_id":"u"}`, ""},
		{"add", `{"user_id":"u","connection_intent":"add"}`, ""},
		{"add beside a connection", `{"user_id":"u","connection_intent":"add","connected_account_id":"x"}`,
			"connected_account_id invalid"},
		{"reauthorize a connection", `{"user_id":"u","connection_intent":"reauthorize","connected_account_id":"x"}`,
			""},
		{"reauthorize none", `{"user_id":"u","connection_intent":"reauthorize"}`, "connected_account_id required"},
		{"an unknown intent", `{"user_id":"u","connection_intent":"ad"}`, "connection_intent invalid"},
	})
}

// The import table: which tokens make which state, and which combinations are refused.
func TestStateOfAnImport(t *testing.T) {
	t.Parallel()
	const access, refresh, expires = `"access_token":"a"`, `"refresh_token":"r"`, `"expires_at":"2026-01-15T12:00:00Z"`
	for _, test := range []struct {
		name    string
		fields  []string
		state   string
		mistake string
	}{
		{"no tokens", nil, scenarios.NeedsReauthorization, ""},
		{"an access token that does not expire", []string{access}, scenarios.Connected, ""},
		{"an access token that is refreshed", []string{access, refresh, expires}, scenarios.Connected, ""},
		{"an access token without expires_at", []string{access, refresh}, scenarios.Connected, ""},
		{"an access token that expires, and nothing to refresh it with", []string{access, expires}, "",
			"refresh_token required"},
		{"only a refresh token", []string{refresh}, "", "access_token required"},
		{"only expires_at", []string{expires}, "", "access_token required"},
		{"no access token", []string{refresh, expires}, "", "access_token required"},
		{"the body has the state", []string{access, `"state":"needs_reauthorization"`}, scenarios.NeedsReauthorization,
			""},
		{"the body has the state of a wrong combination", []string{expires, `"state":"connected"`}, scenarios.Connected,
			"access_token required"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			object := objectOf(t, "{"+strings.Join(test.fields, ",")+"}")
			vars := map[string]string{"slug": "github", "user_id": "user_1"}
			write, err := readAccountWrite(object, new(call.Parameters), vars, true)
			if got := mistakes(t, err); write.tokens.State != test.state || got != test.mistake {
				t.Errorf("state %q, mistakes %q; want %q, %q", write.tokens.State, got, test.state, test.mistake)
			}
		})
	}
}

func TestIntentOfAWrite(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, query, body string
		isImport          bool
		add               bool
		mistake           string
	}{
		{"an import has it in the body", "", `{"connection_intent":"add"}`, true, true, ""},
		{"an import may have it in the query", "connection_intent=add", `{}`, true, true, ""},
		{"an update does not add", "connection_intent=add", `{}`, false, true, "connection_intent invalid"},
		{"an update does not add by its body", "", `{"connection_intent":"add"}`, false, true,
			"connection_intent invalid"},
		{"an update of one of several", "connection_intent=reauthorize&connected_account_id=x", `{}`, false, false, ""},
		{"reauthorize needs a connection", "connection_intent=reauthorize", `{}`, false, false,
			"connected_account_id invalid"},
		{"an unknown intent", "connection_intent=delete", `{}`, false, false, "connection_intent invalid"},
		{"mistakes of the body come first", "connection_intent=delete", `{"state":1}`, false, false,
			"state invalid_type"},
		{"an organization's connection needs a user who acts", "no_user=1", `{}`, true, false, "user_id required"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			query, err := url.ParseQuery(test.query)
			if err != nil {
				t.Fatal(err)
			}
			vars := map[string]string{"slug": "github", "user_id": "user_1"}
			if query.Has("no_user") {
				vars = map[string]string{"slug": "github", "organization_id": "org_1"}
			}
			write, err := readAccountWrite(objectOf(t, test.body), &call.Parameters{Values: query}, vars, test.isImport)
			if got := mistakes(t, err); write.add != test.add || got != test.mistake {
				t.Errorf("add %v, mistakes %q; want %v, %q", write.add, got, test.add, test.mistake)
			}
		})
	}
}

func TestMistakesInABodyOfAuthorize(t *testing.T) {
	t.Parallel()
	testMistakes(t, func(o *body.Object) { readAuthorize(o, "github") }, []bodyCase{
		{"a user", `{"user_id":"u"}`, ""},
		{"return_to is no URL", `{"user_id":"u","return_to":"app"}`, "return_to invalid"},
		{"a connection without reauthorize", `{"user_id":"u","connected_account_id":"x"}`,
			"connected_account_id invalid"},
		{"a connection with reauthorize",
			`{"user_id":"u","connected_account_id":"x","connection_intent":"reauthorize"}`, ""},
		{"PKCE", `{"user_id":"u","return_to":"https://a.test","code_challenge":"c","code_challenge_method":"S256"}`,
			""},
		{"PKCE without return_to", `{"user_id":"u","code_challenge":"c"}`, "return_to required"},
		{"PKCE without a challenge", `{"user_id":"u","code_challenge_method":"S256"}`, "code_challenge required"},
		{"PKCE with a plain challenge",
			`{"user_id":"u","return_to":"https://a.test","code_challenge":"c","code_challenge_method":"plain"}`,
			"code_challenge_method invalid"},
		{"config is no object", `{"user_id":"u","config":[]}`, "config invalid_type"},
		{"config has a number", `{"user_id":"u","config":{"a":1}}`, "config.a invalid_type"},
	})
}

func TestMistakesInABodyOfFinish(t *testing.T) {
	t.Parallel()
	shortest := strings.Repeat("a", 43)
	testMistakes(t, func(o *body.Object) { readFinish(o) }, []bodyCase{
		{"a code and its verifier", `{"connect_code":"c","code_verifier":"` + shortest + `"}`, ""},
		{"nothing", `{}`, "connect_code required, code_verifier required"},
		{"a short verifier", `{"connect_code":"c","code_verifier":"` + shortest[1:] + `"}`, "code_verifier invalid"},
		{"a long verifier", `{"connect_code":"c","code_verifier":"` + strings.Repeat("a", 129) + `"}`,
			"code_verifier invalid"},
		{"a verifier with a space", `{"connect_code":"c","code_verifier":"` + shortest + ` b"}`,
			"code_verifier invalid"},
	})
}

// The challenge is the one of RFC 7636, appendix B.
func TestChallengeOfAVerifier(t *testing.T) {
	t.Parallel()
	const verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
	object := objectOf(t, `{"connect_code":"c","state":"s","code_verifier":"`+verifier+`"}`)
	code, challenge := readFinish(object)
	if code != "c" || challenge != "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM" {
		t.Errorf("code %q, challenge %q", code, challenge)
	}
}

func TestMistakesInABodyOfCredentials(t *testing.T) {
	t.Parallel()
	upsert := func(method string) func(*body.Object) {
		return func(o *body.Object) { readInstall(o, "linear", method, refuseAdd) }
	}
	testMistakes(t, upsert(scenarios.APIKey), []bodyCase{
		{"PUT: an API key", `{"user_id":"u","secret":"s"}`, ""},
		{"PUT: no API key", `{"user_id":"u"}`, "secret required"},
		{"PUT: an empty API key", `{"user_id":"u","secret":""}`, "secret invalid"},
		{"PUT: another connection", `{"user_id":"u","secret":"s","connection_intent":"add"}`,
			"connection_intent invalid"},
	})
	testMistakes(t, upsert(scenarios.ClientCredentials), []bodyCase{
		{"PUT: client credentials", `{"user_id":"u","client_id":"i","client_secret":"s"}`, ""},
		{"PUT: no client credentials", `{"user_id":"u","secret":"s"}`, "client_id required, client_secret required"},
	})
	create := func(o *body.Object) { readInstall(o, "linear", scenarios.APIKey, requireAdd) }
	testMistakes(t, create, []bodyCase{
		{"POST: another connection", `{"user_id":"u","secret":"s","connection_intent":"add"}`, ""},
		{"POST: no intent", `{"user_id":"u","secret":"s"}`, "connection_intent required"},
	})
}

// A name that is absent stays as it is, and null removes it.
func TestNamesOfAConnection(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, body string
		want       *string
	}{
		{"absent", `{}`, nil},
		{"null", `{"account_display_name":null}`, new("")},
		{"a text", `{"account_display_name":"Alice"}`, new("Alice")},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := readNames(objectOf(t, test.body)).DisplayName
			if (got == nil) != (test.want == nil) || got != nil && *got != *test.want {
				t.Errorf("%v, want %v", got, test.want)
			}
		})
	}
}

func TestMistakesInABodyOfAnEndpoint(t *testing.T) {
	t.Parallel()
	const address = `"endpoint_url":"http://app.test/hook"`
	create := func(o *body.Object) { _, _ = readEndpoint(o, true, false) }
	testMistakes(t, create, []bodyCase{
		{"create: an address and events", `{` + address + `,"events":["user.created"]}`, ""},
		{"create: nothing", `{}`, "endpoint_url required, events required"},
		{"create: an event that WorkOS does not have", `{` + address + `,"events":["user.create"]}`,
			"events unknown_event_type"},
		{"create: events are no list", `{` + address + `,"events":"user.created"}`, "events invalid_type"},
	})
	update := func(o *body.Object) { _, _ = readEndpoint(o, false, false) }
	testMistakes(t, update, []bodyCase{{"update: nothing", `{}`, ""}})
}

func TestAddressesOfWebhooks(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, address string
		linkLocal     bool
		want          bool
	}{
		{"none, in an update", "", false, true},
		{"https", "https://app.test/hook", false, true},
		{"http", "http://localhost:3000/hook", false, true},
		{"another scheme", "ftp://app.test", false, false},
		{"no scheme", "app.test/hook", false, false},
		{"a link-local address", "http://169.254.169.254/latest", false, false},
		{"a link-local address with a dot", "http://169.254.169.254./latest", false, false},
		{"a link-local address of IPv6", "http://[fe80::1]/", false, false},
		{"a link-local address that is allowed", "http://169.254.169.254/latest", true, true},
		{"a private address", "http://10.0.0.1/", false, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			err := checkEndpointURL(test.address, test.linkLocal)
			if (err == nil) != test.want || err != nil && call.AsError(err).Code != pipes.InvalidURL {
				t.Errorf("%v, allowed: want %v", err, test.want)
			}
		})
	}
}

// An update changes what its body has, and nothing else.
func TestUpdateOfAnEndpoint(t *testing.T) {
	t.Parallel()
	before := model.Endpoint{URL: "http://old.test", Events: []string{"user.created"}, Enabled: true}
	changed := func(f endpointFields) model.Endpoint {
		e := before
		f.applyTo(&e)
		return e
	}
	if e := changed(endpointFields{}); e.URL != before.URL || len(e.Events) != 1 || !e.Enabled {
		t.Errorf("an empty update makes %+v", e)
	}
	if e := changed(endpointFields{url: "http://new.test"}); e.URL != "http://new.test" || !e.Enabled {
		t.Errorf("an update of the URL makes %+v", e)
	}
	if e := changed(endpointFields{events: []string{}}); len(e.Events) != 0 {
		t.Errorf("an update to no events makes %+v", e)
	}
	if e := changed(endpointFields{status: pipes.Disabled}); e.Enabled {
		t.Errorf("an update of the status makes %+v", e)
	}
}
