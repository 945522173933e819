package connect_test

import (
	"context"
	"net/http/httptest"
	"testing"
	"time"

	connect "example.com/pipesfake/examples/connect/go"
	"example.com/pipesfake/fake"
	"example.com/pipesfake/scenarios"
)

func TestButton(t *testing.T) {
	pipes, requireButton := start(t)
	for scenario, want := range map[string]string{
		"active": "Connected as octocat", "not_installed": "Connect GitHub", "missing_scopes": "Grant more access",
		"needs_reauthorization": "Reconnect GitHub", "expired": "Reconnect GitHub"} {
		pipes.Use(scenario, fake.User("user_"+scenario))
		requireButton("user_"+scenario, want)
	}
}

func TestButtonAfterA503(t *testing.T) {
	pipes, requireButton := start(t)
	pipes.Fault(fake.Fault{Operation: "token", Status: 503, Times: 1})
	requireButton("user_alice", "Connected as octocat")
	pipes.RequireCalled(t, fake.Called{Operation: "token", Count: new(2)})
}

func TestButtonAfterAWebhook(t *testing.T) {
	pipes, requireButton := start(t)
	requireButton("user_alice", "Connected as octocat")
	pipes.Use("needs_reauthorization", fake.User("user_alice"))
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := pipes.WaitFor(ctx, fake.Called{Webhook: "pipes.connected_account.reauthorization_needed"}); err != nil {
		t.Error(err)
	}
	requireButton("user_alice", "Reconnect GitHub")
}

// start starts the application, with a fake in place of WorkOS and GitHub.
func start(t *testing.T) (pipes *fake.Server, requireButton func(user, want string)) {
	app := &connect.App{WebhookSecret: "whsec_test"}
	receiver := httptest.NewServer(app)
	t.Cleanup(receiver.Close)
	set, err := scenarios.Parse("setup", []byte(`{version: 1, webhooks: [{url: '`+receiver.URL+`', secret: whsec_test}],
		providers: {github: {api: [{path: /user, body: {login: octocat}}]}}}`))
	if err != nil {
		t.Fatal(err)
	}
	pipes = fake.Start(t, fake.WithScenarios(set))
	app.WorkOSURL, app.APIKey, app.GitHubURL = pipes.URL(), pipes.APIKey(), pipes.URL()+"/_provider/github"
	return pipes, func(user, want string) {
		if got, err := app.Button(t.Context(), user); err != nil || got != want {
			t.Errorf("the button of %s says %q (%v), want %q", user, got, err, want)
		}
	}
}
