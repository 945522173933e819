// Package either has a test that runs with an embedded server, or against a running one if PIPESFAKE_URL names it.
package either

import (
	"os"
	"testing"

	"example.com/pipesfake/client"
	"example.com/pipesfake/examples/reconnect"
	"example.com/pipesfake/fake"
)

func start(t *testing.T) fake.Controller {
	if url := os.Getenv("PIPESFAKE_URL"); url != "" {
		return client.Start(t, url, client.WithControlToken(os.Getenv("PIPESFAKE_CONTROL_TOKEN")))
	}
	return fake.Start(t)
}

func TestReconnect(t *testing.T) {
	t.Parallel()
	pipes := start(t)
	app := reconnect.App{BaseURL: pipes.URL(), APIKey: pipes.APIKey()}
	pipes.Use("needs_reauthorization", fake.User("user_alice"))
	if got, err := app.Button(t.Context(), "user_alice"); err != nil || got != "Reconnect GitHub" {
		t.Errorf("the button says %q (%v)", got, err)
	}
	pipes.RequireCalled(t, fake.Called{Operation: "token", Count: new(1)}, fake.User("user_alice"))
}
