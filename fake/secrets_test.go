package fake_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake"
)

// everywhere returns everything that is shown of the requests, except the live stream.
func (w world) everywhere() map[string]string {
	told := map[string]string{
		"the list": string(w.control("GET", "requests?limit=1000", "").body),
		"the page": string(w.do("GET", "/_ui/requests", "").body),
	}
	for _, r := range w.Requests() {
		told["in Go"] += r.String() + "\n" + r.Path + r.User + r.Provider + r.Organization + "\n"
		told["in full"] += string(w.control("GET", "requests/"+r.ID, "").body)
		told["a page of its own"] += string(w.do("GET", "/_ui/requests/"+r.ID, "").body)
	}
	return told
}

const secretsFile = `version: 1
start: not_installed
providers:
  zendesk: {auth_methods: [client_credentials], config_fields: {pin: {secret: true}, subdomain: {}}}
  snowflake: {credentials: organization}
webhooks: [{url: "http://127.0.0.1:1/", secret: VERYSECRETfile}]
`

// The journal hides a secret in any place of a request, and shows the text around it.
func TestSecretsInRequests(t *testing.T) {
	t.Parallel()
	const token = "POST /data-integrations/github/token"
	long := strings.Repeat("x", 16<<10)
	for name, c := range map[string]struct {
		call, body string
		headers    []string
		shown      string // of the request; empty: nothing in particular
	}{
		"a form": {
			"POST /_provider/github/introspect", "token=VERYSECRET%2Bb&token_type_hint=access_token&a=b", nil,
			`"token=…\u0026token_type_hint=…\u0026a=b"`,
		},
		"a client's form": {
			"POST /_provider/github/oauth.v2",
			"grant_type=refresh_token&client_id=c&client_secret=VERYSECRET" +
				"&refresh_token=a%26VERYSECRET&config%5Bpin%5D=VERYSECRET",
			nil, "grant_type=refresh_token\\u0026client_id=c\\u0026client_secret=…",
		},
		"an escaped name in a form": {
			"POST /_provider/github/x", "acce%73s_tok%65n=VERYSECRET&b=http%3A%2F%2Fx%2F%3Ftoken%3DVERYSECRET", nil,
			"b=http://x/?token=…",
		},
		"JSON in a form": {
			"POST /_provider/github/x", "payload=%7B%22access_token%22%3A%22VERYSECRET%22%2C%22a%22%3A1%7D", nil,
			`\"a\":1`,
		},
		"a query": {
			"GET /_provider/github/user?a=b&access_token=VERYSECRET", "", nil,
			`/_provider/github/user?a=b\u0026access_token=…`,
		},
		"a query in a query": {
			"GET /nowhere?next=%2Fx%3Fsecret%3DVERYSECRET%26a%3Db", "", nil, "/nowhere?next=/x?secret=…",
		},
		"a parameter of a path": {"GET /nowhere/a;token=VERYSECRET/b", "", nil, "/nowhere/a;token=…/b"},
		"Relay": {
			"GET /relay", "",
			[]string{
				"X-Relay-User", "alice", "X-Relay-URL", "https://api.github.com/user?access_token=VERYSECRET&a=b",
				"X-Relay-Authorization", "Basic VERYSECRET",
			},
			`https://api.github.com/user?access_token=…\u0026a=b`,
		},
		"headers": {
			"GET /nowhere", "",
			[]string{
				"X-Auth", "VERYSECRET", "X-Session", "VERYSECRET", "X-Amz-Signature", "VERYSECRET",
				"Cookie", "a=VERYSECRET", "X-Credentials", "VERYSECRET", "Private-Token", "VERYSECRET",
				"X-App", "shown",
			},
			`"X-App": "shown"`,
		},
		"a Referer": {
			"GET /nowhere", "",
			[]string{"Referer", "http://user:VERYSECRET@app/?token=VERYSECRET#access_token=VERYSECRET"},
			"http://…@app/?token=…",
		},
		"a header of JSON": {
			"GET /nowhere", "", []string{"X-Context", `{"token": "VERYSECRET", "a": 1}`}, `\"a\": 1`,
		},
		"the key elsewhere": {
			"GET /nowhere?q=sk_test_KEYSECRET_VERYSECRET", "",
			[]string{"X-Copy", "it is sk_test_KEYSECRET_VERYSECRET."}, "it is …CRET.",
		},

		"an escaped name": {
			token, `{"s\u0065cret": "VERYSECRET", "clientSecret": "VERYSECRET", "PASSWORD": "VERYSECRET", "a":  1}`,
			nil, `\"a\":  1`,
		},
		"an object": {
			token, `{"access_token": {"x": "VERYSECRET", "VERYSECRET": 1}, "a": 1}`, nil,
			`{\"access_token\": \"…\", \"a\": 1}`,
		},
		"lists": {
			token, `{"access_token": [["a"], "VERYSECRET"], "token": ["a]b VERYSECRET"], "a": [1, {"b": "c"}]}`, nil,
			`\"a\": [1, {\"b\": \"c\"}]`,
		},
		"a config": {
			token, `{"config": {"pin": {"a": "VERYSECRET"}, "subdomain": "acme"}}`, nil,
			`{\"pin\": \"…\", \"subdomain\": \"acme\"}`,
		},
		"a number": {
			token, `{"pin": 1234567890, "client_secret": 1e9, "token": null, "key": true}`, nil,
			`{\"pin\": \"…\", \"client_secret\": \"…\", \"token\": null, \"key\": true}`,
		},
		"JSON in JSON": {
			token,
			`{"body": "{\"access_token\": \"VERYSECRET\", \"a\": 1}", ` +
				`"again": "\"{\\\"token\\\": \\\"VERYSECRET\\\"}\""}`,
			nil, `\\\"a\\\": 1`,
		},
		"a form in JSON": {
			token, `{"body": "client_secret=VERYSECRET&a=b", "url": "http://x/?code_verifier=VERYSECRET"}`, nil,
			`client_secret=…\u0026a=b`,
		},
		"no last four": {
			token,
			`{"last_access_token": "VERYSECRET", "api_key_last_4": "VERYSECRET", "client_secret_last_4": "cdef"}`, nil,
			`\"client_secret_last_4\": \"cdef\"`,
		},
		"other quotes": {token, `{'access_token':'VERYSECRET'}`, nil, `"{…"`},
		"no quotes":    {token, `{access_token: VERYSECRET}`, nil, `"{…"`},
		"damaged": {
			token, `{"user_id": "alice", "access_token": "a" "VERYSECRET"}`, nil,
			`{\"user_id\": \"alice\", \"access_token\": \"…\"…`,
		},
		"damaged, a name": {
			token, `{"user_id": "alice", "a": nope, "acc\u0065ss_tok\u0065n": "VERYSECRET"}`, nil,
			`{\"user_id\": \"alice\", \"a\"…`,
		},
		"damaged, no name": {
			token, `{"user_id": "alice", "a": nope, "b": "c"}`, nil,
			`{\"user_id\": \"alice\", \"a\": nope, \"b\": \"c\"}`,
		},
		"cut off":            {token, `{"access_token": "VERYSECRET`, nil, `{\"access_token\"…`},
		"cut off in a value": {token, `{"credential": {"value": "VERYSECRET`, nil, `…`},
		"a long one": {
			token, `{"a": "b", "more": "` + long + `", "access_token": "VERYSECRET"}`, nil, `{\"a\": \"b\"`,
		},
		"at the end of it": {token, `{"more": "` + long[30:] + `", "token": "VERYSECRET"}`, nil, ""},
		"several": {
			token, `{"a": 1} {"access_token": "VERYSECRET"}`, nil, `{\"a\": 1} {\"access_token\": \"…\"}`,
		},
		"a list of objects": {
			token, `[{"token": "VERYSECRET"}, {"name": "client_secret", "value": "VERYSECRET"}]`, nil, "",
		},
		"deep":   {token, strings.Repeat(`{"a": [`, 3000) + `{"token": "VERYSECRET"}`, nil, ""},
		"YAML":   {token, "access_token: VERYSECRET\n", nil, `"…"`},
		"XML":    {token, "<token>VERYSECRET</token>", nil, `"…"`},
		"lines":  {token, "client_id=a\nclient_secret = VERYSECRET\n", nil, `"…"`},
		"a text": {token, "what is a=b, and c?\n", nil, `"what is a=b, and c?\n"`},
		"a page": {
			token, `<a href="https://x/cb?state=1&amp;connect_code=VERYSECRET">go</a>`, nil,
			"https://x/cb?state=1\\u0026amp;connect_code=…",
		},
		"parts": {
			token, "--x\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\nVERYSECRET\r\n--x--\r\n", nil, `"…"`,
		},
		"wide letters":   {token, "t\x00o\x00k\x00e\x00n\x00=\x00VERYSECRET", nil, ""},
		"no text":        {token, "\xff\xfe\x1f\x8b VERYSECRET", nil, `"…"`},
		"what is served": {"POST /data-integrations/zendesk/credentials", `{"user_id": "alice"}`, nil, ""},
		"an unlikely slug": {
			"POST /data-integrations/VERYSECRETimported/token", `{"user_id": "VERYSECRETimported"}`, nil, "",
		},
		"known, in a path": {"GET /nowhere/VERYSECRETimported/x%56ERYSECRETimported", "", nil, "/nowhere/…rted/"},
		"known, in a body": {
			token, `{"user_id": "alice", "note": "see VERYSECRETimported, VERYSECR\u0045Tclient"}`, nil,
			"see …rted, …ient",
		},
		"known, in a text": {token, `see VERYSECRETendpoint`, nil, ""},
		"known, in an error": {
			"POST /data-integrations",
			`{"provider": "intercom", "credentials": {"type": "VERYSECRETclient"}, "scopes": ["a"]}`, nil, "",
		},
		"a known, cut off": {
			"PUT " + accountPath("alice", "github"), `{"state": "VERYSECRET` + strings.Repeat("l", 100) + `"}`, nil, "",
		},
		"a secret as a field": {token, `{"user_id": "alice", "VERYSECRETimported": 1}`, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log sharedLog
			w := withFile(t, secretsFile, fake.WithVerbose(), fake.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
			w.key = "sk_test_KEYSECRET_VERYSECRET"
			w.tries(
				try{
					"import", "POST " + accountPath("alice", "github"),
					`{"access_token": "VERYSECRET` + strings.Repeat("l", 100) + `"}`, 201, "",
				},
				try{
					"again", "PUT " + accountPath("alice", "github"),
					`{"access_token": "VERYSECRETimported", "refresh_token": "VERYSECRETrefresh"}`, 200, "",
				},
				try{
					"a client", "PUT /data-integrations/zendesk/client-credentials",
					`{"user_id": "alice", "client_id": "id", "client_secret": "VERYSECRETclient", ` +
						`"config": {"pin": "VERYSECRETpin"}}`,
					200, "",
				},
				try{
					"an organization's", "PUT /organizations/acme/data_integration_configurations/snowflake",
					`{"client_id": "a", "client_secret": "VERYSECRETendpoint"}`, 200, "",
				},
			)
			method, path, _ := strings.Cut(c.call, " ")
			w.do(method, path, c.body, c.headers...)
			told := w.everywhere()
			told["the log"] = log.String()
			for where, text := range told {
				if strings.Contains(text, "VERYSECRET") {
					i := strings.Index(text, "VERYSECRET")
					t.Errorf("%s shows a secret: %s", where, text[max(0, i-300):min(len(text), i+100)])
				}
			}
			if !strings.Contains(told["in full"], strings.ReplaceAll(c.shown, `\u0026`, "&")) {
				last := w.Requests()[len(w.Requests())-1]
				t.Errorf("it does not show %s: %s", c.shown, w.control("GET", "requests/"+last.ID, "").body)
			}
		})
	}
}

