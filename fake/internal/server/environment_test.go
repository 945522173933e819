package server

import (
	"strings"
	"testing"

	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/pipes"
)

func TestTheEnvironmentOfAnAPIKey(t *testing.T) {
	t.Parallel()
	tooLong := "Bearer sk_env_" + strings.Repeat("a", 65)
	for name, one := range map[string]struct {
		header string
		want   string
		code   pipes.Code
	}{
		"a test key":                     {header: "Bearer sk_test_123", want: "default"},
		"any other key":                  {header: "Bearer sk_x", want: "default"},
		"the scheme in another case":     {header: "bearer sk_test", want: "default"},
		"spaces around the key":          {header: "Bearer   sk_test ", want: "default"},
		"a key that names one":           {header: "Bearer sk_env_ci-7", want: "ci-7"},
		"a key that names default":       {header: "Bearer sk_env_default", want: "default"},
		"a key that names none":          {header: "Bearer sk_env_", code: pipes.Unauthorized},
		"a key with a wrong name":        {header: "Bearer sk_env_a/b", code: pipes.Unauthorized},
		"a key with a name too long":     {header: tooLong, code: pipes.Unauthorized},
		"a live key":                     {header: "Bearer sk_live_123", code: pipes.LiveKey},
		"a key without the prefix":       {header: "Bearer test", code: pipes.Unauthorized},
		"the prefix alone":               {header: "Bearer sk_", code: pipes.Unauthorized},
		"an empty key":                   {header: "Bearer", code: pipes.Unauthorized},
		"another scheme":                 {header: "Basic sk_test", code: pipes.Unauthorized},
		"no header":                      {header: "", code: pipes.Unauthorized},
		"a key before its scheme":        {header: "sk_test Bearer", code: pipes.Unauthorized},
		"a live key as an environment's": {header: "Bearer sk_env_sk_live_1", want: "sk_live_1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := nameOfKey(newRequest("GET", "/events", "Authorization", one.header))
			if got != one.want || codeOf(err) != one.code {
				t.Errorf("got %q and %q, want %q and %q", got, codeOf(err), one.want, one.code)
			}
		})
	}
}

func TestTheEnvironmentOfAControlCall(t *testing.T) {
	t.Parallel()
	const none = "" // no API key
	whole := call.Route{WholeServer: true}
	takes := func(names ...string) call.Route { return call.Route{QueryNames: append(names, "environment")} }
	for name, one := range map[string]struct {
		route call.Route
		query string
		key   string
		want  string
		code  pipes.Code
	}{
		"neither query nor key":             {key: none, want: "default"},
		"a key":                             {key: "sk_env_ci", want: "ci"},
		"a query":                           {query: "environment=ci", key: none, want: "ci"},
		"a query goes before a key":         {query: "environment=a", key: "sk_env_b", want: "a"},
		"a query goes before a live key":    {query: "environment=a", key: "sk_live_b", want: "a"},
		"a live key":                        {key: "sk_live_b", code: pipes.LiveKey},
		"two names":                         {query: "environment=a&environment=b", code: pipes.InvalidRequest},
		"an empty name":                     {query: "environment=", code: pipes.InvalidRequest},
		"a wrong name":                      {query: "environment=a/b", code: pipes.InvalidRequest},
		"a parameter that the call has":     {route: takes("limit"), query: "limit=1", want: "default"},
		"a parameter that it does not have": {route: takes(), query: "limit=1", code: pipes.InvalidRequest},
		"a parameter of the page":           {query: "limit=1", want: "default"},
		"a call about the whole server":     {route: whole, query: "environment=ci", want: "default"},
		"coverage of all environments":      {route: takes("all"), query: "environment=ci&all=true", want: "default"},
		"coverage of one environment":       {route: takes("all"), query: "environment=ci&all=false", want: "ci"},
		"a wrong name, for the server":      {route: whole, query: "environment=a/b", code: pipes.InvalidRequest},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRequest("GET", "/_control/x?"+one.query)
			if one.key != none {
				r.Header.Set("Authorization", "Bearer "+one.key)
			}
			one.route.Control = true
			got, err := nameOfControlCall(&one.route, &call.Call{Request: r, Query: r.URL.Query()})
			if got != one.want || codeOf(err) != one.code {
				t.Errorf("got %q and %q, want %q and %q", got, codeOf(err), one.want, one.code)
			}
		})
	}
}

// A call that is refused makes no environment, and default is there from the beginning.
func TestARefusedCallMakesNoEnvironment(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		target, key string
		want        bool
	}{
		"an API call":                     {"http://localhost/events", "sk_env_new", true},
		"a control call":                  {"http://localhost/_control/state", "sk_env_new", true},
		"a control call for another site": {"http://attacker.example/_control/state", "sk_env_new", false},
		"a control call with a typo":      {"http://localhost/_control/state?environmnt=x", "sk_env_new", false},
		"a control call with a wrong id":  {"http://localhost/_control/state?limit=1;2", "sk_env_new", false},
		"a call with a live key":          {"http://localhost/events", "sk_live_new", false},
		"a control call about the server": {"http://localhost/_control/environments", "sk_env_new", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, Config{})
			serveOne(s, newRequest("GET", one.target, "Authorization", "Bearer "+one.key))
			if got := s.environments.Exists("new"); got != one.want {
				t.Errorf("it exists: %v, want %v", got, one.want)
			}
		})
	}
}
