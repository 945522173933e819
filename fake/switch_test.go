package fake_test

import (
	"testing"
	"time"

	"example.com/pipesfake/fake"
)

func TestTheLastSwitchThatCoversTheConnectionDecides(t *testing.T) {
	t.Parallel()
	w := start(t)
	ask := func(user string, organization ...string) string {
		return w.token("github", user, organization...).says()
	}

	w.Use("expired", fake.User("alice"))
	w.Use("needs_reauthorization", fake.Provider("github"), fake.User("alice"), fake.NoOrganization())
	expect(t, "the newer, narrower one", ask("alice"), "needs_reauthorization")
	expect(t, "a user's switch covers organizations", ask("alice", "acme"), "active")
	expect(t, "others", ask("bob"), "active")

	w.Use("not_installed")
	expect(t, "one for everybody resets narrower ones", ask("alice"), "not_installed")
	expect(t, "everywhere", ask("alice", "acme"), "not_installed")

	w.Use("active", fake.Organization("acme"))
	expect(t, "a narrower switch after it decides", ask("bob", "acme"), "active")
	expect(t, "not without the organization", ask("bob"), "not_installed")

	w.Use("missing_scopes", fake.Provider("slack"))
	expect(t, "another provider", ask("bob", "acme"), "active")
	expect(t, "this provider", w.token("slack", "bob", "acme").says(), "missing channels:read")

	w.Reset()
	expect(t, "after a reset", ask("bob"), "active")
}

func TestSwitchesByPlace(t *testing.T) {
	t.Parallel()
	connections := [][3]string{
		{"github", "alice", ""},
		{"github", "alice", "acme"},
		{"slack", "alice", ""},
		{"github", "bob", ""},
		{"slack", "bob", "acme"},
	}
	for name, c := range map[string]struct {
		body   string
		places []fake.Place
		covers string // which of the connections, as bits
	}{
		"everybody": {`{"scenario": "not_installed"}`, nil, "11111"},
		"a provider": {
			`{"scenario": "not_installed", "provider": "github"}`,
			[]fake.Place{fake.Provider("github")}, "11010",
		},
		"a user": {
			`{"scenario": "not_installed", "user_id": "alice"}`,
			[]fake.Place{fake.User("alice")}, "11100",
		},
		"an organization": {
			`{"scenario": "not_installed", "organization_id": "acme"}`,
			[]fake.Place{fake.Organization("acme")}, "01001",
		},
		"no organization": {
			`{"scenario": "not_installed", "organization_id": null}`,
			[]fake.Place{fake.NoOrganization()}, "10110",
		},
		"a user at a provider": {
			`{"scenario": "not_installed", "user_id": "alice", "provider": "github"}`,
			[]fake.Place{fake.User("alice"), fake.Provider("github")},
			"11000",
		},
		"exactly one": {
			`{"scenario": "not_installed", "user_id": "alice", "provider": "github", ` +
				`"organization_id": "acme"}`,
			[]fake.Place{fake.User("alice"), fake.Provider("github"), fake.Organization("acme")},
			"01000",
		},
		"exactly one without": {
			`{"scenario": "not_installed", "user_id": "alice", "provider": "github", "organization_id": null}`,
			[]fake.Place{fake.User("alice"), fake.Provider("github"), fake.NoOrganization()},
			"10000",
		},
		"nobody who is known": {
			`{"scenario": "not_installed", "user_id": "zoe"}`,
			[]fake.Place{fake.User("zoe")}, "00000",
		},
		"a user in organization": {
			`{"scenario": "not_installed", "user_id": "bob", "organization_id": "acme"}`,
			[]fake.Place{fake.User("bob"), fake.Organization("acme")},
			"00001",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			covered := func() (bits string) {
				for _, c := range connections {
					organization := c[2:]
					if c[2] == "" {
						organization = nil
					}
					if w.token(c[0], c[1], organization...).says() == "not_installed" {
						bits += "1"
					} else {
						bits += "0"
					}
				}
				return bits
			}
			w.put(c.body)
			expect(t, "over HTTP", covered(), c.covers)
			w.Reset()
			expect(t, "reset", covered(), "00000")
			w.Use("not_installed", c.places...)
			expect(t, "from Go", covered(), c.covers)
		})
	}
}

func TestRemovingSwitches(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.put(`{"scenario": "expired", "user_id": "alice"}`)
	w.put(`{"scenario": "not_installed"}`)
	w.put(`{"scenario": "needs_reauthorization", "user_id": "alice"}`)
	for _, want := range []string{"needs_reauthorization", "not_installed", "active"} {
		expect(t, "alice", w.token("github", "alice").says(), want)
		w.control("DELETE", "scenario", "")
	}
	expect(t, "alice at last", w.token("github", "alice").says(), "active")
	f := decode[failure](t, w.do("DELETE", "/_control/scenario", ""), 404)
	expect(t, "code", f.Code, "nothing_to_take_back")
}

