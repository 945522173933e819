package fake_test

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake"
)

// page requests a consent page, and returns its path.
func (w world) page(slug, body string) string {
	w.t.Helper()
	asked := decode[struct{ URL string }](w.t, w.do("POST", "/data-integrations/"+slug+"/authorize", body), 200)
	path, found := strings.CutPrefix(asked.URL, w.URL())
	if !found || !regexp.MustCompile(`^/data-integrations/[0-9A-Z]{24}/authorize-redirect$`).MatchString(path) {
		w.t.Fatalf("the page is at %s", asked.URL)
	}
	return path
}

// visit sends a request as a browser does, without a key. It does not follow redirects.
func (w world) visit(method, path string, form url.Values) (status int, location, body string) {
	w.t.Helper()
	a := exchange(w.t, withoutRedirects(w.client),
		newRequest(w.t, method, w.URL()+path, strings.NewReader(form.Encode()),
			"Content-Type", "application/x-www-form-urlencoded",
			"Accept", "text/html,application/xhtml+xml,*/*;q=0.8"))
	if policy := a.header.Get("Content-Security-Policy"); strings.Contains(policy, "unsafe") ||
		!strings.Contains(policy, "default-src 'none'") {
		w.t.Errorf("%s %s: the policy is %q", method, path, policy)
	}
	if a.header.Get("Set-Cookie") != "" || a.says("<script") {
		w.t.Errorf("%s %s: there is a cookie or a script", method, path)
	}
	return a.status, a.header.Get("Location"), string(a.body)
}

