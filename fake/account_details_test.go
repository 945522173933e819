package fake_test

import (
	"strings"
	"testing"

	"example.com/pipesfake/fake"
)

// The user who consented is shown until something else makes the connection.
func TestWhoEstablishedAConnection(t *testing.T) {
	t.Parallel()
	const (
		acme   = "/organizations/acme/connected_accounts/github"
		shared = `{"user_id": "admin", "organization_id": "acme", "connection_owner": "organization"}`
	)
	for name, one := range map[string]struct {
		does func(w world)
		path string // of the account
		want string // null, or a user in quotes
	}{
		"nobody, by the scenario": {does: func(w world) { w.Use("active") }, path: alice, want: "null"},
		"nobody, by an import": {
			does: func(w world) { w.do("POST", alice, `{"access_token": "a"}`) }, path: alice, want: "null",
		},
		"nobody, by a key": {
			does: func(w world) {
				w.do("PUT", "/data-integrations/keys/api-key", `{"user_id": "alice", "secret": "12345"}`)
			},
			path: accountPath("alice", "keys"), want: "null",
		},
		"the user, by consent": {
			does: func(w world) { w.consent(`{"user_id": "alice"}`) }, path: alice, want: `"alice"`,
		},
		"the member, for the organization": {
			does: func(w world) { w.consent(shared) }, path: acme, want: `"admin"`,
		},
		"the user, through an update and switches": {
			does: func(w world) {
				w.consent(`{"user_id": "alice"}`)
				w.do("PUT", alice, `{"access_token": "b", "account_display_name": "Work"}`)
				w.Use("needs_reauthorization")
				w.Use("active")
			},
			path: alice, want: `"alice"`,
		},
		"nobody, after an import in its place": {
			does: func(w world) {
				w.consent(`{"user_id": "alice"}`)
				w.Use("not_installed")
				w.do("POST", alice, `{"access_token": "a"}`)
			},
			path: alice, want: "null",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t, fake.WithScenario("not_installed"))
			one.does(w)
			said := `"established_by_user_id":` + one.want + `,"state":`
			w.tries(try{"the account", "GET " + one.path, "", 200, said})
			user, _, isUser := strings.Cut(strings.TrimPrefix(one.path, "/user_management/users/"), "/connected")
			list := "/user_management/users/" + user + "/data_providers"
			if !isUser || one.path == acme {
				list = "/organizations/acme/data_providers"
			}
			w.tries(try{"listed", "GET " + list, "", 200, said})
		})
	}
}

// consent connects with github as the user of an authorization.
func (w world) consent(body string) {
	w.t.Helper()
	w.visit("GET", w.page("github", body)+"?consent=approve", nil)
}

// A write that gives a display name which another connection has is done, with a warning.
func TestWarningsOfDisplayNames(t *testing.T) {
	t.Parallel()
	const (
		warning = `"warnings":[{"code":"duplicate_account_display_name","message":"Another connected account`
		keys    = "/data-integrations/keys/api-key"
		clients = "/data-integrations/machine/client-credentials"
		client  = `"user_id": "alice", "client_id": "c", "client_secret": "12345"`
	)
	w := start(t, fake.WithTime(noon), fake.WithScenario("not_installed"))
	none := func(does, call, body string) {
		t.Helper()
		method, path, _ := strings.Cut(call, " ")
		if a := w.do(method, path, body); a.status >= 300 || a.says("warnings") {
			t.Errorf("%s: %d %s", does, a.status, a.body)
		}
	}
	none("the first", "POST "+alice, `{"access_token": "a", "account_display_name": "Work"}`)
	none("another name", "POST "+alice,
		`{"access_token": "b", "connection_intent": "add", "account_display_name": "Home"}`)
	w.tries(try{
		"the same name", "POST " + alice,
		`{"access_token": "c", "connection_intent": "add", "account_display_name": "Work"}`, 201, warning,
	})
	none("a read", "GET "+alice, "")
	none("a list", "GET /user_management/users/alice/data_providers?supports_multiple_connections=true", "")
	none("nothing said of the name", "PUT "+alice, `{"scopes": ["repo"]}`)
	none("no name", "PUT "+alice+"?connected_account_id="+w.lastOf("alice", "github"), `{"account_display_name": null}`)
	none("its own name again", "PUT "+alice, `{"account_display_name": "Work"}`)
	w.tries(try{"an update", "PUT " + alice, `{"account_display_name": "Home"}`, 200, warning})
	const home = `{"access_token": "a", "account_display_name": "Home"}`
	none("another user's", "POST "+accountPath("bob", "github"), home)
	none("in an organization", "POST "+alice+"?organization_id=acme", home)
	none("another provider's", "PUT "+keys, `{"user_id": "alice", "secret": "12345", "account_display_name": "Home"}`)
	none("client credentials", "PUT "+clients, `{`+client+`, "account_display_name": "A"}`)
	w.tries(
		try{
			"a key", "POST " + keys, `{"user_id": "alice", "secret": "12345", "connection_intent": "add", ` +
				`"account_display_name": "Home"}`, 201, warning,
		},
		try{
			"more client credentials", "POST " + clients,
			`{` + client + `, "connection_intent": "add", "account_display_name": "A"}`, 201, warning,
		},
	)
	w.Use("not_installed", fake.Provider("keys"))
	none("of one that is gone", "PUT "+keys, `{"user_id": "alice", "secret": "12345", "account_display_name": "Home"}`)
}
