package scenarios_test

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"example.com/pipesfake/scenarios"
)

// parse returns the Set of a file that must be good.
func parse(t *testing.T, text string) *scenarios.Set {
	t.Helper()
	set, err := scenarios.Parse("f.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestProviderWithEveryKey(t *testing.T) {
	t.Parallel()
	set, err := scenarios.Load("testdata/good/integrations.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p, ok := set.Declared("salesforce")
	mydomain := p.Fields["mydomain"]
	if !ok || mydomain.Pattern == nil || mydomain.Pattern.String() != "^[a-z]+$" {
		t.Fatalf("salesforce is %+v (%v)", p, ok)
	}
	mydomain.Pattern = nil
	p.Fields = maps.Clone(p.Fields) // the entry must not be changed
	p.Fields["mydomain"] = mydomain
	yes := true
	want := scenarios.Provider{
		Name: "Salesforce (sandbox)", Description: "Every key of a provider.", Scopes: []string{"api", "refresh_token"},
		Enabled: false, State: "requested", Credentials: "organization",
		AuthMethods: []string{"client_credentials", "oauth"}, Ownership: []string{"user", "organization"},
		Fields: map[string]scenarios.Field{
			"mydomain":     {Required: true, Scope: "integration"},
			"consumer_key": {Scope: "installation", Secret: true},
			"region":       {Scope: "installation"},
		},
		Config:   map[string]string{"mydomain": "acme", "region": ""},
		Metadata: map[string]string{"instance_url": "https://acme.my.salesforce.com"},
		Organizations: map[string]scenarios.Override{
			"org_acme": {
				Enabled: &yes, Scopes: []string{"api"}, ClientID: "client_acme", ClientSecret: "secret_acme",
				Config:   map[string]string{"consumer_key": "Ünïcode", "mydomain": "other"},
				Position: scenarios.Position{Line: 27, Column: 7},
			},
			"42": {Position: scenarios.Position{Line: 33, Column: 7}},
		},
		Position: scenarios.Position{Line: 9, Column: 3},
	}
	if !reflect.DeepEqual(p, want) {
		t.Errorf("got  %+v\nwant %+v", p, want)
	}
	if p, _ := set.Declared("notion"); p.Fields == nil || len(p.Fields) > 0 {
		t.Errorf("notion has the config fields %v, not an empty list", p.Fields)
	}
	if p, _ := set.Declared("github"); p.Fields != nil || p.Config != nil || p.Organizations != nil {
		t.Errorf("github has %+v, though its keys are commented out", p)
	}
	if shared := set.Connection(scenarios.Key{Provider: "github", Organization: "org_acme"}); shared == nil {
		t.Error("the connection of org_acme is missing")
	}
}

// Users can uncomment the examples in the tour.
func TestExamplesInCommentsOfTheTourAreGood(t *testing.T) {
	t.Parallel()
	tour := string(read(t, "../scenarios.yaml"))
	uncommented := regexp.MustCompile(`(?m)^  # ([a-z]| )`).ReplaceAllString(tour, "  $1")
	uncommented = regexp.MustCompile(`(?m)^# (faults:|  - )`).ReplaceAllString(uncommented, "$1")
	set := parse(t, uncommented)
	if n := len(set.Faults()); n != 2 {
		t.Errorf("there are %d faults", n)
	}
	if got := fmt.Sprint(set.Providers()); got != "[github my-crm salesforce slack]" {
		t.Errorf("the providers are %s", got)
	}
}

func TestProviderWithoutKeys(t *testing.T) {
	t.Parallel()
	set := parse(t, "version: 1\nproviders: {my-crm: }")
	declared, ok := set.Declared("my-crm")
	declared.Position = scenarios.Position{}
	if implied := set.Implied("my-crm"); !ok || !reflect.DeepEqual(declared, implied) {
		t.Errorf("an empty entry means %+v, and no entry %+v", declared, implied)
	}
	if _, ok := set.Declared("github"); ok {
		t.Error("github has an entry")
	}
	if got := fmt.Sprint(set.Implied("x")); got != fmt.Sprint(scenarios.Provider{
		Name: "X", Enabled: true, State: "valid", Credentials: "shared",
		AuthMethods: []string{"oauth"}, Ownership: []string{"user"},
	}) {
		t.Errorf("x is %s", got)
	}
}

func TestSimilarProviders(t *testing.T) {
	t.Parallel()
	set := parse(t, "version: 1\nproviders: {my-crm: , gitlabs: , Linear: , a: }")
	for slug, want := range map[string]string{
		"github": "", "my-crm": "", "gitlab": "", "linear": "", "a": "",
		"GitHub": "github", "gihub": "github", "gitthub": "github", "github-": "github", "my.crm": "my-crm",
		"LINEAR": "Linear", "linea": "Linear", // of two that are equally near, the first in the alphabet
		"gitlabb": "gitlab", "gitlabS": "gitlabs",
		"gihtub": "", "gith": "", "b": "", "A": "a", "bx": "", "bax": "box", "": "",
	} {
		if got := set.Similar(slug); got != want {
			t.Errorf("%q is like %q, not %q", slug, got, want)
		}
	}
}

func TestDefaultsOfProviders(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		slug, name, scopes string
		known              bool
	}{
		"a built-in provider":                {"github", "GitHub", "[repo user:email read:org]", true},
		"a built-in one without scopes":      {"linear", "Linear", "[read write]", true},
		"a built-in one with a dot":          {"cal-dot-com", "Cal.com", "[read write]", true},
		"another one, whose name is derived": {"my-crm", "My Crm", "[read write]", false},
		"every separator":                    {"a_b.c--D", "A B C D", "[read write]", false},
		"only separators":                    {"--", "--", "[read write]", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			set := parse(t, "version: 1\nproviders: {my-crm: }")
			if got := set.Implied(c.slug).Name; got != c.name {
				t.Errorf("its name is %q, not %q", got, c.name)
			}
			if got := fmt.Sprint(set.Scopes(c.slug)); got != c.scopes {
				t.Errorf("its scopes are %s, not %s", got, c.scopes)
			}
			if got := set.Known(c.slug); got != c.known {
				t.Errorf("it is built in: %v", got)
			}
		})
	}
}

