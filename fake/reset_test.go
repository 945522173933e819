package fake_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"example.com/pipesfake/fake"
)

// TestResetSeparatesCallsBeforeAndAfter makes calls from several goroutines while the environment is reset. The
// journal then lists only calls after the last reset, and without a gap: request ids count from one.
func TestResetSeparatesCallsBeforeAndAfter(t *testing.T) {
	t.Parallel()
	server, err := fake.New()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	resets := map[string]func(){
		"one":  server.Reset,
		"HTTP": func() { send(server, "POST", "/_control/reset", "") },
	}
	for name, reset := range resets {
		for round := range 200 / underRace {
			var calls sync.WaitGroup
			for range 4 {
				calls.Go(func() {
					for range 5 {
						send(server, "POST", "/data-integrations/github/token", `{"user_id": "alice"}`)
					}
				})
			}
			reset()
			calls.Wait()
			var ids []string
			for _, request := range server.Requests() {
				ids = append(ids, request.ID)
			}
			slices.Sort(ids)
			for i, id := range ids {
				if want := fmt.Sprintf("req_default_%06d", i+1); id != want {
					t.Fatalf("%s, round %d: the journal lists %s, but not %s", name, round, id, want)
				}
			}
		}
	}
}

// send calls the handler without a connection, which is faster than a real call.
func send(server *fake.Server, method, path, body string) {
	request := httptest.NewRequest(method, path, strings.NewReader(body))
	request.Host = "localhost"
	if !strings.HasPrefix(path, "/_control") {
		request.Header.Set("Authorization", "Bearer sk_test")
	}
	response := httptest.NewRecorder()
	server.ServeHTTP(response, request)
	if response.Code != http.StatusOK {
		panic(fmt.Sprint(method, path, response.Code, response.Body))
	}
}
