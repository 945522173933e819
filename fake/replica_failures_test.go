package fake_test

import (
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/alicebob/miniredis/v2"

	"example.com/pipesfake/fake"
	"example.com/pipesfake/fake/redisstore"
	"example.com/pipesfake/internal/storetest"
)

// startLoneReplica starts a server that shares a Redis.
func startLoneReplica(t *testing.T) (*miniredis.Miniredis, *fake.Server) {
	t.Helper()
	redis := miniredis.RunT(t)
	store, err := redisstore.Open(t.Context(), storetest.Patiently("redis://"+redis.Addr()), 0)
	if err != nil {
		t.Fatal(err)
	}
	server, err := fake.New(fake.WithStore(store), fake.WithAddress("127.0.0.1:0"),
		fake.WithReplica("http://127.0.0.1:1"), fake.WithLogger(slog.New(slog.DiscardHandler)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return redis, server
}

// Connections of a load balancer end before the server does, and a health check keeps new ones away.
func TestAReplicaThatLeavesEndsItsConnections(t *testing.T) {
	t.Parallel()
	_, server := startLoneReplica(t)
	call := func(path string) *http.Response {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL()+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer sk_env_one")
		response, err := server.Client().Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		return response
	}
	const path = "/webhook_endpoints"
	if response := call(path); response.StatusCode != http.StatusOK || response.Close {
		t.Errorf("before: %s, the connection ends: %v", response.Status, response.Close)
	}
	server.Drain()
	for path, want := range map[string]int{path: 200, "/health": 503, "/readyz": 503, "/healthz": 200} {
		if response := call(path); response.StatusCode != want || !response.Close {
			t.Errorf("%s: %s, the connection ends: %v", path, response.Status, response.Close)
		}
	}
}

// A switch that could not be saved was not acknowledged, and is lost if another replica takes over. So nobody may see
// it before it is saved.
func TestNobodySeesWhatAReplicaCouldNotSave(t *testing.T) {
	t.Parallel()
	redis, server := startLoneReplica(t)
	call := func(method, path, body string) (int, string) {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), method, server.URL()+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer sk_env_one")
		response, err := server.Client().Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return response.StatusCode, string(text)
	}
	token := func() (int, string) { return call("POST", "/data-integrations/github/token", `{"user_id": "user_1"}`) }

	if status, body := token(); status != http.StatusOK {
		t.Fatalf("%d %s", status, body)
	}
	redis.SetError("down")
	if status, body := call("PUT", "/_control/scenario", `{"scenario": "not_installed"}`); status != 503 {
		t.Errorf("a switch that is not saved: %d %s", status, body)
	}
	if status, body := token(); status != http.StatusServiceUnavailable {
		t.Errorf("a token after a switch that is not saved: %d %s", status, body)
	}
	redis.SetError("")
	waitUntil(t, "the replica serves again", func() bool {
		status, _ := token()
		return status == http.StatusOK
	})
}
