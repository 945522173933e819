package client_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/client"
	"example.com/pipesfake/fake"
)

// noon is where the clock of the tests starts, and stands still.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// recorder is a fake.TB that records how it failed. Unlike a real test it goes on after Fatalf.
type recorder struct {
	name     string
	cleanups []func()
	fatal    string
	logged   string
}

func (r *recorder) Name() string                 { return r.name }
func (r *recorder) Helper()                      {}
func (r *recorder) Cleanup(f func())             { r.cleanups = append(r.cleanups, f) }
func (r *recorder) Failed() bool                 { return r.fatal != "" }
func (r *recorder) Logf(f string, args ...any)   { r.logged += fmt.Sprintf(f, args...) + "\n" }
func (r *recorder) Fatalf(f string, args ...any) { r.fatal = fmt.Sprintf(f, args...) }
func (r *recorder) close() {
	for _, f := range slices.Backward(r.cleanups) {
		f()
	}
}

// serve returns the URL of a server that others use, too.
func serve(t testing.TB, opts ...fake.Option) *httptest.Server {
	t.Helper()
	server, err := fake.New(opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	listening := httptest.NewServer(server)
	t.Cleanup(listening.Close)
	return listening
}

// post makes a call of the Pipes API, and returns the status and the body.
func post(t testing.TB, c controller, path, body string) (int, string) {
	t.Helper()
	request, err := http.NewRequest("POST", c.URL()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+c.APIKey())
	response, err := c.Client().Do(request)
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

// token asks for a token of a user, and returns what the answer says: active, or an error.
func token(t testing.TB, c controller, user string) string {
	t.Helper()
	status, text := post(t, c, "/data-integrations/github/token", fmt.Sprintf(`{"user_id": %q}`, user))
	for _, word := range []string{"needs_reauthorization", "not_installed"} {
		if strings.Contains(text, word) {
			return word
		}
	}
	if status != http.StatusOK {
		return fmt.Sprint(status)
	}
	return "active"
}

// either runs a test with an embedded server, and with one that is reached over HTTP.
func either(t *testing.T, opts []fake.Option, test func(t *testing.T, pipes controller, r *recorder)) {
	t.Helper()
	opts = append([]fake.Option{fake.WithTime(noon)}, opts...)
	t.Run("embedded", func(t *testing.T) {
		t.Parallel()
		shared, err := fake.New(append(opts, fake.WithAddress("127.0.0.1:0"))...)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(shared.Close)
		r := &recorder{name: "TestSuite"}
		t.Cleanup(r.close)
		test(t, fake.Start(r, fake.WithServer(shared)), r)
	})
	t.Run("client", func(t *testing.T) {
		t.Parallel()
		url := serve(t, opts...).URL
		r := &recorder{name: "TestSuite"}
		t.Cleanup(r.close)
		test(t, client.Start(r, url), r)
	})
}
