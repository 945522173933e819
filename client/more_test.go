package client_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/client"
	"example.com/pipesfake/fake"
	"example.com/pipesfake/scenarios"
)

func TestScenarioTexts(t *testing.T) {
	t.Parallel()
	r := &recorder{name: "TestA"}
	pipes := client.Start(r, serve(t).URL)
	t.Cleanup(r.close)
	pipes.UseInline(`{"steps": [{"fault": {"status": 503}, "times": 1}, {"scenario": "active"}]}`, fake.User("alice"))
	expect(t, "the first", token(t, pipes, "alice"), "503")
	expect(t, "the second", token(t, pipes, "alice"), "active")
	pipes.TryScenarios("version: 1\nscenarios: {gone: {state: not_installed}}\nstart: gone\n")
	expect(t, "the text's start", token(t, pipes, "alice"), "not_installed")
	names := pipes.Scenarios()
	pipes.UntryScenarios()
	expect(t, "scenarios", len(names), len(pipes.Scenarios())+1)
	expect(t, "the file's start", token(t, pipes, "alice"), "active")
	expect(t, "failure", r.fatal, "")
	for text, says := range map[string]string{"{": "UseInline: ", `{"state": "conected"}`: "mean connected?"} {
		if pipes.UseInline(text); !strings.Contains(r.fatal, says) {
			t.Errorf("%s: %q", text, r.fatal)
		}
	}
	builtin, err := scenarios.Builtin().Scenario("missing_scopes")
	if err != nil {
		t.Fatal(err)
	}
	if pipes.UseState(builtin.State); !strings.Contains(r.fatal, `Use("missing_scopes")`) {
		t.Errorf("a state fails with %q", r.fatal)
	}
	if pipes.TryScenarios("version: 1\nstart: actve\n"); !strings.Contains(r.fatal, "TryScenarios: 2:8: ") {
		t.Errorf("a text fails with %q", r.fatal)
	}
}

func TestFaultsAreListed(t *testing.T) {
	t.Parallel()
	pipes := client.Start(t, serve(t).URL)
	added := []fake.Fault{
		{Status: 503, RetryAfter: new(0), Body: new(""), Times: 2, Operation: "token", Probability: 0.5},
		{Delay: fake.Delay{Min: time.Second, Max: time.Minute}},
		{Delay: fake.Delay{Max: time.Minute}},
		{RateLimit: &fake.RateLimit{Requests: 1, Per: time.Hour, By: "user"}},
	}
	for _, one := range added {
		pipes.Fault(one)
	}
	expect(t, "faults", pipes.Faults(), added)
	pipes.RemoveFaults()
	expect(t, "removed", len(pipes.Faults()), 0)
}

func TestListsOfTheEnvironment(t *testing.T) {
	t.Parallel()
	pipes := client.Start(t, serve(t, fake.WithTime(noon)).URL)
	token(t, pipes, "alice")
	pipes.ClearRequests()
	expect(t, "requests", len(pipes.Requests()), 0)
	pipes.Snapshot("b")
	pipes.Snapshot("a")
	expect(t, "snapshots", pipes.Snapshots(), []string{"a", "b"})
	pipes.DeleteSnapshot("a")
	expect(t, "without one", pipes.Snapshots(), []string{"b"})
	expect(t, "frozen", pipes.Frozen(), true)
	pipes.Unfreeze()
	expect(t, "not frozen", pipes.Frozen(), false)
}

// Long lists come in pages.
func TestPages(t *testing.T) {
	t.Parallel()
	pipes := client.Start(t, serve(t, fake.WithJournal(3000)).URL)
	for range 1001 {
		token(t, pipes, "alice")
	}
	requests := pipes.Requests()
	expect(t, "requests", len(requests), 1001)
	if first, last := requests[0].ID, requests[1000].ID; first >= last {
		t.Errorf("they are from %s to %s", first, last)
	}
	for range 501 {
		pipes.Use("needs_reauthorization")
		pipes.Use("active")
	}
	events := pipes.Events()
	expect(t, "events", len(events), 1002)
	expect(t, "the first", events[0].Name, "pipes.connected_account.reauthorization_needed")
}

// A server that forwards what it does not know is recognized, too.
func TestConnectToAServerWithAFallback(t *testing.T) {
	t.Parallel()
	other := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(other.Close)
	running := fake.Start(t, fake.WithFallback(other.URL))
	s, err := client.Connect(running.URL())
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
}
