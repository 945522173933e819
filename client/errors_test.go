package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"example.com/pipesfake/client"
	"example.com/pipesfake/fake"
)

// handler returns the URL of a server that answers to all paths alike.
func handler(t *testing.T, status int, body string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func TestConnectSaysWhatToSet(t *testing.T) {
	t.Parallel()
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	hanging := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		<-r.Context().Done()
	}))
	t.Cleanup(hanging.Close)
	guarded := serve(t, fake.WithControlToken("secret")).URL
	apart := serve(t, fake.WithControlApart()).URL
	soon := client.WithTimeout(200 * time.Millisecond)
	for name, c := range map[string]struct {
		url  string
		opts []client.Option
		says string
	}{
		"no URL":            {"", nil, "set that variable"},
		"no scheme":         {"localhost:8080", nil, "write http://host:port"},
		"a query":           {"http://localhost/?a=b", nil, "write http://host:port"},
		"a bad URL":         {"http://[::1", nil, "cannot be read"},
		"nobody there":      {closed.URL, []client.Option{soon}, "does not answer at " + closed.URL},
		"no answer":         {hanging.URL, []client.Option{soon}, "is the server running"},
		"not ready":         {handler(t, 503, "starting"), []client.Option{soon}, "not ready after 200ms"},
		"another program":   {handler(t, 200, "{}"), nil, "is not pipesfake: its answers are those of another program"},
		"a web page":        {handler(t, 200, "<html>"), nil, "is not pipesfake"},
		"no such path":      {handler(t, 404, ""), nil, "is not pipesfake: the server answers 404 Not Found"},
		"another health":    {handler(t, 200, `{"status": "ok"}`), nil, "is not pipesfake"},
		"no token":          {guarded, nil, "got none: set WithControlToken"},
		"another token":     {guarded, []client.Option{client.WithControlToken("no")}, "got another one"},
		"another address":   {apart, nil, "set WithControlURL"},
		"a bad control URL": {apart, []client.Option{client.WithControlURL("x")}, "WithControlURL: "},
		"no time":           {apart, []client.Option{client.WithTimeout(0)}, "WithTimeout(0s)"},
		"no client":         {apart, []client.Option{client.WithHTTPClient(nil)}, "the client is nil"},
		"no test":           {apart, []client.Option{client.WithTest(nil)}, "the test is nil"},
		"no logger":         {apart, []client.Option{client.WithLogger(nil)}, "the logger is nil"},
		"a token in lines":  {apart, []client.Option{client.WithControlToken("a\nb")}, "control character"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := client.Connect(c.url, c.opts...)
			if !strings.Contains(fmt.Sprint(err), c.says) || strings.Contains(fmt.Sprint(err), "secret") {
				t.Errorf("Connect says %v", err)
			}
			var r recorder
			if client.Start(&r, c.url, c.opts...); !strings.Contains(r.fatal, c.says) {
				t.Errorf("Start says %s", r.fatal)
			}
		})
	}
}

func TestControlTokenAndURL(t *testing.T) {
	t.Parallel()
	server, err := fake.New(fake.WithControlToken("secret"), fake.WithControlApart())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	api, control := httptest.NewServer(server), httptest.NewServer(server.ControlHandler())
	t.Cleanup(api.Close)
	t.Cleanup(control.Close)
	pipes := client.Start(t, api.URL, client.WithControlURL(control.URL+"/"), client.WithControlToken("secret"))
	pipes.Use("not_installed")
	expect(t, "switched", token(t, pipes, "alice"), "not_installed")
}

// A server that is not ready yet is waited for.
func TestConnectWaits(t *testing.T) {
	t.Parallel()
	server, err := fake.New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	asked := 0
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asked++; asked < 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		server.ServeHTTP(w, r)
	}))
	t.Cleanup(slow.Close)
	if _, err := client.Connect(slow.URL); err != nil {
		t.Error(err)
	}
}

