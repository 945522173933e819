package fake_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"example.com/pipesfake/fake"
)

// silentEndpoint starts a webhook endpoint that never responds, so that deliveries stay pending.
func silentEndpoint(t testing.TB) string {
	endpoint := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then is it noticed that the client is gone
		<-r.Context().Done()
	}))
	t.Cleanup(endpoint.Close)
	return endpoint.URL
}

// keepBusy occupies two threads until the test ends, so that goroutines are interrupted at any point.
func keepBusy(t testing.TB) {
	var done atomic.Bool
	var busy sync.WaitGroup
	for range 2 {
		busy.Go(func() {
			for i := 0; !done.Load(); i++ {
				if i%1000 == 0 {
					runtime.Gosched()
				}
			}
		})
	}
	t.Cleanup(func() {
		done.Store(true)
		busy.Wait()
	})
}

// undelivered lists the events of the environment that no delivery is about.
func (w world) undelivered() (missing []string) {
	w.t.Helper()
	page := decode[struct {
		Webhooks []struct {
			EventID string `json:"event_id"`
		}
	}](w.t, w.control("GET", "webhooks?limit=1000", ""), 200)
	known := map[string]bool{}
	for _, one := range page.Webhooks {
		known[one.EventID] = true
	}
	for _, event := range w.Events() {
		if !known[event.ID] {
			missing = append(missing, event.ID+" of "+event.User)
		}
	}
	return missing
}

// deleteAccount deletes a connection without a network, so that many calls wait for the environment's lock.
func deleteAccount(server *fake.Server, key, user string) int {
	request := httptest.NewRequest("DELETE", "/user_management/users/"+user+"/connected_accounts/github", nil)
	request.Header.Set("Authorization", "Bearer "+key)
	response := httptest.NewRecorder()
	server.ServeHTTP(response, request)
	return response.Code
}

// If connections are deleted while a snapshot is restored, every event in the log afterwards has a delivery.
func TestRestoreLosesNoWebhooks(t *testing.T) {
	t.Parallel()
	const rounds, deleters, users = 80 / underRace, 8, 160
	var file strings.Builder
	fmt.Fprintf(&file, "version: 1\nwebhooks: [{url: %q}]\nconnections:\n", silentEndpoint(t))
	for user := range users {
		fmt.Fprintf(&file, "  - {provider: github, user_id: user_%d, scenario: active}\n", user)
	}
	w := withFile(t, file.String(), fake.WithJournal(10))
	deleteAccount(w.Server, w.APIKey(), "user_0")
	w.Events()
	w.Snapshot("before")
	keepBusy(t)
	lost, bad := 0, 0
	for range rounds {
		var calls sync.WaitGroup
		begin := make(chan struct{})
		for deleter := range deleters {
			calls.Go(func() {
				<-begin
				for user := deleter; user < users; user += deleters {
					deleteAccount(w.Server, w.APIKey(), fmt.Sprint("user_", user))
				}
			})
		}
		calls.Go(func() {
			<-begin
			for range 10 {
				w.Restore("before")
			}
		})
		close(begin)
		calls.Wait()
		if missing := w.undelivered(); len(missing) > 0 {
			lost, bad = lost+len(missing), bad+1
		}
	}
	if lost > 0 {
		t.Errorf("%d events in %d of %d rounds have no delivery", lost, bad, rounds)
	}
}
