package fake_test

import (
	"fmt"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/alicebob/miniredis/v2"

	"example.com/pipesfake/fake"
	"example.com/pipesfake/fake/redisstore"
	"example.com/pipesfake/internal/storetest"
)

const replicatedFile = "version: 1\nproviders: {github: {scopes: [repo]}}\n"

// startReplica starts a server that shares a Redis with others.
func startReplica(t *testing.T, redis *miniredis.Miniredis, opts ...fake.Option) world {
	t.Helper()
	store, err := redisstore.Open(t.Context(), storetest.Patiently("redis://"+redis.Addr()), 0)
	if err != nil {
		t.Fatal(err)
	}
	listening := httptest.NewUnstartedServer(nil)
	opts = append([]fake.Option{
		fake.WithScenarios(parse(t, replicatedFile)), fake.WithStore(store),
		fake.WithReplica("http://" + listening.Listener.Addr().String()),
	}, opts...)
	server, err := fake.New(opts...)
	if err != nil {
		t.Fatal(err)
	}
	listening.Config.Handler = server
	listening.Start()
	t.Cleanup(func() {
		server.Drain()
		listening.Close()
		server.Close()
	})
	return worldOf(t, server)
}

// twoReplicas returns two servers that serve as one. The first one owns the environment of sk_env_one, the second one
// that of sk_env_two.
func twoReplicas(t *testing.T, opts ...fake.Option) (first, second world) {
	t.Helper()
	redis := miniredis.RunT(t)
	first, second = startReplica(t, redis, opts...), startReplica(t, redis, opts...)
	first.as("sk_env_one").token("github", "alice")
	second.as("sk_env_two").token("github", "alice")
	return first, second
}

type replicaList struct {
	Replicas []struct {
		URL          string
		Environments []string
		HasFile      bool `json:"has_scenario_file"`
	}
}

func (w world) replicas() replicaList {
	w.t.Helper()
	return decode[replicaList](w.t, w.do("GET", "/_control/replicas", ""), 200)
}

// Whichever replica a call reaches, the answer is the same.
func TestReplicasServeAsOne(t *testing.T) {
	t.Parallel()
	first, second := twoReplicas(t)
	both := []world{first, second}
	for i, w := range both {
		other := both[1-i].as("sk_env_one")
		w.as("sk_env_one").put(fmt.Sprintf(`{"scenario": "expired", "user_id": "user_%d"}`, i))
		why := other.control("GET", fmt.Sprintf("scenario?provider=github&user_id=user_%d", i), "")
		expect(t, "the switch is in force at the other replica", why.says("expired since switch"), true)
		expect(t, "the environments", strings.Join(w.environmentNames(), " "), "default one two")
		owners := map[string]int{}
		for _, one := range w.replicas().Replicas {
			expect(t, "it has the file", one.HasFile, true)
			for _, name := range one.Environments {
				owners[name]++
			}
		}
		expect(t, "each environment has one owner", fmt.Sprint(owners), "map[default:1 one:1 two:1]")
		expect(t, "the page shows them", w.do("GET", "/_ui/environments", "").says("Replicas"), true)
	}
	expect(t, "one's requests", len(first.as("sk_env_two").requestIDs()), len(second.as("sk_env_two").requestIDs()))
}

func (w world) environmentNames() (names []string) {
	w.t.Helper()
	list := decode[struct{ Environments []struct{ Name string } }](w.t, w.do("GET", "/_control/environments", ""), 200)
	for _, one := range list.Environments {
		names = append(names, one.Name)
	}
	return names
}

func (w world) requestIDs() (ids []string) {
	w.t.Helper()
	list := decode[struct{ Requests []struct{ ID string } }](w.t, w.do("GET", "/_control/requests", ""), 200)
	for _, one := range list.Requests {
		ids = append(ids, one.ID)
	}
	return ids
}

// Calls without an API key find the environment that issued the token, or that made the consent page.
func TestReplicasFindTokens(t *testing.T) {
	t.Parallel()
	first, second := twoReplicas(t)
	for name, token := range map[string]string{
		"a minted one":    first.as("sk_env_one").token("github", "alice").AccessToken.AccessToken,
		"an imported one": "gho_imported_from_elsewhere",
	} {
		if strings.Contains(token, "imported") {
			first.as("sk_env_one").do("PUT", accountPath("carol", "github"), `{"access_token": "`+token+`"}`)
			first.as("sk_env_one").do("POST", "/data-integrations/github/token", `{"user_id": "carol"}`)
		}
		for _, w := range []world{first, second} {
			expect(t, name+" at the provider", w.at("github", token, "GET /user").status, 200)
			form := url.Values{"token": {token}}.Encode()
			described := w.do("POST", "/_provider/github/introspect", form,
				"Content-Type", "application/x-www-form-urlencoded")
			expect(t, name+" in an introspection", described.says(`"active":true`), true)
		}
	}
	page := first.as("sk_env_one").page("github", `{"user_id": "dave"}`)
	path := page[strings.Index(page, "/data-integrations"):]
	expect(t, "the consent page at the other replica", second.do("GET", path, "").status, 200)
	expect(t, "no token of anybody", second.at("github", "nothing", "GET /user").status, 401)
}

