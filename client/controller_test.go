package client_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/client"
	"example.com/pipesfake/fake"
)

// authorize returns the URL of a consent page for a user.
func authorize(t *testing.T, pipes controller, user string) string {
	t.Helper()
	status, text := post(t, pipes, "/data-integrations/github/authorize",
		`{"user_id": "`+user+`", "return_to": "https://app.test/back"}`)
	var page struct{ URL string }
	if err := json.Unmarshal([]byte(text), &page); err != nil || status != http.StatusOK {
		t.Fatalf("%d %s", status, text)
	}
	return page.URL
}

func TestDecide(t *testing.T) {
	t.Parallel()
	either(t, nil, func(t *testing.T, pipes controller, r *recorder) {
		pipes.Use("not_installed")
		page := authorize(t, pipes, "alice")
		back := pipes.Decide(page, fake.Approve)
		if !strings.HasPrefix(back, "https://app.test/back") {
			t.Errorf("it leads to %q", back)
		}
		expect(t, "connected", token(t, pipes, "alice"), "active")
		pipes.Decide(authorize(t, pipes, "bob"), fake.Deny)
		expect(t, "denied", token(t, pipes, "bob"), "not_installed")
		last := pipes.Events()[len(pipes.Events())-1]
		if last.ErrorCode == "" || last.User != "bob" || !last.CreatedAt.IsZero() || last.DataIntegration == "" {
			t.Errorf("the last event is %+v", last)
		}
		first := pipes.Events()[0]
		if first.AuthMethod != "oauth" || len(first.Scopes) == 0 || first.CreatedAt.IsZero() || first.Role == "" {
			t.Errorf("the first event is %+v", first)
		}
		expect(t, "failure", r.fatal, "")
		for name, do := range map[string]func(){
			"decided before": func() { pipes.Decide(page, fake.Deny) },
			"no page":        func() { pipes.Decide("https://app.test/", fake.Deny) },
			"no decision":    func() { pipes.Decide(page, "maybe") },
		} {
			r.fatal = ""
			if do(); !strings.HasPrefix(r.fatal, "pipesfake: Decide: ") {
				t.Errorf("%s: %q", name, r.fatal)
			}
		}
	})
}

// A page belongs to the environment that made it.
func TestDecideInAnotherEnvironment(t *testing.T) {
	t.Parallel()
	url, r := serve(t).URL, &recorder{name: "TestB"}
	t.Cleanup(r.close)
	pipes, others := client.Start(t, url), client.Start(r, url)
	pipes.Use("not_installed")
	page := authorize(t, pipes, "alice")
	if others.Decide(page, fake.Approve); !strings.Contains(r.fatal, "environment test-TestB has no consent page") {
		t.Errorf("it fails with %q", r.fatal)
	}
	expect(t, "undecided", token(t, pipes, "alice"), "not_installed")
	pipes.Decide(page, fake.Approve)
	expect(t, "decided", token(t, pipes, "alice"), "active")
}

func TestEndpoints(t *testing.T) {
	t.Parallel()
	receiver := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(receiver.Close)
	either(t, nil, func(t *testing.T, pipes controller, r *recorder) {
		made := pipes.AddEndpoint(receiver.URL)
		if made.ID == "" || made.Secret == "" || len(made.Events) == 0 || !made.Enabled || made.URL != receiver.URL {
			t.Errorf("it is %+v", made)
		}
		expect(t, "all", pipes.Endpoints(), []fake.Endpoint{made})
		token(t, pipes, "alice")
		pipes.Use("needs_reauthorization")
		sent := fake.Called{Webhook: "pipes.connected_account.reauthorization_needed"}
		if err := pipes.WaitFor(t.Context(), sent); err != nil {
			t.Fatal(err)
		}
		first := pipes.Webhooks()[0]
		if first.EndpointID != made.ID || first.User != "alice" || first.Attempts[0].Time.IsZero() {
			t.Errorf("the webhook is %+v", first)
		}
		again := pipes.Redeliver(first.ID)
		expect(t, "again", again.EventID, first.EventID)
		sent.Count = new(2)
		if err := pipes.WaitFor(t.Context(), sent); err != nil {
			t.Fatal(err)
		}
		made.Enabled = false
		expect(t, "disabled", pipes.UpdateEndpoint(made), made)
		pipes.RemoveEndpoint(made.ID)
		expect(t, "none", len(pipes.Endpoints()), 0)
		expect(t, "requests", len(pipes.Requests()), 1)
		expect(t, "failure", r.fatal, "")
		if pipes.RemoveEndpoint(made.ID); !strings.HasPrefix(r.fatal, "pipesfake: RemoveEndpoint: ") {
			t.Errorf("it fails with %q", r.fatal)
		}
	})
}

func TestViews(t *testing.T) {
	t.Parallel()
	either(t, nil, func(t *testing.T, pipes controller, r *recorder) {
		pipes.UseInline(`{"steps": [{"scenario": "active", "times": 2}, {"scenario": "expired"}]}`,
			fake.User("alice"), fake.For(time.Hour))
		expect(t, "inline", r.fatal, "")
		token(t, pipes, "alice")
		all := pipes.Connections()
		if len(all) != 1 || len(all[0].Steps) != 1 || all[0].Role == "" {
			t.Fatalf("the connections are %+v", all)
		}
		step := all[0].Steps[0]
		expect(t, "step", []int{step.Number, step.Of, step.Calls, step.Times}, []int{1, 2, 1, 2})
		expect(t, "explained", pipes.Explain(fake.Provider("github"), fake.User("alice")), all[0])
		expect(t, "switches", pipes.Switches(), []fake.Switch{
			{Covers: `user "alice"`, Time: noon, EndsAt: noon.Add(time.Hour)},
		})
		request := pipes.Requests()[0]
		if request.RequestHeaders.Get("Content-Length")+request.RequestHeaders.Get("User-Agent") == "" ||
			request.RequestBody != `{"user_id": "alice"}` || request.ResponseBody == "" || request.Received.IsZero() {
			t.Errorf("the request is %+v", request)
		}
		covered := pipes.Coverage()
		expect(t, "coverage", []any{covered.Of, covered.Providers[0].Provider}, []any{5, "github"})
		expect(t, "active", covered.Providers[0].Answers["active"], 1)
		expect(t, "failure", r.fatal, "")
	})
}
