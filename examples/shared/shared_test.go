// Package shared has tests that share one server. Each has an environment of its own, so they may be parallel.
package shared

import (
	"log"
	"os"
	"testing"

	"example.com/pipesfake/examples/reconnect"
	"example.com/pipesfake/fake"
)

var server *fake.Server

func TestMain(m *testing.M) {
	var err error
	if server, err = fake.New(fake.WithAddress("127.0.0.1:0")); err != nil {
		log.Fatal(err)
	}
	code := m.Run()
	server.Close()
	os.Exit(code)
}

func TestReconnect(t *testing.T) {
	t.Parallel()
	pipes := fake.Start(t, fake.WithServer(server))
	pipes.Use("needs_reauthorization")
	buttonOf(t, pipes, "Reconnect GitHub")
	pipes.RequireCalled(t, fake.Called{Operation: "token", Count: new(1)}, fake.User("user_alice"))
}

func TestInstall(t *testing.T) {
	t.Parallel()
	pipes := fake.Start(t, fake.WithServer(server))
	pipes.Use("not_installed")
	buttonOf(t, pipes, "Connect GitHub")
}

// buttonOf asks the application what alice's button says.
func buttonOf(t *testing.T, pipes *fake.Server, want string) {
	t.Helper()
	app := reconnect.App{BaseURL: pipes.URL(), APIKey: pipes.APIKey()}
	if got, err := app.Button(t.Context(), "user_alice"); err != nil || got != want {
		t.Errorf("the button says %q, not %q (%v)", got, want, err)
	}
}