func TestConsent(t *testing.T) {
	t.Parallel()
	const back = "https://app.example.com/back?id=1&x=%2F#top"
	w := withFile(t, "version: 1\nstart: not_installed\n", fake.WithTime(noon))
	approve := url.Values{"decision": {"approve"}, "scope": {"repo", "user:email", "read:org"}}
	path := w.page("github", `{"user_id": "<alice>", "return_to": "`+back+`"}`)
	status, _, body := w.visit("GET", path, nil)
	expect(t, "the page", status, 200)
	for _, part := range []string{
		`<form method="post" action="` + w.URL() + path + `">`,
		`<input type="checkbox" name="scope" value="user:email" checked>`,
		`<button name="decision" value="approve"`, `<button name="decision" value="deny"`,
		`<button name="decision" value="fail"`, "&lt;alice&gt;", "<title>Connect GitHub",
	} {
		if !strings.Contains(body, part) {
			t.Errorf("the page lacks %s:\n%s", part, body)
		}
	}
	expect(t, "nothing happens before", w.token("github", "<alice>").says(), "not_installed")
	status, location, _ := w.visit("POST", path, approve)
	expect(t, "back to the application", location, back)
	expect(t, "by", status, 302)
	expect(t, "and it is connected", w.token("github", "<alice>").says(), "active")
	_, location, _ = w.visit("POST", path, url.Values{"decision": {"deny"}})
	expect(t, "a second click does the same", location, back)
	expect(t, "and changes nothing", w.token("github", "<alice>").says(), "active")
	status, _, body = w.visit("GET", path, nil)
	expect(t, "the back button", status, 410)
	expect(t, "says why", strings.Contains(body, "used already"), true)

	path = w.page("github", `{"user_id": "<alice>"}`)
	status, _, body = w.visit("POST", path, url.Values{"decision": {"approve"}, "scope": {"rep"}})
	expect(t, "a scope that is not asked for",
		fmt.Sprint(status, strings.Contains(body, "did you mean repo?")), "400 true")
	_, _, body = w.visit("POST", path, url.Values{"decision": {"approve"}, "scope": {"repo"}})
	expect(t, "nowhere to go", strings.Contains(body, "close this window"), true)
	expect(t, "fewer scopes", w.token("github", "<alice>").says(), "missing user:email read:org")
	path = w.page("github", `{"user_id": "<alice>"}`)
	w.visit("POST", path, url.Values{"decision": {"approve"}})
	expect(t, "none at all", w.token("github", "<alice>").says(), "missing repo user:email read:org")

	before := w.token("slack", "bob")
	path = w.page("slack", `{"user_id": "bob", "return_to": "https://app.example.com/"}`)
	_, location, _ = w.visit("POST", path, url.Values{"decision": {"deny"}, "scope": {"chat:write"}})
	expect(t, "denied, and back", location, "https://app.example.com/")
	expect(t, "as before", w.token("slack", "bob").says(), before.says())
	path = w.page("slack", `{"user_id": "bob"}`)
	w.visit("POST", path, url.Values{"decision": {"fail"}})

	path = w.page("github", `{"user_id": "carol"}`)
	w.Advance(11 * time.Minute)
	status, _, body = w.visit("GET", path, nil)
	expect(t, "expired", status, 410)
	expect(t, "says so", strings.Contains(body, "has expired"), true)
	status, _, _ = w.visit("POST", path, approve)
	expect(t, "nor can it be answered", status, 410)
	expect(t, "nobody is connected", w.token("github", "carol").says(), "not_installed")
	status, _, _ = w.visit("POST", w.page("github", `{"user_id": "carol"}`), url.Values{"decision": {"maybe"}})
	expect(t, "an answer that is none", status, 400)
	status, _, _ = w.visit("GET", w.page("github", `{"user_id": "carol"}`)+"?consent=perhaps", nil)
	expect(t, "nor by query", status, 400)
	w.tries(
		try{
			"without a browser",
			"GET " + w.page("github", `{"user_id": "carol"}`) + "?consent=perhaps", "",
			400, "invalid_request",
		},
		try{"expired", "GET " + path, "", 410, "authorization_gone"},
		try{
			"too large a form",
			"POST " + w.page("github", `{"user_id": "carol"}`),
			strings.Repeat("x", 2<<20),
			413, "payload_too_large",
		},
	)

	var told []string
	for _, one := range w.happened("").Data {
		told = append(told, strings.TrimPrefix(one.Event, "pipes.connected_account.")+" "+one.Data.ProviderError)
	}
	expect(t, "events", strings.Join(told, ", "),
		"connected , connected , connected , connection_failed access_denied, connection_failed server_error")
	var changes []string
	for _, r := range w.Requests() {
		if r.Operation == "consent" && r.Changed != "" {
			changes = append(changes, r.User+" "+r.Changed)
		}
	}
	expect(t, "the journal", strings.Join(changes, ", "), "<alice> consent: approve, "+
		"<alice> consent: approve, <alice> consent: approve, <alice> consent: approve, bob consent: deny, "+
		"bob consent: fail")
}

// After consent the token is new. After a switch and back it is the same again. Consent decides until the next
// switch.
func TestConsentDecidesUntilTheNextSwitch(t *testing.T) {
	t.Parallel()
	w := start(t)
	first := w.token("github", "alice").AccessToken.AccessToken
	w.Use("needs_reauthorization")
	id := w.account("alice", "github").ID
	w.visit("GET", w.page("github", `{"user_id": "alice"}`)+"?consent=approve", nil)
	second := w.token("github", "alice").AccessToken.AccessToken
	expect(t, "the same account", w.account("alice", "github").ID, id)
	expect(t, "another token", first != second && second != "", true)
	expect(t, "and nobody else's", w.token("github", "bob").says(), "needs_reauthorization")
	w.Use("expired")
	w.Use("active")
	expect(t, "a switch keeps it", w.token("github", "alice").AccessToken.AccessToken, second)
	w.Use("not_installed")
	w.visit("GET", w.page("github",
		`{"user_id": "admin", "organization_id": "acme", "connection_owner": "organization"}`)+
		"?consent=approve&scope=repo", nil)
	shared := w.do("POST", "/data-integrations/github/token",
		`{"user_id": "member", "organization_id": "acme", "connection_owner": "organization"}`)
	expect(t, "the organization's", shared.says(`"scopes":["repo"]`), true)
	w.Use("active")
	w.visit("GET", w.page("github",
		`{"user_id": "alice", "connection_intent": "add", "account_display_name": "Work"}`)+
		"?consent=approve", nil)
	both := w.do("GET", "/user_management/users/alice/data_providers?supports_multiple_connections=true", "")
	expect(t, "beside the other",
		both.says(`"connection_role":"standard"`) && both.says(`"account_display_name":"Work"`), true)
}

