package fake_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake"
)

// discarding is a response whose body nobody reads. Unlike httptest.ResponseRecorder it costs nothing.
type discarding struct {
	header http.Header
	status int
}

func (d *discarding) Header() http.Header                  { return d.header }
func (d *discarding) SetReadDeadline(time.Time) error      { return nil }
func (d *discarding) WriteHeader(status int)               { d.status = status }
func (d *discarding) Write(body []byte) (n int, err error) { return len(body), nil }

// serveCalls lets a handler serve one call for each iteration, and reports what the handler costs: the call is made
// before, and nothing is sent.
func serveCalls(b *testing.B, handler http.Handler, method, path string, body func(i int) string) {
	b.Helper()
	template := httptest.NewRequest(method, path, nil)
	template.Header.Set("Authorization", "Bearer sk_test")
	template.Header.Set("Content-Type", "application/json")
	header := http.Header{}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		text := body(i)
		request := *template
		request.ContentLength = int64(len(text))
		request.Body = io.NopCloser(strings.NewReader(text))
		response := discarding{header: header}
		clear(header)
		handler.ServeHTTP(&response, &request)
		if response.status != http.StatusOK {
			b.Fatalf("the status is %d", response.status)
		}
	}
}

// theSameUser returns the body of a call for the token of one user.
func theSameUser(int) string { return `{"user_id":"user_000001"}` }

func newBenchmarkServer(b *testing.B) *fake.Server {
	b.Helper()
	server, err := fake.New()
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(server.Close)
	return server
}

// BenchmarkToken measures calls for the token of a connection that was asked for before, and first calls.
func BenchmarkToken(b *testing.B) {
	const path = "/data-integrations/github/token"
	b.Run("known", func(b *testing.B) {
		serveCalls(b, newBenchmarkServer(b), http.MethodPost, path, theSameUser)
	})
	b.Run("first", func(b *testing.B) {
		serveCalls(b, newBenchmarkServer(b), http.MethodPost, path,
			func(i int) string { return fmt.Sprintf(`{"user_id":"user_%06d"}`, i) })
	})
	b.Run("bare", func(b *testing.B) {
		answer := bytes.Repeat([]byte("a"), 200)
		handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			var body struct {
				UserID         string `json:"user_id"`
				OrganizationID string `json:"organization_id"`
			}
			if err := json.NewDecoder(r.Body).Decode(&body); err != nil || body.UserID == "" {
				http.Error(w, "bad body", http.StatusBadRequest)
				return
			}
			w.Header().Set("Content-Type", "application/json; charset=utf-8")
			w.WriteHeader(http.StatusOK)
			_, _ = w.Write(answer)
		})
		serveCalls(b, handler, http.MethodPost, path, theSameUser)
	})
}

// BenchmarkOtherOperations measures calls about a connection that was asked for before.
func BenchmarkOtherOperations(b *testing.B) {
	for _, operation := range []struct{ name, method, path, body string }{
		{"credentials", http.MethodPost, "/data-integrations/github/credentials", `{"user_id":"user_000001"}`},
		{"get_connected_account", http.MethodGet, "/user_management/users/user_000001/connected_accounts/github", ""},
		{"list_data_providers", http.MethodGet, "/user_management/users/user_000001/data_providers", ""},
	} {
		b.Run(operation.name, func(b *testing.B) {
			serveCalls(b, newBenchmarkServer(b), operation.method, operation.path,
				func(int) string { return operation.body })
		})
	}
}
