package fake_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"example.com/pipesfake/fake"
)

// noted is a request as the journal shows it.
type noted struct {
	ID, Method, Path string
	Operation        *string
	UserID           *string `json:"user_id"`
	Status           *int
	Fault            *string
	Because          string
	At               string
	Body             string
	ResponseBody     string `json:"response_body"`
	Headers          map[string]string
	DecidedBy        *struct{ Kind string } `json:"decided_by"`
}

func (w world) noted(query string) (requests []noted, next string) {
	w.t.Helper()
	page := decode[struct {
		Requests []noted
		Next     *string
	}](w.t, w.control("GET", "requests"+query, ""), 200)
	if page.Next != nil {
		next = *page.Next
	}
	return page.Requests, next
}

func TestJournal(t *testing.T) {
	t.Parallel()
	w := withFile(t, "version: 1\nconnections:\n  - {provider: github, user_id: bob, scenario: expired}\n",
		fake.WithTime(noon))
	first := w.do("POST", "/data-integrations/github/token", `{"user_id": "bob"}`)
	expect(t, "the header says why", first.header.Get("X-Pipesfake-Decision"), "expired by test.yaml:3:5")
	w.Use("not_installed", fake.User("alice"))
	w.token("github", "alice", "acme")
	w.do("GET", accountPath("bob", "slack")+"?organization_id=acme", "")
	w.do("GET", "/nowhere", "")
	w.as("pk_none").do("GET", "/events", "")
	w.Fault(fake.Fault{Reset: true})
	w.raw("DELETE", accountPath("bob", "github"), "")

	all, next := w.noted("")
	expect(t, "all are there, and no control call", len(all), 6)
	expect(t, "and no more", next, "")
	var lines []string
	for _, r := range w.Requests() {
		lines = append(lines, r.String())
	}
	expect(t, "in lines", strings.Join(lines, "\n"), strings.Join([]string{
		`req_default_000001 POST /data-integrations/github/token (token for bob) ` +
			`→ 200: expired by test.yaml:3:5`,
		`req_default_000002 POST /data-integrations/github/token (token for alice in acme) ` +
			`→ 200: not_installed since switch 1 of 2026-11-23T12:00:00.000Z, for user "alice"`,
		`req_default_000003 GET /user_management/users/bob/connected_accounts/slack?organization_id=acme ` +
			`(get_connected_account for bob in acme) ` +
			`→ 200: active by the usual start of test.yaml`,
		`req_default_000004 GET /nowhere ` +
			`→ 501: not_implemented: pipesfake does not implement GET /nowhere. It answers the operations of ` +
			`the Pipes API that docs/pipes-api.md lists; this is not an answer of WorkOS.`,
		`req_default_000005 GET /events (list_events) ` +
			`→ 401: unauthorized: The API key does not begin with sk_: send Authorization: Bearer sk_…`,
		`req_default_000006 DELETE /user_management/users/bob/connected_accounts/github ` +
			`(delete_connected_account for bob) ` +
			`→ no answer: reset by fault_1; expired by test.yaml:3:5`,
	}, "\n"))

	one := decode[noted](t, w.control("GET", "requests/req_default_000001", ""), 200)
	expect(t, "in full", one.DecidedBy.Kind+" "+one.Body+" "+one.At,
		`connections {"user_id": "bob"} 2026-11-23T12:00:00.000Z`)
	if !strings.Contains(one.ResponseBody, `"active":true,"access_token":{"object":"access_token","access_token":"…`) {
		t.Errorf("the answer was %s", one.ResponseBody)
	}
	for query, want := range map[string]int{
		"?operation=token":             2,
		"?user_id=bob":                 3,
		"?organization_id=acme":        2,
		"?organization_id=none":        2,
		"?provider=slack":              1,
		"?status=501":                  1,
		"?user_id=bob&provider=github": 2,
		"?status=404":                  0,
	} {
		found, _ := w.noted(query)
		expect(t, query, len(found), want)
	}
	var paged []string
	for next := "?limit=4"; next != "?limit=4&next="; {
		page, more := w.noted(next)
		for _, r := range page {
			paged = append(paged, r.ID[len("req_default_00000"):])
		}
		next = "?limit=4&next=" + more
	}
	expect(t, "a page at a time, the newest first", strings.Join(paged, ""), "654321")
	expect(t, "another environment's", len(w.as("sk_env_other").Requests()), 6)
	expect(t, "which is empty", len(w.Environment("other").Requests()), 0)
	w.control("DELETE", "requests", "")
	expect(t, "emptied", len(w.Requests()), 0)
	f := decode[failure](t, w.do("GET", "/_control/requests/req_default_000001", ""), 404)
	expect(t, "forgotten", f.Code, "entity_not_found")
}

