package fake_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"example.com/pipesfake/fake"
)

// journalFile has decisions of every kind.
const journalFile = `
version: 1
scenarios:
  flaky: {steps: [{fault: {status: 503}, times: 1}, {scenario: active, times: 3}, {scenario: expired}]}
connections:
  - {provider: github, user_id: carol, scenario: expired}
  - {provider: github, user_id: dave, scenario: {steps: [{scenario: active, times: 1}, {scenario: not_installed}]}}
`

// showRequests returns what calls and the page show of the requests.
func showRequests(w world) map[string]string {
	shown := map[string]string{}
	for _, path := range []string{
		"/_control/requests", "/_control/requests?full=true", "/_control/requests?limit=3&user_id=bob",
		"/_control/coverage", "/_control/coverage?all=true", "/_ui/requests",
	} {
		shown[path] = string(w.do("GET", path, "").body)
	}
	for _, one := range w.Requests() {
		for _, path := range []string{"/_control/requests/", "/_ui/requests/"} {
			shown[path+one.ID] = string(w.do("GET", path+one.ID, "").body)
		}
		one.Received = one.Received.UTC()
		shown["in Go "+one.ID] = fmt.Sprintf("%+v", one)
	}
	for _, body := range []string{
		`{"operation": "token", "user_id": "bob", "count": 99}`, `{"operation": "token", "user_id": "bobby"}`,
		`{"order": [{"operation": "token"}, {"operation": "get_account"}, {"operation": "token", "user_id": "zoe"}]}`,
		`{"status": 418}`,
	} {
		shown["verify "+body] = string(w.do("POST", "/_control/verify", body).body)
	}
	return shown
}

func expectSame(t *testing.T, after, before map[string]string) {
	t.Helper()
	if len(after) != len(before) {
		t.Errorf("%d things are shown, not %d", len(after), len(before))
	}
	for what, text := range before {
		sameText(t, what, after[what], text)
	}
}

// makeRequests makes requests with decisions, faults, errors and changes of all kinds.
func makeRequests(w world) {
	w.Use("flaky", fake.User("bob"))
	for range 6 {
		w.do("POST", "/data-integrations/github/token", `{"user_id": "bob"}`)
	}
	w.do("PUT", "/_control/scenario", `{"scenario": {"steps": [{"scenario": "active", "times": 2}, `+
		`{"fault": {"status": 429}}]}, "provider": "notion", "ttl": "5h"}`)
	for _, provider := range []string{"notion", "notion", "notion", "gihub"} {
		w.do("POST", "/data-integrations/"+provider+"/token", `{"user_id": "erin", "organization_id": "org_1"}`)
	}
	w.token("github", "carol")
	for range 2 {
		w.do("POST", "/data-integrations/github/token", `{"user_id": "dave"}`)
	}
	w.do("PUT", accountPath("fay", "github"), `{"scopes": []}`)
	w.do("GET", accountPath("fay", "github"), "")
	w.do("POST", "/_control/faults", `{"reset": true, "operation": "list_events", "times": 1}`)
	if response, err := w.get("/events?events=user.created"); err == nil {
		_ = response.Body.Close()
	}
	w.do("GET", "/no/such/path?access_token=secret", "", "X-Session", "abcdefghijklmnopqrstuvwxyz")
	w.do("POST", "/data-integrations/github/token", "{")
	w.do("POST", "/data-integrations/github/token", `{"user_id": "`+strings.Repeat("u", 20<<10)+`"}`)
}

// get makes a request whose response may be broken.
func (w world) get(path string) (*http.Response, error) {
	request, err := http.NewRequest("GET", w.URL()+path, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+w.key)
	return w.Client().Do(request)
}

