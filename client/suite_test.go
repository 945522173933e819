package client_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake"
	"example.com/pipesfake/scenarios"
)

// controller is what a suite uses, embedded or over HTTP.
type controller = fake.Controller

func expect(t testing.TB, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func TestSwitches(t *testing.T) {
	t.Parallel()
	either(t, nil, func(t *testing.T, pipes controller, r *recorder) {
		pipes.Use("needs_reauthorization", fake.User("alice"))
		expect(t, "alice", token(t, pipes, "alice"), "needs_reauthorization")
		expect(t, "bob", token(t, pipes, "bob"), "active")
		pipes.UseState(fake.State{State: scenarios.NotInstalled}, fake.Provider("github"), fake.For(time.Minute))
		expect(t, "a state", token(t, pipes, "bob"), "not_installed")
		pipes.Advance(time.Minute)
		expect(t, "after For", token(t, pipes, "alice"), "needs_reauthorization")
		pipes.TakeBack()
		expect(t, "taken back", token(t, pipes, "alice"), "active")
		pipes.UseState(fake.State{ExpiresIn: 5 * time.Minute, Refresh: "fails", Scopes: []string{}})
		seen := pipes.Explain(fake.Provider("github"), fake.User("alice"), fake.NoOrganization())
		expect(t, "the end", seen.ExpiresAt, pipes.Now().Add(5*time.Minute))
		expect(t, "scopes", seen.Scopes, []string{})
		if !strings.Contains(seen.Because, "switch") || seen.ConnectedAccount == "" {
			t.Errorf("it explains %+v", seen)
		}
		pipes.Reset()
		expect(t, "after a reset", pipes.Now(), noon)
		expect(t, "failure", r.fatal, "")
	})
}

func TestClock(t *testing.T) {
	t.Parallel()
	either(t, nil, func(t *testing.T, pipes controller, r *recorder) {
		expect(t, "the start", pipes.Now(), noon)
		pipes.Advance(90 * time.Minute)
		pipes.Advance(-30 * time.Minute)
		expect(t, "an hour later", pipes.Now(), noon.Add(time.Hour))
		pipes.SetTime(noon.AddDate(1, 0, 0))
		expect(t, "a year later", pipes.Now(), noon.AddDate(1, 0, 0))
		pipes.Unfreeze()
		pipes.Freeze()
		stopped := pipes.Now()
		expect(t, "frozen", pipes.Now(), stopped)
		expect(t, "failure", r.fatal, "")
	})
}

func TestFaults(t *testing.T) {
	t.Parallel()
	either(t, nil, func(t *testing.T, pipes controller, r *recorder) {
		pipes.Fault(fake.Fault{Status: 503, RetryAfter: new(0), Body: new("busy"), Times: 1}, fake.User("alice"))
		expect(t, "bob", token(t, pipes, "bob"), "active")
		expect(t, "alice", token(t, pipes, "alice"), "503")
		expect(t, "alice again", token(t, pipes, "alice"), "active")
		remove := pipes.Fault(fake.Fault{
			RateLimit: &fake.RateLimit{Requests: 1, Per: time.Hour}, Operation: "token",
			Delay: fake.Delay{Min: time.Millisecond},
		})
		expect(t, "in the limit", token(t, pipes, "alice"), "active")
		expect(t, "over the limit", token(t, pipes, "alice"), "429")
		remove()
		remove()
		expect(t, "removed", token(t, pipes, "alice"), "active")
		expect(t, "failure", r.fatal, "")
	})
}

// After a reset, ids of faults begin again: a fault that is gone must not remove a newer one.
func TestRemoveOfAFaultThatIsGone(t *testing.T) {
	t.Parallel()
	either(t, nil, func(t *testing.T, pipes controller, r *recorder) {
		down := fake.Fault{Status: 503, Operation: "token"}
		pipes.Snapshot("empty")
		for name, forget := range map[string]func(){
			"a reset": pipes.Reset, "a restore": func() { pipes.Restore("empty") }, "removed": pipes.RemoveFaults,
		} {
			gone := pipes.Fault(down)
			forget()
			remove := pipes.Fault(down)
			gone()
			expect(t, "after "+name, token(t, pipes, "alice"), "503")
			remove()
			expect(t, "after "+name+" and remove", token(t, pipes, "alice"), "active")
		}
		remove := pipes.Fault(down)
		pipes.Snapshot("down")
		pipes.RemoveFaults()
		pipes.Restore("down")
		remove()
		expect(t, "one that was restored", token(t, pipes, "alice"), "active")
		expect(t, "failure", r.fatal, "")
	})
}

func TestJournal(t *testing.T) {
	t.Parallel()
	either(t, nil, func(t *testing.T, pipes controller, r *recorder) {
		token(t, pipes, "alice")
		token(t, pipes, "bob")
		alice := fake.Called{Operation: "token", Places: []fake.Place{fake.User("alice")}}
		bob := fake.Called{Status: 200, Places: []fake.Place{fake.User("bob")}}
		pipes.RequireCalled(r, fake.Called{Operation: "token", Count: new(2)})
		pipes.RequireOrder(r, alice, bob)
		expect(t, "in order", r.fatal, "")
		requests := pipes.Requests()
		if len(requests) != 2 || requests[0].User != "alice" || requests[1].Took <= 0 {
			t.Fatalf("the requests are %+v", requests)
		}
		requests[0].Took = 0
		expect(t, "a line", requests[0].String(), "req_test-TestSuite_000001 POST /data-integrations/github/token "+
			"(token for alice) → 200: active by the usual start of built-in")
		for name, c := range map[string]struct {
			do   func()
			says string
		}{
			"nobody": {
				func() { pipes.RequireCalled(r, fake.Called{Operation: "token"}, fake.User("alicia")) },
				`pipesfake: Expected at least 1 call of token for user "alicia"; there were 0.` +
					"\n\t1 call with user_id \"alice\", you asked for \"alicia\"" +
					"\n\t1 call with user_id \"bob\", you asked for \"alicia\"",
			},
			"no event": {
				func() { pipes.RequireCalled(r, fake.Called{Event: "pipes.connected_account.connected"}) },
				"pipesfake: Expected at least 1 event of pipes.connected_account.connected; there were 0.",
			},
			"another order": {
				func() { pipes.RequireOrder(r, bob, alice) },
				"pipesfake: calls[1] was not matched: after calls[0], which was req_test-TestSuite_000002, " +
					"there was no call of token for user \"alice\"." +
					"\n\t1 such call came before: req_test-TestSuite_000001",
			},
			"an empty order": {func() { pipes.RequireOrder(r) }, "pipesfake: an order names at least one call"},
			"an order of numbers": {
				func() { pipes.RequireOrder(r, fake.Called{Count: new(1)}) },
				"pipesfake: calls[0]: an order is of calls, each of which came or not: " +
					"leave Event, Webhook, Count, AtLeast and AtMost out",
			},
			"an order of an unknown": {
				func() { pipes.RequireOrder(r, bob, fake.Called{Operation: "tokens"}) },
				`pipesfake: calls[1]: no operation is called "tokens" (did you mean token?): ` +
					"docs/pipes-api.md and GET /_control/openapi.json list all",
			},
			"no such operation": {
				func() { pipes.RequireCalled(r, fake.Called{Operation: "tokens"}) },
				`pipesfake: no operation is called "tokens" (did you mean token?): ` +
					"docs/pipes-api.md and GET /_control/openapi.json list all",
			},
		} {
			r.fatal = ""
			c.do()
			expect(t, name, r.fatal, c.says)
		}
	})
}

func TestWaitFor(t *testing.T) {
	t.Parallel()
	either(t, nil, func(t *testing.T, pipes controller, _ *recorder) {
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		err := pipes.WaitFor(ended, fake.Called{Operation: "token"}, fake.User("alice"))
		if !errors.Is(err, context.Canceled) || !strings.Contains(fmt.Sprint(err), "there were 0.") {
			t.Errorf("it ends with %v", err)
		}
		arrived := make(chan error)
		go func() {
			arrived <- pipes.WaitFor(t.Context(), fake.Called{Operation: "token"}, fake.User("alice"))
		}()
		token(t, pipes, "alice")
		expect(t, "a call", <-arrived, nil)
		err = pipes.WaitFor(t.Context(), fake.Called{Operation: "tokens"})
		if !strings.Contains(fmt.Sprint(err), "did you mean token?") {
			t.Errorf("a mistake: %v", err)
		}
	})
}

func TestEventsAndWebhooks(t *testing.T) {
	t.Parallel()
	receiver := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(receiver.Close)
	set, err := scenarios.Parse("test.yaml", []byte("version: 1\nwebhooks: [{url: "+receiver.URL+"}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	either(t, []fake.Option{fake.WithScenarios(set)}, func(t *testing.T, pipes controller, r *recorder) {
		token(t, pipes, "alice")
		pipes.Use("needs_reauthorization", fake.User("alice"))
		const name = "pipes.connected_account.reauthorization_needed"
		if err := pipes.WaitFor(t.Context(), fake.Called{Webhook: name}); err != nil {
			t.Fatal(err)
		}
		pipes.RequireCalled(r, fake.Called{Event: name, Count: new(1)})
		events, webhooks := pipes.Events(), pipes.Webhooks()
		if len(events) != 1 || len(webhooks) != 1 {
			t.Fatalf("%d events, %d webhooks", len(events), len(webhooks))
		}
		account := pipes.Explain(fake.Provider("github"), fake.User("alice")).ConnectedAccount
		got := events[0]
		expect(t, "event", []any{got.Name, got.Provider, got.User, got.State, got.Time, got.ConnectedAccount},
			[]any{name, "github", "alice", "needs_reauthorization", noon, account})
		sent := webhooks[0]
		expect(t, "webhook", []any{sent.EventID, sent.Event, sent.EndpointURL, sent.State, sent.Attempts[0].Status},
			[]any{got.ID, name, receiver.URL, "delivered", 200})
		expect(t, "failure", r.fatal, "")
	})
}

func TestSnapshots(t *testing.T) {
	t.Parallel()
	either(t, nil, func(t *testing.T, pipes controller, r *recorder) {
		token(t, pipes, "alice")
		pipes.Snapshot("before")
		pipes.Use("not_installed")
		text := string(pipes.Export())
		if _, err := scenarios.Parse("export.yaml", []byte(text)); err != nil ||
			!strings.Contains(text, "not_installed") {
			t.Errorf("the export is %s (%v)", text, err)
		}
		pipes.Restore("before")
		expect(t, "restored", token(t, pipes, "alice"), "active")
		expect(t, "failure", r.fatal, "")
	})
}

// The same mistake fails the test with nearly the same words.
// A scope that the provider does not ask for cannot be missing: the list in the file says which it asks for, and
// otherwise only what is probably a typo is refused.
func TestUnknownMissingScopes(t *testing.T) {
	t.Parallel()
	set, err := scenarios.Parse("test.yaml", []byte("version: 1\nproviders: {slack: {scopes: [chat, users]}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	either(t, []fake.Option{fake.WithScenarios(set)}, func(t *testing.T, pipes controller, r *recorder) {
		lacks := func(scopes ...string) fake.State { return fake.State{MissingScopes: scopes} }
		for name, c := range map[string]struct {
			state  fake.State
			places []fake.Place
			says   string
		}{
			"one it asks for": {lacks("chat"), []fake.Place{fake.Provider("slack")}, ""},
			"another": {lacks("chat", "files"), []fake.Place{fake.Provider("slack")},
				`missing_scopes names "files", for which slack does not ask: it asks for chat, users`},
			"another, of a user": {lacks("chta"), []fake.Place{fake.Provider("slack"), fake.User("alice")},
				`missing_scopes names "chta", for which slack does not ask (did you mean chat?): ` +
					"it asks for chat, users"},
			"of any provider":            {lacks("files"), nil, ""},
			"scopes that are not listed": {lacks("admin:org"), []fake.Place{fake.Provider("github")}, ""},
			"scopes that are not listed, typo": {lacks("rep"), []fake.Place{fake.Provider("github")},
				`missing_scopes names "rep", for which github does not ask (did you mean repo?): ` +
					"it asks for repo, user:email, read:org"},
		} {
			r.fatal = ""
			pipes.UseState(c.state, c.places...)
			if !strings.Contains(r.fatal, c.says) || c.says == "" && r.fatal != "" {
				t.Errorf("%s: %q", name, r.fatal)
			}
		}
	})
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		do   func(controller)
		says string
	}{
		"a scenario":     {func(c controller) { c.Use("expred") }, `"expred" (did you mean expired?)`},
		"a state":        {func(c controller) { c.UseState(fake.State{State: "conected"}) }, "mean connected?"},
		"no user":        {func(c controller) { c.Use("expired", fake.User("")) }, `fake.User(""): it must`},
		"two users":      {func(c controller) { c.Use("expired", fake.User("a"), fake.User("b")) }, "given twice"},
		"two durations":  {func(c controller) { c.Use("expired", fake.For(1e9), fake.For(1e9)) }, "given twice"},
		"no fault":       {func(c controller) { c.Fault(fake.Fault{}) }, "needs a way to break"},
		"a short fault":  {func(c controller) { c.Fault(fake.Fault{Hang: true}, fake.For(1e9)) }, "limits a switch"},
		"nothing":        {func(c controller) { c.TakeBack() }, "o switch"},
		"the far future": {func(c controller) { c.Advance(1 << 62) }, "a hundred years"},
		"no time":        {func(c controller) { c.SetTime(time.Time{}) }, "a hundred years"},
		"a snapshot":     {func(c controller) { c.Restore("lost") }, "lost"},
		"a bad name":     {func(c controller) { c.Snapshot("a/b") }, "1 to 64 letters"},
		"nobody":         {func(c controller) { c.Explain(fake.Provider("github")) }, "Explain: fake.User is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			either(t, nil, func(t *testing.T, pipes controller, r *recorder) {
				c.do(pipes)
				if !strings.HasPrefix(r.fatal, "pipesfake: ") || !strings.Contains(r.fatal, c.says) {
					t.Errorf("the test failed with %q", r.fatal)
				}
			})
		})
	}
}