// No key, token or secret appears in the journal, the log, an export, the state or an error, whatever calls contain.
func TestSecretsAreNeverShown(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	w := withFile(t, "version: 1\n"+
		"start: not_installed\n"+
		"providers: {zendesk: {auth_methods: [client_credentials], config_fields: {pin: {secret: true}, "+
		"subdomain: {}}}}\n", fake.WithVerbose(), fake.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
	w.key = "sk_test_VERYSECRETkey1"
	secrets := []string{"VERYSECRET"}
	w.tries(
		try{
			"import", "POST " + accountPath("alice", "github"),
			`{"access_token": "VERYSECRETaccess", "refresh_token": "VERYSECRETrefresh\" ", ` +
				`"expires_at": "2030-01-01T00:00:00Z"}`,
			201, "",
		},
		try{"served again", "POST /data-integrations/github/token", `{"user_id": "alice"}`, 200, "VERYSECRETaccess"},
		try{
			"as a credential", "POST /data-integrations/github/credentials", `{"user_id": "alice"}`,
			200, "VERYSECRETaccess",
		},
		try{
			"a key", "PUT /data-integrations/crm/api-key",
			`{"user_id": "alice", "secret": "VERYSECRETapikey"}`,
			200, "",
		},
		try{
			"which is vended", "POST /data-integrations/crm/credentials", `{"user_id": "alice"}`,
			200, "VERYSECRETapikey",
		},
		try{
			"a client",
			"PUT /data-integrations/zendesk/client-credentials",
			`{"user_id": "alice", "client_id": "id", "client_secret": "VERYSECRETclient", ` +
				`"config": {"pin": "VERYSECRETpin", "subdomain": "acme"}}`,
			200, "",
		},
		try{
			"an endpoint", "POST /webhook_endpoints",
			`{"endpoint_url": "http://app/", "events": ["user.created"]}`,
			201, "",
		},
		try{
			"cut off", "POST /data-integrations/github/token",
			`{"user_id": "alice", "access_token": "VERYSECRETcut`,
			400, "",
		},
	)
	w.tries(
		try{
			"an integration", "POST /data-integrations",
			`{"provider": "intercom", "credentials": {"type": "custom", "client_id": "i", ` +
				`"client_secret": "VERYSECRETowned"}, "scopes": ["a"]}`,
			201, "",
		},
		try{
			"a wrong one", "POST /data-integrations",
			`{"provider": "intercom", "credentials": {"type": "custom", "client_id": "i", ` +
				`"client_secret": "VERYSECRETowned"}, "scopes": ["a"]}`,
			409, "",
		},
		try{
			"in a wrong field", "POST " + accountPath("bob", "github"),
			`{"acess_token": "VERYSECRETtypo", "refresh_token": "VERYSECRETr"}`,
			422, "",
		},
		try{"of a wrong kind", "POST " + accountPath("bob", "github"), `{"access_token": ["VERYSECRETlist"]}`, 422, ""},
	)
	for what, text := range map[string]string{
		"the export": string(w.Export()),
		"the log":    log.String(),
		"the state":  string(w.control("GET", "state", "").body),
	} {
		if strings.Contains(text, "VERYSECRET") {
			t.Errorf("%s shows a secret: %s", what, text)
		}
	}
	for _, r := range w.Requests() {
		a := w.control("GET", "requests/"+r.ID, "")
		if r.Status >= 400 && strings.Contains(r.Because, "VERYSECRET") {
			t.Errorf("an error shows a secret: %s", r.Because)
		}
		for _, secret := range secrets {
			if strings.Contains(string(a.body), secret) || strings.Contains(r.String(), secret) {
				t.Errorf("the journal tells %s: %s", secret, a.body)
			}
		}
	}
	one := decode[noted](t, w.control("GET", "requests/"+w.Requests()[5].ID, ""), 200)
	expect(t, "what is left", one.Body, `{"user_id": "alice", "client_id": "id", "client_secret": "…ient", `+
		`"config": {"pin": "…", "subdomain": "acme"}}`)
	expect(t, "of the key", one.Headers["Authorization"], "…key1")
}

// The journal keeps the last requests, within a limit of bytes.
func TestJournalIsBounded(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithJournal(50))
	for i := range 120 {
		w.token("github", fmt.Sprint("user_", i))
	}
	requests := w.Requests()
	expect(t, "so many", len(requests), 50)
	expect(t, "the first", requests[0].User, "user_70")
	expect(t, "the last", requests[49].User, "user_119")
	page, next := w.noted("?limit=20")
	w.token("github", "another")
	older, _ := w.noted("?limit=20&next=" + next)
	expect(t, "a page goes on where it was", page[19].ID > older[0].ID && len(older) == 20, true)

	none := start(t, fake.WithJournal(0))
	none.token("github", "alice")
	expect(t, "none", len(none.Requests()), 0)
	large := start(t)
	for range 600 {
		large.do("POST", "/data-integrations/github/token",
			`{"user_id": "alice", "more": "`+strings.Repeat("x", 200_000)+`"}`)
	}
	if n := len(large.Requests()); n < 100 || n > 300 {
		t.Errorf("it keeps %d of the large bodies", n)
	}
	one := decode[noted](t, large.control("GET", "requests/"+large.Requests()[0].ID, ""), 200)
	expect(t, "and of each the beginning", len(one.Body), 16<<10)
}

