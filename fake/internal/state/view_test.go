package state

import (
	"fmt"
	"testing"
	"time"

	"example.com/pipesfake/scenarios"
)

// describe returns what matters of a view: the state, the scopes, and when the token ends, counted from the start.
func describe(v View) string {
	text := fmt.Sprintf("%s %v missing %v", v.State, v.Scopes, v.MissingScopes)
	if !v.ExpiresAt.IsZero() {
		text += fmt.Sprintf(" until %s", v.ExpiresAt.Sub(start()))
	}
	if v.Stale {
		text += " stale"
	}
	return text
}

// A connection is what the scenario that decides says, at a time.
func TestViews(t *testing.T) {
	t.Parallel()
	const file = `
providers:
  github: {scopes: [repo, user]}
scenarios:
  short: {expires_in: 5m}
  dies: {expires_in: 5m, refresh: fails}
  forever: {expires_in: never}
  one_scope: {scopes: [repo]}
`
	for name, c := range map[string]struct {
		scenario string
		at       time.Duration
		want     string
	}{
		"active":                         {"active", 0, "connected [repo user] missing [] until 1h0m0s"},
		"not installed":                  {"not_installed", 0, "not_installed [] missing []"},
		"needs reauthorization":          {"needs_reauthorization", 0, "needs_reauthorization [repo user] missing []"},
		"missing scopes: the last one":   {"missing_scopes", 0, "connected [repo] missing [user] until 1h0m0s"},
		"scopes by name":                 {"one_scope", 0, "connected [repo] missing [user] until 1h0m0s"},
		"expired: served as it is":       {"expired", 0, "connected [repo user] missing [] until -1h0m0s stale"},
		"a life counts from the switch":  {"short", time.Minute, "connected [repo user] missing [] until 5m0s"},
		"refresh fails, before the end":  {"dies", 5*time.Minute - 1, "connected [repo user] missing [] until 5m0s"},
		"refresh fails, from the end on": {"dies", 5 * time.Minute, "needs_reauthorization [repo user] missing []"},
		"never expires":                  {"forever", 24 * time.Hour, "connected [repo user] missing []"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, file)
			s.switchTo(t, c.scenario, Place{}, 0, 0)
			if got := describe(s.ViewAt(s.seen(githubOf("alice", "")), start().Add(c.at))); got != c.want {
				t.Errorf("%s, not %s", got, c.want)
			}
		})
	}
}

// The token that is served: the scenario's, else the one that a call stored, else a minted one.
func TestTokens(t *testing.T) {
	t.Parallel()
	s := begin(t, "scenarios:\n  named: {access_token: gho_named_by_the_file}\n")
	r := s.seen(githubOf("alice", ""))
	minted := s.ViewAt(r, start()).Token
	if again := s.ViewAt(s.seen(githubOf("alice", "")), start()).Token; minted == "" || again != minted {
		t.Errorf("the same token twice: %s and %s", minted, again)
	}
	d := s.NewWrite("imported", scenarios.State{ExpiresIn: scenarios.Never}, start())
	r.Stored = &Stored{Write: d, Method: scenarios.OAuth, Secret: "gho_imported"}
	if got := s.ViewAt(r, start()).Token; got != "gho_imported" {
		t.Errorf("after an import: %s", got)
	}
	s.switchTo(t, "named", Place{}, 0, 0)
	if got := s.ViewAt(r, start()).Token; got != "gho_named_by_the_file" {
		t.Errorf("after a switch that names one: %s", got)
	}
	s.switchTo(t, "active", Place{}, 0, 0)
	if got := s.ViewAt(r, start()).Token; got != "gho_imported" {
		t.Errorf("after a switch back: %s", got)
	}
	decision := s.Decide(r, start())
	r.Replaced(&decision, scenarios.OAuth, start())
	if got := s.ViewAt(r, start()).Token; got == "gho_imported" || got == minted {
		t.Errorf("after a refresh: %s", got)
	}
}

