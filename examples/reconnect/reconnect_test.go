package reconnect_test

import (
	"testing"
	"time"

	"example.com/pipesfake/examples/reconnect"
	"example.com/pipesfake/fake"
)

func TestButton(t *testing.T) {
	t.Parallel()
	pipes := fake.Start(t)
	app := reconnect.App{BaseURL: pipes.URL(), APIKey: pipes.APIKey()}

	for scenario, want := range map[string]string{
		"active":                "Connected",
		"not_installed":         "Connect GitHub",
		"needs_reauthorization": "Reconnect GitHub",
		"missing_scopes":        "Grant more access",
	} {
		pipes.Use(scenario, fake.User("user_alice"))
		if got, err := app.Button(t.Context(), "user_alice"); err != nil || got != want {
			t.Errorf("%s: the button says %q (%v)", scenario, got, err)
		}
	}
}

// A connection that dies while the application runs, without waiting for it.
func TestButtonWhenTheRefreshFails(t *testing.T) {
	t.Parallel()
	pipes := fake.Start(t, fake.WithTime(time.Now()))
	app := reconnect.App{BaseURL: pipes.URL(), APIKey: pipes.APIKey()}

	pipes.UseState(fake.State{ExpiresIn: 5 * time.Minute, Refresh: "fails"})
	pipes.Advance(5 * time.Minute)
	if got, err := app.Button(t.Context(), "user_alice"); err != nil || got != "Reconnect GitHub" {
		t.Errorf("the button says %q (%v)", got, err)
	}
}
