package ui

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"example.com/pipesfake/fake/internal/control"
)

func TestShellWords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"POST": "POST", "": "''", "a b": "'a b'", "it's": `'it'\''s'`, "$(x)": "'$(x)'", "a\nb": "'a\nb'", "é": "'é'",
	} {
		if got := shellWord(text); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}

func TestTheCurlOfAControlCall(t *testing.T) {
	t.Parallel()
	r := newRequest(t, "version: 1\n")
	for name, one := range map[string]struct {
		signs bool
		body  []byte
		want  string
	}{
		"without a body": {false, nil, "curl -X PUT 'http://fake.test/_control/x'"},
		"with a body": {
			false, []byte(`{"a":"it's"}`), `curl -X PUT 'http://fake.test/_control/x' -d '{"a":"it'\''s"}'`,
		},
		"with a control token": {
			true, nil,
			`curl -X PUT 'http://fake.test/_control/x' -H "X-Pipesfake-Token: $PIPESFAKE_CONTROL_TOKEN"`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := r
			r.Signs = one.signs
			if got := curl(r, "PUT", "/_control/x", one.body); got != one.want {
				t.Errorf("got  %s\nwant %s", got, one.want)
			}
		})
	}
}

func TestTheCurlThatRepeatsARequest(t *testing.T) {
	t.Parallel()
	r := newRequest(t, "version: 1\n")
	withKey := map[string]string{"Host": "app", "Authorization": "Bearer …"}
	for name, one := range map[string]struct {
		api     string
		headers map[string]string
		body    string
		want    string
		secrets []string
	}{
		"no key, no body": {
			headers: map[string]string{"Host": "app"}, want: "curl -X POST 'http://app/x'",
		},
		"a key": {headers: withKey, want: "curl -X POST 'http://app/x' -H 'Authorization: Bearer sk_test'"},
		"an external address": {
			api: "https://fake.example", headers: map[string]string{"Host": "app"},
			want: "curl -X POST 'https://fake.example/x'",
		},
		"a body": {
			headers: map[string]string{"Host": "app"}, body: `{"user_id":"alice"}`,
			want: `curl -X POST 'http://app/x' -H 'Content-Type: application/json' --data-raw '{"user_id":"alice"}'`,
		},
		"a body of another type": {
			headers: map[string]string{"Host": "app", "Content-Type": "text/plain"}, body: "@it's",
			want: `curl -X POST 'http://app/x' -H 'Content-Type: text/plain' --data-raw '@it'\''s'`,
		},
		"secrets, each once": {
			headers: map[string]string{"Host": "app"},
			body:    `{"secret": "…abc", "token":"…", "a": {"secret": "…"}}`,
			want: `curl -X POST 'http://app/x' -H 'Content-Type: application/json' --data-raw ` +
				`'{"secret": "'"$SECRET"'", "token":"'"$TOKEN"'", "a": {"secret": "'"$SECRET"'"}}'`,
			secrets: []string{"SECRET", "TOKEN"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := r
			r.API = one.api
			detail := control.RequestDetail{
				Request: control.Request{Method: "POST", Path: "/x"}, Headers: one.headers, Body: one.body,
			}
			got, secrets := repeated(r, detail)
			if got != one.want || !slices.Equal(secrets, one.secrets) {
				t.Errorf("got  %s %q\nwant %s %q", got, secrets, one.want, one.secrets)
			}
		})
	}
}

func TestActionsInGo(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct{ action, form, want string }{
		"a switch for everybody": {"switch", "scenario=expired", `server.Use("expired")`},
		"a switch for a user": {
			"switch", "scenario=expired&user_id=alice", `server.Use("expired", fake.User("alice"))`,
		},
		"for a connection of the table": {
			"switch", "scenario=a&place=" + url.QueryEscape("organization_id=&provider=p&user_id=u"),
			`server.Use("a", fake.Provider("p"), fake.User("u"), fake.NoOrganization())`,
		},
		"for no organization": {
			"switch", "scenario=a&organization_id=none", `server.Use("a", fake.NoOrganization())`,
		},
		"for an organization": {
			"switch", "scenario=a&organization_id=o", `server.Use("a", fake.Organization("o"))`,
		},
		"an organization's own": {
			"switch", "scenario=a&place=" + url.QueryEscape("organization_id=o&connection_owner=organization"),
			"",
		},
		"a switch that ends":              {"switch", "scenario=a&ttl=1m", ""},
		"a reset":                         {"reset", "", "server.Reset()"},
		"an action that Go does not have": {"lift", "id=fault_1", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			form, err := url.ParseQuery(one.form)
			if err != nil {
				t.Fatal(err)
			}
			if got := inGo(one.action, form); got != one.want {
				t.Errorf("got %s, want %s", got, one.want)
			}
		})
	}
}

// What the page offers to copy never holds the control token, only the variable with it.
func TestTheCopiedCallHasNoToken(t *testing.T) {
	t.Parallel()
	r := newRequest(t, "version: 1\n")
	r.Signs = true
	page := get(t, r, press(r, "reset", nil).Location)
	if !strings.Contains(page, "$PIPESFAKE_CONTROL_TOKEN") {
		t.Errorf("the page has no variable: %s", page)
	}
}