// The first entry of api that matches a call is used.
func TestCallOfProviderAPI(t *testing.T) {
	t.Parallel()
	set := parse(t, `version: 1
providers:
  p:
    api:
      - {path: /repos, method: GET, status: 201}
      - {path: /repos, status: 202}
      - {path: /repos/**, status: 203}
      - {path: /repos/x, status: 204}
`)
	provider, _ := set.Declared("p")
	for name, c := range map[string]struct {
		method, path string
		status       int // 0: no entry
	}{
		"the method and the path match":         {"GET", "/repos", 201},
		"another method":                        {"POST", "/repos", 202},
		"a wildcard":                            {"GET", "/repos/a", 203},
		"an earlier entry hides the better one": {"GET", "/repos/x", 203},
		"no entry":                              {"GET", "/users", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := 0
			if entry := provider.Call(c.method, c.path); entry != nil {
				got = entry.Status
			}
			if got != c.status {
				t.Errorf("%d, want %d", got, c.status)
			}
		})
	}
}

func TestCheckConfig(t *testing.T) {
	t.Parallel()
	set := parse(t, `{version: 1, providers: {a: {config_fields: {subdomain: {pattern: "^[a-z]+$"}, note: }}}}`)
	declared, _ := set.Declared("a")
	for name, c := range map[string]struct {
		provider       scenarios.Provider
		config         map[string]string
		field, problem string
	}{
		"no fields":   {declared, nil, "", ""},
		"good values": {declared, map[string]string{"subdomain": "acme", "note": "N"}, "", ""},
		"a field that is not declared": {declared, map[string]string{"subdomian": "acme"}, "subdomian",
			"is not a config field of this provider (did you mean subdomain?)"},
		"a value that does not match": {declared, map[string]string{"subdomain": "Acme"}, "subdomain",
			"does not match its pattern ^[a-z]+$"},
		"a value that is too long": {declared, map[string]string{"note": strings.Repeat("é", 501)}, "note",
			"is 1002 bytes long; at most 1000 are allowed"},
		"several mistakes: the first in order": {declared,
			map[string]string{"zzzzzzzz": "", "aaaaaaaa": "", "subdomain": ""},
			"aaaaaaaa", "is not a config field of this provider"},
		"a provider without config_fields": {set.Implied("b"), map[string]string{"anything": "goes"}, "", ""},
		"a provider without config_fields, too long": {set.Implied("b"),
			map[string]string{"b": strings.Repeat("a", 1001)}, "b", "is 1001 bytes long; at most 1000 are allowed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if field, problem := c.provider.CheckConfig(c.config); field != c.field || problem != c.problem {
				t.Errorf("%q %q, want %q %q", field, problem, c.field, c.problem)
			}
		})
	}
}