// The scenario file, the scenario in force or the query can decide at once, so that nobody has to click.
func TestConsentWithoutAClick(t *testing.T) {
	t.Parallel()
	w := withFile(t, "version: 1\n"+
		"start: not_installed\n"+
		"consent: approve\n"+
		"scenarios:\n"+
		"  refuses: {state: not_installed, consent: deny}\n"+
		"  asks: {state: not_installed, consent: ask}\n")
	visit := func(user, query string) (int, string) {
		status, location, _ := w.visit("GET",
			w.page("github", `{"user_id": "`+user+`", "return_to": "http://app/"}`)+query, nil)
		return status, location
	}
	status, location := visit("alice", "")
	expect(t, "by the file", location, "http://app/")
	expect(t, "at once", status, 302)
	expect(t, "connected", w.token("github", "alice").says(), "active")
	w.Use("refuses", fake.User("bob"))
	visit("bob", "")
	expect(t, "by the scenario", w.token("github", "bob").says(), "not_installed")
	w.Use("asks", fake.User("carol"))
	status, _ = visit("carol", "")
	expect(t, "it asks", status, 200)
	visit("carol", "?consent=approve&scope=repo")
	expect(t, "by the query", w.token("github", "carol").says(), "missing user:email read:org")
	visit("bob", "?consent=fail")
	expect(t, "a provider that fails", w.Events()[len(w.Events())-1].Name, "pipes.connected_account.connection_failed")
}

// With a code challenge, the connection is made only when the application sends its verifier.
func TestFinishingAConnection(t *testing.T) {
	t.Parallel()
	w := withFile(t, "version: 1\nstart: not_installed\n", fake.WithTime(noon))
	verifier := strings.Repeat("v", 43)
	sum := sha256.Sum256([]byte(verifier))
	challenge := base64.RawURLEncoding.EncodeToString(sum[:])
	back := func() url.Values {
		path := w.page("github", `{"user_id": "alice", "return_to": "http://app/back?id=1#x", `+
			`"code_challenge": "`+challenge+`", "code_challenge_method": "S256"}`)
		_, location, _ := w.visit("GET", path+"?consent=approve", nil)
		u, err := url.Parse(location)
		if err != nil || !strings.HasPrefix(location, "http://app/back?id=1&connect_code=") || u.Fragment != "x" {
			t.Fatalf("back to %s", location)
		}
		return u.Query()
	}
	body := func(code, verifier string) string {
		return `{"connect_code": "` + code + `", "state": "only for logs", "code_verifier": "` + verifier + `"}`
	}
	const finish = "POST /data-integrations/finish"
	code := back().Get("connect_code")
	expect(t, "not yet", w.token("github", "alice").says(), "not_installed")
	w.tries(
		try{"the right one", finish, body(code, verifier), 200, `"state":"connected"`},
		try{"once", finish, body(code, verifier), 400, "used already"},
	)
	expect(t, "now", w.token("github", "alice").says(), "active")
	guessed, late, inTime := back().Get("connect_code"), back().Get("connect_code"), back().Get("connect_code")
	w.tries(
		try{"another verifier", finish, body(guessed, strings.Repeat("w", 43)), 400, "another code_verifier"},
		try{"which uses up the code", finish, body(guessed, verifier), 400, "used already"},
	)
	w.Advance(90 * time.Second)
	w.tries(try{"after 90 seconds", finish, body(inTime, verifier), 200, `"state":"connected"`})
	w.Advance(time.Second)
	w.tries(try{"too late", finish, body(late, verifier), 400, "has expired: it lasts 1m30s"})
	id := decode[account](t, w.do("GET", alice, ""), 200).ID
	path := w.page("github", `{"user_id": "alice", "return_to": "http://app/back", "code_challenge": "`+challenge+
		`", "connection_intent": "reauthorize", "connected_account_id": "`+id+`"}`)
	_, location, _ := w.visit("GET", path+"?consent=approve", nil)
	_, code, _ = strings.Cut(location, "connect_code=")
	code, _, _ = strings.Cut(code, "&")
	w.tries(
		try{"the account is deleted", "DELETE " + alice, "", 204, ""},
		try{"what was reauthorized is gone", finish, body(code, verifier), 400, "target_deleted"},
	)
}

