package fake_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"example.com/pipesfake/fake"
)

// TestConsentByAForeignPage requests a decision as browsers do for the elements of a page on another site. Only a
// navigation that the user sees may decide. A refused request changes nothing.
func TestConsentByAForeignPage(t *testing.T) {
	t.Parallel()
	const approve = "?consent=approve"
	for name, c := range map[string]struct {
		method, query string
		headers       []string
		status        int
		state         string
	}{
		"no browser":          {"GET", approve, nil, 200, "active"},
		"typed":               {"GET", approve, fetch("none", "navigate", "document"), 200, "active"},
		"a link of the same":  {"GET", approve, fetch("same-origin", "navigate", "document"), 200, "active"},
		"a link of another":   {"GET", approve, fetch("cross-site", "navigate", "document"), 200, "active"},
		"a page of this site": {"GET", approve, fetch("same-site", "no-cors", "image"), 200, "active"},
		"an image":            {"GET", approve, fetch("cross-site", "no-cors", "image"), 403, "not_installed"},
		"a script":            {"GET", approve, fetch("cross-site", "no-cors", "script"), 403, "not_installed"},
		"fetch":               {"GET", approve, fetch("cross-site", "cors", "empty"), 403, "not_installed"},
		"a frame":             {"GET", approve, fetch("cross-site", "navigate", "iframe"), 403, "not_installed"},
		"an object":           {"GET", approve, fetch("cross-site", "navigate", "object"), 403, "not_installed"},
		"a prefetch": {
			"GET", approve,
			append(fetch("cross-site", "navigate", "document"), "Sec-Purpose", "prefetch"),
			403, "not_installed",
		},
		"a prerender": {
			"GET", approve,
			append(fetch("cross-site", "navigate", "document"), "Sec-Purpose", "prefetch;prerender"),
			403, "not_installed",
		},
		"an image, denying": {
			"GET", "?consent=deny", fetch("cross-site", "no-cors", "image"),
			403, "not_installed",
		},
		"HEAD": {"HEAD", approve, nil, 200, "not_installed"},
		"the form": {
			"POST", "",
			append(fetch("same-origin", "navigate", "document"), "Origin", "null"),
			200, "active",
		},
		"the form, no browser": {"POST", "", nil, 200, "active"},
		"a form of another": {
			"POST", "",
			append(fetch("cross-site", "navigate", "document"), "Origin", "https://evil.example"),
			403, "not_installed",
		},
		"a form without header": {"POST", "", []string{"Origin", "https://evil.example"}, 403, "not_installed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := withFile(t, "version: 1\nstart: not_installed\n")
			path := w.page("github", `{"user_id": "alice"}`)
			body := ""
			headers := c.headers
			if c.method == "POST" {
				body = url.Values{"decision": {"approve"}, "scope": {"repo"}}.Encode()
				headers = append([]string{"Content-Type", "application/x-www-form-urlencoded"}, headers...)
			}
			got := w.as("").do(c.method, path+c.query, body, headers...)
			expect(t, "status", got.status, c.status)
			if c.status == 403 && !strings.Contains(string(got.body), "foreign_origin") {
				t.Errorf("the body is %s", got.body)
			}
			if said := w.token("github", "alice").says(); said != c.state &&
				!(c.state == "active" && strings.HasPrefix(said, "missing")) {
				t.Errorf("the connection is %s, not %s", said, c.state)
			}
		})
	}
}

// TestConsentOfTheFileByAForeignPage does the same where the file decides every page.
func TestConsentOfTheFileByAForeignPage(t *testing.T) {
	t.Parallel()
	w := withFile(t, "version: 1\nstart: not_installed\nconsent: approve\n")
	path := w.page("github", `{"user_id": "alice"}`)
	expect(t, "an image", w.as("").do("GET", path, "", fetch("cross-site", "no-cors", "image")...).status, 403)
	expect(t, "changes nothing", w.token("github", "alice").says(), "not_installed")
	expect(t, "a link", w.as("").do("GET", path, "", fetch("cross-site", "navigate", "document")...).status, 200)
	expect(t, "connects", w.token("github", "alice").says(), "active")
}

func fetch(site, mode, destination string) []string {
	return []string{"Sec-Fetch-Site", site, "Sec-Fetch-Mode", mode, "Sec-Fetch-Dest", destination}
}

