package fake_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"example.com/pipesfake/fake"
)

// In a bubble the sequence costs no time: it is there as soon as something happens.
func TestLiveInABubble(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := fake.Start(t)
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		live := server.Live(ctx)
		time.AfterFunc(time.Minute, func() { server.Use("expired", fake.User("alice")) })
		var changes []string
		var failed error
		for change, err := range live {
			if failed = err; err == nil {
				changes = append(changes, change.String())
			}
		}
		expect(t, "changes", fmt.Sprint(changes), `[switch to expired for user "alice"]`)
		expect(t, "ended by its deadline", errors.Is(failed, context.DeadlineExceeded), true)
	})
}

func TestLiveOfAServerThatCloses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		end  func(*fake.Server)
		want string
	}{
		"closed":  {func(s *fake.Server) { s.Close() }, "the server shuts down"},
		"deleted": {func(s *fake.Server) { s.DeleteEnvironment("default") }, "the environment was deleted"},
	} {
		server, err := fake.New()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(server.Close)
		live := server.Live(t.Context())
		c.end(server)
		for _, err := range live {
			expect(t, name, fmt.Sprint(err), c.want)
		}
	}
}

func TestChangesAsText(t *testing.T) {
	t.Parallel()
	event := fake.Event{Name: "connected", Provider: "github", Organization: "org"}
	request := fake.Request{ID: "req_1", Method: "GET", Path: "/events", Status: 200}
	delivered := fake.Webhook{Event: "connected", EndpointURL: "http://app", State: "delivered"}
	ofUser := event
	ofUser.User = "alice"
	for want, c := range map[string]fake.Change{
		"request req_1 GET /events → 200":            {Request: &request},
		"switch to a state for everybody":            {Switch: &fake.Switch{Covers: "everybody"}},
		"event connected of github for alice org":    {Event: &ofUser},
		"event connected of github for org":          {Event: &event},
		"webhook connected to http://app: delivered": {Webhook: &delivered},
		"1 change left out":                          {LeftOut: 1},
	} {
		expect(t, "text", c.String(), want)
	}
}
