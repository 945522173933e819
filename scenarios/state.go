package scenarios

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.com/pipesfake/internal/fields"
)

// The states of a connection, as WorkOS names them.
const (
	Connected            = "connected"
	NeedsReauthorization = "needs_reauthorization"
	NotInstalled         = "not_installed"
)

// What happens when a token's life ends.
const (
	RefreshWorks = "works"
	RefreshFails = "fails"
)

// How a connection authenticates at its provider, as WorkOS names it.
const (
	OAuth             = "oauth"
	APIKey            = "api_key"
	ClientCredentials = "client_credentials"
)

// State is what a scenario puts a connection into. The zero State is connected, with every scope that
// the provider asks for, and a token that lives an hour and is refreshed.
type State struct {
	State         string   // Connected (also when empty), NeedsReauthorization or NotInstalled
	Scopes        []string // granted; nil: what the provider asks for, less MissingScopes
	MissingScopes []string // asked for and not granted; nil: what the provider asks for, less Scopes
	Refresh       string   // RefreshWorks (also when empty) or RefreshFails
	AccessToken   string   // served as it is; empty: derived from the seed

	// ExpiresIn counts from the instant the scenario came into force. Zero means DefaultLife, a negative duration a
	// token that is stale already, and Never one that does not expire.
	ExpiresIn time.Duration
	// AuthMethod is OAuth, APIKey or ClientCredentials; empty: as it was connected, else the provider's first.
	AuthMethod string

	lacksLast bool // the built-in missing_scopes
}

// stateFields describe a state.
var stateFields = []fields.Field[State]{
	fields.Bind("state",
		fields.Choice(states()...).Checked(checkState).WithDefault(Connected),
		func(s *State) *string { return &s.State }, "The connection's state."),
	fields.Bind("scopes", scopeLists(), func(s *State) *[]string { return &s.Scopes },
		"What was granted. Left out: what the provider asks for, less missing_scopes."),
	fields.Bind("missing_scopes", scopeLists(), func(s *State) *[]string { return &s.MissingScopes },
		"What the provider asks for and was not granted. Left out: what it asks for, less scopes."),
	fields.Bind("expires_in", lifetimes(), func(s *State) *time.Duration { return &s.ExpiresIn },
		"The life of the token from the instant the scenario came into force: 90s, 5m, 1h30m; "+
			"negative for a token already stale; never for one that does not expire.").DocumentDefault("1h"),
	fields.Bind("refresh", fields.Choice(RefreshWorks, RefreshFails).WithDefault(RefreshWorks),
		func(s *State) *string { return &s.Refresh },
		"What happens when the token's life ends: a new token, or needs_reauthorization."),
	fields.Bind("access_token", tokens(), func(s *State) *string { return &s.AccessToken },
		"The token to serve, as it is. Left out: one that derives from the seed."),
	fields.Bind("auth_method", fields.Choice(OAuth, APIKey, ClientCredentials),
		func(s *State) *string { return &s.AuthMethod },
		"How the connection authenticates. Left out: as it was connected, else the provider's first method. "+
			"The token endpoint answers 422 for all but oauth."),
}

var stateMapping = fields.NewMapping("state", stateFields)

// stateKeysOfConnected are the keys that say nothing when the state is not_installed.
func stateKeysOfConnected() []string {
	return slices.DeleteFunc(slices.Clone(stateMapping.Keys()), func(key string) bool { return key == "state" })
}

func states() []string { return []string{Connected, NeedsReauthorization, NotInstalled} }

func checkState(state string) string {
	if written := stateOfScenario(state); written != "" {
		return fmt.Sprintf("is %q, not one of %s: %s is a scenario, which is written %s", state,
			strings.Join(states(), ", "), state, written)
	}
	return fields.Choice(states()...).Check(state)
}

// stateOfScenario returns how a state is written that does the same as a built-in scenario. It returns "" for other
// names, and for those that are states as well.
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

// Full returns the state with every default filled in, except for the scopes, which depend on the provider. OAuth
// stands for the provider's method.
func (s State) Full() State {
	s.State = cmp.Or(s.State, Connected)
	s.Refresh = cmp.Or(s.Refresh, RefreshWorks)
	s.AuthMethod = cmp.Or(s.AuthMethod, OAuth)
	if s.ExpiresIn == 0 {
		s.ExpiresIn = DefaultLife
	}
	return s
}

// Grant returns which scopes a token has and which it lacks. The provider asked for the scopes before when they were
// granted, and asks for the scopes now. Neither result is nil, and neither may be changed: they are shared.
func (s State) Grant(before, now []string) (granted, missing []string) {
	if missing = s.MissingScopes; s.lacksLast && len(before) > 0 {
		missing = before[len(before)-1:]
	}
	if granted = s.Scopes; granted == nil {
		granted = without(before, missing)
	}
	switch grown := len(before) != len(now) || len(now) > 0 && &before[0] != &now[0]; {
	case s.MissingScopes == nil && (grown || s.Scopes != nil):
		missing = without(now, granted)
	case s.MissingScopes != nil && grown: // what the state says, and what is new
		missing = slices.Concat(missing, without(without(without(now, before), granted), missing))
	}
	if missing == nil {
		missing = []string{}
	}
	return granted, missing
}

// LacksScopes reports whether the state is about scopes that were not granted.
func (s State) LacksScopes() bool { return s.lacksLast || len(s.MissingScopes) > 0 }

func without(all, taken []string) []string {
	if len(taken) == 0 {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), func(scope string) bool { return slices.Contains(taken, scope) })
}

// Check returns everything that is wrong with a state, by field.
func (s State) Check() (problems Problems) {
	stateMapping.Check(&s, "", problems.report)
	for _, scope := range s.MissingScopes[:min(len(s.MissingScopes), maxScopes)] {
		if len(s.Scopes) <= maxScopes && slices.Contains(s.Scopes, scope) {
			problems.add("missing_scopes", "names %q, which scopes grants", Abridge(scope))
		}
	}
	if s.State != NotInstalled {
		return problems
	}
	for _, f := range stateFields {
		if f.IsSet(&s) && slices.Contains(stateKeysOfConnected(), f.Key) {
			problems.add(f.Key, "has no effect when state is not_installed: remove it")
		}
	}
	return problems
}

// Tree returns the fields of the state that are not left to their defaults, in order.
func (s State) Tree() fields.Tree { return stateMapping.Write(&s) }

// String returns what the state says, as in a file but without its secret.
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
