package fake_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake"
)

// authorize returns the URL of a consent page for alice, whose browser then returns to the application.
func (w world) authorize() string {
	w.t.Helper()
	body := `{"user_id": "alice", "return_to": "https://app.example.com/back"}`
	return decode[struct{ URL string }](w.t, w.do("POST", "/data-integrations/github/authorize", body), 200).URL
}

func TestDecide(t *testing.T) {
	t.Parallel()
	const all = "repo user:email read:org"
	for name, c := range map[string]struct {
		decision fake.Decision
		scopes   []string
		state    string
		granted  string
		event    string
	}{
		"approve all":        {fake.Approve, nil, "connected", all, "connected"},
		"approve some":       {fake.Approve, []string{"read:org", "repo"}, "connected", "repo read:org", "connected"},
		"deny":               {fake.Deny, nil, "not_installed", "", "connection_failed"},
		"the provider fails": {fake.Fail, nil, "not_installed", "", "connection_failed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t, fake.WithScenario("not_installed"))
			redirect := w.Decide(w.authorize(), c.decision, c.scopes...)
			expect(t, "the browser goes back", redirect, "https://app.example.com/back")
			connection := w.Explain(fake.Provider("github"), fake.User("alice"))
			expect(t, "the state", connection.State, c.state)
			expect(t, "the scopes", strings.Join(connection.Scopes, " "), c.granted)
			events := w.Events()
			last := events[len(events)-1]
			expect(t, "the event", strings.TrimPrefix(last.Name, "pipes.connected_account."), c.event)
			if c.event == "connected" {
				expect(t, "its scopes", strings.Join(last.Scopes, " "), c.granted)
				expect(t, "its method", last.AuthMethod, "oauth")
				expect(t, "who connected", last.EstablishedBy, "alice")
			} else if last.ErrorCode == "" || last.Scopes != nil {
				t.Errorf("the event of a failure is %+v", last)
			}
			w.RequireCalled(t, fake.Called{Operation: "consent", Count: new(1)}, fake.User("alice"))
		})
	}
}

// A decision reaches the page of a test's own environment on a shared server, and one without a return address.
func TestDecideInTheEnvironmentOfATest(t *testing.T) {
	t.Parallel()
	shared := fake.Start(t)
	w := start(t, fake.WithServer(shared))
	w.Use("not_installed")
	asked := w.do("POST", "/data-integrations/github/authorize", `{"user_id": "alice"}`)
	expect(t, "nowhere to go", w.Decide(decode[struct{ URL string }](t, asked, 200).URL, fake.Approve), "")
	expect(t, "and it is connected", w.token("github", "alice").says(), "active")
}

// failing starts a server for a test that may fail, and returns both.
func failing(t *testing.T) (*fake.Server, *recorder) {
	t.Helper()
	r := new(recorder)
	t.Cleanup(r.close)
	return fake.Start(r), r
}

// A mistake fails the test with a message that names the thing and the fix.
func TestMistakesOfControllerCalls(t *testing.T) {
	t.Parallel()
	page := func(s *fake.Server) string { return worldOf(t, s).authorize() }
	for name, c := range map[string]struct {
		call func(s *fake.Server)
		want string
	}{
		"a page that is none": {
			func(s *fake.Server) { s.Decide("http://x/y", fake.Approve) }, `use the url that POST /data-integrations/`,
		},
		"a page of another environment": {
			func(s *fake.Server) { s.Environment("other").Decide(page(s), fake.Approve) },
			"environment other has no consent page",
		},
		"a page that was decided": {
			func(s *fake.Server) {
				url := page(s)
				s.Decide(url, fake.Deny)
				s.Decide(url, fake.Approve)
			},
			"decided once, to deny",
		},
		"no decision": {
			func(s *fake.Server) { s.Decide(page(s), "aprove") }, `"aprove" is no decision: use fake.Approve`,
		},
		"an unknown scope": {func(s *fake.Server) { s.Decide(page(s), fake.Approve, "rep") }, "did you mean repo?"},
		"an endpoint that is no URL": {
			func(s *fake.Server) { s.AddEndpoint("app:3000") }, "endpoint_url is not a URL",
		},
		"an endpoint twice": {
			func(s *fake.Server) { s.AddEndpoint("http://app/a"); s.AddEndpoint("http://app/a") }, "exists already",
		},
		"an unknown event": {
			func(s *fake.Server) { s.AddEndpoint("http://app/a", "pipes.connected_account.conected") },
			"did you mean pipes.connected_account.connected?",
		},
		"an endpoint that is gone": {
			func(s *fake.Server) { s.RemoveEndpoint("we_1") }, `"we_1". Endpoints() lists`,
		},
		"a change of none": {
			func(s *fake.Server) { s.UpdateEndpoint(fake.Endpoint{ID: "we_1", URL: "http://a"}) }, `"we_1"`,
		},
		"an unknown webhook":  {func(s *fake.Server) { s.Redeliver("delivery_9") }, `"delivery_9" is remembered`},
		"an unknown snapshot": {func(s *fake.Server) { s.Snapshot("a"); s.DeleteSnapshot("b") }, `no snapshot "b"`},
		"a text with mistakes": {
			func(s *fake.Server) { s.TryScenarios("version: 1\nstrat: active\n") }, "did you mean start?",
		},
		"an inline scenario": {
			func(s *fake.Server) { s.UseInline(`{"state": "conected"}`) }, "did you mean connected?",
		},
		"an inline without syntax": {func(s *fake.Server) { s.UseInline(`{`) }, "UseInline"},
		"an inline with more": {
			func(s *fake.Server) { s.UseInline(`"expired" "active"`) },
			"UseInline: there is more after the JSON value, at byte 10",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, r := failing(t)
			c.call(server)
			if !strings.Contains(r.fatal, c.want) || !strings.HasPrefix(r.fatal, "pipesfake: ") {
				t.Errorf("it says %q, want %q", r.fatal, c.want)
			}
		})
	}
}