// Control calls and the page have ids of their own, so that they do not change the ids of requests.
func TestControlCallsTakeNoRequestIDs(t *testing.T) {
	t.Parallel()
	w := start(t)
	for i := range 3 {
		w.token("github", "alice")
		w.control("GET", "state", "")
		w.do("GET", "/_ui/requests", "")
		expect(t, "the id", w.Requests()[i].ID, fmt.Sprintf("req_default_%06d", i+1))
	}
}

// An invalid name in a refused call is not stored in the journal.
func TestJournalKeepsOnlyValidNames(t *testing.T) {
	t.Parallel()
	w := start(t)
	long := strings.Repeat("x", 150_000)
	for does, call := range map[string][]string{
		"a user": {"POST", "/data-integrations/github/token", `{"user_id": "` + long + `"}`},
		"an organization": {
			"POST", "/data-integrations/github/token",
			`{"user_id": "alice", "organization_id": "` + long + `"}`,
		},
		"a provider":    {"POST", "/data-integrations", `{"provider": "` + long + `"}`},
		"in a path":     {"POST", "/data-integrations/" + long + "/token", `{"user_id": "alice"}`},
		"in a query":    {"GET", accountPath("alice", "github") + "?organization_id=" + long, ""},
		"at a provider": {"GET", "/_provider/" + long + "/user", ""},
		"at none":       {"GET", "/_provider/a%20b/user", ""},
		"to Relay":      {"GET", "/relay/" + long + "/user", ""},
	} {
		if a := w.do(call[0], call[1], call[2]); a.status/100 != 4 {
			t.Errorf("%s: %d %s", does, a.status, a.body)
		}
		requests := w.Requests()
		last := requests[len(requests)-1]
		for _, name := range []string{last.Provider, last.User, last.Organization} {
			if len(name) > 255 || strings.Contains(name, " ") {
				t.Errorf("%s: %.20s… of %d bytes is stored as a name", does, name, len(name))
			}
		}
	}
	if size := len(w.control("GET", "coverage", "").body); size > 50_000 {
		t.Errorf("the coverage has %d bytes", size)
	}
	w.Reset()
	for range 40 {
		w.do("GET", "/_provider/"+long+"/user", "")
	}
	requests := w.Requests()
	expect(t, "long paths push nothing out", len(requests), 40)
	if n := len(requests[0].Path); n > 4100 {
		t.Errorf("it keeps %d bytes of a long path", n)
	}
	if n := len(requests[0].String()); n > 500 {
		t.Errorf("a line has %d bytes", n)
	}
}

