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

func parse(t *testing.T, text string) *scenarios.Set {
	t.Helper()
	set, err := scenarios.Parse("f.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestWhatAnIntegrationMeans(t *testing.T) {
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
	p.Fields = maps.Clone(p.Fields) // what is declared may not be changed
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
		t.Errorf("notion, which declares no field, has %v", p.Fields)
	}
	if p, _ := set.Declared("github"); p.Fields != nil || p.Config != nil || p.Organizations != nil {
		t.Errorf("what is commented out is read as %+v", p)
	}
	if shared := set.Connection(scenarios.Key{Provider: "github", Organization: "org_acme"}); shared == nil {
		t.Error("the connection that org_acme owns is lost")
	}
}

// What the tour comments out is there to be taken in.
func TestTheToursCommentsAreGood(t *testing.T) {
	t.Parallel()
	taken := regexp.MustCompile(`(?m)^  # ([a-z]| )`).ReplaceAllString(string(read(t, "../scenarios.yaml")), "  $1")
	taken = regexp.MustCompile(`(?m)^# (faults:|  - )`).ReplaceAllString(taken, "$1")
	set := parse(t, taken)
	if n := len(set.Faults()); n != 2 {
		t.Errorf("there are %d faults", n)
	}
	if got := fmt.Sprint(set.Providers()); got != "[github my-crm salesforce slack]" {
		t.Errorf("there are %s", got)
	}
}

func TestWhatIsImplied(t *testing.T) {
	t.Parallel()
	set := parse(t, "version: 1\nproviders: {my-crm: }")
	p, ok := set.Declared("my-crm")
	p.Position = scenarios.Position{}
	if implied := set.Implied("my-crm"); !ok || !reflect.DeepEqual(p, implied) {
		t.Errorf("declared without more it is %+v, otherwise %+v", p, implied)
	}
	if _, ok := set.Declared("github"); ok {
		t.Error("github is declared")
	}
	if got := fmt.Sprint(set.Implied("x")); got != fmt.Sprint(scenarios.Provider{
		Name: "X", Enabled: true, State: "valid", Credentials: "shared",
		AuthMethods: []string{"oauth"}, Ownership: []string{"user"},
	}) {
		t.Errorf("x is %s", got)
	}
	for slug, want := range map[string]string{
		"github": "GitHub", "cal-dot-com": "Cal.com", "my-crm": "My Crm", "a_b.c--D": "A B C D", "--": "--",
	} {
		if got := set.Implied(slug).Name; got != want {
			t.Errorf("%s is called %q", slug, got)
		}
	}
	for slug, want := range map[string]string{"github": "[repo user:email read:org]", "linear": "[read write]",
		"my-crm": "[read write]"} {
		if got := fmt.Sprint(set.Scopes(slug)); got != want {
			t.Errorf("%s asks for %s", slug, got)
		}
	}
	if !set.Known("zendesk") || set.Known("my-crm") {
		t.Error("what is built in is not what the file declares")
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
		"nothing": {declared, nil, "", ""},
		"good":    {declared, map[string]string{"subdomain": "acme", "note": "N"}, "", ""},
		"undeclared": {declared, map[string]string{"subdomian": "acme"}, "subdomian",
			"is not a config field of this provider (did you mean subdomain?)"},
		"not matching": {declared, map[string]string{"subdomain": "Acme"}, "subdomain",
			"does not match its pattern ^[a-z]+$"},
		"too long": {declared, map[string]string{"note": strings.Repeat("é", 501)}, "note",
			"is 1002 bytes long; at most 1000 are allowed"},
		"the first in order": {declared, map[string]string{"zzzzzzzz": "", "aaaaaaaa": "", "subdomain": ""},
			"aaaaaaaa", "is not a config field of this provider"},
		"any field": {set.Implied("b"), map[string]string{"anything": "goes"}, "", ""},
		"any field, too long": {set.Implied("b"), map[string]string{"b": strings.Repeat("a", 1001)}, "b",
			"is 1001 bytes long; at most 1000 are allowed"},
	} {
		if field, problem := c.provider.CheckConfig(c.config); field != c.field || problem != c.problem {
			t.Errorf("%s: %q %q", name, field, problem)
		}
	}
}

func TestWhoIsKnown(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"version: 1":                                                "anybody anywhere",
		"{version: 1, strict: true}":                                "anybody anywhere",
		"{version: 1, users: [u], organizations: []}":               "anybody anywhere",
		"{version: 1, strict: true, users: [u]}":                    "listed anywhere",
		"{version: 1, strict: true, users: }":                       "anybody anywhere",
		"{version: 1, strict: true, users: [], organizations: [o]}": "nobody listed",
	} {
		set := parse(t, text)
		say := func(listed, other bool, all, some, none string) string {
			switch {
			case listed && other:
				return all
			case listed:
				return some
			}
			return none
		}
		got := say(set.KnowsUser("u"), set.KnowsUser("v"), "anybody", "listed", "nobody") + " " +
			say(set.KnowsOrganization("o"), set.KnowsOrganization("p"), "anywhere", "listed", "nowhere")
		if got != want {
			t.Errorf("%q: %s", text, got)
		}
	}
}

// A large strict file holds its connections against its lists, and has time for it.
func TestLargeFilesKeepToTheirLists(t *testing.T) {
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
	if got := problems[4322]; got.Field != "connections[4321].scenario.scopes[0]" || !strings.Contains(got.Message,
		"scopes[0] must be") {
		t.Errorf("within an item of a piece: %+v", got)
	}
}