func TestSwitchWithATTLEnds(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithTime(noon))
	w.put(`{"scenario": "needs_reauthorization", "ttl": "1h"}`)
	w.put(`{"scenario": "not_installed", "user_id": "alice", "ttl": "5m"}`)
	w.Advance(5*time.Minute - time.Millisecond)
	expect(t, "alice before", w.token("github", "alice").says(), "not_installed")
	w.Advance(time.Millisecond)
	expect(t, "alice after: the newest word that remains", w.token("github", "alice").says(), "needs_reauthorization")
	w.Advance(55 * time.Minute)
	expect(t, "everybody after", w.token("github", "alice").says(), "active")
	decode[failure](t, w.do("DELETE", "/_control/scenario", ""), 404)
}

func TestSwitchRestartsItsScenario(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithTime(noon))
	w.put(`{"scenario": {"expires_in": "10m", "refresh": "fails"}}`)
	w.Advance(9 * time.Minute)
	w.put(`{"scenario": {"expires_in": "10m", "refresh": "fails"}}`)
	w.Advance(9 * time.Minute)
	expect(t, "a new life", w.token("github", "alice").says(), "active")
	w.Advance(time.Minute)
	expect(t, "and its end", w.token("github", "alice").says(), "needs_reauthorization")
}

func TestEnvironmentsAreIsolated(t *testing.T) {
	t.Parallel()
	w := start(t)
	a, b := w.as("sk_env_a"), w.as("sk_env_b")
	a.put(`{"scenario": "not_installed"}`)
	w.control("PUT", "scenario?environment=b", `{"scenario": "needs_reauthorization"}`)
	expect(t, "a", a.token("github", "alice").says(), "not_installed")
	expect(t, "b", b.token("github", "alice").says(), "needs_reauthorization")
	expect(t, "default", w.token("github", "alice").says(), "active")
	expect(t, "sk_env_default is default", w.as("sk_env_default").token("github", "alice").says(), "active")

	w.Environment("b").Reset()
	expect(t, "b after its reset", b.token("github", "alice").says(), "active")
	expect(t, "a after the reset of b", a.token("github", "alice").says(), "not_installed")
	expect(t, "the key of a", w.Environment("a").APIKey(), "sk_env_a")
	expect(t, "a clock of its own", w.Environment("a").APIKey() == w.APIKey(), false)
	w.control("POST", "reset?environment=a", "")
	expect(t, "a after its reset", a.token("github", "alice").says(), "active")
}

func TestSwitchesWithATTLAreForgottenToo(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithTime(noon))
	for range 300 {
		w.put(`{"scenario": "expired", "ttl": "1h"}`)
	}
	state := decode[struct{ Switches []struct{ Number int } }](t, w.control("GET", "state", ""), 200)
	expect(t, "switches", len(state.Switches), 100)
	w.Advance(time.Hour)
	decode[failure](t, w.do("DELETE", "/_control/scenario", ""), 404)
	expect(t, "afterwards", w.token("github", "alice").says(), "active")
}

func TestAnEnvironmentRemembersAHundredSwitchesOfAPlace(t *testing.T) {
	t.Parallel()
	w := start(t)
	for range 1_000 {
		w.Use("expired")
		w.Use("not_installed", fake.User("alice"))
	}
	state := decode[struct{ Switches []struct{ Number int } }](t, w.control("GET", "state", ""), 200)
	expect(t, "switches", len(state.Switches), 200)
	expect(t, "the last", state.Switches[199].Number, 2_000)
}

// Whether scopes can be missing depends on the integration as it is now, not on the file.
func TestMissingScopesOfAChangedIntegration(t *testing.T) {
	t.Parallel()
	w := withFile(t, "version: 1\nproviders: {none: {scopes: [], credentials: custom}}\n", fake.WithTime(noon))
	const lacking = `{"scenario": "missing_scopes", "provider": "none"}`
	w.tries(
		try{"none are asked for", "PUT /_control/scenario", lacking, 422, "lacks scopes"},
		try{"now some are", "PUT /data-integrations/none", `{"scopes": ["a", "b"]}`, 200, ""},
		try{"which can lack", "PUT /_control/scenario", lacking, 200, ""},
	)
	expect(t, "as the token says", w.token("none", "alice").says(), "missing b")
	w.tries(
		try{"and none again", "PUT /data-integrations/none", `{"scopes": []}`, 200, ""},
		try{"which cannot", "PUT /_control/scenario", lacking, 422, "lacks scopes"},
	)
}