func TestInvalidQueriesOfTheJournal(t *testing.T) {
	t.Parallel()
	w := start(t)
	const connected = "pipes.connected_account.connected"
	for query, says := range map[string]string{
		"requests?operation=tokn":                      "did you mean token?",
		"requests?status=1":                            "status must be a whole number from 200 to 599",
		"requests?status=":                             "status must be a whole number",
		"requests?limit=0":                             "from 1 to 1000",
		"requests?limit=9999":                          "from 1 to 1000",
		"requests?next=x":                              "next must be",
		"requests?user_id=":                            "leave it out for any",
		"requests?user=x":                              "did you mean user_id?",
		"requests?connection_owner=user":               "not one of organization",
		"requests?provider=a%20b":                      "is not a slug",
		"wait?timeout=soon":                            `"soon" is not a duration`,
		"wait?timeout=0s":                              "longer than zero",
		"wait?timeout=1h":                              "at most 10m",
		"wait?timeout=":                                "is not a duration",
		"wait?event=connected":                         "pipes.connected_account.connected",
		"wait?count=-1":                                "count must be a whole number",
		"wait?operation=token&operation=events":        "more than once",
		"wait?status=0":                                "status must be a whole number from 200 to 599",
		"wait?count=1&at_least=2":                      "count cannot be combined",
		"wait?at_least=3&at_most=2":                    "at_most 2 is less than at_least 3",
		"wait?operation=":                              "leave it out for any",
		"wait?event=" + connected + "&operation=token": "operation is that of a call: leave it out, or event",
		"wait?webhook=" + connected + "&status=none": "status is that of a call's answer: " +
			"leave it out, or webhook",
		"wait?webhook=" + connected + "&event=" + connected: "leave event out",
	} {
		f := decode[failure](t, w.do("GET", "/_control/"+query, ""), 422)
		if !strings.Contains(f.Message, says) {
			t.Errorf("%s: %q does not say %q", query, f.Message, says)
		}
	}
}

// A refused call is listed under the provider in its path.
func TestRefusedCallsHaveAProvider(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.as("pk").do("POST", "/data-integrations/github/token", `{"user_id": "alice"}`)
	w.as("sk_live_x").do("GET", accountPath("bob", "github")+"?organization_id=acme", "")
	w.do("POST", "/data-integrations/github/token", strings.Repeat(" ", 2<<20))
	w.Fault(fake.Fault{Reset: true, Times: 1})
	w.raw("DELETE", accountPath("bob", "github"), "")
	for query, want := range map[string]int{
		"status=401": 1,
		"status=403&user_id=bob&organization_id=acme": 1,
		"status=413":  1,
		"status=none": 1,
	} {
		found, _ := w.noted("?provider=github&" + query)
		expect(t, query, len(found), want)
	}
	w.tries(
		try{"verified, too", "POST /_control/verify", `{"status": null, "count": 1}`, 200, ""},
		try{"and waited for", "GET /_control/wait?status=none", "", 200, ""},
	)
}