// A call refreshes a token when less than a tenth of its life is left.
func TestRefreshDue(t *testing.T) {
	t.Parallel()
	const file = `
scenarios:
  short: {expires_in: 10m}
  dies: {expires_in: 10m, refresh: fails}
  forever: {expires_in: never}
`
	for scenario, want := range map[string]time.Duration{
		"short": 9*time.Minute + 1, "active": 54*time.Minute + 1,
		"dies": 0, "forever": 0, "expired": 0, "needs_reauthorization": 0, "not_installed": 0,
	} {
		t.Run(scenario, func(t *testing.T) {
			t.Parallel()
			s := begin(t, file)
			s.switchTo(t, scenario, Place{}, 0, 0)
			r := s.seen(githubOf("alice", ""))
			decision := s.Decide(r, start())
			due := r.RefreshDue(&decision)
			if want == 0 && !due.IsZero() || want > 0 && !due.Equal(start().Add(want)) {
				t.Errorf("due at %s, not %s after the start", due, want)
			}
		})
	}
	s := begin(t, file)
	s.switchTo(t, "short", Place{}, 0, 0)
	r, later := s.seen(githubOf("alice", "")), start().Add(time.Hour)
	decision := s.Decide(r, later)
	r.Replaced(&decision, scenarios.OAuth, later)
	if due := r.RefreshDue(&decision); !due.Equal(later.Add(9*time.Minute + 1)) {
		t.Errorf("a refresh starts a new life at its own time; the next one is due at %s", due)
	}
}

func TestValidity(t *testing.T) {
	t.Parallel()
	v := Validity{Revision: 7}
	v.ShortenTo(time.Time{}, start())
	v.ShortenTo(start(), start()) // not later than now
	v.ShortenTo(start().Add(time.Hour), start())
	v.ShortenTo(start().Add(time.Minute), start())
	for name, c := range map[string]struct {
		validity Validity
		revision uint64
		at       time.Duration
		want     bool
	}{
		"until its end":         {v, 7, time.Minute - 1, true},
		"from its end on":       {v, 7, time.Minute, false},
		"after a change":        {v, 8, 0, false},
		"where time changes it": {Validity{Revision: 7}, 7, 1000 * time.Hour, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := c.validity.Covers(c.revision, start().Add(c.at)); got != c.want {
				t.Errorf("%t", got)
			}
		})
	}
}

// The event of a change shows the state that the connection came to; a disconnected one the state that it had.
func TestChange(t *testing.T) {
	t.Parallel()
	states := map[string]View{
		"connected":             {State: scenarios.Connected, Scopes: []string{"new"}},
		"needs_reauthorization": {State: scenarios.NeedsReauthorization, Scopes: []string{"new"}},
		"not_installed":         {State: scenarios.NotInstalled},
	}
	for _, c := range []struct{ before, now, want string }{
		{"connected", "connected", " []"},
		{"connected", "needs_reauthorization",
			"pipes.connected_account.reauthorization_needed needs_reauthorization [new]"},
		{"connected", "not_installed", "pipes.connected_account.disconnected connected [old]"},
		{"needs_reauthorization", "not_installed", "pipes.connected_account.disconnected needs_reauthorization [old]"},
		{"needs_reauthorization", "connected", "pipes.connected_account.connected connected [new]"},
		{"not_installed", "connected", "pipes.connected_account.connected connected [new]"},
		{"not_installed", "not_installed", " []"},
	} {
		t.Run(c.before+" to "+c.now, func(t *testing.T) {
			t.Parallel()
			r := &Connection{EmittedState: c.before, EmittedScopes: []string{"old"}}
			now := states[c.now]
			name, shown, scopes := r.Change(&now)
			got := fmt.Sprint(name, " ", shown, " ", scopes)
			if name == "" {
				got = fmt.Sprint(name, " ", scopes)
			}
			if got != c.want {
				t.Errorf("%s, not %s", got, c.want)
			}
		})
	}
}

// Scopes that an integration requests only since a write are missing from connections that were made before.
func TestGrants(t *testing.T) {
	t.Parallel()
	s := begin(t, "providers:\n  github: {scopes: [repo], credentials: custom}\n")
	before := s.NewWrite("imported", scenarios.State{}, start())
	i, err := s.ManagedIntegration("github", scenarios.OwnerUser)
	if err != nil {
		t.Fatal(err)
	}
	made := *i
	made.Scopes = []string{"repo", "user"}
	s.NoteScopeChange(ScopeSource{Slug: "github", Ownership: scenarios.OwnerUser}, i.Scopes, made.Scopes)
	s.Catalog.Put(&made)
	after := s.NewWrite("imported", scenarios.State{}, start())
	for name, c := range map[string]struct {
		directive Write
		want      string
	}{
		"before the change": {before, "[repo user], of which [repo] then"},
		"after it":          {after, "[repo user], of which [repo user] then"},
	} {
		g := s.GrantFor(githubOf("alice", ""), c.directive.Sequence)
		if got := fmt.Sprintf("%v, of which %v then", g.Requested, g.RequestedBefore); got != c.want {
			t.Errorf("%s: %s, not %s", name, got, c.want)
		}
	}
	g := s.GrantFor(scenarios.Key{Provider: "unknown", User: "alice"}, 0)
	if fmt.Sprint(g.Requested) != "[read write]" {
		t.Errorf("a provider that nobody declared requests %v", g.Requested)
	}
}