// Secrets that the environment issues are hidden, too: tokens, keys, secrets of endpoints and connect codes.
func TestIssuedSecrets(t *testing.T) {
	t.Parallel()
	var log sharedLog
	w := withFile(t, "version: 1\nscenarios: {a: {access_token: VERYSECRETscenario}}\nstart: a\n",
		fake.WithVerbose(), fake.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	stream := openStream(ctx, t, w.Client(), w.URL()+"/_control/events")

	w.Use("active", fake.User("bob"))
	secrets := []string{"VERYSECRETscenario", w.token("slack", "bob").AccessToken.AccessToken}
	w.token("slack", "alice")
	endpoint := w.do("POST", "/webhook_endpoints", `{"endpoint_url": "http://app/", "events": ["user.created"]}`)
	secrets = append(secrets, decode[struct{ Secret string }](t, endpoint, 201).Secret)
	consent := w.page("github", `{"user_id": "carol", "return_to": "http://app/cb", "code_challenge": "`+
		strings.Repeat("c", 43)+`", "code_challenge_method": "S256"}`)
	_, location, _ := w.visit("GET", consent+"?consent=approve", nil)
	_, code, _ := strings.Cut(location, "connect_code=")
	code, _, _ = strings.Cut(code, "&")
	secrets = append(secrets, code)
	for _, secret := range secrets {
		if len(secret) < 8 {
			t.Fatalf("there is none: %q", secrets)
		}
		w.do("GET", "/nowhere/"+secret+"?q="+secret, "", "X-Copy", secret)
		w.do("POST", "/data-integrations/"+secret+"/authorize", `{"user_id": "`+secret+`", "note": "`+secret+`"}`)
		w.do("PUT", accountPath("nobody", "github"), `{"state": "`+secret+`"}`)
		w.do("POST", "/_control/verify", `{"user_id": "nobody"}`)
	}
	w.do("GET", "/nowhere/last", "")
	told := w.everywhere()
	told["the log"] = log.String()
	told["the live stream"] = readUntil(t, stream.Body, "/nowhere/last")
	told["the file"] = string(w.do("GET", "/_ui/file", "").body)
	told["what came near"] = string(w.do("POST", "/_control/verify", `{"operation": "token", "count": 9}`).body)
	for where, text := range told {
		for _, secret := range secrets {
			if i := strings.Index(text, secret); i >= 0 {
				t.Errorf("%s shows %s: %s", where, secret, text[max(0, i-300):min(len(text), i+100)])
			}
		}
	}
	snapshot := w.do("POST", "/_control/snapshots", `{"name": "a"}`)
	expect(t, "kept", snapshot.status, 201)
	w.control("POST", "snapshots/a/restore", "")
	w.do("GET", "/nowhere/"+secrets[2]+"/"+secrets[1], "")
	requests := w.Requests()
	expect(t, "after a restore", strings.Count(requests[len(requests)-1].Path, "…"), 2)
}
