package fake_test

import (
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"example.com/pipesfake/fake"
)

func TestExplain(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithTime(noon))
	w.Use("missing_scopes", fake.Provider("github"), fake.User("alice"))
	c := w.Explain(fake.Provider("github"), fake.User("alice"))
	expect(t, "state", c.State, "connected")
	expect(t, "missing", strings.Join(c.MissingScopes, ","), "read:org")
	expect(t, "expires", c.ExpiresAt, noon.Add(time.Hour))
	if !strings.Contains(c.Because, "missing_scopes since switch 1") {
		t.Errorf("because %s", c.Because)
	}
	w.Use("not_installed", fake.OrganizationOwned(), fake.Organization("acme"))
	owned := w.Explain(fake.Provider("github"), fake.Organization("acme"), fake.OrganizationOwned())
	expect(t, "owned by the organization", owned.State, "not_installed")
	expect(t, "it leaves no trace", len(w.Events()), 0)
}

func TestTakeBack(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.Use("not_installed")
	w.Use("expired", fake.User("alice"))
	w.TakeBack()
	expect(t, "after one", w.token("github", "alice").says(), "not_installed")
	w.TakeBack()
	expect(t, "after both", w.token("github", "alice").says(), "active")
}

func TestSwitchForSomeTime(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithTime(noon))
	w.Use("not_installed", fake.User("alice"), fake.For(10*time.Minute))
	expect(t, "at first", w.token("github", "alice").says(), "not_installed")
	w.Advance(10 * time.Minute)
	expect(t, "then", w.token("github", "alice").says(), "active")
}

func TestMistakesOfPlaces(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		call func(e *fake.Server)
		want string
	}{
		{"no provider", func(e *fake.Server) { e.Explain(fake.User("a")) }, "fake.Provider is missing"},
		{"no user", func(e *fake.Server) { e.Explain(fake.Provider("github")) }, "fake.User is missing"},
		{
			"no owner", func(e *fake.Server) { e.Explain(fake.Provider("github"), fake.OrganizationOwned()) },
			"fake.Organization is missing",
		},
		{
			"a time that names nothing",
			func(e *fake.Server) { e.Explain(fake.Provider("github"), fake.User("a"), fake.For(time.Hour)) },
			"limits a switch, and nothing else",
		},
		{"no switch", func(e *fake.Server) { e.TakeBack() }, "nothing to take back"},
		{"no time", func(e *fake.Server) { e.Use("expired", fake.For(0)) }, "a millisecond or longer"},
		{
			"two times", func(e *fake.Server) { e.Use("expired", fake.For(time.Hour), fake.For(time.Hour)) },
			"given twice (1h0m0s, and 1h0m0s before)",
		},
		{
			"a fault for some time", func(e *fake.Server) { e.Fault(fake.Fault{Status: 503}, fake.For(time.Hour)) },
			"limits a switch, and nothing else",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server, err := fake.New()
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if says, _ := recover().(string); !strings.Contains(says, test.want) {
					t.Errorf("%q, want %q", says, test.want)
				}
			}()
			test.call(server)
		})
	}
}

func TestWebhooksOfAnEnvironment(t *testing.T) {
	t.Parallel()
	endpoint := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(endpoint.Close)
	w := withFile(t, "version: 1\nwebhooks: [{url: \""+endpoint.URL+"/?token=VERYSECRET\"}]\n")
	w.Use("needs_reauthorization", fake.Provider("github"), fake.User("alice"))
	called := fake.Called{Webhook: "pipes.connected_account.reauthorization_needed"}
	if err := w.WaitFor(t.Context(), called); err != nil {
		t.Fatal(err)
	}
	all := w.Webhooks()
	if len(all) != 1 || all[0].State != "delivered" || len(all[0].Attempts) != 1 || all[0].Attempts[0].Status != 200 {
		t.Fatalf("%+v", all)
	}
	expect(t, "its event", all[0].EventID, w.Events()[0].ID)
	if strings.Contains(all[0].EndpointURL, "VERYSECRET") {
		t.Errorf("it shows %s", all[0].EndpointURL)
	}
}

// Controller has every method of Environment, so that a test reads the same with it, with Server and with package
// client.
func TestControllerHasTheMethodsOfEnvironment(t *testing.T) {
	t.Parallel()
	controller, environment := reflect.TypeFor[fake.Controller](), reflect.TypeFor[*fake.Environment]()
	for i := range environment.NumMethod() {
		if name := environment.Method(i).Name; !hasMethod(controller, name) {
			t.Errorf("Controller has no %s", name)
		}
	}
}

func hasMethod(of reflect.Type, name string) bool {
	_, has := of.MethodByName(name)
	return has
}

// A bubble cannot wait for a port, so Start does not listen there.
func TestStartInABubble(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := fake.Start(t)
		server.UseState(fake.State{ExpiresIn: 5 * time.Minute, Refresh: "fails"})
		time.Sleep(6 * time.Minute)
		response, err := server.Client().Get(server.URL() + "/health")
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		c := server.Explain(fake.Provider("github"), fake.User("alice"))
		expect(t, "after five minutes", c.State, "needs_reauthorization")
	})
}
