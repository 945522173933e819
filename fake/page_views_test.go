package fake_test

import (
	"net/http/httptest"
	"net/url"
	"strconv"
	"testing"

	"example.com/pipesfake/fake"
)

// An open cell shows the state of a connection, the reason for it, its last requests, and the scenarios to switch to.
func TestOpenConnectionOnThePage(t *testing.T) {
	t.Parallel()
	w := withFile(t, `
version: 1
scenarios:
  outage:
    steps:
      - {fault: {status: 503}, times: 2}
      - {scenario: active}
  short:
    steps:
      - {scenario: expired, for: 10m}
      - {scenario: active}
connections:
  - {provider: github, user_id: alice, scenario: outage}
  - {provider: github, user_id: bob, organization_id: acme, scenario: missing_scopes}
  - {provider: github, user_id: carol, scenario: short}
  - {provider: github, user_id: dave, scenario: not_installed}
`, fake.WithTime(noon))
	w.do("POST", "/data-integrations/github/token", `{"user_id": "alice"}`)
	w.put(`{"scenario": "expired", "user_id": "dave", "ttl": "10m"}`)
	w.put(`{"scenario": "expired", "user_id": "erin"}`)
	w.put(`{"scenario": "active", "user_id": "erin"}`)
	for name, one := range map[string]struct {
		place string
		says  []string
	}{
		"a fault of a script": {"provider=github&user_id=alice&organization_id=", []string{
			"alice · github", "Step 1 of 2 of outage: calls get 503, call 1 of 2", "outage 1/2, gets 503",
			"All its requests", "Expires",
		}},
		"a user in an organization": {"provider=github&user_id=bob&organization_id=acme", []string{
			"bob in acme · github", "missing scopes", "<dt>Missing</dt>", "bob everywhere", "everybody in acme",
			"everybody, everywhere", "None yet.",
		}},
		"an organization's own": {"provider=github&organization_id=acme&connection_owner=organization", []string{
			"owned by acme · github", "everybody in acme", "everybody’s github",
		}},
		"a step that ends": {"provider=github&user_id=carol&organization_id=", []string{
			"Step 1 of 2 of short, until 2026-11-23T12:10:00.000Z", "<dt>Expired</dt>",
		}},
		"a switch that ends": {
			"provider=github&user_id=dave&organization_id=",
			[]string{"<strong>Because:</strong>", "10:00 after the clock runs again", "expired"},
		},
	} {
		page := w.do("GET", "/_ui/?open="+url.QueryEscape(one.place), "")
		for _, text := range one.says {
			if !page.says(text) {
				t.Errorf("%s: the page lacks %q", name, text)
			}
		}
	}
	w.tries(
		try{"a switch under a newer one", "GET /_ui/", "", 200, "replaced by switch 3"},
		try{
			"Enter picks the state", "GET /_ui/?board=1&scenario=expired", "",
			200, `value="expired" data-key="5" checked`,
		},
		try{"a stranger", "GET /_ui/?search=zoe", "", 200, "Switch zoe anyway"},
		try{"the file", "GET /_ui/file", "", 200, "in force: bob in acme, github"},
	)
}

// The page lists the events, each with the results of its webhooks.
func TestEventsAndWebhooksOnThePage(t *testing.T) {
	t.Parallel()
	accepts := receive(t, "s", func(n int) int { return []int{500, 200}[min(n, 1)] })
	gone := httptest.NewServer(nil)
	gone.Close()
	w := withFile(t, "version: 1\n"+
		"webhooks:\n"+
		"  - {url: "+strconv.Quote(accepts.URL+"/accepts")+", secret: s}\n"+
		"  - {url: "+strconv.Quote(gone.URL+"/gone")+", secret: s}\n")
	w.tries(try{"nothing yet", "GET /_ui/events", "", 200, "No events yet"})
	w.token("github", "alice")
	w.Use("not_installed")
	w.tries(try{"a webhook on its way", "GET /_ui/events", "", 200, "pending"})
	w.arrived("disconnected", 1)
	w.tries(
		try{"the event", "GET /_ui/events", "", 200, "<strong>disconnected</strong>"},
		try{"its payload", "GET /_ui/events", "", 200, "pipes.connected_account.disconnected"},
		try{"accepted at last", "GET /_ui/events", "", 200, "status 200, 2 attempts"},
		try{"which can be sent again", "GET /_ui/events", "", 200, "Send again"},
	)
	waitUntil(t, "the other endpoint was tried", func() bool {
		return w.do("GET", "/_ui/events", "").says("connection refused")
	})
}

// A request leads to its neighbours in the list, also if the list has a filter.
func TestRequestsBesideOneOnThePage(t *testing.T) {
	t.Parallel()
	w := withFile(t, "version: 1\n", fake.WithTime(noon))
	for _, user := range []string{"alice", "bob", "alice"} {
		w.token("github", user)
	}
	const of = "/_ui/requests/req_default_00000"
	for name, c := range map[string]struct {
		path       string
		has, lacks []string
	}{
		"the newest":    {of + "3", []string{`id="older"`, of + "2", "All requests"}, []string{`id="newer"`}},
		"in the middle": {of + "2", []string{`id="older"`, of + "1", `id="newer"`, of + "3"}, nil},
		"the oldest":    {of + "1", []string{`id="newer"`, of + "2"}, []string{`id="older"`}},
		"with a filter": {
			of + "3?user_id=alice",
			[]string{of + "1?environment=default&amp;user_id=alice", "Requests that match the filter"},
			[]string{of + "2"},
		},
		"the list with a filter": {
			"/_ui/requests?user_id=alice",
			[]string{of + "3?environment=default&amp;user_id=alice"}, []string{of + "2"},
		},
	} {
		page := w.do("GET", c.path, "")
		for _, text := range c.has {
			if !page.says(text) {
				t.Errorf("%s lacks %q", name, text)
			}
		}
		for _, text := range c.lacks {
			if page.says(text) {
				t.Errorf("%s has %q", name, text)
			}
		}
	}
	expect(t, "a filter that cannot be read", w.do("GET", of+"3?status=x", "").status, 422)
	w.tries(try{"one that is not stored", "GET " + of + "9", "", 422, `<a id="back" href="/_ui/requests?`})
}