// Without a test, mistakes panic with an error of a type.
func TestErrorsHaveTypes(t *testing.T) {
	t.Parallel()
	pipes, err := client.Connect(serve(t).URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pipes.Close)
	refused := new(client.Error)
	func() {
		defer func() {
			if err, is := recover().(error); !is || !errors.As(err, &refused) {
				t.Errorf("it panics with %v", err)
			}
		}()
		pipes.Environment("one").Use("expred")
	}()
	expect(t, "error", []any{refused.Status, refused.Code, refused.Problems[0].Field},
		[]any{422, "invalid_request", "scenario"})
	var list struct{ Requests []any }
	expect(t, "a call", pipes.Call(t.Context(), "GET", "/requests?limit=1", nil, &list), nil)
	var failed *client.VerificationError
	token(t, pipes, "alice")
	err = pipes.Call(t.Context(), "POST", "/verify", json.RawMessage(`{"user_id": "bob"}`), nil)
	if !errors.As(err, &failed) || len(failed.NearMisses) != 1 || failed.Count != 0 {
		t.Errorf("a verification fails with %v", err)
	}
	err = pipes.Call(t.Context(), "PUT", "/scenarios", []byte("version: 1\nstart: actve\n"), nil)
	if !errors.As(err, &refused) || refused.Problems[0].Line != 2 || !strings.Contains(err.Error(), "2:8: unknown") {
		t.Errorf("a text is refused with %v", err)
	}
	err = pipes.Call(t.Context(), "POST", "/verify", func() {}, nil)
	if !strings.Contains(fmt.Sprint(err), "the body of POST") {
		t.Errorf("a body that is no JSON: %v", err)
	}
}

// Two tests of one name have environments of their own, which are gone when the tests have ended.
func TestEnvironmentOfTheTest(t *testing.T) {
	t.Parallel()
	url := serve(t).URL
	server, err := client.Connect(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	one, two := &recorder{name: "TestA"}, &recorder{name: "TestA"}
	first, second := client.Start(one, url), client.Start(two, url)
	first.Use("not_installed")
	expect(t, "names", []string{first.Name(), second.Name()}, []string{"test-TestA", "test-TestA-2"})
	expect(t, "the other", token(t, second, "alice"), "active")
	first.Environment("checkout").Use("expired")
	expect(t, "all", server.Environments(), []string{"checkout", "default", "test-TestA", "test-TestA-2"})
	one.close()
	second.DeleteEnvironment(second.Name())
	two.close()
	server.DeleteEnvironment("checkout")
	server.DeleteEnvironment("checkout")
	expect(t, "afterwards", server.Environments(), []string{"default"})
	expect(t, "logs", one.logged+two.logged, "")
	first.Environment("a/b")
	if !strings.Contains(one.fatal, `"a/b" is no name for an environment`) {
		t.Errorf("a bad name fails with %q", one.fatal)
	}
}

func TestFailedTestsLogTheirRequests(t *testing.T) {
	t.Parallel()
	url := serve(t).URL
	r := &recorder{name: "TestA"}
	pipes := client.Start(r, url)
	for range 12 {
		token(t, pipes, "alice")
	}
	token(t, pipes.Environment("checkout"), "bob")
	pipes.Use("expred")
	r.close()
	for _, says := range []string{
		"pipesfake: the last 10 of 12 requests in environment test-TestA:\nreq_test-TestA_000003 POST",
		"pipesfake: the last 1 of 1 request in environment checkout:\n",
	} {
		if !strings.Contains(r.logged, says) {
			t.Errorf("the log lacks %q: %s", says, r.logged)
		}
	}
	r = &recorder{name: "TestB"}
	pipes = client.Start(r, url)
	token(t, pipes.Environment("checkout"), "bob") // those of the test before are no hint
	pipes.Use("expred")
	r.close()
	if !strings.Contains(r.logged, "nothing was asked in environment test-TestB; environment checkout got 1 such") {
		t.Errorf("the log says %s", r.logged)
	}
}

// A server that ends, or an environment that is deleted, ends every call.
func TestServerThatEnds(t *testing.T) {
	t.Parallel()
	server := serve(t)
	r := &recorder{name: "TestA"}
	pipes := client.Start(r, server.URL, client.WithTimeout(5*time.Second))
	pipes.DeleteEnvironment(pipes.Name())
	pipes.Use("not_installed")
	expect(t, "in an environment that was deleted", token(t, pipes, "alice"), "not_installed")
	server.CloseClientConnections()
	server.Close()
	err := pipes.WaitFor(t.Context(), fake.Called{})
	failed := new(client.Error)
	if err == nil || errors.As(err, &failed) || !strings.Contains(err.Error(), server.URL) {
		t.Errorf("WaitFor ends with %v", err)
	}
	pipes.Use("active")
	if !strings.Contains(r.fatal, "pipesfake does not answer at "+server.URL+" (PUT /_control/scenario)") {
		t.Errorf("Use fails with %q", r.fatal)
	}
	r.close()
	if !strings.Contains(r.logged, "is not deleted") {
		t.Errorf("the log says %s", r.logged)
	}
}

// silent is a transport to a server that can hang: it then accepts requests, and answers none.
type silent struct {
	http.RoundTripper
	hangs atomic.Bool
}

func (s *silent) RoundTrip(r *http.Request) (*http.Response, error) {
	if s.hangs.Load() {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	return s.RoundTripper.RoundTrip(r)
}

// WaitFor ends if the server hangs, also without a deadline of the caller.
func TestWaitForAServerThatHangs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server, err := fake.New()
		if err != nil {
			t.Fatal(err)
		}
		defer server.Close()
		through := &silent{RoundTripper: server.Client().Transport}
		pipes, err := client.Connect(server.URL(), client.WithHTTPClient(&http.Client{Transport: through}))
		if err != nil {
			t.Fatal(err)
		}
		went := time.Now()
		time.AfterFunc(time.Hour, func() { through.hangs.Store(true) })
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Hour)
		defer cancel()
		err = pipes.WaitFor(ctx, fake.Called{Operation: "token"})
		if took := time.Since(went); took < time.Hour || took > time.Hour+2*time.Minute {
			t.Errorf("it took %v", took)
		}
		if !strings.Contains(fmt.Sprint(err), "no answer for 10s") || ctx.Err() != nil {
			t.Errorf("it ends with %v", err)
		}
		server.Client().CloseIdleConnections()
	})
}