// With as many environments as there can be, those who are to delete some can list them.
func TestFullReplicasListEnvironments(t *testing.T) {
	t.Parallel()
	first, _ := twoReplicas(t, fake.WithEnvironments(2, 0))
	expect(t, "a third one", first.as("sk_env_three").do("GET", "/_control/state", "").status, 503)
	expect(t, "the environments", strings.Join(first.environmentNames(), " "), "default one two")
}

// What is about the whole server is about all replicas.
func TestCallsAboutAllReplicas(t *testing.T) {
	t.Parallel()
	first, second := twoReplicas(t, fake.WithEnvironments(5, 0))
	seen := func(w world) int {
		list := decode[struct{ Seen int }](t, w.do("GET", "/_control/coverage?all=true", ""), 200)
		return list.Seen
	}
	first.as("sk_env_one").put(`{"scenario": "not_installed"}`)
	first.as("sk_env_one").token("github", "alice")
	second.as("sk_env_two").put(`{"scenario": "expired"}`)
	second.as("sk_env_two").token("github", "alice")
	for _, w := range []world{first, second} {
		expect(t, "how many responses were given", seen(w), 3)
	}
	second.control("DELETE", "coverage", "")
	expect(t, "after it is forgotten", seen(first), 0)

	reserved := map[string]bool{}
	for _, w := range []world{first, second} {
		made := decode[struct{ Name string }](t, w.do("POST", "/_control/environments", `{"test": "same"}`), 201)
		reserved[made.Name] = true
	}
	names := slices.Sorted(func(yield func(string) bool) {
		for name := range reserved {
			if !yield(name) {
				return
			}
		}
	})
	expect(t, "names of tests", strings.Join(names, " "), "test-same test-same-2")
	full := first.as("sk_env_one_more").do("GET", "/_control/state", "")
	expect(t, "one too many: "+string(full.body), full.says("too_many_environments"), true)
	expect(t, "one that is not there", first.do("DELETE", "/_control/environments/nobody", "").status, 404)
	first.control("DELETE", "environments/two", "")
	expect(t, "the environments", strings.Contains(strings.Join(second.environmentNames(), " "), "two"), false)
}

// A replica that ends hands over what it owns: nothing is lost, and nobody waits for long.
func TestAReplicaEnds(t *testing.T) {
	t.Parallel()
	first, second := twoReplicas(t)
	first.as("sk_env_one").put(`{"scenario": "not_installed"}`)
	first.Drain()
	first.Close()
	why := second.as("sk_env_one").control("GET", "scenario?provider=github&user_id=alice", "")
	expect(t, "the switch is kept", why.says("not_installed since switch 1"), true)
	expect(t, "who is left", len(second.replicas().Replicas), 1)
	health := httptest.NewRecorder()
	first.ServeHTTP(health, httptest.NewRequest("GET", "/health", nil))
	expect(t, "the health of the one that ended", health.Code, 503)
}

// Who may not make a call makes no environment by it.
func TestRefusedCallsMakeNoEnvironmentAtReplicas(t *testing.T) {
	t.Parallel()
	first, _ := twoReplicas(t)
	foreign := first.do("GET", "/_control/state?environment=foreign", "", "Origin", "https://elsewhere.example")
	expect(t, "a page of another origin", foreign.status, 403)
	first.at("github", "nothing", "GET /user", "X-Pipesfake-Environment", "nowhere")
	expect(t, "the environments", strings.Join(first.environmentNames(), " "), "default one two")
}

// Only a replica may make the calls that replicas make.
func TestCallsOfReplicasAreNotForOthers(t *testing.T) {
	t.Parallel()
	first, _ := twoReplicas(t)
	for _, path := range []string{"/_replica/environments", "/_replica/coverage"} {
		expect(t, path, first.do("GET", path, "", "X-Pipesfake-Replica", "guessed").status, 501)
	}
}

// With a control plane that is served apart, control calls come through there alone, and all other calls do not.
func TestReplicasWithControlApart(t *testing.T) {
	t.Parallel()
	first, second := twoReplicas(t, fake.WithControlApart())
	token := first.as("sk_env_one").token("github", "alice").AccessToken.AccessToken
	for _, w := range []world{first, second} {
		expect(t, "a control call at the API", w.as("sk_env_one").do("GET", "/_control/clock", "").status, 501)
		expect(t, "the page at the API", w.as("sk_env_one").do("GET", "/_ui/", "").status, 501)
		expect(t, "the provider's side", w.at("github", token, "GET /user").status, 200)
		control := httptest.NewRecorder()
		call := httptest.NewRequest("GET", "http://127.0.0.1/_control/clock?environment=one", nil)
		w.ControlHandler().ServeHTTP(control, call)
		expect(t, "a control call", control.Code, 200)
	}
}
