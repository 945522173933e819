package scenarios

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/internal/names"
)

// Values of State.State: the states of a connection, as WorkOS names them.
const (
	Connected            = "connected"
	NeedsReauthorization = "needs_reauthorization"
	NotInstalled         = "not_installed"
)

// Values of State.Refresh: what happens when a token expires.
const (
	RefreshWorks = "works" // the next call gets a new token
	RefreshFails = "fails" // the state becomes NeedsReauthorization
)

// Values of State.AuthMethod: how a connection authenticates at its provider, as WorkOS names it.
const (
	OAuth             = "oauth"
	APIKey            = "api_key"
	ClientCredentials = "client_credentials"
)

// State is the state into which a scenario puts a connection. The zero State is connected, with every scope that the
// provider asks for, and a token that expires after an hour and is refreshed.
type State struct {
	State         string   // Connected (also when empty), NeedsReauthorization or NotInstalled
	Scopes        []string // granted; nil: what the provider asks for, without MissingScopes
	MissingScopes []string // asked for but not granted; nil: what the provider asks for, without Scopes
	Refresh       string   // RefreshWorks (also when empty) or RefreshFails
	AccessToken   string   // served as it is; empty: derived from the seed

	// ExpiresIn counts from the instant when the scenario came into force. Zero means DefaultLife, a negative
	// duration a token that has already expired, and Never a token that does not expire.
	ExpiresIn time.Duration
	// AuthMethod is OAuth, APIKey or ClientCredentials; empty: as the connection was made, else the provider's first.
	AuthMethod string

	lacksLastScope bool // the provider's last scope is missing: the built-in missing_scopes
}

// stateFields describes the fields of a state, which are a part of a scenario.
var stateFields = sync.OnceValue(func() []fields.Field[State] {
	return []fields.Field[State]{
		fields.Bind("state",
			fields.Choice(states()...).Checked(checkState).WithDefault(Connected),
			func(s *State) *string { return &s.State }, "The connection's state."),
		fields.Bind("scopes", names.ScopeLists(), func(s *State) *[]string { return &s.Scopes },
			"The granted scopes. Left out: what the provider asks for, without missing_scopes."),
		fields.Bind("missing_scopes", names.ScopeLists(), func(s *State) *[]string { return &s.MissingScopes },
			"The scopes that were not granted. Left out: what the provider asks for, without scopes."),
		fields.Bind("expires_in", lifetimes(), func(s *State) *time.Duration { return &s.ExpiresIn },
			"The life of the token from the instant when the scenario came into force: 90s, 5m, 1h30m; "+
				"negative for a token that has expired; never for one that does not expire.").DocumentDefault("1h"),
		fields.Bind("refresh", fields.Choice(RefreshWorks, RefreshFails).WithDefault(RefreshWorks),
			func(s *State) *string { return &s.Refresh },
			"What happens when the token expires: a new token, or needs_reauthorization."),
		fields.Bind("access_token", tokens(), func(s *State) *string { return &s.AccessToken },
			"The token to serve. Left out: one that derives from the seed."),
		fields.Bind("auth_method", fields.Choice(OAuth, APIKey, ClientCredentials),
			func(s *State) *string { return &s.AuthMethod },
			"How the connection authenticates. Left out: as the connection was made, else the provider's first "+
				"method. The token endpoint returns 422 for all but oauth."),
	}
})

// stateMapping describes a state on its own.
var stateMapping = sync.OnceValue(func() *fields.Mapping[State] { return fields.NewMapping("state", stateFields()) })

// stateKeysOfConnected returns the keys that have no effect when the state is not_installed.
func stateKeysOfConnected() []string {
	return slices.DeleteFunc(slices.Clone(stateMapping().Keys()), func(key string) bool { return key == "state" })
}

func states() []string { return []string{Connected, NeedsReauthorization, NotInstalled} }

// checkState returns what is wrong with a state, or "". It helps those who write the name of a scenario.
func checkState(state string) string {
	if slices.Contains(states(), state) {
		return ""
	}
	if written := stateOfScenario(state); written != "" {
		return fmt.Sprintf("is %q, not one of %s: %s is a scenario, which is written %s", state,
			strings.Join(states(), ", "), state, written)
	}
	return fields.NotOneOf(state, states())
}

// stateOfScenario returns what to write for the state of a built-in scenario, or "" if the name is not that of a
// built-in scenario, or is also that of a state.
func stateOfScenario(scenario string) string {
	switch scenario {
	case "active":
		return "state: connected"
	case "expired":
		return "expires_in: -1h"
	case "missing_scopes":
		return "missing_scopes: [repo]"
	}
	return ""
}

// Full returns the state with every default filled in, except for the scopes, which depend on the provider. It uses
// OAuth for an empty AuthMethod.
func (s State) Full() State {
	s.State = cmp.Or(s.State, Connected)
	s.Refresh = cmp.Or(s.Refresh, RefreshWorks)
	s.AuthMethod = cmp.Or(s.AuthMethod, OAuth)
	if s.ExpiresIn == 0 {
		s.ExpiresIn = DefaultLife
	}
	return s
}

// Grant returns the granted and the missing scopes of a token. Before are the scopes that the provider asked for when
// they were granted, now those that it asks for today. The results are never nil, and must not be changed.
func (s State) Grant(before, now []string) (granted, missing []string) {
	if missing = s.MissingScopes; s.lacksLastScope && len(before) > 0 {
		missing = before[len(before)-1:]
	}
	if granted = s.Scopes; granted == nil {
		granted = without(before, missing)
	}
	switch grown := len(before) != len(now) || len(now) > 0 && &before[0] != &now[0]; {
	case s.MissingScopes == nil && (grown || s.Scopes != nil):
		missing = without(now, granted)
	case s.MissingScopes != nil && grown: // those of the state, and those that are new
		missing = slices.Concat(missing, without(without(without(now, before), granted), missing))
	}
	if missing == nil {
		missing = []string{}
	}
	return granted, missing
}

// LacksScopes reports whether scopes are missing in the state.
func (s State) LacksScopes() bool { return s.lacksLastScope || len(s.MissingScopes) > 0 }

// without returns the scopes of all that are not in taken.
func without(all, taken []string) []string {
	if len(taken) == 0 {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), func(scope string) bool { return slices.Contains(taken, scope) })
}

// Check returns the problems of a state that was made in Go.
func (s State) Check() (problems Problems) {
	stateMapping().Check(&s, "", problems.report)
	for _, scope := range s.MissingScopes[:min(len(s.MissingScopes), names.MaxScopes)] {
		if len(s.Scopes) <= names.MaxScopes && slices.Contains(s.Scopes, scope) {
			problems.add("missing_scopes", "names %q, which scopes grants", fields.Abridge(scope))
		}
	}
	if s.State != NotInstalled {
		return problems
	}
	for _, f := range stateFields() {
		if f.Key != "state" && f.IsSet(&s) {
			problems.add(f.Key, "has no effect when state is not_installed: remove it")
		}
	}
	return problems
}

// Tree returns the fields of the state that differ from the defaults.
func (s State) Tree() fields.Tree { return stateMapping().Write(&s) }

// String returns the state as it is written in a file, with an ellipsis in place of the access token.
func (s State) String() string {
	parts := []string{}
	for _, member := range s.Tree() {
		text := fmt.Sprint(member.Value)
		if list, isList := member.Value.([]string); isList {
			text = "[" + strings.Join(list, ", ") + "]"
		}
		if member.Key == "access_token" {
			text = "…"
		}
		parts = append(parts, member.Key+": "+text)
	}
	return "{" + strings.Join(parts, ", ") + "}"
}
