package fake_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake"
	"example.com/pipesfake/scenarios"
)

// recorder is a fake.TB that records how it failed.
type recorder struct {
	cleanups []func()
	fatal    string
	logged   string
}

func (r *recorder) Helper()                      {}
func (r *recorder) Cleanup(f func())             { r.cleanups = append(r.cleanups, f) }
func (r *recorder) Failed() bool                 { return r.fatal != "" }
func (r *recorder) Logf(f string, args ...any)   { r.logged += fmt.Sprintf(f, args...) }
func (r *recorder) Fatalf(f string, args ...any) { r.fatal = fmt.Sprintf(f, args...) }
func (r *recorder) close() {
	for _, f := range slices.Backward(r.cleanups) {
		f()
	}
}

func TestMistakesFailTheTest(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		do   func(*fake.Server)
		says string
	}{
		"an unknown scenario": {
			func(s *fake.Server) { s.Use("expred") },
			`unknown scenario "expred" (did you mean expired?)`,
		},
		"a bad state": {
			func(s *fake.Server) { s.UseState(fake.State{State: "conected"}) },
			"did you mean connected?",
		},
		"no user": {
			func(s *fake.Server) { s.Use("not_installed", fake.User("")) },
			`fake.User(""): it must not be empty`,
		},
		"no organization id": {
			func(s *fake.Server) { s.Use("not_installed", fake.Organization("")) },
			`fake.Organization("")`,
		},
		"time without end": {
			func(s *fake.Server) { s.Advance(1 << 62); s.Advance(1 << 62) },
			"a hundred years",
		},
		"a provider":        {func(s *fake.Server) { s.Use("active", fake.Provider("a b")) }, "is not a slug"},
		"time too far back": {func(s *fake.Server) { s.Advance(-1 << 62) }, "a hundred years"},
		"a time like no other": {
			func(s *fake.Server) { s.SetTime(time.Date(3000, 1, 1, 0, 0, 0, 0, time.UTC)) },
			"a hundred years",
		},
		"no time":  {func(s *fake.Server) { s.SetTime(time.Time{}) }, "a hundred years"},
		"no fault": {func(s *fake.Server) { s.Fault(fake.Fault{}) }, "needs a way to break"},
		"two faults": {
			func(s *fake.Server) { s.Fault(fake.Fault{Hang: true, Reset: true}) },
			"a second kind of fault",
		},
		"a fault of nobody": {
			func(s *fake.Server) { s.Fault(fake.Fault{Hang: true}, fake.User("")) },
			"must not be empty",
		},
		"two users": {
			func(s *fake.Server) { s.Use("expired", fake.User("a"), fake.User("b")) },
			`fake.User is given twice ("b", and "a" before)`,
		},
		"two providers": {
			func(s *fake.Server) { s.Use("expired", fake.Provider("a"), fake.Provider("b")) },
			"fake.Provider is given twice",
		},
		"two organizations": {
			func(s *fake.Server) { s.Use("expired", fake.Organization("a"), fake.Organization("b")) },
			"make two calls",
		},
		"an organization and none": {
			func(s *fake.Server) { s.Use("expired", fake.Organization("a"), fake.NoOrganization()) },
			`fake.Organization("a") and fake.NoOrganization`,
		},
		"none and an organization": {
			func(s *fake.Server) { s.Use("expired", fake.NoOrganization(), fake.Organization("a")) },
			`fake.Organization("a") and fake.NoOrganization`,
		},
		"two users of a fault": {func(s *fake.Server) {
			s.Fault(fake.Fault{Hang: true, Place: scenarios.Place{User: "a"}}, fake.User("b"))
		}, "fake.User is given twice"},
		"an environment": {func(s *fake.Server) { s.Environment("a/b") }, "no name for an environment"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var r recorder
			server := fake.Start(&r)
			defer r.close()
			c.do(server)
			if !strings.HasPrefix(r.fatal, "pipesfake: ") || !strings.Contains(r.fatal, c.says) {
				t.Errorf("the test failed with %q", r.fatal)
			}
			alone, err := fake.New()
			if err != nil {
				t.Fatal(err)
			}
			defer alone.Close()
			defer func() {
				if message := fmt.Sprint(recover()); !strings.Contains(message, c.says) {
					t.Errorf("without a test it panicked with %q", message)
				}
			}()
			c.do(alone)
		})
	}
}