// With strict and a list, only the listed users or organizations exist.
func TestKnownUsersAndOrganizations(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		// whether the user u, the user v, the organization o and the organization p exist
		u, v, o, p bool
	}{
		"an empty file":               {"version: 1", true, true, true, true},
		"strict without lists":        {"{version: 1, strict: true}", true, true, true, true},
		"lists without strict":        {"{version: 1, users: [u], organizations: []}", true, true, true, true},
		"strict with a list of users": {"{version: 1, strict: true, users: [u]}", true, false, true, true},
		"strict with users: null":     {"{version: 1, strict: true, users: }", true, true, true, true},
		"strict with an empty list": {"{version: 1, strict: true, users: [], organizations: [o]}",
			false, false, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			set := parse(t, c.text)
			got := []bool{
				set.KnowsUser("u"), set.KnowsUser("v"), set.KnowsOrganization("o"), set.KnowsOrganization("p"),
			}
			if want := []bool{c.u, c.v, c.o, c.p}; !reflect.DeepEqual(got, want) {
				t.Errorf("u, v, o and p exist: %v, want %v", got, want)
			}
		})
	}
}

func TestMembersOfPlace(t *testing.T) {
	t.Parallel()
	set := parse(t, "{version: 1, strict: true, users: [alice], organizations: [acme]}")
	for name, c := range map[string]struct {
		place scenarios.Place
		want  string
	}{
		"any":               {scenarios.Place{}, ""},
		"those of the file": {scenarios.Place{User: "alice", Organization: "acme"}, ""},
		"others": {scenarios.Place{User: "alise", Organization: "globex"},
			`unknown user "alise" (did you mean alice?): with strict only the users of f.yaml exist` + "\n" +
				`unknown organization "globex": with strict only the organizations of f.yaml exist`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := set.Members(c.place).Error(); got != c.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, c.want)
			}
		})
	}
}

// A large file, which is read in chunks, checks its connections against lists that come after them.
func TestLargeFilesCheckTheirLists(t *testing.T) {
	t.Parallel()
	const n = 5_000
	var b strings.Builder
	b.WriteString("version: 1\nstrict: true\nproviders: {github: }\nconnections:\n")
	for i := range n {
		fmt.Fprintf(&b,
			"  - {provider: github, user_id: user_%05d, organization_id: org_acme, scenario: {scopes: [repo]}}\n", i)
	}
	b.WriteString("  - {provider: github, connection_owner: organization, organization_id: org_acme, scenario: " +
		"expired}\n")
	b.WriteString("organizations: [org_acme]\nusers:\n")
	for i := range n {
		fmt.Fprintf(&b, "  - user_%05d\n", i)
	}
	set := parse(t, b.String())
	if set.Connection(scenarios.Key{Provider: "github", Organization: "org_acme"}) == nil ||
		len(set.Connections()) != n+1 {
		t.Errorf("%d connections", len(set.Connections()))
	}

	bad := strings.ReplaceAll(b.String(), "  - user_", "  - customer_")
	bad = strings.Replace(bad, "user_04321, organization_id: org_acme, scenario: {scopes: [repo]}",
		"user_04321, organization_id: org_acme, scenario: {scopes: [1]}", 1)
	_, err := scenarios.Parse("f.yaml", []byte(bad))
	problems, ok := err.(scenarios.Problems)
	if !ok || len(problems) != n+1 {
		t.Fatalf("%d problems", len(problems))
	}
	want := `f.yaml:5:33: unknown user "user_00000": with strict only the users of f.yaml exist`
	if got := problems[0].String(); got != want {
		t.Error(got)
	}
	got := problems[4322]
	if got.Field != "connections[4321].scenario.scopes[0]" || !strings.Contains(got.Message, "scopes[0] must be") {
		t.Errorf("a problem within a chunk is %+v", got)
	}
}
