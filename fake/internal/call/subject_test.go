package call

import (
	"net/http/httptest"
	"testing"

	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/scenarios"
)

func TestTheConnectionThatACallNames(t *testing.T) {
	t.Parallel()
	type vars = map[string]string
	for name, one := range map[string]struct {
		vars  vars
		query string
		body  string
		want  scenarios.Key
	}{
		"nothing": {want: scenarios.Key{}},
		"in the path": {
			vars: vars{"slug": "github", "user_id": "alice", "organization_id": "acme"},
			want: scenarios.Key{Provider: "github", User: "alice", Organization: "acme"},
		},
		"an organization in the query": {
			vars: vars{"slug": "github", "user_id": "alice"}, query: "organization_id=acme",
			want: scenarios.Key{Provider: "github", User: "alice", Organization: "acme"},
		},
		"in the body": {
			body: `{"provider": "github", "user_id": "alice", "organization_id": "acme"}`,
			want: scenarios.Key{Provider: "github", User: "alice", Organization: "acme"},
		},
		"the path goes before the body": {
			vars: vars{"slug": "github", "user_id": "alice"}, body: `{"provider": "slack", "user_id": "bob"}`,
			want: scenarios.Key{Provider: "github", User: "alice"},
		},
		"the path goes before the query": {
			vars: vars{"organization_id": "acme"}, query: "organization_id=other",
			want: scenarios.Key{Organization: "acme"},
		},
		"what an organization owns has no user": {
			vars: vars{"slug": "github"},
			body: `{"user_id": "alice", "organization_id": "acme", "connection_owner": "organization"}`,
			want: scenarios.Key{Provider: "github", Organization: "acme"},
		},
		"what a user owns": {
			vars: vars{"slug": "github"}, body: `{"user_id": "alice", "connection_owner": "user"}`,
			want: scenarios.Key{Provider: "github", User: "alice"},
		},
		"a body that is not JSON": {
			vars: vars{"slug": "github"}, body: `{"user_id": `, want: scenarios.Key{Provider: "github"},
		},
		"a user that is no text": {
			vars: vars{"slug": "github"}, body: `{"user_id": 7}`, want: scenarios.Key{Provider: "github"},
		},
		"names that nobody has": {
			vars: vars{"slug": "git hub"}, body: `{"user_id": "a\u0000b", "organization_id": "acme"}`,
			want: scenarios.Key{Organization: "acme"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest("POST", "/?"+one.query, nil)
			r.Header.Set("Authorization", "Bearer sk_test")
			c := Call{
				Request: r, Vars: one.vars, Query: r.URL.Query(),
				Body: []byte(one.body), Bodies: new(body.Parser),
			}
			got := (&Route{Operation: "token"}).Subject(&c)
			if got.Key != one.want || got.Operation != "token" || got.APIKey != "Bearer sk_test" {
				t.Errorf("got %+v, want %+v", got, one.want)
			}
		})
	}
}

// Calls to providers and to the consent page name their connection by a token or an address.
func TestARouteCanFindTheConnectionItself(t *testing.T) {
	t.Parallel()
	route := Route{SubjectOf: func(*Call) (scenarios.Key, string) {
		return scenarios.Key{Provider: "github", User: "a\nb"}, "token"
	}}
	r := httptest.NewRequest("GET", "/", nil)
	got := route.Subject(&Call{Request: r, Vars: map[string]string{"slug": "slack"}})
	if got.Key != (scenarios.Key{Provider: "github"}) || got.APIKey != "token" {
		t.Errorf("got %+v", got)
	}
}

func TestCallsAboutTheWholeServer(t *testing.T) {
	t.Parallel()
	coverage := Route{Control: true, QueryNames: []string{"all", "format"}}
	for name, one := range map[string]struct {
		route Route
		query string
		want  bool
	}{
		"a list of environments":        {Route{Control: true, WholeServer: true}, "", true},
		"any other control call":        {Route{Control: true}, "", false},
		"coverage of all environments":  {coverage, "all=true", true},
		"coverage of one":               {coverage, "", false},
		"coverage of one, as it says":   {coverage, "all=false", false},
		"all, where it means nothing":   {Route{Control: true}, "all=true", false},
		"never a call of the Pipes API": {Route{WholeServer: true}, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			query := httptest.NewRequest("GET", "/?"+one.query, nil).URL.Query()
			if got := one.route.IsWholeServer(query); got != one.want {
				t.Errorf("got %v, want %v", got, one.want)
			}
		})
	}
}