// TestConsentAddresses compares the addresses of consent pages, and the codes that finish connections, of two
// servers. Nobody can guess them, unless the server has a seed.
func TestConsentAddresses(t *testing.T) {
	t.Parallel()
	const file = "version: 1\nseed: 7\nstart: not_installed\n"
	addresses := func(opts ...fake.Option) string {
		w := withFile(t, file, opts...)
		path := w.page("github", `{"user_id": "alice", "return_to": "https://app.example.com/", `+
			`"code_challenge": "`+strings.Repeat("x", 43)+`", "code_challenge_method": "S256"}`)
		status, location, _ := w.visit("GET", path+"?consent=approve", nil)
		expect(t, "status", status, 302)
		return fmt.Sprintln(path, location)
	}
	if one, other := addresses(), addresses(); one == other {
		t.Errorf("two servers have the same addresses: %s", one)
	}
	expect(t, "with a seed", addresses(fake.WithSeed(3)), addresses(fake.WithSeed(3)))
	token := func(opts ...fake.Option) string {
		return withFile(t, "version: 1\nseed: 7\n", opts...).token("github", "alice").AccessToken.AccessToken
	}
	expect(t, "tokens do not differ", token(), token())
}

// TestStrictHost calls the API by a foreign host name, as a website does after DNS rebinding.
func TestStrictHost(t *testing.T) {
	t.Parallel()
	lenient, strict := start(t), start(t, fake.WithStrictHost(), fake.WithAllowedHosts("fake.example.com"))
	calls := map[string]struct{ method, path, body string }{
		"a deletion": {"DELETE", accountPath("alice", "github"), ""},
		"an endpoint": {
			"POST", "/webhook_endpoints",
			`{"endpoint_url": "http://127.0.0.1:1/", "events": ["pipes.connected_account.connected"]}`,
		},
		"the provider's side": {"GET", "/_provider/github/user", ""},
		"relay":               {"GET", "/relay/github/user", ""},
		"a consent page":      {"GET", "/data-integrations/ABC/authorize-redirect", ""},
		"nothing":             {"GET", "/users", ""},
	}
	for name, c := range calls {
		t.Run(name, func(t *testing.T) {
			foreign := strict.do(c.method, c.path, c.body, "Host", "rebound.example.net")
			if wrong := decode[failure](t, foreign, 403); wrong.Code != "foreign_host" ||
				!strings.Contains(wrong.Message, "--allow-host") {
				t.Errorf("got %+v", wrong)
			}
			for _, host := range []string{"localhost:4101", "127.0.0.1", "pipesfake:4101", "fake.example.com"} {
				if got := strict.do(c.method, c.path, c.body, "Host", host); got.status == 403 {
					t.Errorf("%s is refused: %s", host, got.body)
				}
			}
			if got := lenient.do(c.method, c.path, c.body, "Host", "rebound.example.net"); got.status == 403 {
				t.Errorf("without the option it is refused: %s", got.body)
			}
		})
	}
	expect(t, "health", strict.do("GET", "/health", "", "Host", "rebound.example.net").status, http.StatusOK)
}

// TestLinkLocalEndpoints creates endpoints at the addresses of cloud metadata services.
func TestLinkLocalEndpoints(t *testing.T) {
	t.Parallel()
	w, allowed := start(t), start(t, fake.WithLinkLocalWebhooks())
	for _, host := range []string{
		"169.254.169.254", "169.254.0.1:8080", "[fe80::1]", "[fe80::1%25eth0]", "[::ffff:169.254.169.254]",
		"[fd00:ec2::254]", "169.254.169.254.",
	} {
		t.Run(host, func(t *testing.T) {
			body := `{"endpoint_url": "http://` + host + `/latest", "events": ["pipes.connected_account.connected"]}`
			got := decode[failure](t, w.do("POST", "/webhook_endpoints", body), 422)
			if got.Code != "invalid_url" || !strings.Contains(got.Message, "link-local") ||
				!strings.Contains(got.Message, "--allow-link-local") {
				t.Errorf("got %+v", got)
			}
			expect(t, "allowed", allowed.do("POST", "/webhook_endpoints", body).status, 201)
		})
	}
	made := decode[struct{ ID string }](t,
		w.do("POST", "/webhook_endpoints",
			`{"endpoint_url": "http://127.0.0.1:1/", "events": ["pipes.connected_account.connected"]}`), 201)
	expect(t, "an update",
		w.do("PATCH", "/webhook_endpoints/"+made.ID, `{"endpoint_url": "http://169.254.169.254/"}`).status, 422)
}
