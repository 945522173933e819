package fake_test

import (
	"cmp"
	"net/url"
	"strings"
	"testing"

	"example.com/pipesfake/fake"
)

// invalid returns the status for invalid input of a call.
func invalid(call string) int {
	return cmp.Or(operations()[call], 400)
}

// A malformed query is an error. It is not treated as an empty query.
func TestUnreadableQueries(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.token("github", "alice")
	w.Use("expired", fake.User("bob"))
	for _, query := range []string{"?environment=%zz", "?environment=suite;x=y", "?limit=%z", "?%"} {
		for _, call := range []string{
			"POST /_control/reset", "GET /_control/state", "DELETE /_control/requests",
			"GET /_control/requests", "GET /_control/openapi.json", "GET /_control/events",
		} {
			method, path, _ := strings.Cut(call, " ")
			f := decode[failure](t, w.do(method, path+query, ""), 422)
			if len(f.Errors) != 1 || f.Errors[0].Field != "query" || !strings.Contains(f.Message, "query") {
				t.Errorf("%s%s: %+v", call, query, f)
			}
		}
		for _, call := range []string{"GET /_ui/", "GET /_ui", "POST /_ui/do/reset"} { // in a page
			method, path, _ := strings.Cut(call, " ")
			if a := w.do(method, path+query, ""); a.status != 422 || !a.says("the query is wrongly written") {
				t.Errorf("%s%s: %d %s", call, query, a.status, a.body)
			}
		}
		for call := range operations() {
			method, path, _ := strings.Cut(call, " ")
			a := w.do(method, path+query, `{"user_id": "alice"}`)
			if a.status != invalid(call) || !a.says("invalid") || !a.says(`"query"`) {
				t.Errorf("%s%s: %d %s", call, query, a.status, a.body)
			}
		}
	}
	expect(t, "the switch is still in force", w.do("GET", "/_control/state", "").says(`"scenario": "expired"`), true)
	expect(t, "so does the journal", w.Requests()[0].Operation, "token")
	expect(t, "which has the others", w.Requests()[1].Status/100, 4)
	expect(t, "a provider's queries are its own",
		w.do("GET", "/relay/github/search?q=a;b%zz", "", "X-Relay-User", "alice").status, 200)
}

// Ids in paths and headers obey the same rules as ids in bodies. An invalid id is not stored anywhere.
func TestInvalidIDs(t *testing.T) {
	t.Parallel()
	w := start(t)
	for what, id := range map[string]string{
		"long":                strings.Repeat("u", 256),
		"not UTF-8":           "%ff%00",
		"another":             "%fe%00",
		"a control character": "a%00b",
		"a line":              "a%0Ab",
		"a late one":          "a%C2%85",
	} {
		for call := range operations() {
			method, path, _ := strings.Cut(call, " ")
			wrong := strings.Replace(strings.Replace(path, "/alice/", "/"+id+"/", 1), "/acme/", "/"+id+"/", 1)
			if wrong == path {
				continue
			}
			a := w.do(method, wrong, `{"access_token": "t"}`)
			if a.status != invalid(call) || !a.says("_id") {
				t.Errorf("%s: %s: %d %.200s", what, call, a.status, a.body)
			}
		}
		text, _ := url.PathUnescape(id)
		for _, header := range []string{"X-Relay-User", "X-Relay-Organization"} {
			if strings.ContainsAny(text, "\x00\n") {
				continue // nor these
			}
			a := w.do("GET", "/relay/github/user", "", "X-Relay-User", "alice", header, text)
			if a.status != 400 || !a.says(header) {
				t.Errorf("%s: %s: %d %s", what, header, a.status, a.body)
			}
		}
		for _, query := range []string{
			"scenario?provider=github&user_id=" + id,
			"scenario?provider=github&user_id=a&organization_id=" + id, "requests?user_id=" + id,
		} {
			expect(t, what+" in a query", w.do("GET", "/_control/"+query, "").status, 422)
		}
	}
	for _, body := range []string{`{"user_id": "a\u0000b"}`, `{"user_id": "a", "organization_id": "a\u0007"}`} {
		a := w.do("POST", "/data-integrations/github/token", body)
		expect(t, body, a.status, 400)
		expect(t, body, a.says("control character"), true)
	}
	expect(t, "a huge one", w.do("GET", accountPath(strings.Repeat("u", 900_000), "github"), "").status, 400)
	w.do("POST", "/data-integrations/github/authorize", `{"user_id": "`+strings.Repeat("u", 1000)+`"}`)
	w.do("POST", "/data-integrations/"+strings.Repeat("s", 1000)+"/token", `{"user_id": "alice"}`)
	for _, r := range w.Requests() {
		if len(r.User)+len(r.Organization)+len(r.Provider) > 300 {
			t.Errorf("the journal keeps %.100s %.100s %.100s", r.Provider, r.User, r.Organization)
		}
	}
	expect(t, "nobody was seen", w.do("GET", "/_control/state", "").says(`"connections": []`), true)
	expect(t, "and the export is good", w.do("GET", "/_control/export", "").status, 200)
}
