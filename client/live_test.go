package client_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/client"
	"example.com/pipesfake/fake"
)

// kindOf returns a change in short.
func kindOf(c fake.Change) string {
	switch {
	case c.Request != nil:
		return fmt.Sprintf("request %s %s %d", c.Request.Operation, c.Request.User, c.Request.Status)
	case c.Switch != nil:
		return fmt.Sprintf("switch %s %s", c.Switch.Scenario, c.Switch.Covers)
	case c.Event != nil:
		return fmt.Sprintf("event %s %s %s", c.Event.Name, c.Event.User, c.Event.Time.Format(time.TimeOnly))
	case c.Webhook != nil:
		return fmt.Sprintf("webhook %s %d", c.Webhook.State, len(c.Webhook.Attempts))
	}
	return fmt.Sprintf("%d left out", c.LeftOut)
}

func TestLive(t *testing.T) {
	t.Parallel()
	either(t, nil, func(t *testing.T, pipes controller, r *recorder) {
		receiver := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
		t.Cleanup(receiver.Close)
		pipes.AddEndpoint(receiver.URL)
		token(t, pipes, "before")
		ctx, end := context.WithTimeout(t.Context(), 20*time.Second)
		defer end()
		live := pipes.Live(ctx)
		token(t, pipes, "alice")
		pipes.Use("not_installed", fake.User("alice"))
		seen := map[string]bool{}
		for change, err := range live {
			if err != nil {
				t.Fatalf("%v, after %v", err, seen)
			}
			seen[kindOf(change)] = true
			if len(seen) == 4 {
				break
			}
		}
		expect(t, "changes", seen, map[string]bool{
			"request token alice 200": true, `switch not_installed user "alice"`: true,
			"event pipes.connected_account.disconnected alice 12:00:00": true, "webhook delivered 1": true,
		})
		expect(t, "failure", r.fatal, "")
	})
}

func TestLiveCountsWhatItLeavesOut(t *testing.T) {
	t.Parallel()
	either(t, nil, func(t *testing.T, pipes controller, _ *recorder) {
		live := pipes.Live(t.Context())
		for range 300 {
			pipes.Use("expired")
		}
		total := 0
		for change, err := range live {
			if err != nil {
				t.Fatal(err)
			}
			if total += change.LeftOut; change.Switch != nil {
				total++
			}
			if total == 300 {
				return
			}
		}
	})
}

func TestLiveEnds(t *testing.T) {
	t.Parallel()
	either(t, nil, func(t *testing.T, pipes controller, _ *recorder) {
		ctx, end := context.WithCancel(t.Context())
		live := pipes.Live(ctx)
		end()
		errs := 0
		for change, err := range live {
			if !errors.Is(err, context.Canceled) || change != (fake.Change{}) {
				t.Errorf("%+v, %v", change, err)
			}
			errs++
		}
		expect(t, "errors", errs, 1)
	})
	server := serve(t)
	pipes, err := client.Connect(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	deleted := pipes.Environment("deleted")
	live := deleted.Live(t.Context())
	pipes.DeleteEnvironment("deleted")
	endsWith(t, live, "the environment was deleted")
	live = pipes.Live(t.Context())
	server.CloseClientConnections()
	server.Close()
	endsWith(t, live, "EOF", "stream")
	endsWith(t, pipes.Live(t.Context()), "pipesfake does not answer at "+server.URL)
}

// endsWith fails the test unless a sequence ends with an error that says one of the texts.
func endsWith(t *testing.T, live func(func(fake.Change, error) bool), says ...string) {
	t.Helper()
	for _, err := range live {
		if err == nil {
			continue
		}
		for _, one := range says {
			if strings.Contains(err.Error(), one) {
				return
			}
		}
		t.Errorf("it ends with %v, want one of %q", err, says)
		return
	}
	t.Error("it ends without an error")
}

func TestLiveOfAServerThatHangs(t *testing.T) {
	t.Parallel()
	server := serve(t)
	hang := make(chan struct{})
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/events") {
			select {
			case <-hang:
			case <-r.Context().Done():
			}
			return
		}
		server.Config.Handler.ServeHTTP(w, r)
	}))
	t.Cleanup(proxy.Close)
	t.Cleanup(func() { close(hang) })
	pipes, err := client.Connect(proxy.URL, client.WithTimeout(time.Second))
	if err != nil {
		t.Fatal(err)
	}
	endsWith(t, pipes.Live(t.Context()), "no answer for 1s")
}