func TestBadOptions(t *testing.T) {
	t.Parallel()
	bad := filepath.Join(t.TempDir(), "bad.yaml")
	if err := os.WriteFile(bad, []byte("version: 2\nstart: actve\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		option fake.Option
		says   string
	}{
		"a bad file": {
			fake.WithScenarioFile(bad),
			"bad.yaml:2:8: unknown scenario \"actve\" (did you mean active?)",
		},
		"no file":             {fake.WithScenarioFile(bad + "x"), "no such file"},
		"no set":              {fake.WithScenarios(nil), "nil"},
		"an unknown scenario": {fake.WithScenario("expred"), "did you mean expired?"},
		"no scenario":         {fake.WithScenario(""), "empty"},
		"no time":             {fake.WithTime(time.Time{}), "zero"},
		"no logger":           {fake.WithLogger(nil), "nil"},
		"a host with a port":  {fake.WithAllowedHosts("a.b:80"), "without scheme and port"},
		"an origin's path":    {fake.WithAllowedOrigins("http://a:1/b"), `"http://a:1/b" has more than`},
		"somebody's origin":   {fake.WithAllowedOrigins("http://me:pass@a"), `"http://…@a" has a user name`},
		"an external query":   {fake.WithExternalURL("http://a.b/c?d=e"), "http://host"},
		"an external scheme":  {fake.WithExternalURL("ftp://a.b"), "http://host"},
		"no control token":    {fake.WithControlToken(""), "empty"},
		"a port alone":        {fake.WithAddress("4101"), "127.0.0.1:0"},
		"a foreign address":   {fake.WithAddress("192.0.2.1:0"), "192.0.2.1"},
	} {
		if _, err := fake.New(c.option); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: New says %v", name, err)
		}
		var r recorder
		if fake.Start(&r, c.option); !strings.Contains(r.fatal, c.says) {
			t.Errorf("%s: Start fails with %q", name, r.fatal)
		}
	}
}

func TestWithScenarioFile(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithScenarioFile("../scenarios.yaml"))
	expect(t, "the tour's user", w.token("github", "user_demo_reconnect").says(), "needs_reauthorization")
	expect(t, "everybody else", w.token("github", "user_1").says(), "active")
}

func TestWithoutAListener(t *testing.T) {
	t.Parallel()
	server, err := fake.New()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	w := worldOf(t, server)
	expect(t, "URL", w.URL(), "http://pipesfake.test")
	expect(t, "a token", w.token("github", "alice").says(), "active")
	w.put(`{"scenario": "not_installed"}`)
	expect(t, "after a switch", w.token("github", "alice").says(), "not_installed")
}

func TestClosedServersDoNotRespond(t *testing.T) {
	t.Parallel()
	server, err := fake.New()
	if err != nil {
		t.Fatal(err)
	}
	w := worldOf(t, server)
	w.token("github", "alice")
	server.Close()
	server.Close()
	if response, err := server.Client().Get(server.URL() + "/health"); err == nil {
		_ = response.Body.Close()
		t.Error("a closed server answered")
	}
	unused, err := fake.New()
	if err != nil {
		t.Fatal(err)
	}
	unused.Close() // never dialled
}

// In a bubble, time passes at once when every goroutine waits: a token expires without a wait.
func TestInsideSynctest(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, w world) {
		began := time.Now()
		first := w.token("github", "alice")
		expect(t, "the first date", first.AccessToken.ExpiresAt.Sub(began), time.Hour)
		w.put(`{"scenario": {"expires_in": "5m", "refresh": "fails"}, "ttl": "10m"}`)
		<-time.After(5 * time.Minute)
		expect(t, "five minutes later", w.token("github", "alice").says(), "needs_reauthorization")
		<-time.After(5 * time.Minute)
		expect(t, "ten minutes later", w.token("github", "alice").says(), "active")
		<-time.After(24 * time.Hour)
		if w.token("github", "alice").AccessToken.AccessToken == first.AccessToken.AccessToken {
			t.Error("a day later the token is still the first one")
		}
		expect(t, "real time passed", time.Since(began), 24*time.Hour+10*time.Minute)
	})
}

func TestServersAreIsolated(t *testing.T) {
	t.Parallel()
	var servers []world
	for range 100 {
		servers = append(servers, start(t))
	}
	servers[0].Use("not_installed")
	for i, w := range servers {
		want := map[bool]string{true: "not_installed", false: "active"}[i == 0]
		if w.token("github", "alice").says() != want {
			t.Errorf("server %d is not %s", i, want)
		}
	}
}

// The client closes its connection in the middle of the body.
func TestRequestBodyThatEndsEarly(t *testing.T) {
	t.Parallel()
	w := start(t)
	reader, writer := io.Pipe()
	go func() {
		_, _ = writer.Write([]byte(`{"user_id":`))
		_ = writer.CloseWithError(io.ErrUnexpectedEOF)
	}()
	request, err := http.NewRequest("POST", w.URL()+"/data-integrations/github/token", reader)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+w.key)
	if response, err := w.client.Do(request); err == nil {
		_ = response.Body.Close()
		expect(t, "status", response.StatusCode, 400)
	}
	expect(t, "afterwards", w.token("github", "alice").says(), "active")
}
