package fake_test

import (
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/pipesfake/fake"
)

func (w world) environments() string {
	w.t.Helper()
	var names []string
	for _, one := range decode[struct {
		Environments []struct {
			Name   string
			APIKey string `json:"api_key"`
		}
	}](w.t, w.control("GET", "environments", ""), 200).Environments {
		names = append(names, one.Name+" "+one.APIKey)
	}
	return strings.Join(names, ", ")
}

func TestListingAndDeletingEnvironments(t *testing.T) {
	t.Parallel()
	w := start(t)
	expect(t, "at first", w.environments(), "default sk_fake_default")
	w.as("sk_env_b").token("github", "alice")
	w.control("PUT", "scenario?environment=a", `{"scenario": "not_installed"}`)
	expect(t, "made by their first call", w.environments(), "a sk_env_a, b sk_env_b, default sk_fake_default")
	w.tries(
		try{"delete one", "DELETE /_control/environments/a", "", 200, `"deleted": "a"`},
		try{"once", "DELETE /_control/environments/a", "", 404, "entity_not_found"},
		try{"none that can be", "DELETE /_control/environments/a%2fb", "", 404, `a/b`},
		try{"no such call", "PUT /_control/environments/a", "", 405, "DELETE"},
	)
	expect(t, "and it is gone", w.environments(), "b sk_env_b, default sk_fake_default")
	expect(t, "made anew", w.as("sk_env_a").token("github", "alice").says(), "active")
	w.Use("not_installed")
	w.control("DELETE", "environments/default", "")
	expect(t, "default, too", w.token("github", "alice").says(), "active")
	w.Use("not_installed")
	expect(t, "and Go finds the new one", w.token("github", "alice").says(), "not_installed")
}

func TestNamesOfEnvironments(t *testing.T) {
	t.Parallel()
	w := start(t)
	good := []string{"a", "a.b", "A-b_c.9", "9", "z..", strings.Repeat("x", 64)}
	for _, name := range good {
		expect(t, name, w.as("sk_env_"+name).token("github", "alice").says(), "active")
		w.control("GET", "state?environment="+name, "")
	}
	for what, name := range map[string]string{
		"empty": "", "a slash": "a/b", "up": "../b", "a dot in front": ".a", "a dash in front": "-a", "a space": "a b", "unicode": "grün", "65": strings.Repeat("x", 65),
		"10 kB": strings.Repeat("x", 10_000), "a percent": "a%b", "quotes": `a"b`, "markup": "<b>",
	} {
		a := w.as("sk_env_"+name).do("POST", "/data-integrations/github/token", `{"user_id": "alice"}`)
		expect(t, what+" as a key", a.status, 401)
		a = w.do("GET", "/_control/state?environment="+url.QueryEscape(name), "")
		if a.status != 422 || len(a.body) > 1000 || !a.says("environment must be one name") {
			t.Errorf("%s as a parameter: %d %s", what, a.status, a.body)
		}
	}
	expect(t, "no bad one was made", len(strings.Split(w.environments(), ", ")), len(good)+1)
}

func TestUnusedEnvironmentsGo(t *testing.T) {
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

func TestThereIsAnEndOfEnvironments(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithEnvironments(2, 0))
	w.as("sk_env_a").token("github", "alice")
	f := decode[failure](t, w.as("sk_env_b").do("GET", "/events", ""), 503)
	expect(t, "the code", f.Code, "too_many_environments")
	f = decode[failure](t, w.do("GET", "/_control/state?environment=b", ""), 503)
	expect(t, "also of a control call", f.Code, "too_many_environments")
	w.control("DELETE", "environments/a", "")
	w.as("sk_env_b").token("github", "alice")
}

// Parallel tests share a server, and do not meet. Their ids derive from their names.
func TestASharedServer(t *testing.T) {
	t.Parallel()
	shared := fake.Start(t, fake.WithTime(noon))
	var names sync.Map
	t.Run("tests", func(t *testing.T) {
		for i := range 20 {
			t.Run(fmt.Sprintf("of/many kinds, %d: ✓ %s", i, strings.Repeat("long", i)), func(t *testing.T) {
				t.Parallel()
				w := start(t, fake.WithServer(shared))
				if _, taken := names.LoadOrStore(w.key, true); taken {
					t.Errorf("%s is another's", w.key)
				}
				user := fmt.Sprint("user_", i)
				w.Use([]string{"not_installed", "expired", "needs_reauthorization"}[i%3])
				w.Advance(time.Duration(i) * time.Minute)
				for range 20 {
					expect(t, "its own state", w.token("github", user).Active, i%3 == 1)
				}
				expect(t, "its own time", w.Now(), noon.Add(time.Duration(i)*time.Minute))
				expect(t, "its own events", len(w.happened("").Data), 0)
			})
		}
	})
	w := worldOf(t, shared)
	expect(t, "they are gone", w.environments(), "default sk_fake_default")
	expect(t, "and the server is not", w.token("github", "alice").says(), "active")

	id := func() string {
		own := start(t, fake.WithServer(shared))
		defer own.Close()
		return own.account("alice", "github").ID
	}
	expect(t, "the ids of a test", id(), id())
	if _, err := fake.New(fake.WithServer(shared)); err == nil || !strings.Contains(err.Error(), "for Start") {
		t.Errorf("New says %v", err)
	}
	var r recorder
	if fake.Start(&r, fake.WithServer(shared), fake.WithSeed(1)); !strings.Contains(r.fatal, "stands alone") {
		t.Errorf("another option: %s", r.fatal)
	}
}

// BenchmarkEnvironment makes environments from a file of 100 000 connections.
func BenchmarkEnvironment(b *testing.B) {
	var file strings.Builder
	file.WriteString("version: 1\nconnections:\n")
	for i := range 100_000 {
		fmt.Fprintf(&file, "  - {provider: github, user_id: user_%d, scenario: expired}\n", i)
	}
	server, err := fake.New(fake.WithScenarios(parse(b, file.String())), fake.WithEnvironments(1<<30, 0))
	if err != nil {
		b.Fatal(err)
	}
	defer server.Close()
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		server.Environment(fmt.Sprint(i)).Now()
		i++
	}
}
