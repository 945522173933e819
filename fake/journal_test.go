package fake_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake"
)

// noted is a request as the journal tells it.
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

func TestTheJournal(t *testing.T) {
	t.Parallel()
	w := withFile(t, "version: 1\nconnections:\n  - {provider: github, user_id: bob, scenario: expired}\n", fake.WithTime(noon))
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
	expect(t, "in lines", strings.Join(lines, "\n"), `req_default_000001 POST /data-integrations/github/token bob token → 200: expired by test.yaml:3:5
req_default_000002 POST /data-integrations/github/token alice in acme token → 200: not_installed since switch 1 of 2026-11-23T12:00:00.000Z, for user "alice"
req_default_000003 GET /user_management/users/bob/connected_accounts/slack?organization_id=acme bob in acme get_connected_account → 200: active by start of test.yaml
req_default_000004 GET /nowhere → 501: not_implemented: pipesfake does not implement GET /nowhere. It answers the operations of the Pipes API that its README lists; this is not an answer of WorkOS.
req_default_000005 GET /events list_events → 401: unauthorized: The API key does not begin with sk_: send Authorization: Bearer sk_…
req_default_000006 DELETE /user_management/users/bob/connected_accounts/github bob delete_connected_account → no answer: broken by reset, fault_1`)

	one := decode[noted](t, w.control("GET", "requests/req_default_000001", ""), 200)
	expect(t, "in full", one.DecidedBy.Kind+" "+one.Body+" "+one.At, `connections {"user_id": "bob"} 2026-11-23T12:00:00.000Z`)
	if !strings.Contains(one.ResponseBody, `"active":true,"access_token":{"object":"access_token","access_token":"…`) {
		t.Errorf("the answer was %s", one.ResponseBody)
	}
	for query, want := range map[string]int{
		"?operation=token": 2, "?user_id=bob": 3, "?organization_id=acme": 2, "?organization_id=none": 2, "?provider=slack": 1, "?status=501": 1, "?user_id=bob&provider=github": 2, "?status=404": 0,
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

// Whatever is asked and answered: nobody reads a key, a token or a secret in the journal, the log, an export, the
// state or an error.
func TestNobodyTellsSecrets(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	w := withFile(t, "version: 1\nstart: not_installed\nproviders: {zendesk: {auth_methods: [client_credentials], config_fields: {pin: {secret: true}, subdomain: {}}}}\n", fake.WithVerbose(), fake.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
	w.key = "sk_test_VERYSECRETkey1"
	secrets := []string{"VERYSECRET"}
	w.tries(
		try{"import", "POST " + accountPath("alice", "github"), `{"access_token": "VERYSECRETaccess", "refresh_token": "VERYSECRETrefresh\" ", "expires_at": "2030-01-01T00:00:00Z"}`, 201, ""},
		try{"served again", "POST /data-integrations/github/token", `{"user_id": "alice"}`, 200, "VERYSECRETaccess"},
		try{"as a credential", "POST /data-integrations/github/credentials", `{"user_id": "alice"}`, 200, "VERYSECRETaccess"},
		try{"a key", "PUT /data-integrations/crm/api-key", `{"user_id": "alice", "secret": "VERYSECRETapikey"}`, 200, ""},
		try{"which is vended", "POST /data-integrations/crm/credentials", `{"user_id": "alice"}`, 200, "VERYSECRETapikey"},
		try{"a client", "PUT /data-integrations/zendesk/client-credentials", `{"user_id": "alice", "client_id": "id", "client_secret": "VERYSECRETclient", "config": {"pin": "VERYSECRETpin", "subdomain": "acme"}}`, 200, ""},
		try{"an endpoint", "POST /webhook_endpoints", `{"endpoint_url": "http://app/", "events": ["user.created"]}`, 201, ""},
		try{"cut off", "POST /data-integrations/github/token", `{"user_id": "alice", "access_token": "VERYSECRETcut`, 400, ""},
	)
	w.tries(
		try{"an integration", "POST /data-integrations", `{"provider": "intercom", "credentials": {"type": "custom", "client_id": "i", "client_secret": "VERYSECRETowned"}, "scopes": ["a"]}`, 201, ""},
		try{"a wrong one", "POST /data-integrations", `{"provider": "intercom", "credentials": {"type": "custom", "client_id": "i", "client_secret": "VERYSECRETowned"}, "scopes": ["a"]}`, 409, ""},
		try{"in a wrong field", "POST " + accountPath("bob", "github"), `{"acess_token": "VERYSECRETtypo", "refresh_token": "VERYSECRETr"}`, 422, ""},
		try{"of a wrong kind", "POST " + accountPath("bob", "github"), `{"access_token": ["VERYSECRETlist"]}`, 422, ""},
	)
	for what, text := range map[string]string{"the export": string(w.Export()), "the log": log.String(), "the state": string(w.control("GET", "state", "").body)} {
		if strings.Contains(text, "VERYSECRET") {
			t.Errorf("%s tells: %s", what, text)
		}
	}
	for _, r := range w.Requests() {
		a := w.control("GET", "requests/"+r.ID, "")
		if r.Status >= 400 && strings.Contains(r.Because, "VERYSECRET") {
			t.Errorf("an error tells: %s", r.Because)
		}
		for _, secret := range secrets {
			if strings.Contains(string(a.body), secret) || strings.Contains(r.String(), secret) {
				t.Errorf("the journal tells %s: %s", secret, a.body)
			}
		}
	}
	one := decode[noted](t, w.control("GET", "requests/"+w.Requests()[5].ID, ""), 200)
	expect(t, "what is left", one.Body, `{"user_id": "alice", "client_id": "id", "client_secret": "…ient", "config": {"pin": "…", "subdomain": "acme"}}`)
	expect(t, "of the key", one.Headers["Authorization"], "…key1")
}

// The journal keeps the last ones, and never more bytes than it may.
func TestTheJournalIsBounded(t *testing.T) {
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
		large.do("POST", "/data-integrations/github/token", `{"user_id": "alice", "more": "`+strings.Repeat("x", 200_000)+`"}`)
	}
	if n := len(large.Requests()); n < 100 || n > 300 {
		t.Errorf("of large bodies it keeps %d", n)
	}
	one := decode[noted](t, large.control("GET", "requests/"+large.Requests()[0].ID, ""), 200)
	expect(t, "and of each the beginning", len(one.Body), 16<<10)
}

// What a refused call says in the place of a name is no name, and not kept as one.
func TestTheJournalKeepsNamesOnly(t *testing.T) {
	t.Parallel()
	w := start(t)
	long := strings.Repeat("x", 150_000)
	for does, call := range map[string][]string{
		"a user":          {"POST", "/data-integrations/github/token", `{"user_id": "` + long + `"}`},
		"an organization": {"POST", "/data-integrations/github/token", `{"user_id": "alice", "organization_id": "` + long + `"}`},
		"a provider":      {"POST", "/data-integrations", `{"provider": "` + long + `"}`},
		"in a path":       {"POST", "/data-integrations/" + long + "/token", `{"user_id": "alice"}`},
		"in a query":      {"GET", accountPath("alice", "github") + "?organization_id=" + long, ""},
		"at a provider":   {"GET", "/_provider/" + long + "/user", ""},
		"at none":         {"GET", "/_provider/a%20b/user", ""},
		"to Relay":        {"GET", "/relay/" + long + "/user", ""},
	} {
		if a := w.do(call[0], call[1], call[2]); a.status/100 != 4 {
			t.Errorf("%s: %d %s", does, a.status, a.body)
		}
		requests := w.Requests()
		last := requests[len(requests)-1]
		for _, name := range []string{last.Provider, last.User, last.Organization} {
			if len(name) > 255 || strings.Contains(name, " ") {
				t.Errorf("%s: %.20s… of %d bytes is kept as a name", does, name, len(name))
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
	if n := len(w.Requests()); n < 10 || n > 28 {
		t.Errorf("of long paths it keeps %d", n)
	}
}

func TestVerify(t *testing.T) {
	t.Parallel()
	w := start(t)
	for range 3 {
		w.token("github", "user_bob")
	}
	w.token("slack", "user_alice", "acme")
	w.do("POST", "/data-integrations/github/token", `{"user": "x"}`)
	for name, c := range map[string]struct {
		body   string
		status int
		says   string
	}{
		"anything":             {`{}`, 200, `"count": 5`},
		"at least one":         {`{"operation": "token", "user_id": "user_bob"}`, 200, `"count": 3`},
		"exactly":              {`{"user_id": "user_bob", "count": 3}`, 200, `"ok": true`},
		"never":                {`{"operation": "credentials", "count": 0}`, 200, `"count": 0`},
		"by status":            {`{"status": 400}`, 200, `"count": 1`},
		"no organization":      {`{"organization_id": null, "at_most": 3}`, 200, `"count": 3`},
		"between":              {`{"provider": "github", "at_least": 2, "at_most": 4}`, 200, `"count": 4`},
		"another user":         {`{"operation": "token", "user_id": "user_bobby"}`, 409, `3 calls with user_id \"user_bob\", you asked for \"user_bobby\"`},
		"another operation":    {`{"operation": "credentials", "user_id": "user_alice"}`, 409, `1 call with operation \"token\", you asked for \"credentials\"`},
		"nothing near":         {`{"operation": "authorize", "user_id": "zoe"}`, 409, `"near_misses": []`},
		"too many":             {`{"user_id": "user_bob", "at_most": 2}`, 409, `There were 3; expected were at most 2 calls for user \"user_bob\".`},
		"too few":              {`{"count": 6}`, 409, "There were 5; expected were exactly 6 calls."},
		"in order":             {`{"order": [{"user_id": "user_bob"}, {"user_id": "user_bob"}, {"provider": "slack"}, {"status": 400}]}`, 200, `"count": 4`},
		"out of order":         {`{"order": [{"provider": "slack"}, {"user_id": "user_bob"}]}`, 409, `After 1 of 2 in order there were no calls for user \"user_bob\".`},
		"an unknown field":     {`{"user": "x"}`, 422, "did you mean user_id?"},
		"an unknown operation": {`{"operation": "tokens"}`, 422, "did you mean token?"},
		"count and more":       {`{"count": 1, "at_least": 1}`, 422, "count says it all"},
		"a negative count":     {`{"count": -1}`, 422, "whole number"},
		"half a call":          {`{"count": 0.5}`, 422, "whole number"},
		"order and more":       {`{"order": [], "count": 1}`, 422, "unknown field"},
		"an order of texts":    {`{"order": ["token"]}`, 422, "order[0] must be an object"},
		"no order":             {`{"order": "token"}`, 422, "array of objects"},
		"an order of unknowns": {`{"order": [{"user": "x"}]}`, 422, "order[0].user"},
		"no JSON":              {`{`, 400, "not valid JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := w.in(t).do("POST", "/_control/verify", c.body)
			if a.status != c.status || !strings.Contains(string(a.body), c.says) {
				t.Errorf("%d %s\nnot %d with %s", a.status, a.body, c.status, c.says)
			}
		})
	}
}

func TestWait(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, w world) {
		waited := func(query string, meanwhile func()) (status int, took time.Duration) {
			began := time.Now()
			done := make(chan int)
			go func() { done <- w.do("GET", "/_control/wait?"+query, "").status }()
			<-time.After(time.Second)
			meanwhile()
			return <-done, time.Since(began)
		}
		check := func(what string, status int, took time.Duration, wantStatus int, want time.Duration) {
			t.Helper()
			expect(t, what, fmt.Sprint(status, took), fmt.Sprint(wantStatus, want))
		}
		nothing := func() {}
		status, took := waited("operation=token&user_id=alice", func() { w.token("github", "alice") })
		check("a request that comes", status, took, 200, time.Second)
		status, took = waited("operation=token&user_id=alice&timeout=5s", nothing)
		check("one that was there", status, took, 200, time.Second)
		status, took = waited("operation=token&user_id=bob&timeout=5s", nothing)
		check("none", status, took, 409, 5*time.Second)
		status, took = waited("user_id=bob", nothing)
		check("no timeout", status, took, 409, 10*time.Second)
		status, took = waited("user_id=alice&at_least=3", func() { w.token("github", "alice"); w.token("github", "alice") })
		check("several", status, took, 200, time.Second)
		status, took = waited("event=pipes.connected_account.disconnected&user_id=alice", func() { w.Use("not_installed") })
		if status != 200 || took > 1100*time.Millisecond {
			t.Errorf("an event: %d after %s", status, took)
		}
		status, took = waited("event=pipes.connected_account.disconnected&user_id=bob&timeout=2s", nothing)
		check("nobody's event", status, took, 409, 2*time.Second)

		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		err := w.WaitFor(ctx, fake.Called{Operation: "credentials"}, fake.User("alice"))
		if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), `3 calls with operation "token", you asked for "credentials"`) {
			t.Errorf("WaitFor says %v", err)
		}
		expect(t, "in Go", w.WaitFor(context.Background(), fake.Called{Operation: "token", AtLeast: new(2)}), error(nil))
	})
}

