package scenarios

import (
	"testing"
	"time"
)

func TestCheckStates(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		state State
		want  string
	}{
		"the zero state": {State{}, ""},
		"never":          {State{ExpiresIn: Never}, ""},
		"a long life": {State{ExpiresIn: maxLife + 1},
			"expires_in|expires_in is more than a hundred years away (write never for a token that does not expire)"},
		"a bad refresh": {State{Refresh: "maybe"}, `refresh|refresh is "maybe", not one of works, fails`},
		"scopes twice":  {State{Scopes: []string{"a", "a"}}, `scopes|scopes names "a" twice`},
		"both": {State{Scopes: []string{"a"}, MissingScopes: []string{"a"}},
			`missing_scopes|missing_scopes names "a", which scopes grants`},
		"not installed": {State{State: NotInstalled}, ""},
		"a life of none": {State{State: NotInstalled, ExpiresIn: DefaultLife},
			"expires_in|expires_in has no effect when state is not_installed: remove it"},
		"a bad token": {State{AccessToken: "a b"},
			"access_token|access_token is not a token: at most 8192 printable characters without spaces"},
		"an unknown auth": {State{AuthMethod: "apikey"},
			`auth_method|auth_method is "apikey", not one of oauth, api_key, client_credentials (did you ` +
				`mean api_key?)`},
	} {
		if got := problemsOf(c.state.Check()); got != c.want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestStatesAsTexts(t *testing.T) {
	t.Parallel()
	for want, state := range map[string]State{
		"{}": {State: Connected, Refresh: RefreshWorks},
		"{state: needs_reauthorization, scopes: [a, b], expires_in: 5m, refresh: fails, access_token: …}": {
			State: NeedsReauthorization, Scopes: []string{"a",
				"b"}, ExpiresIn: 5 * time.Minute, Refresh: RefreshFails, AccessToken: "secret"},
		"{expires_in: never, auth_method: api_key}": {ExpiresIn: Never, AuthMethod: APIKey},
		"{expires_in: 1h}":                          {ExpiresIn: DefaultLife},
	} {
		if got := state.String(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
