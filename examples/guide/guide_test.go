// Package guide has the tests that docs/go-testing.md quotes.
package guide

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"example.com/pipesfake/examples/reconnect"
	"example.com/pipesfake/fake"
	"example.com/pipesfake/scenarios"
)

func TestFault(t *testing.T) {
	t.Parallel()
	pipes := fake.Start(t)
	app := reconnect.App{BaseURL: pipes.URL(), APIKey: pipes.APIKey()}

	pipes.Fault(fake.Fault{Status: 503, RetryAfter: new(0), Times: 1}, fake.User("user_alice"))
	if _, err := app.Button(t.Context(), "user_alice"); err == nil {
		t.Error("the application ignores a 503")
	}
	pipes.RequireCalled(t, fake.Called{Operation: "token", Status: 503, Count: new(1)}, fake.User("user_alice"))
}

func TestWebhook(t *testing.T) {
	t.Parallel()
	receiver := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})) // your application's
	defer receiver.Close()
	set, err := scenarios.Parse("webhooks", []byte("{version: 1, webhooks: [{url: '"+receiver.URL+"'}]}"))
	if err != nil {
		t.Fatal(err)
	}
	pipes := fake.Start(t, fake.WithScenarios(set))
	app := reconnect.App{BaseURL: pipes.URL(), APIKey: pipes.APIKey()}
	if _, err := app.Button(t.Context(), "user_alice"); err != nil { // now the fake knows her connection
		t.Fatal(err)
	}

	pipes.Use("needs_reauthorization", fake.User("user_alice"))
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if err := pipes.WaitFor(ctx, fake.Called{Webhook: "pipes.connected_account.reauthorization_needed"}); err != nil {
		t.Error(err)
	}
}

func TestSnapshot(t *testing.T) {
	t.Parallel()
	pipes := fake.Start(t)
	app := reconnect.App{BaseURL: pipes.URL(), APIKey: pipes.APIKey()}

	pipes.Snapshot("before")
	pipes.Use("not_installed")
	pipes.Restore("before")
	if got, err := app.Button(t.Context(), "user_alice"); err != nil || got != "Connected" {
		t.Errorf("the button says %q (%v)", got, err)
	}
}
