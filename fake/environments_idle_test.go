package fake_test

import (
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"example.com/pipesfake/fake"
)

func TestIdleEnvironmentsAreDeleted(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, w world) {
		a, b := w.as("sk_env_a"), w.as("sk_env_b")
		for _, one := range []world{w, a, b} {
			one.put(`{"scenario": "not_installed"}`)
		}
		<-time.After(59 * time.Minute)
		expect(t, "used", a.token("github", "alice").says(), "not_installed")
		<-time.After(59 * time.Minute)
		expect(t, "used again", a.token("github", "alice").says(), "not_installed")
		expect(t, "unused for an hour", w.environments(), "a sk_env_a, default sk_fake_default")
		expect(t, "which is made anew", b.token("github", "alice").says(), "active")
		expect(t, "default stays", w.token("github", "alice").says(), "not_installed")
		decode[failure](t, w.as("sk_env_c").do("GET", "/events", ""), 503)
		<-time.After(61 * time.Minute)
		expect(t, "unused ones give room", w.as("sk_env_c").do("GET", "/events", "").status, 200)
	}, fake.WithEnvironments(3, time.Hour))
}

// What an environment covered still counts after it was deleted, for whatever reason.
func TestCoverageOfDeletedEnvironments(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, w world) {
		b := w.as("sk_env_b")
		b.put(`{"scenario": "expired"}`)
		b.token("github", "alice")
		<-time.After(58 * time.Minute)
		w.as("sk_env_c").token("github", "alice") // the server looks for idle ones now, and not again for six minutes
		<-time.After(3 * time.Minute)
		expect(t, "made anew", b.token("github", "alice").says(), "active")
		if all := w.control("GET", "coverage?all=true", ""); !all.says(`"expired": 1`) {
			t.Errorf("coverage says %s", all.body)
		}
	}, fake.WithEnvironments(10, time.Hour))
}

// A wait in an environment that is deleted continues in the one that is created in its place.
func TestWaitingWhileAnEnvironmentIsDeleted(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, w world) {
		a := w.as("sk_env_a")
		waited, calls := make(chan int, 1), make(chan error, 1)
		go func() { waited <- a.do("GET", "/_control/wait?operation=token&count=2&timeout=1m", "").status }()
		go func() {
			calls <- w.Environment("a").WaitFor(t.Context(), fake.Called{Operation: "token", Count: new(2)})
		}()
		a.token("github", "alice")
		synctest.Wait()
		<-time.After(30 * time.Second)
		w.control("DELETE", "environments/a", "")
		a.token("github", "alice")
		synctest.Wait()
		select {
		case <-waited:
			t.Error("what was before the deletion counts")
		case <-calls:
			t.Error("what was before the deletion counts in Go")
		default:
		}
		a.token("github", "alice")
		expect(t, "wait", <-waited, 200)
		expect(t, "WaitFor", <-calls, nil)

		began := time.Now()
		go func() { waited <- a.do("GET", "/_control/wait?operation=credentials&timeout=1m", "").status }()
		for range 3 {
			<-time.After(10 * time.Second)
			w.control("DELETE", "environments/a", "")
		}
		expect(t, "in vain", <-waited, 409)
		expect(t, "for", time.Since(began), time.Minute)
	})
}

// An environment in which a call waits is not idle.
func TestWaitingKeepsAnEnvironmentInUse(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, w world) {
		waits, ctx := make(chan error, 1), t.Context()
		go func() { waits <- w.Environment("go").WaitFor(ctx, fake.Called{Operation: "token"}) }()
		answers := make(chan int, 1)
		go func() {
			answers <- w.do("GET", "/_control/wait?operation=token&timeout=10m&environment=http", "").status
		}()
		live := w.stream("events?environment=live")
		synctest.Wait()
		<-time.After(3 * time.Minute)
		w.as("sk_env_other").token("github", "alice")
		expect(t, "they are there", w.environments(),
			"default sk_fake_default, go sk_env_go, http sk_env_http, live sk_env_live, other sk_env_other")
		for _, name := range []string{"go", "http"} {
			w.as("sk_env_"+name).token("github", "alice")
		}
		expect(t, "WaitFor", <-waits, nil)
		expect(t, "wait", <-answers, 200)
		_ = live.Close()
		<-time.After(3 * time.Minute)
		expect(t, "and go", w.environments(), "default sk_fake_default")
	}, fake.WithEnvironments(10, time.Minute))
}

