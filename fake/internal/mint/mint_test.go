package mint_test

import (
	"math"
	"regexp"
	"testing"

	"example.com/pipesfake/fake/internal/mint"
)

// made is everything that a mint makes, by what it is.
func made(m mint.Mint, generation int) map[string]string {
	client, secret := m.Client("github", "user_1")
	endpoint, endpointSecret := m.Endpoint(uint64(generation))
	opaque, state := m.Authorization("", "github", "user_1", "", generation)
	return map[string]string{
		"token":           m.Token("github", "user_1", "", 0, generation),
		"API key":         m.APIKey("linear", "user_1", "", 0, generation),
		"account":         m.Account("github", "user_1", "", 0, generation),
		"id":              m.ID("data_integration", generation, "github"),
		"client":          client,
		"client secret":   secret,
		"endpoint":        endpoint,
		"endpoint secret": endpointSecret,
		"consent page":    opaque,
		"state":           state,
		"connect code":    m.ConnectCode(opaque),
		"event":           m.EventID(uint64(generation)),
	}
}

func TestWhatIsMadeDerivesFromSeedEnvironmentAndGeneration(t *testing.T) {
	t.Parallel()
	first := made(mint.New(1, "default"), 1)
	for _, test := range []struct {
		name  string
		again map[string]string
		same  bool
		but   []string // these do not follow the rule
	}{
		{"the same is the same in every run", made(mint.New(1, "default"), 1), true, nil},
		{"another seed", made(mint.New(2, "default"), 1), false, nil},
		{"another environment", made(mint.New(1, "other"), 1), false, nil},
		{"another generation", made(mint.New(1, "default"), 2), false, []string{"client", "client secret"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			exceptions := map[string]bool{}
			for _, what := range test.but {
				exceptions[what] = true
			}
			for what, text := range first {
				if want := test.same != exceptions[what]; (test.again[what] == text) != want {
					t.Errorf("%s: %s and %s", what, text, test.again[what])
				}
			}
		})
	}
}

func TestTokensOfDifferentConnectionsDiffer(t *testing.T) {
	t.Parallel()
	m := mint.New(1, "default")
	seen := map[string]string{}
	for name, token := range map[string]string{
		"a user":                  m.Token("github", "user_1", "", 0, 0),
		"another user":            m.Token("github", "user_2", "", 0, 0),
		"in an organization":      m.Token("github", "user_1", "org_1", 0, 0),
		"of the organization":     m.Token("github", "", "org_1", 0, 0),
		"a user named as that":    m.Token("github", "org_1", "", 0, 0),
		"names cut elsewhere":     m.Token("github", "user_", "1", 0, 0),
		"the second connection":   m.Token("github", "user_1", "", 1, 0),
		"after a refresh":         m.Token("github", "user_1", "", 0, 1),
		"number and generation":   m.Token("github", "user_1", "", 1, 1),
		"a provider with a space": m.Token("git hub", "user_1", "", 0, 0),
	} {
		if other, is := seen[token]; is {
			t.Errorf("%s and %s have the token %s", name, other, token)
		}
		seen[token] = name
	}
}

// Tokens begin like those of the provider, say that they are fake, and carry the tag of their environment.
func TestTokensLookLikeThoseOfTheProvider(t *testing.T) {
	t.Parallel()
	m := mint.New(1, "default")
	for provider, prefix := range map[string]string{
		"github": "gho_fake_", "slack": "xoxb-fake_", "linear": "lin_oauth_fake_", "dropbox": "sl.~fake_",
		"gmail": "ya29.~fake_", "google-drive": "ya29.~fake_", "notion": "ntn_fake_", "salesforce": "00D_fake_",
		"microsoft-teams": "eyJ_fake_", "anything": "fake_", "fake_": "fake_",
	} {
		token := m.Token(provider, "user_1", "", 0, 0)
		if want := regexp.MustCompile("^" + regexp.QuoteMeta(prefix+m.Tag()) + "[0-9]{16}$"); !want.MatchString(token) {
			t.Errorf("%s: %s does not match %s", provider, token, want)
		}
	}
}