func TestEndpointsInGo(t *testing.T) {
	t.Parallel()
	received := make(chan string, 10)
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		received <- r.Header.Get("WorkOS-Signature")
	}))
	t.Cleanup(receiver.Close)
	w := start(t)
	endpoint := w.AddEndpoint(receiver.URL)
	expect(t, "its events", len(endpoint.Events), 4)
	expect(t, "it is enabled and has a secret", endpoint.Enabled && endpoint.Secret != "", true)
	expect(t, "the API lists it", w.do("GET", "/webhook_endpoints", "").says(endpoint.ID), true)
	expect(t, "adding one is no call of the application", len(w.Requests()), 1)

	w.Use("needs_reauthorization", fake.Provider("github"), fake.User("alice"))
	delivered := fake.Called{Webhook: "pipes.connected_account.reauthorization_needed"}
	if err := w.WaitFor(t.Context(), delivered); err != nil {
		t.Fatal(err)
	}
	first := w.Webhooks()[0]
	expect(t, "to", first.EndpointID, endpoint.ID)
	expect(t, "about", first.Provider+" "+first.User, "github alice")
	again := w.Redeliver(first.ID)
	if again.ID == first.ID || again.EventID != first.EventID {
		t.Errorf("redelivered: %+v after %+v", again, first)
	}
	delivered.Count = new(2)
	if err := w.WaitFor(t.Context(), delivered); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		expect(t, "signed", <-received != "", true)
	}

	endpoint.Enabled, endpoint.Events = false, endpoint.Events[:1]
	changed := w.UpdateEndpoint(endpoint)
	expect(t, "changed", fmt.Sprint(changed), fmt.Sprint(endpoint))
	expect(t, "listed so", fmt.Sprint(w.Endpoints()), fmt.Sprint([]fake.Endpoint{changed}))
	w.RemoveEndpoint(endpoint.ID)
	expect(t, "removed", len(w.Endpoints()), 0)
}

// More endpoints than one page of the API has.
func TestAllEndpointsAreListed(t *testing.T) {
	t.Parallel()
	w := start(t)
	for i := range 101 {
		w.AddEndpoint(fmt.Sprintf("http://app/%d", i))
	}
	all := w.Endpoints()
	expect(t, "all of them", len(all), 101)
	expect(t, "the oldest first", all[0].URL, "http://app/0")
}

func TestCoverageInGo(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.token("github", "alice")
	w.Use("expired")
	w.token("github", "alice")
	w.Fault(fake.Fault{Status: 503, Times: 1})
	w.do("POST", "/data-integrations/github/token", `{"user_id": "alice"}`)
	c := w.Coverage()
	expect(t, "seen", fmt.Sprint(c.Percent, c.Seen, c.Of), "40 2 5")
	github := c.Providers[0]
	expect(t, "answers", fmt.Sprint(github.Provider, github.Answers["active"], github.Answers["expired"]), "github1 1")
	expect(t, "missing", fmt.Sprint(github.Missing), "[missing_scopes not_installed needs_reauthorization]")
	expect(t, "faults", github.Faults["status"], 1)
	w.Reset()
	expect(t, "after a reset", w.Coverage().Seen, 0)
	expect(t, "all, also before", w.CoverageOfAll().Seen, 2)
	w.ClearCoverage()
	expect(t, "cleared", w.CoverageOfAll().Seen, 0)
}