// A stream ends when its environment is deleted, so that browsers reconnect to the new one.
func TestStreamsEndWithTheirEnvironment(t *testing.T) {
	t.Parallel()
	w := start(t)
	for _, name := range []string{"a", "default"} {
		live := w.stream("events?environment=" + name)
		w.control("DELETE", "environments/"+name, "")
		text, err := io.ReadAll(live)
		if err != nil || !strings.HasSuffix(string(text), "event: change\ndata: {}\n\n") {
			t.Errorf("%s ends with %v, after %q", name, err, text)
		}
	}
}

// stream opens an event stream of the control plane, and reads its first line.
func (w world) stream(path string) io.ReadCloser {
	w.t.Helper()
	response := openStream(w.t.Context(), w.t, w.Client(), w.URL()+"/_control/"+path)
	if _, err := io.ReadFull(response.Body, make([]byte, len(": pipesfake\n\n"))); err != nil {
		w.t.Fatal(err)
	}
	return response.Body
}

// TestLongCallsKeepTheirEnvironment makes calls that take longer than the idle time, while another call deletes idle
// environments. Earlier changes to the environment must still be there afterwards.
func TestLongCallsKeepTheirEnvironment(t *testing.T) {
	t.Parallel()
	const slow = 3 * time.Second
	for name, call := range map[string]func(w world){
		"a delayed answer": func(w world) {
			w.do("POST", "/_control/faults", `{"delay": "3s", "operation": "token"}`)
			w.do("POST", "/data-integrations/github/token", `{"user_id": "bob"}`)
		},
		"a slow provider": func(w world) {
			token := w.token("slack", "bob").AccessToken.AccessToken
			w.do("POST", "/_control/faults", `{"delay": "3s", "operation": "provider"}`)
			w.as(token).do("GET", "/_provider/slack/me", "")
		},
		"a slow body": func(w world) {
			body := &slowReader{text: `{"user_id": "bob"}`, wait: slow / 4}
			exchange(w.t, w.Client(), newRequest(w.t, "POST", w.URL()+"/data-integrations/github/token", body,
				"Authorization", "Bearer "+w.key))
		},
		"relay": func(w world) {
			w.do("POST", "/_control/faults", `{"delay": "3s", "operation": "provider"}`)
			w.do("GET", "/relay/slack/me", "", "X-Relay-User", "bob")
		},
		"a wait": func(w world) { w.do("GET", "/_control/wait?operation=credentials&timeout=3s", "") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bubble(t, func(t *testing.T, w world) {
				mine, other := w.as("sk_env_mine"), w.as("sk_env_other")
				mine.put(`{"scenario": "needs_reauthorization", "user_id": "alice"}`)
				var calls sync.WaitGroup
				calls.Go(func() { call(mine) })
				for range 5 {
					<-time.After(slow / 6)
					other.token("github", "x")
				}
				calls.Wait()
				expect(t, "the switch", mine.token("github", "alice").says(), "needs_reauthorization")
			}, fake.WithEnvironments(100, time.Second))
		})
	}
}

// slowReader returns a text in four parts, and waits before each.
type slowReader struct {
	text string
	wait time.Duration
}

func (r *slowReader) Read(p []byte) (int, error) {
	if r.text == "" {
		return 0, io.EOF
	}
	<-time.After(r.wait)
	n := copy(p, r.text[:min(len(r.text), 5)])
	r.text = r.text[n:]
	return n, nil
}

// An environment that was idle when the server ended does not come back.
func TestIdleEnvironmentsAreNotKept(t *testing.T) {
	t.Parallel()
	loadContracts(t)
	synctest.Test(t, func(t *testing.T) {
		store := newMemoryStore()
		server, err := fake.New(fake.WithStore(store), fake.WithEnvironments(10, time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		w := worldOf(t, server)
		w.as("sk_env_idle").token("github", "alice")
		time.Sleep(2 * time.Hour)
		w.as("sk_env_busy").token("github", "alice")
		server.Close()
		names, _ := store.Environments(t.Context())
		expect(t, "what is kept", strings.Join(names, " "), "busy default ~server")
	})
}
