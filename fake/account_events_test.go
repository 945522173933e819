package fake_test

import (
	"slices"
	"strings"
	"testing"

	"example.com/pipesfake/fake"
)

// named returns the names of all events, without what they have in common.
func (w world) named() string {
	w.t.Helper()
	var names []string
	for _, one := range w.happened("").Data {
		names = append(names, strings.TrimPrefix(one.Event, "pipes."))
	}
	return strings.Join(names, ", ")
}

// A standard connection has events of its own, beside those that clients of one connection receive.
func TestEventsOfStandardConnections(t *testing.T) {
	t.Parallel()
	const both = "connected_account.connected, account_connection.connected"
	for name, one := range map[string]struct {
		does func(w world)
		want string // after the first connection was made
	}{
		"a compatibility connection": {
			does: func(w world) { w.do("PUT", alice, `{"state": "needs_reauthorization"}`) },
			want: "connected_account.reauthorization_needed",
		},
		"another is imported": {
			does: func(w world) { w.do("POST", alice, `{"connection_intent": "add", "access_token": "b"}`) },
			want: both,
		},
		"another by a key": {
			does: func(w world) {
				w.do("PUT", "/data-integrations/other/api-key", `{"user_id": "alice", "secret": "first"}`)
				w.do("POST", "/data-integrations/other/api-key",
					`{"user_id": "alice", "secret": "12345", "connection_intent": "add"}`)
			},
			want: "connected_account.connected, " + both,
		},
		"another by consent": {
			does: func(w world) {
				w.visit("GET", w.page("github", `{"user_id": "alice", "connection_intent": "add"}`)+
					"?consent=approve", nil)
			},
			want: both,
		},
		"another is denied": {
			does: func(w world) {
				w.visit("GET", w.page("github", `{"user_id": "alice", "connection_intent": "add"}`)+
					"?consent=deny", nil)
			},
			want: "connected_account.connection_failed, account_connection.add_failed",
		},
		"the first is denied": {
			does: func(w world) {
				w.visit("GET", w.page("github", `{"user_id": "alice"}`)+"?consent=deny", nil)
			},
			want: "connected_account.connection_failed",
		},
		"another is denied again": {
			does: func(w world) {
				w.do("POST", alice, `{"connection_intent": "add", "access_token": "b"}`)
				w.visit("GET", w.page("github", `{"user_id": "alice", "connection_intent": "reauthorize", `+
					`"connected_account_id": "`+w.lastOf("alice", "github")+`"}`)+"?consent=fail", nil)
			},
			want: both + ", connected_account.connection_failed, account_connection.connection_failed",
		},
		"a switch of all": {
			does: func(w world) {
				w.do("POST", alice, `{"connection_intent": "add", "access_token": "b"}`)
				w.Use("needs_reauthorization", fake.User("alice"))
			},
			want: both + ", connected_account.reauthorization_needed, connected_account.reauthorization_needed, " +
				"account_connection.reauthorization_needed",
		},
		"it is deleted": {
			does: func(w world) {
				w.do("POST", alice, `{"connection_intent": "add", "access_token": "b"}`)
				w.do("DELETE", alice+"?connected_account_id="+w.lastOf("alice", "github"), "")
			},
			want: both + ", connected_account.disconnected, account_connection.disconnected",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t, fake.WithTime(noon), fake.WithScenario("not_installed"))
			w.do("POST", alice, `{"access_token": "a"}`)
			one.does(w)
			expect(t, "the events", w.named(), "connected_account.connected, "+one.want)
		})
	}
}

// What events show of a connection beside its state, also once it is gone.
func TestDetailsOfEvents(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithTime(noon), fake.WithScenario("not_installed"))
	const (
		keys     = "/data-integrations/keys/api-key"
		nobody   = `"established_by_user_id":null,"state_reason":null`
		imported = `"connection_role":"compatibility","account_identifier":"octocat","account_display_name":"Work",` +
			`"auth_method":"oauth","api_key_last_4":null,` + nobody
		installed = `"connection_role":"standard","account_identifier":null,"account_display_name":"Keys",` +
			`"auth_method":"api_key","api_key_last_4":"cdef",` + nobody
	)
	last := func(name string) string {
		t.Helper()
		return string(w.do("GET", "/events?limit=1&events=pipes."+name, "").body)
	}
	says := func(what, name, want string) {
		t.Helper()
		if got := last(name); !strings.Contains(got, want) {
			t.Errorf("%s: %s\ndoes not have %s", what, got, want)
		}
	}
	w.do("POST", alice, `{"access_token": "a", "account_identifier": "octocat", "account_display_name": "Work"}`)
	says("an import", "connected_account.connected", imported)
	w.do("DELETE", alice, "")
	says("a deletion", "connected_account.disconnected", imported)
	w.do("PUT", keys, `{"user_id": "alice", "secret": "12345"}`)
	w.do("POST", keys, `{"user_id": "alice", "secret": "90abcdef", "connection_intent": "add", `+
		`"account_display_name": "Keys"}`)
	says("a standard connection", "account_connection.connected", installed)
	w.Use("needs_reauthorization", fake.Provider("keys"))
	says("a switch", "account_connection.reauthorization_needed", installed)
	w.Use("not_installed", fake.Provider("keys"))
	says("that hides it", "account_connection.disconnected", installed)
	w.Use("active", fake.Provider("keys"))
	w.do("DELETE", accountPath("alice", "keys")+"?connected_account_id="+w.lastOf("alice", "keys"), "")
	says("its deletion", "account_connection.disconnected", installed)
	w.visit("GET", w.page("github", `{"user_id": "alice", "account_display_name": "Home"}`)+"?consent=approve", nil)
	says("a consent", "connected_account.connected", `"account_display_name":"Home","auth_method":"oauth",`+
		`"api_key_last_4":null,"established_by_user_id":"alice","state_reason":null`)
	w.do("PUT", alice, `{"account_identifier": "octocat"}`)
	w.visit("GET", w.page("github", `{"user_id": "alice", "connection_intent": "reauthorize", `+
		`"connected_account_id": "`+w.account("alice", "github").ID+`"}`)+"?consent=deny", nil)
	says("a denial", "connected_account.connection_failed", `"account_identifier":"octocat"`)
	w.visit("GET", w.page("github", `{"user_id": "alice"}`)+"?consent=deny", nil)
	says("of nothing known", "connected_account.connection_failed", `"account_identifier":null`)
}

// Endpoints receive the events that they name, by whatever family.
func TestWebhooksOfStandardConnections(t *testing.T) {
	t.Parallel()
	r := receive(t, "s", nil)
	w := withFile(t, "version: 1\nstart: not_installed\nwebhooks:\n"+
		"  - {url: \""+r.URL+"/new\", secret: s, events: [pipes.account_connection.connected]}\n"+
		"  - {url: \""+r.URL+"/old\", secret: s}\n")
	w.do("POST", alice, `{"access_token": "a"}`)
	w.do("POST", alice, `{"access_token": "b", "connection_intent": "add"}`)
	w.control("GET", "wait?webhook=pipes.account_connection.connected&timeout=2m", "")
	w.arrived("connected", 2)
	var names []string
	for _, one := range r.all() {
		names = append(names, one.Event)
	}
	slices.Sort(names)
	expect(t, "the webhooks", strings.Join(names, " "), "pipes.account_connection.connected "+
		"pipes.connected_account.connected pipes.connected_account.connected")
}