func TestBadQueriesOfTheJournal(t *testing.T) {
	t.Parallel()
	w := start(t)
	for query, says := range map[string]string{
		"requests?operation=tokn":               "did you mean token?",
		"requests?status=1":                     "status must be a whole number from 200 to 599",
		"requests?status=":                      "status must be a whole number",
		"requests?limit=0":                      "from 1 to 1000",
		"requests?limit=9999":                   "from 1 to 1000",
		"requests?next=x":                       "next must be",
		"requests?user_id=":                     "leave it out for any",
		"requests?user=x":                       "did you mean user_id?",
		"requests?connection_owner=user":        "not one of organization",
		"requests?provider=a%20b":               "is not a slug",
		"wait?timeout=soon":                     `"soon" is not a duration`,
		"wait?timeout=0s":                       "longer than zero",
		"wait?timeout=1h":                       "at most 10m",
		"wait?timeout=":                         "is not a duration",
		"wait?event=connected":                  "pipes.connected_account.connected",
		"wait?count=-1":                         "count must be a whole number",
		"wait?operation=token&operation=events": "more than once",
	} {
		f := decode[failure](t, w.do("GET", "/_control/"+query, ""), 422)
		if !strings.Contains(f.Message, says) {
			t.Errorf("%s: %q does not say %q", query, f.Message, says)
		}
	}
}

// A failed test has the journal's tail in its log, and RequireCalled says what came near.
func TestAFailedTestSeesWhy(t *testing.T) {
	t.Parallel()
	var r recorder
	server := fake.Start(&r)
	w := worldOf(t, server)
	for range 12 {
		w.token("github", "user_bob")
	}
	server.RequireCalled(&r, fake.Called{Operation: "token", Count: new(12)}, fake.User("user_bob"))
	expect(t, "called", r.fatal, "")
	server.RequireCalled(&r, fake.Called{Operation: "token"}, fake.User("user_bobby"))
	expect(t, "not called", r.fatal, "pipesfake: there were 0; expected were at least 1 calls of token for user \"user_bobby\"\n\t12 calls with user_id \"user_bob\", you asked for \"user_bobby\"")
	server.RequireCalled(&r, fake.Called{Operation: "tokens"})
	expect(t, "no operation", r.fatal, `pipesfake: no operation is called "tokens" (did you mean token?)`)
	r.close()
	if !strings.HasPrefix(r.logged, "pipesfake: the last 10 of 12 requests in environment default:\nreq_default_000003 POST") {
		t.Errorf("the log says %s", r.logged)
	}
}