func TestAnswersOfAnotherKind(t *testing.T) {
	t.Parallel()
	server, err := fake.New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/clock"):
			_, _ = w.Write([]byte(`{"now": "yesterday"`))
		case strings.HasSuffix(r.URL.Path, "/reset"):
			w.WriteHeader(http.StatusBadGateway)
			_, _ = w.Write([]byte("upstream is gone"))
		case strings.HasSuffix(r.URL.Path, "/export"):
			w.Header().Set("Content-Length", "100")
			_, _ = w.Write([]byte("cut"))
		default:
			server.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(proxy.Close)
	for name, c := range map[string]struct {
		do   func(*client.Server)
		says string
	}{
		"no JSON":    {func(s *client.Server) { s.Now() }, "is not what pipesfake sends"},
		"no gateway": {func(s *client.Server) { s.Reset() }, "the server answers 502 Bad Gateway: upstream is gone"},
		"cut off":    {func(s *client.Server) { s.Export() }, "unexpected EOF"},
	} {
		r := &recorder{name: "TestA"}
		c.do(client.Start(r, proxy.URL))
		if !strings.Contains(r.fatal, c.says) {
			t.Errorf("%s: %q", name, r.fatal)
		}
		r.close()
	}
}

// A client reaches a server in memory, also in a bubble, where a wait costs no time.
func TestInMemory(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server, err := fake.New()
		if err != nil {
			t.Fatal(err)
		}
		defer server.Close()
		pipes, err := client.Connect(server.URL(), client.WithHTTPClient(server.Client()))
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		err = pipes.WaitFor(ctx, fake.Called{Operation: "token"})
		var failed *client.VerificationError
		if !errors.Is(err, context.DeadlineExceeded) || !errors.As(err, &failed) {
			t.Errorf("an hour later: %v", err)
		}
		expect(t, "URL", pipes.URL(), server.URL())
		server.Client().CloseIdleConnections()
	})
}