func TestRequestsHaveHeadersAndBodies(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.do("POST", "/data-integrations/github/token", `{"user_id": "alice"}`, "X-Trace", "t1")
	r := w.Requests()[0]
	expect(t, "a header", r.RequestHeaders.Get("x-trace"), "t1")
	expect(t, "the body", r.RequestBody, `{"user_id": "alice"}`)
	expect(t, "the type of the response", r.ResponseHeaders.Get("Content-Type"), "application/json; charset=utf-8")
	if !strings.Contains(r.ResponseBody, `"active":true`) || strings.Contains(r.ResponseBody, "gho_fake_") {
		t.Errorf("the body of the response is %s", r.ResponseBody)
	}
	expect(t, "the key is hidden", strings.Contains(r.RequestHeaders.Get("Authorization"), w.key), false)
	w.ClearRequests()
	expect(t, "cleared", len(w.Requests()), 0)
}

func TestListsOfAnEnvironment(t *testing.T) {
	t.Parallel()
	w := withFile(t, "version: 1\nscenarios: {short: {expires_in: 5m}}\n"+
		"connections: [{provider: slack, user_id: bob, scenario: expired}]\n", fake.WithTime(noon))
	expect(t, "scenarios", slices.Contains(w.Scenarios(), "short") && slices.Contains(w.Scenarios(), "expired"), true)
	w.UseInline(`{"steps": [{"fault": {"status": 503}, "times": 2}, {"scenario": "active"}]}`,
		fake.Provider("github"), fake.User("alice"))
	w.Use("not_installed", fake.User("carol"), fake.For(time.Hour))
	switches := w.Switches()
	expect(t, "switches", len(switches), 2)
	expect(t, "the last", switches[1].Scenario+" "+switches[1].EndsAt.Format("15:04"), "not_installed 13:00")
	expect(t, "connections", len(w.Connections()), 2)
	alice := w.Explain(fake.Provider("github"), fake.User("alice"))
	expect(t, "her step", fmt.Sprint(alice.Steps[0].Number, alice.Steps[0].Of, alice.Steps[0].Fault.Status), "1 2 503")
	expect(t, "the first call", w.do("POST", "/data-integrations/github/token", `{"user_id": "alice"}`).status, 503)

	w.Fault(fake.Fault{Status: 500}, fake.User("bob"))
	expect(t, "faults", fmt.Sprint(len(w.Faults()), w.Faults()[0].Place.User), "1bob")
	w.RemoveFaults()
	expect(t, "removed", len(w.Faults()), 0)

	w.Snapshot("b")
	w.Snapshot("a")
	expect(t, "snapshots", fmt.Sprint(w.Snapshots()), "[a b]")
	w.DeleteSnapshot("a")
	expect(t, "without a", fmt.Sprint(w.Snapshots()), "[b]")

	expect(t, "the clock", w.Frozen(), true)
	w.Unfreeze()
	expect(t, "runs", w.Frozen(), false)

	w.TryScenarios("version: 1\nstart: not_installed\n")
	expect(t, "a text in place of the file", w.token("github", "dave").says(), "not_installed")
	w.UntryScenarios()
	expect(t, "and back", w.token("github", "dave").says(), "active")

	w.Environment("other").Now()
	expect(t, "environments", fmt.Sprint(w.Environments()), "[default other]")
	expect(t, "a name", w.Environment("other").Name()+" "+w.Name(), "other default")
	w.DeleteEnvironment("other")
	expect(t, "without it", fmt.Sprint(w.Environments()), "[default]")
}

// A suite can be written for Controller.
func TestAnEnvironmentIsAController(t *testing.T) {
	t.Parallel()
	server := fake.Start(t)
	for _, pipes := range []fake.Controller{server, server.Environment("other")} {
		pipes.Use("needs_reauthorization")
		w := world{Server: server, t: t, client: pipes.Client(), key: pipes.APIKey()}
		expect(t, pipes.Name(), w.token("github", "alice").says(), "needs_reauthorization")
		expect(t, "the URL", pipes.URL(), server.URL())
		if err := pipes.WaitFor(context.Background(), fake.Called{Operation: "token"}); err != nil {
			t.Error(err)
		}
	}
}

func TestCoverageAsText(t *testing.T) {
	t.Parallel()
	covered := fake.Coverage{
		Percent: 20, Seen: 2, Of: 10, Errors: map[string]int{"unauthorized": 1, "live_key": 0},
		Providers: []fake.ProviderCoverage{
			{
				Provider: "github", Percent: 40, Answers: map[string]int{"expired": 1, "active": 3, "not_installed": 0},
				Faults:  map[string]int{"status": 2},
				Missing: []string{"missing_scopes", "not_installed", "needs_reauthorization"},
			},
			{Provider: "slack", Missing: []string{"active"}},
		},
	}
	want := `20 % covered: 2 of 10 responses; errors unauthorized 1
github 40 %: active 3, expired 1; faults status 2; missing missing_scopes, not_installed, needs_reauthorization
slack 0 %; missing active`
	for _, format := range []string{"%v", "%+v", "%s"} {
		expect(t, format, fmt.Sprintf(format, covered), want)
	}
}
