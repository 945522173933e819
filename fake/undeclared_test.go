package fake_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"example.com/pipesfake/fake"
)

// TestUndeclaredProviders asks for tokens of providers that are written as declared and built-in ones, and nearly so.
// All are answered, and only the decision differs.
func TestUndeclaredProviders(t *testing.T) {
	t.Parallel()
	w := withFile(t, "version: 1\nproviders: {my-crm: , gitlabs: , a: }\n")
	for slug, meant := range map[string]string{
		"GitHub": "github", "gihub": "github", "githubb": "github", "githuc": "github", "GIHUB": "github",
		"My-CRM": "my-crm", "my_crm": "my-crm", "slak": "slack", "Box": "box", "googledrive": "google-drive",

		"github": "", "my-crm": "", "gitlabs": "", "gitlab": "", "a": "", // known
		"b": "", "bo": "", "gthb": "", "gihtub": "", "hub": "", "our-crm": "", "google-maps": "", // like none
	} {
		t.Run(slug, func(t *testing.T) {
			t.Parallel()
			w := w.in(t).as("sk_env_" + slug)
			got := w.do("POST", "/data-integrations/"+slug+"/token", `{"user_id": "alice"}`)
			expect(t, "status", got.status, 200)
			expect(t, "active", decode[Token](t, got, 200).says(), "active")
			want := "active by the usual start of test.yaml"
			if meant != "" {
				want += "; undeclared provider; did you mean " + meant + "?"
			}
			expect(t, "the header", got.header.Get("X-Pipesfake-Decision"), want)
			again := w.do("POST", "/data-integrations/"+slug+"/token", `{"user_id": "alice"}`)
			expect(t, "the header of a cached response", again.header.Get("X-Pipesfake-Decision"), want)
			expect(t, "the body of a cached response", string(again.body), string(got.body))

			requests, _ := w.noted("")
			expect(t, "the journal", requests[0].Because, want)
			decided := decode[struct{ Because string }](t,
				w.control("GET", "scenario?user_id=alice&provider="+slug, ""), 200)
			expect(t, "the decision", decided.Because, want)
			whole := decode[struct{ Connections []struct{ Because string } }](t, w.control("GET", "state", ""), 200)
			expect(t, "the state", fmt.Sprint(whole.Connections), fmt.Sprintf("[{%s}]", want))
		})
	}
}

// TestDecisionsOnUndeclaredProviders calls every kind of operation for a provider with a letter missing, under every
// kind of directive.
func TestDecisionsOnUndeclaredProviders(t *testing.T) {
	t.Parallel()
	const hint = "; undeclared provider; did you mean github?"
	const file = "version: 1\nconnections: [{provider: gihub, user_id: bob, scenario: expired}]\n"
	w := withFile(t, file, fake.WithTime(noon))
	reasonOf := func(method, path, body string) string {
		t.Helper()
		return w.do(method, path, body).header.Get("X-Pipesfake-Decision")
	}
	account := accountPath("alice", "gihub")
	imported := `{"access_token": "gho_x", "auth_method": "oauth"}`
	w.put(`{"scenario": "not_installed", "provider": "gihub", "user_id": "alice"}`)
	for _, c := range []struct{ method, path, body, want string }{
		{"POST", "/data-integrations/gihub/authorize", `{"user_id": "alice"}`, "not_installed since switch 1 of"},
		{"POST", "/data-integrations/gihub/credentials", `{"user_id": "alice"}`, "not_installed since switch 1 of"},
		{"GET", account, "", "not_installed since switch 1 of"},
		{"POST", account, imported, "connected since it was imported over the API"},
		{"DELETE", account, "", "not_installed since it was deleted over the API"},
		{"POST", "/data-integrations/gihub/token", `{"user_id": "bob"}`, "expired by test.yaml:2:15"},
	} {
		got := reasonOf(c.method, c.path, c.body)
		if !strings.HasPrefix(got, c.want) || !strings.HasSuffix(got, hint) {
			t.Errorf("%s %s: the reason is %q, not %s…%s", c.method, c.path, got, c.want, hint)
		}
	}
	exists := decode[failure](t, w.do("POST", accountPath("carol", "gihub"), imported), 409)
	if !strings.Contains(exists.Message, hint+"). To import one") {
		t.Errorf("the message is %q", exists.Message)
	}
	for _, one := range []struct{ method, path, body string }{
		{"POST", "/data-integrations/github/token", `{"user_id": "alice"}`},
		{"POST", "/data-integrations/github/authorize", `{"user_id": "alice"}`},
		{"GET", "/user_management/users/alice/data_providers", ""},
	} {
		if got := reasonOf(one.method, one.path, one.body); strings.Contains(got, "did you mean") {
			t.Errorf("%s %s: the reason is %q", one.method, one.path, got)
		}
	}
}

// TestProvidersThatCallsDeclare creates an integration with a slug that is nearly a built-in one, and deletes it.
func TestProvidersThatCallsDeclare(t *testing.T) {
	t.Parallel()
	w := start(t)
	reason := func() string {
		return w.do("POST", "/data-integrations/gihub/token", `{"user_id": "alice"}`).header.Get("X-Pipesfake-Decision")
	}
	expect(t, "before", strings.HasSuffix(reason(), "did you mean github?"), true)
	body := `{"provider": "gihub", ` + custom + `, ` + definition + `}`
	w.tries(try{"create", "POST /data-integrations", body, 201, ""})
	expect(t, "declared", strings.Contains(reason(), "did you mean"), false)
	w.control("POST", "reset", "")
	expect(t, "after a reset", strings.HasSuffix(reason(), "did you mean github?"), true)
}

// TestStrictProviders asks for a provider with a letter missing where only the file's exist.
func TestStrictProviders(t *testing.T) {
	t.Parallel()
	w := withFile(t, "version: 1\nstrict: true\nproviders: {github: }\n")
	got := decode[failure](t, w.do("POST", "/data-integrations/gihub/token", `{"user_id": "alice"}`), 404)
	expect(t, "suggests", strings.Contains(got.Message, "did you mean github?"), true)
}

// TestTheLogNamesUndeclaredProvidersOnce uses the same wrong slugs again and again, in two environments.
func TestTheLogNamesUndeclaredProvidersOnce(t *testing.T) {
	t.Parallel()
	log := &sharedLog{}
	w := start(t, fake.WithLogger(slog.New(slog.NewJSONHandler(log, nil))))
	for _, slug := range []string{"gihub", "GitHub", "github", "my-crm", "gihub"} {
		w.token(slug, "alice")
		w.as("sk_env_other").token(slug, "bob")
		w.do("GET", accountPath("alice", slug), "")
		w.control("GET", "scenario?user_id=alice&provider="+slug, "")
	}
	var logged []string
	for line := range strings.Lines(log.String()) {
		var said struct{ Level, Msg, Provider string }
		if err := json.Unmarshal([]byte(line), &said); err != nil {
			t.Fatal(err)
		}
		logged = append(logged, said.Level+" "+said.Provider+": "+said.Msg)
	}
	expect(t, "the log", strings.Join(logged, "\n"), "WARN gihub: undeclared provider; did you mean github?\n"+
		"WARN GitHub: undeclared provider; did you mean github?")
}
