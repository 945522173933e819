package scenarios

import (
	"slices"
	"testing"
	"time"
)

func TestCheckStateFields(t *testing.T) {
	t.Parallel()
	const tooLong = "expires_in|expires_in is more than a hundred years away " +
		"(write never for a token that does not expire)"
	for name, c := range map[string]struct {
		state State
		want  string
	}{
		"the zero state":               {State{}, ""},
		"a token that does not expire": {State{ExpiresIn: Never}, ""},
		"a life of a hundred years":    {State{ExpiresIn: maxLife}, ""},
		"a life of more than that":     {State{ExpiresIn: maxLife + 1}, tooLong},
		"expired for more than that":   {State{ExpiresIn: -maxLife - 1}, tooLong},
		"an unknown refresh": {State{Refresh: "maybe"},
			`refresh|refresh is "maybe", not one of works, fails`},
		"a scope twice": {State{Scopes: []string{"a", "a"}}, `scopes|scopes names "a" twice`},
		"a scope granted and missing": {State{Scopes: []string{"a"}, MissingScopes: []string{"a"}},
			`missing_scopes|missing_scopes names "a", which scopes grants`},
		"not installed": {State{State: NotInstalled}, ""},
		"not installed, with a life": {State{State: NotInstalled, ExpiresIn: DefaultLife},
			"expires_in|expires_in has no effect when state is not_installed: remove it"},
		"a token with a space": {State{AccessToken: "a b"},
			"access_token|access_token is not a token: at most 8192 printable characters without spaces"},
		"a misspelled auth_method": {State{AuthMethod: "apikey"},
			`auth_method|auth_method is "apikey", not one of oauth, api_key, client_credentials ` +
				`(did you mean api_key?)`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := problemsOf(c.state.Check()); got != c.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, c.want)
			}
		})
	}
}

func TestStringOfState(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		state State
		want  string
	}{
		"defaults are left out": {State{State: Connected, Refresh: RefreshWorks}, "{}"},
		"the token is hidden": {
			State{
				State: NeedsReauthorization, Scopes: []string{"a", "b"}, ExpiresIn: 5 * time.Minute,
				Refresh: RefreshFails, AccessToken: "secret",
			},
			"{state: needs_reauthorization, scopes: [a, b], expires_in: 5m, refresh: fails, access_token: …}",
		},
		"a token that does not expire": {State{ExpiresIn: Never, AuthMethod: APIKey},
			"{expires_in: never, auth_method: api_key}"},
		"the default life, if it is set": {State{ExpiresIn: DefaultLife}, "{expires_in: 1h}"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := c.state.String(); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

func TestGrantedAndMissingScopes(t *testing.T) {
	t.Parallel()
	lacksLast, err := Builtin().Scenario("missing_scopes")
	if err != nil {
		t.Fatal(err)
	}
	asked := []string{"repo", "user:email"}
	more := []string{"repo", "user:email", "read:org"}
	for name, c := range map[string]struct {
		state            State
		now              []string // what the provider asks for now; asked when the scopes were granted
		granted, missing []string
	}{
		"by default, all are granted": {State{}, asked, asked, nil},
		"without the missing ones":    {State{MissingScopes: asked[:1]}, asked, asked[1:], asked[:1]},
		"only the granted ones":       {State{Scopes: asked[:1]}, asked, asked[:1], asked[1:]},
		"granted and missing ones, as written": {State{Scopes: asked[:1], MissingScopes: []string{}},
			asked, asked[:1], nil},
		"none granted": {State{Scopes: []string{}}, asked, nil, asked},
		"a missing one that the provider does not ask for": {State{MissingScopes: []string{"admin"}}, asked, asked,
			[]string{"admin"}},
		"the built-in missing_scopes": {lacksLast.State, asked, asked[:1], asked[1:]},

		"the provider asks for one more": {State{}, more, asked, more[2:]},
		"one more than the granted ones": {State{Scopes: asked[:1]}, more, asked[:1], more[1:]},
		"one more than the missing ones": {State{MissingScopes: asked[:1]}, more, asked[1:],
			[]string{"repo", "read:org"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			granted, missing := c.state.Grant(asked, c.now)
			if !slices.Equal(granted, c.granted) || !slices.Equal(missing, c.missing) {
				t.Errorf("granted %q, missing %q; want %q and %q", granted, missing, c.granted, c.missing)
			}
			if granted == nil || missing == nil {
				t.Errorf("granted is nil: %v, missing is nil: %v", granted == nil, missing == nil)
			}
		})
	}
}