// The integration of a consent can be deleted before the application finishes the connection.
func TestFinishingWithADeletedIntegration(t *testing.T) {
	t.Parallel()
	w := withFile(t, "version: 1\nstrict: true\nstart: not_installed\n")
	verifier := strings.Repeat("v", 43)
	sum := sha256.Sum256([]byte(verifier))
	w.do("POST", "/data-integrations", `{"provider": "crm", "enabled": true, `+custom+`, `+definition+`}`)
	path := w.page("crm", `{"user_id": "alice", "return_to": "http://app/back", "code_challenge": "`+
		base64.RawURLEncoding.EncodeToString(sum[:])+`"}`)
	_, location, _ := w.visit("GET", path+"?consent=approve", nil)
	back, err := url.Parse(location)
	if err != nil {
		t.Fatal(err)
	}
	w.tries(
		try{"delete it", "DELETE /data-integrations/crm", "", 204, ""},
		try{
			"finish", "POST /data-integrations/finish",
			`{"connect_code": "` + back.Query().Get("connect_code") + `", "code_verifier": "` + verifier + `"}`,
			400, "invalid_data_integration",
		},
	)
}

// With a code challenge the application learns of a denial, or of a provider that fails, when the user comes back.
func TestComingBackWithoutAConnection(t *testing.T) {
	t.Parallel()
	w := withFile(t, "version: 1\nstart: not_installed\n", fake.WithTime(noon))
	for decision, want := range map[string]string{"deny": "access_denied", "fail": "server_error"} {
		path := w.page("github", `{"user_id": "alice", "return_to": "http://app/back?id=1", "code_challenge": "x"}`)
		_, location, _ := w.visit("GET", path+"?consent="+decision, nil)
		if !strings.HasPrefix(location, "http://app/back?id=1&error="+want+"&state=") {
			t.Errorf("%s: back to %s", decision, location)
		}
		path = w.page("github", `{"user_id": "alice", "return_to": "http://app/back?id=1"}`)
		_, location, _ = w.visit("GET", path+"?consent="+decision, nil)
		expect(t, "without a challenge", location, "http://app/back?id=1")
	}
}

// An address whose scheme runs code is refused, and so is one with a password in it.
func TestReturnToAddresses(t *testing.T) {
	t.Parallel()
	w := start(t)
	for _, address := range []string{
		"javascript:alert(1)", "data:text/html,x", "//evil.example.com", "/back", "back", "file:///etc/passwd",
		"ftp://x/", "HTTP:/x", "http://", "http://a:b@c/", "myapp://callback",
		"http://x/\\u000d\\u000aSet-Cookie: a=b", "http://x/ y", strings.Repeat("http://x/", 20_000),
	} {
		a := w.do("POST", "/data-integrations/github/authorize", `{"user_id": "alice", "return_to": "`+address+`"}`)
		if a.status != 400 || !a.says("return_to") {
			t.Errorf("%.60s: %d %s", address, a.status, a.body)
		}
	}
}