func TestTagOf(t *testing.T) {
	t.Parallel()
	m := mint.New(1, "default")
	opaque, state := m.Authorization("", "github", "user_1", "", 1)
	secretOpaque, secretState := m.Authorization("a secret", "github", "user_1", "", 1)
	client, _ := m.Client("github")
	for _, test := range []struct {
		name, text string
		want       string
	}{
		{"a token", m.Token("github", "user_1", "", 0, 0), m.Tag()},
		{"a token of a provider that looks like any", m.Token("x", "user_1", "", 0, 0), m.Tag()},
		{"an API key", m.APIKey("linear", "user_1", "", 0, 0), m.Tag()},
		{"a consent page", opaque, m.Tag()},
		{"a consent page that cannot be guessed", secretOpaque, m.Tag()},
		{"a connect code", m.ConnectCode(opaque), m.Tag()},
		{"a state", state, ""},
		{"a state that cannot be guessed", secretState, ""},
		{"an account", m.Account("github", "user_1", "", 0, 0), ""},
		{"a client", client, ""},
		{"a token that goes on", m.Token("github", "user_1", "", 0, 0) + "0", ""},
		{"a token of the real provider", "gho_16C7e42F292c6912E7710c838347Ae178B4a", ""},
		{"nothing", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := mint.TagOf(test.text); got != test.want {
				t.Errorf("the tag of %s is %q, want %q", test.text, got, test.want)
			}
		})
	}
}

// Whoever guesses the address of a consent page can decide it, so with a secret the address does not derive from the
// seed alone.
func TestConsentPagesCannotBeGuessed(t *testing.T) {
	t.Parallel()
	m := mint.New(1, "default")
	page := func(secret, user string, n int) string {
		opaque, state := m.Authorization(secret, "github", user, "", n)
		if len(opaque) != 24 || len(state) != 24 || opaque == state {
			t.Errorf("the page is %s, the state %s", opaque, state)
		}
		return opaque
	}
	first := page("a", "user_1", 1)
	if again := page("a", "user_1", 1); again != first {
		t.Errorf("one authorization has the pages %s and %s", first, again)
	}
	for name, other := range map[string]string{
		"without a secret": page("", "user_1", 1), "another secret": page("b", "user_1", 1),
		"another user": page("a", "user_2", 1), "another number": page("a", "user_1", 2),
	} {
		if other == first {
			t.Errorf("%s: the page is %s, too", name, other)
		}
	}
	if one, other := mint.NewSecret(), mint.NewSecret(); one == other {
		t.Errorf("two secrets are %s", one)
	}
}

func TestEventsAreCountedByTheirID(t *testing.T) {
	t.Parallel()
	m := mint.New(1, "default")
	for _, n := range []uint64{1, 31, 32, 1_000_000, 1<<40 - 1} {
		if got, is := m.EventCount(m.EventID(n)); !is || got != n {
			t.Errorf("event %d (%s) is event %d, %v", n, m.EventID(n), got, is)
		}
	}
	for name, id := range map[string]string{
		"number 0":                        m.EventID(0),
		"an event of another environment": mint.New(1, "other").EventID(1),
		"a letter that no id has":         m.EventID(1)[:31] + "U",
		"no event":                        "evt_1",
		"nothing":                         "",
	} {
		if n, is := m.EventCount(id); is {
			t.Errorf("%s (%s) is event %d", name, id, n)
		}
	}
}

func TestIDsLookLikeULIDs(t *testing.T) {
	t.Parallel()
	ulid := regexp.MustCompile("^[a-z_]+_[0-7][0-9A-HJKMNP-TV-Z]{25}$")
	m := mint.New(1, "default")
	endpoint, _ := m.Endpoint(1)
	for _, id := range []string{
		m.ID("data_integration", 0, "github"), m.Account("a", "b", "c", 1, 2), m.EventID(1), endpoint,
	} {
		if !ulid.MatchString(id) {
			t.Errorf("%s does not match %s", id, ulid)
		}
	}
}

func TestFractionsAreEvenlySpread(t *testing.T) {
	t.Parallel()
	m := mint.New(1, "default")
	const n = 10_000
	sum := 0.0
	for i := range n {
		fraction := m.Fraction("fault", string(rune(i)))
		if fraction < 0 || fraction >= 1 {
			t.Fatalf("%v is not from 0 to below 1", fraction)
		}
		sum += fraction
	}
	if mean := sum / n; math.Abs(mean-0.5) > 0.02 {
		t.Errorf("the mean is %v, want about 0.5", mean)
	}
}

func TestRequestIDs(t *testing.T) {
	t.Parallel()
	for n, want := range map[uint64]string{
		0: "req_default_000000", 7: "req_default_000007", 123456: "req_default_123456", 1234567: "req_default_1234567",
	} {
		if got := mint.RequestID("default", n); got != want {
			t.Errorf("request %d is %s, want %s", n, got, want)
		}
	}
}