func startWith(t *testing.T, store fake.Store, options ...fake.Option) (world, *sharedLog) {
	t.Helper()
	log := &sharedLog{}
	server, err := fake.New(append([]fake.Option{fake.WithScenarios(parse(t, journalFile)), fake.WithTime(noon),
		fake.WithStore(store), fake.WithLogger(slog.New(slog.NewTextHandler(log, nil)))}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return worldOf(t, server), log
}

// The requests and all that is shown of them are the same after an orderly end, and after a kill a second later.
func TestRequestsSurviveARestart(t *testing.T) {
	t.Parallel()
	loadContracts(t)
	synctest.Test(t, func(t *testing.T) {
		store := newMemoryStore()
		w, _ := startWith(t, store)
		makeRequests(w)
		before := showRequests(w)
		time.Sleep(time.Second)
		killed, log := startWith(t, store.clone())
		expectSame(t, showRequests(killed), before)
		expect(t, "the log", log.String(), "")
		w.Close()
		for range 2 {
			w, log = startWith(t, store)
			expectSame(t, showRequests(w), before)
			expect(t, "the log", log.String(), "")
			w.Close()
		}
		w, _ = startWith(t, store)
		w.token("github", "alice")
		last := w.Requests()
		expect(t, "the next number", last[len(last)-1].ID, fmt.Sprintf("req_default_%06d", len(last)))
	})
}

// Of more requests than are kept, the last ones are there, and it is known how many are not.
func TestForgottenRequestsAfterARestart(t *testing.T) {
	t.Parallel()
	for _, kept := range []int{0, 1, 50, 70} {
		loadContracts(t)
		synctest.Test(t, func(t *testing.T) {
			store := newMemoryStore()
			w, _ := startWith(t, store, fake.WithJournal(kept))
			for i := range 140 {
				if w.token("github", "alice"); i%37 == 0 {
					time.Sleep(time.Second)
				}
			}
			w.do("POST", "/data-integrations/github/token", `{"user_id": "bob"}`)
			before := showRequests(w)
			time.Sleep(time.Second)
			if parts := len(store.clone().environments["default"]); parts > 12+kept/50 {
				t.Errorf("%d parts for %d requests", parts, kept)
			}
			killed, log := startWith(t, store.clone(), fake.WithJournal(kept))
			expectSame(t, showRequests(killed), before)
			expect(t, "the log", log.String(), "")
		})
	}
}

// What empties the journal is saved before it is answered, and what comes then is saved later.
func TestEmptiedRequestsStayEmpty(t *testing.T) {
	t.Parallel()
	loadContracts(t)
	for _, c := range []struct{ method, path, body string }{
		{"DELETE", "/_control/requests", ""},
		{"POST", "/_control/reset", ""},
		{"DELETE", "/_control/environments/default", ""},
		{"PUT", "/_control/scenarios", "version: 1\n"},
	} {
		synctest.Test(t, func(t *testing.T) {
			store := newMemoryStore()
			w, _ := startWith(t, store)
			makeRequests(w)
			time.Sleep(time.Second)
			w.do(c.method, c.path, c.body)
			left := store.clone()
			before := showRequests(w)
			killed, _ := startWith(t, left)
			expectSame(t, showRequests(killed), before)
			w.token("github", "alice")
			w.token("github", "bob")
			before = showRequests(w)
			time.Sleep(time.Second)
			killed, log := startWith(t, store.clone())
			expectSame(t, showRequests(killed), before)
			expect(t, "the log", log.String(), "")
		})
	}
}

// Secrets that the state has forgotten are still masked in the requests.
func TestForgottenSecretsAfterARestart(t *testing.T) {
	t.Parallel()
	loadContracts(t)
	synctest.Test(t, func(t *testing.T) {
		store := newMemoryStore()
		w, _ := startWith(t, store)
		made := decode[struct{ ID, Secret string }](t, w.do("POST", "/webhook_endpoints",
			`{"endpoint_url": "https://a.example/", "events": ["user.created"]}`), 201)
		w.do("GET", "/no/such/path/"+made.Secret, "")
		w.do("DELETE", "/webhook_endpoints/"+made.ID, "")
		before := showRequests(w)
		time.Sleep(time.Second)
		for range 2 {
			killed, _ := startWith(t, store.clone())
			after := showRequests(killed)
			expectSame(t, after, before)
			if strings.Contains(fmt.Sprint(after), made.Secret) {
				t.Error("the secret is shown")
			}
			killed.Close()
		}
	})
}

// Damaged requests are left out with a line in the log, and the rest is as it was.
func TestDamagedRequests(t *testing.T) {
	t.Parallel()
	loadContracts(t)
	for _, c := range []struct {
		part, text string // an empty text removes the part
		left       int    // requests
	}{
		{"requests", `[]`, 0},
		{"requests", `{"Last": 7, "Cleared": 9, "First": 12}`, 0},
		{"secrets", `{}`, 120},
		{"request/000000000000", `{"Entries": [{"Number": "one"}]}`, 70},
		{"request/000000000001", ``, 20},
		{"request/000000000001", `null`, 20},
		{"request/000000000002", `{"Entries": [{"Number": 101, "Decision": {"By": "switch"}}]}`, 100},
		{"request/000000000002", `{"Entries": [{"Number": 101, "Decision": {"By": "x", "Steps": [7]}}]}`, 100},
	} {
		synctest.Test(t, func(t *testing.T) {
			store := newMemoryStore()
			w, _ := startWith(t, store)
			w.Use("expired", fake.User("alice"))
			for range 120 {
				w.do("POST", "/data-integrations/github/token", `{"user_id": "alice"}`)
			}
			w.Close()
			if store.environments["default"][c.part] = []byte(c.text); c.text == "" {
				delete(store.environments["default"], c.part)
			}
			w, log := startWith(t, store)
			time.Sleep(time.Second)
			if count := strings.Count(log.String(), "requests not restored"); count != 1 {
				t.Errorf("%s %s: %d lines in the log: %s", c.part, c.text, count, log)
			}
			showRequests(w)
			expect(t, c.part+" "+c.text, len(w.Requests()), c.left)
			expect(t, "the switches", len(w.Switches()), 1)
			w.token("github", "bob")
			before := showRequests(w)
			w.Close()
			w, log = startWith(t, store)
			expectSame(t, showRequests(w), before)
			expect(t, "the log", log.String(), "")
		})
	}
}

// A call on purpose does not save the requests, and a failed save of them is made up for.
func TestSavedRequestsAreNotWaitedFor(t *testing.T) {
	t.Parallel()
	loadContracts(t)
	synctest.Test(t, func(t *testing.T) {
		store := newMemoryStore()
		w, _ := startWith(t, store)
		makeRequests(w)
		w.do("PUT", "/_control/scenario", `{"scenario": "active"}`)
		if _, has := store.clone().environments["default"]["request/000000000000"]; has {
			t.Error("the requests are saved with a switch")
		}
		store.fail(fmt.Errorf("full"))
		time.Sleep(5 * time.Second)
		w.token("github", "alice")
		time.Sleep(time.Second)
		store.fail(nil)
		before := showRequests(w)
		time.Sleep(2 * time.Second)
		killed, _ := startWith(t, store.clone())
		expectSame(t, showRequests(killed), before)
	})
}
