package scenarios

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// The states of a connection, in WorkOS's words.
const (
	Connected            = "connected"
	NeedsReauthorization = "needs_reauthorization"
	NotInstalled         = "not_installed"
)

// What becomes of a token whose life ends.
const (
	RefreshWorks = "works"
	RefreshFails = "fails"
)

// How a connection authenticates at its provider, in WorkOS's words.
const (
	OAuth             = "oauth"
	APIKey            = "api_key"
	ClientCredentials = "client_credentials"
)

// DefaultLife is how long a token lives unless its state says otherwise.
const DefaultLife = time.Hour

// Never is the ExpiresIn of a token that does not expire: expires_at is null on the wire.
const Never time.Duration = math.MaxInt64

// longestLife keeps every date within what clients can read.
const longestLife = 100 * 365 * 24 * time.Hour

// tooLongALife is what is said of an expires_in beyond longestLife.
const tooLongALife = "is more than a hundred years away (write never for a token that does not expire)"

// State is what a scenario puts a connection into. The zero State is connected, with every scope that
// the provider asks for, and a token that lives an hour and is refreshed.
type State struct {
	State         string        // Connected (also when empty), NeedsReauthorization or NotInstalled
	Scopes        []string      // granted; nil: what the provider asks for, less MissingScopes
	MissingScopes []string      // asked for and not granted; nil: what the provider asks for, less Scopes
	ExpiresIn     time.Duration // from the instant the scenario came into force; negative: already stale; 0: DefaultLife; or Never
	Refresh       string        // RefreshWorks (also when empty) or RefreshFails
	AccessToken   string        // served as it is; empty: derived from the seed
	AuthMethod    string        // OAuth, APIKey or ClientCredentials; empty: as it was connected, else the provider's first

	lacksLast bool // the built-in missing_scopes
}

// Full is the state with every default written out, but for the scopes, which depend on the provider; OAuth stands
// for the provider's method.
func (s State) Full() State {
	s.State = cmp.Or(s.State, Connected)
	s.Refresh = cmp.Or(s.Refresh, RefreshWorks)
	s.AuthMethod = cmp.Or(s.AuthMethod, OAuth)
	if s.ExpiresIn == 0 {
		s.ExpiresIn = DefaultLife
	}
	return s
}

// Grant tells which scopes a token has and which it lacks, of a provider that asked for some before, when
// they were granted, and asks for some now. Neither is nil, and neither may be changed: they are shared.
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

// LacksScopes tells whether the state is about scopes that were not granted.
func (s State) LacksScopes() bool { return s.lacksLast || len(s.MissingScopes) > 0 }

func without(all, taken []string) []string {
	if len(taken) == 0 {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), func(scope string) bool { return slices.Contains(taken, scope) })
}

// Check tells everything that is wrong with a state, by field.
func (s State) Check() Problems {
	var problems Problems
	add := func(field, format string, args ...any) {
		problems = append(problems, Problem{Field: field, Message: field + " " + fmt.Sprintf(format, args...)})
	}
	oneOf := func(field, value string, allowed ...string) {
		if value != "" && !slices.Contains(allowed, value) {
			add(field, "%s", NotOneOf(value, allowed))
		}
	}
	states := []string{Connected, NeedsReauthorization, NotInstalled}
	if written := writtenAsState(s.State); written != "" {
		add("state", "is %q, not one of %s: %s is a scenario, which is written %s", s.State, strings.Join(states, ", "), s.State, written)
	} else {
		oneOf("state", s.State, states...)
	}
	oneOf("refresh", s.Refresh, RefreshWorks, RefreshFails)
	oneOf("auth_method", s.AuthMethod, OAuth, APIKey, ClientCredentials)
	if problem := CheckScopeList(s.Scopes); problem != "" {
		add("scopes", "%s", problem)
	}
	if problem := CheckScopeList(s.MissingScopes); problem != "" {
		add("missing_scopes", "%s", problem)
	}
	for _, scope := range s.MissingScopes[:min(len(s.MissingScopes), mostScopes)] {
		if len(s.Scopes) <= mostScopes && slices.Contains(s.Scopes, scope) {
			add("missing_scopes", "names %q, which scopes grants", Abridge(scope))
		}
	}
	if s.ExpiresIn != Never && (s.ExpiresIn > longestLife || s.ExpiresIn < -longestLife) {
		add("expires_in", tooLongALife)
	}
	if problem := checkToken(s.AccessToken); problem != "" {
		add("access_token", "%s", problem)
	}
	if s.State == NotInstalled {
		for _, field := range s.said() {
			add(field, "says nothing when state is not_installed: take it out")
		}
	}
	return problems
}

// writtenAsState is how a state says what a built-in scenario does that has another name than its state; empty: it
// is none.
func writtenAsState(scenario string) string {
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

// said are the fields besides state that are not left to their defaults.
func (s State) said() []string {
	var fields []string
	for _, f := range []struct {
		name string
		said bool
	}{
		{"scopes", s.Scopes != nil}, {"missing_scopes", s.MissingScopes != nil}, {"expires_in", s.ExpiresIn != 0},
		{"refresh", s.Refresh != ""}, {"access_token", s.AccessToken != ""}, {"auth_method", s.AuthMethod != ""},
	} {
		if f.said {
			fields = append(fields, f.name)
		}
	}
	return fields
}

// mostScopes bounds what is compared with each other.
const mostScopes = 1_000

// CheckScopeList tells what is wrong with a list of scopes; empty: nothing.
func CheckScopeList(scopes []string) string {
	if len(scopes) > mostScopes {
		return fmt.Sprintf("names %d scopes; at most %d are allowed", len(scopes), mostScopes)
	}
	for i, scope := range scopes {
		switch {
		case scope == "" || len(scope) > 500 || strings.ContainsFunc(scope, notPrintable):
			return fmt.Sprintf("has %q, which is not a scope: 1 to 500 printable characters without spaces", Abridge(scope))
		case slices.Contains(scopes[:i], scope):
			return fmt.Sprintf("names %q twice", Abridge(scope))
		}
	}
	return ""
}

func checkToken(token string) string {
	if len(token) > 8192 || strings.ContainsFunc(token, notPrintable) {
		return "is not a token: at most 8192 printable characters without spaces"
	}
	return ""
}

func notPrintable(r rune) bool { return r <= ' ' || r >= 0x7f }

// CheckSlug tells what is wrong with a provider's slug, which stands in paths unescaped; empty: nothing.
func CheckSlug(slug string) string {
	if len(slug) == 0 || len(slug) > 100 || strings.ContainsFunc(slug, notInName) {
		return fmt.Sprintf("%q is not a slug: 1 to 100 letters, digits, dashes, dots or underscores", Abridge(slug))
	}
	return ""
}

// IsName tells whether a scenario, or a snapshot, may be called so.
func IsName(name string) bool {
	return len(name) > 0 && len(name) <= 64 && !strings.ContainsFunc(name, notInName) && name[0] != '-' && name[0] != '.'
}

func notInName(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_.", r))
}

// CheckID tells what is wrong with the id of a user or an organization; empty: nothing.
func CheckID(id string) string {
	switch {
	case id == "":
		return "must not be empty"
	case len(id) > 255:
		return fmt.Sprintf("is %d bytes long; at most 255 are allowed", len(id))
	case !utf8.ValidString(id):
		return "is not UTF-8"
	case strings.ContainsFunc(id, unicode.IsControl):
		return "has a control character in it"
	}
	return ""
}
