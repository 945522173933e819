package fake_test

import (
	"fmt"
	"net/url"
	"slices"
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

func TestEnvironmentsAreListedInPages(t *testing.T) {
	t.Parallel()
	w := start(t)
	for i := range 249 {
		w.Environment(fmt.Sprintf("e%03d", i)).Now()
	}
	type page struct {
		Environments []struct{ Name string }
		Next         *string
	}
	for query, want := range map[string]string{
		"?":           "100 100 50",
		"?limit=1000": "250",
		"?limit=125":  "125 125",
		"?limit=249":  "249 1",
	} {
		var sizes, names []string
		for next := ""; ; {
			p := decode[page](t, w.control("GET", "environments"+query+next, ""), 200)
			sizes = append(sizes, fmt.Sprint(len(p.Environments)))
			for _, one := range p.Environments {
				names = append(names, one.Name)
			}
			if p.Next == nil {
				break
			}
			next = "&next=" + *p.Next
		}
		expect(t, query, strings.Join(sizes, " "), want)
		if !slices.IsSorted(names) || len(slices.Compact(names)) != 250 {
			t.Errorf("%s lists %v", query, names)
		}
	}
	w.tries(
		try{"behind a deleted one", "GET /_control/environments?next=e2475", "", 200, `"name": "e248"`},
		try{"behind all", "GET /_control/environments?next=z", "", 200, `"environments": []`},
		try{"no page", "GET /_control/environments?limit=0", "", 422, "1 to 1000"},
		try{"misspelt", "GET /_control/environments?limt=5", "", 422, "did you mean limit?"},
	)
	page1 := w.do("GET", "/_ui/environments", "")
	expect(t, "rows of the page", strings.Count(string(page1.body), `id="delete-`), 100)
	expect(t, "the others", page1.says("… and 150 more."), true)
	found := w.do("GET", "/_ui/environments?search=E24", "")
	expect(t, "rows of a search", strings.Count(string(found.body), `id="delete-`), 9)
	expect(t, "which has no others", found.says("more."), false)
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
		"empty":           "",
		"a slash":         "a/b",
		"up":              "../b",
		"a dot in front":  ".a",
		"a dash in front": "-a",
		"a space":         "a b",
		"unicode":         "grün",
		"65":              strings.Repeat("x", 65),
		"10 kB":           strings.Repeat("x", 10_000),
		"a percent":       "a%b",
		"quotes":          `a"b`,
		"markup":          "<b>",
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

func TestMaximumNumberOfEnvironments(t *testing.T) {
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

// Parallel tests can share a server without affecting each other. Their ids are derived from their names. The test
// itself is not parallel: its subtests run before the package's parallel tests, so they start at once instead of
// waiting until a hundred others have finished.
func TestSharedServer(t *testing.T) {
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
}

// named is a recorder with the name of a test.
type named struct {
	recorder
	name string
}

func (n *named) Name() string { return n.name }

// The name of a test's environment depends only on the name of the test, not on the order of tests.
func TestEnvironmentNamesOfTests(t *testing.T) {
	t.Parallel()
	shared := fake.Start(t)
	start := func(test string) (*named, string) {
		n := &named{name: test}
		return n, fake.Start(n, fake.WithServer(shared)).APIKey()
	}
	long := "TestCheckout/" + strings.Repeat("a_reason_", 9)
	for test, want := range map[string]string{
		"TestCheckout":                   "TestCheckout",
		"TestCheckout/it_pays":           "TestCheckout-it_pays-dedef222",
		"TestCheckout-it_pays":           "TestCheckout-it_pays",
		"Test" + strings.Repeat("x", 44): "Test" + strings.Repeat("x", 44),
		"Test" + strings.Repeat("x", 45): "Test" + strings.Repeat("x", 35) + "-35715785",
		long + "1":                       "TestCheckout-a_reason_a_reason_a_reason-30605a43",
		long + "2":                       "TestCheckout-a_reason_a_reason_a_reason-28f16932",
		strings.Repeat("ü", 99):          strings.Repeat("-", 40) + "ad38cf5b",
	} {
		n, key := start(test)
		expect(t, test, key, "sk_env_test-"+want)
		again, keyAgain := start(test)
		expect(t, test+" once more at the same time", keyAgain, key+"-2")
		n.close()
		again.close()
	}
	for range 50 {
		var starting sync.WaitGroup
		var keys sync.Map
		for range 8 {
			starting.Go(func() {
				n, key := start(long)
				if other, taken := keys.LoadOrStore(key, n); taken {
					t.Errorf("two tests share the key %s: %v", key, other)
				}
			})
		}
		starting.Wait()
		keys.Range(func(_, n any) bool { n.(*named).close(); return true })
	}
}

// A refused call creates no environment, and uses no request id.
func TestRefusedCallsCreateNoEnvironment(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithControlToken("t"))
	anonymous := w.as("")
	token := []string{"X-Pipesfake-Token", "t"}
	id := func() string {
		return w.do("POST", "/data-integrations/github/token", `{"user_id": "alice"}`).header.Get("X-Request-Id")
	}
	expect(t, "first", id(), "req_default_000001")
	for what, c := range map[string]struct {
		w       world
		call    string
		status  int
		headers []string
	}{
		"a foreign host": {
			w.as("sk_env_forbid"), "GET /_control/clock",
			403, append(token, "Host", "evil.example.com"),
		},
		"a foreign origin": {
			anonymous, "GET /_control/clock?environment=forbid",
			403, append(token, "Origin", "http://evil.example.com"),
		},
		"no token":               {w.as("sk_env_forbid"), "GET /_control/clock", 401, nil},
		"the page":               {anonymous, "GET /_ui/?environment=forbid", 401, nil},
		"an unknown parameter":   {anonymous, "GET /_control/clock?environment=forbid&x=1", 422, token},
		"and one twice":          {w.as("sk_env_forbid"), "GET /_control/state?limit=1&limit=2", 422, token},
		"no name":                {anonymous, "GET /_control/clock?environment=-", 422, token},
		"no key":                 {w.as("nonsense"), "GET /_control/clock", 401, token},
		"no method":              {w.as("sk_env_forbid"), "PATCH /_control/clock", 405, token},
		"no call":                {w.as("sk_env_forbid"), "GET /_control/clocks", 501, token},
		"the list":               {w.as("sk_env_forbid"), "GET /_control/environments", 200, token},
		"the list of another":    {anonymous, "GET /_control/environments?environment=forbid", 200, token},
		"a deletion":             {w.as("sk_env_forbid"), "DELETE /_control/environments/forbid", 404, token},
		"the description":        {w.as("sk_env_forbid"), "GET /_control/openapi.json", 200, token},
		"coverage of all":        {w.as("sk_env_forbid"), "GET /_control/coverage?all=true", 200, token},
		"a count begun anew":     {w.as("sk_env_forbid"), "DELETE /_control/coverage", 200, token},
		"health":                 {w.as("sk_env_forbid"), "GET /health", 200, nil},
		"a key that is an other": {w.as("sk_live_1"), "GET /_control/environments", 403, token},
	} {
		method, path, _ := strings.Cut(c.call, " ")
		a := c.w.do(method, path, "", c.headers...)
		expect(t, what, a.status, c.status)
	}
	expect(t, "second", id(), "req_default_000002")
	if list := anonymous.do("GET", "/_control/environments", "", token...); list.status != 200 || list.says("forbid") {
		t.Errorf("there are %s", list.body)
	}
}

// When the maximum number of environments is reached, control calls still work, and can delete some.
func TestControlCallsAtTheMaximumOfEnvironments(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithEnvironments(2, 0))
	w.as("sk_env_a").token("github", "alice")
	w.control("DELETE", "environments/default", "")
	b := w.as("sk_env_b")
	decode[failure](t, b.do("GET", "/events", ""), 503)
	for _, one := range []world{b, w, w.as("")} {
		expect(t, "the list", one.environments(), "a sk_env_a, default sk_fake_default")
		one.tries(
			try{"coverage", "GET /_control/coverage?all=true", "", 200, `"active": 1`},
			try{"the description", "GET /_control/openapi.json", "", 200, "openapi"},
			try{"health", "GET /health", "", 200, "ok"},
		)
	}
	expect(t, "the page", w.do("GET", "/_ui/", "").status, 200)
	b.control("DELETE", "environments/a", "")
	b.token("github", "alice")
	w.token("github", "alice")
}

// BenchmarkEnvironment creates environments from a file with 100 000 connections.
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
