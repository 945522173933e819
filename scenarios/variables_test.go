package scenarios_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/scenarios"
)

// lookupIn returns a function like os.LookupEnv for variables of the form NAME=value.
func lookupIn(variables ...string) func(name string) (string, bool) {
	return func(name string) (string, bool) {
		for _, one := range variables {
			if value, found := strings.CutPrefix(one, name+"="); found {
				return value, true
			}
		}
		return "", false
	}
}

// parseWith parses a file with variables of the form NAME=value.
func parseWith(t *testing.T, text string, variables ...string) *scenarios.Set {
	t.Helper()
	set, err := scenarios.ParseWith("f.yaml", []byte(text), lookupIn(variables...))
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestReferencesToVariables(t *testing.T) {
	t.Parallel()
	variables := []string{"NAME=value", "EMPTY=", "_1=one", "BRACES=${NAME}", "LINES=a\n b\n", "YAML=a: b # c"}
	for written, want := range map[string]string{
		`${NAME}`:                        "value",
		`"${NAME}"`:                      "value",
		`'${NAME}'`:                      "value",
		`!!str ${NAME}`:                  "value",
		`a ${NAME} b ${_1}`:              "a value b one",
		`${NAME:-default}`:               "value",
		`${OTHER:-default}`:              "default",
		`"${EMPTY:-default}"`:            "default",
		`"${OTHER:-a, b: [c #d}"`:        "a, b: [c #d",
		`"${OTHER:-}"`:                   "",
		`"${EMPTY}"`:                     "",
		`$${NAME}`:                       "${NAME}",
		`a$${NAME}${NAME}`:               "a${NAME}value",
		`$$${NAME}`:                      "$${NAME}",
		`$NAME $$NAME {NAME} $ {`:        "$NAME $$NAME {NAME} $ {",
		`"$${"`:                          "${",
		`${BRACES}`:                      "${NAME}",
		`${YAML}`:                        "a: b # c",
		`"\x24{NAME}"`:                   "value",
		"|-\n      ${NAME}\n      $${x}": "value\n${x}",
		`"${LINES}"`:                     "a\n b\n",
		`${LINES}`:                       "a\n b\n",
		"\ue000${NAME}\ue001\ue002":      "\ue000value\ue001\ue002",
		`"a{b}${NAME}c{d}"`:              "a{b}valuec{d}",
		"&anchor ${NAME} # ${comment":    "value",
	} {
		t.Run(written, func(t *testing.T) {
			t.Parallel()
			text := "version: 1\nscenarios:\n  a:\n    description: " + written + "\n"
			set, err := scenarios.ParseWith("f.yaml", []byte(text), lookupIn(variables...))
			if err != nil {
				t.Fatal(err)
			}
			if one, _ := set.Scenario("a"); one.Description != want {
				t.Errorf("it stands for %q, not %q", one.Description, want)
			}
		})
	}
}

// A value without quotes has the type that it would have if its text stood in the file.
func TestTypesOfVariables(t *testing.T) {
	t.Parallel()
	byDefault, err := scenarios.ParseWith("f.yaml", read(t, "testdata/good/variables.yaml"), nil)
	if err != nil {
		t.Fatal(err)
	}
	set := parseWith(t, string(read(t, "testdata/good/variables.yaml")),
		"PF_TEST_SEED=8", "PF_TEST_STRICT=true", "PF_TEST_START=flaky", "PF_TEST_AGE=1h", "PF_TEST_USER=carol",
		"PF_TEST_ENABLED=false", "PF_TEST_STATUS=500", "PF_TEST_COUNT=[1]", "PF_TEST_MORE=1.5", "PF_TEST_LIFE=never",
		"PF_TEST_TIMES=3", "PF_TEST_PROBABILITY=1", "PF_TEST_ORGANIZATION=acme", "PF_TEST_NUMBER=6")
	says := func(set *scenarios.Set) string {
		p, _ := set.Declared("github")
		calm, _ := set.Scenario("calm")
		flaky, _ := set.Scenario("flaky")
		return fmt.Sprintln(set.Seed, set.Strict, set.Start.Name, set.Consent, set.Age, set.KnowsUser("bob"),
			set.KnowsUser("carol")) +
			fmt.Sprintln(p.Enabled, p.State, p.AuthMethods, slices.Sorted(maps.Values(p.Metadata))) +
			fmt.Sprintln(p.API[0].Path, p.API[0].Status, *p.API[0].Body) +
			fmt.Sprintln(calm.State, flaky.Steps[0].Fault.Status, flaky.Steps[0].Times, flaky.Steps[1].Scenario.Name) +
			fmt.Sprint(set.Faults()[0].Text())
	}
	const wantByDefault = `7 false calm approve 10m0s true true
true invalid [api_key] [ ${PF_TEST_HOST} costs $5 or $$5 or ${ 5 http://localhost:80/]
/repos/** 404 {"count":2,"more":[null,"null",true],"script":"a = ` + "`${b}`" + `; c = 2\n"}
{expires_in: 5m, refresh: fails, access_token: …} 503 2 active
{malformed: true, organization_id: null, probability: 0.5}`
	if got := says(byDefault); got != wantByDefault {
		t.Errorf("by default:\n%s\nnot:\n%s", got, wantByDefault)
	}
	const want = `8 true flaky approve 1h0m0s false true
false invalid [api_key] [ ${PF_TEST_HOST} costs $5 or $$5 or ${ 6 http://localhost:80/]
/repos/** 500 {"count":"[1]","more":[1.5,"1.5",true],"script":"a = ` + "`${b}`" + `; c = [1]\n"}
{expires_in: never, refresh: fails, access_token: …} 503 3 active
{malformed: true, organization_id: acme, probability: 1}`
	if got := says(set); got != want {
		t.Errorf("with variables:\n%s\nnot:\n%s", got, want)
	}
}

// Without a lookup function the variables are those of the process.
func TestVariablesOfTheProcess(t *testing.T) {
	t.Setenv("PF_TEST_LIFE", "90s")
	set, err := scenarios.Load("testdata/good/variables.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if calm, _ := set.Scenario("calm"); calm.State.ExpiresIn != 90*time.Second {
		t.Errorf("the scenario is %s", calm.State)
	}
	with, err := scenarios.LoadWith("testdata/good/variables.yaml", lookupIn("PF_TEST_LIFE=80s"))
	if err != nil {
		t.Fatal(err)
	}
	again, err := with.Parse("again", read(t, "testdata/good/variables.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if calm, _ := again.Scenario("calm"); calm.State.ExpiresIn != 80*time.Second {
		t.Errorf("read again, the scenario is %s", calm.State)
	}
	if _, err := scenarios.LoadWith("no such file", nil); err == nil {
		t.Error("a file that does not exist loads")
	}
}

// A file that is read in chunks has variables, too, and their mistakes are in the right lines.
func TestVariablesInLargeFiles(t *testing.T) {
	t.Parallel()
	text := "version: 1\n" +
		connectionList(10_000, "provider: ${SLUG}, user_id: user_@, scenario: {access_token: ${T}}")
	set := parseWith(t, text, "SLUG=github", "T=hush-hush-hush")
	c := set.Connection(scenarios.Key{Provider: "github", User: "user_009000"})
	if c == nil || c.Scenario.State.AccessToken != "hush-hush-hush" {
		t.Fatalf("the connection is %+v", c)
	}
	line := "  - {provider: ${SLUG}, user_id: user_009000, scenario: {access_token: …}}"
	if shown := set.Lines(20_000); shown[9002] != line {
		t.Errorf("line 9003 is shown as %s", shown[9002])
	}
	_, err := scenarios.ParseWith("f.yaml", []byte(text), lookupIn("SLUG=github"))
	if lines := strings.Split(fmt.Sprint(err), "\n"); len(lines) != 10_000 ||
		!strings.HasPrefix(lines[9000], "f.yaml:9003:72: the environment variable T is not set: set it, or write") {
		t.Errorf("%d mistakes: %.300v", len(lines), err)
	}
}

// A Set is another one if its variables have other values, or if its text is another.
func TestDigestDependsOnVariables(t *testing.T) {
	t.Parallel()
	const text = "version: 1\nusers: [\"${A:-x}\", \"${B:-y}\"]\n"
	seen := map[string]string{}
	for _, variables := range [][]string{{}, {"A=1"}, {"A=2"}, {"B=1"}, {"A=1", "B=2"}} {
		set := parseWith(t, text, variables...)
		if other, isSeen := seen[set.Digest()]; isSeen {
			t.Errorf("%q has the digest of %s", variables, other)
		}
		seen[set.Digest()] = fmt.Sprintf("%q", variables)
		if !set.IsOf([]byte(text)) || set.IsOf([]byte(text+"\n")) {
			t.Error("the Set does not know its text")
		}
	}
	if a, b := parseWith(t, text, "A=1"), parseWith(t, text, "A=1", "C=1"); a.Digest() != b.Digest() {
		t.Error("a variable that the file does not name changes the digest")
	}
}

// fileWithSecretVariables names a variable for each secret, and others for what is no secret.
const fileWithSecretVariables = `version: 1
seed: ${SEED}
x-shared: &shared {access_token: ${TOKEN}}
providers:
  zendesk:
    credentials: organization
    description: a literal $${TOKEN}
    config_fields: {pin: {secret: true}, subdomain: {}}
    config: {pin: "${PIN}", subdomain: "${DOMAIN}"}
    organizations:
      org_acme: {client_id: id, client_secret: "${CLIENT}"}
scenarios:
  a: {access_token: "${TOKEN}", description: "${SEED} and ${TOKEN}"}
connections:
  - {provider: github, user_id: alice, scenario: {<<: *shared, expires_in: 5m}}
switches:
  - {provider: slack, scenario: {access_token: "x${TOKEN}"}}
webhooks:
  - url: http://${DOMAIN}/
    secret: ${HOOK:-whsec_by_default}
`

// secretVariables are the variables of fileWithSecretVariables. Every secret contains hush.
func secretVariables() []string {
	return []string{"SEED=7", "TOKEN=hush-token", "PIN=12hush", "DOMAIN=acme", "CLIENT=hush-client", "HOOK=hush-hook"}
}

// An export has references in the place of secrets, and everything else as it was when the file was loaded.
func TestExportKeepsReferencesOfSecrets(t *testing.T) {
	t.Parallel()
	set := parseWith(t, fileWithSecretVariables, secretVariables()...)
	hooks := append(slices.Clone(set.Webhooks()),
		scenarios.Webhook{URL: "http://other/", Events: scenarios.ConnectionEvents()})
	changed, _ := set.Declared("zendesk")
	changed.Name = "a $${name} of ${people}"
	for name, session := range map[string]scenarios.Session{
		"as it was": {Switches: set.Switches()},
		"changed": {
			Switches: append(slices.Clone(set.Switches()), scenarios.Switch{
				Place:    scenarios.Place{User: "${bob}"},
				Scenario: &scenarios.Scenario{State: scenarios.State{AccessToken: "hush-token"}, Description: "${x}"},
			}),
			Webhooks: hooks, Providers: map[string]*scenarios.Provider{"zendesk": &changed}, Lasted: time.Hour,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e, err := set.Export(session)
			if err != nil {
				t.Fatal(err)
			}
			e.Replace(func(text string) string { return strings.ReplaceAll(text, "hush", "mask") })
			if _, err := e.Load(); err != nil {
				t.Errorf("it does not load: %v", err)
			}
			text, err := e.Text()
			if err != nil {
				t.Fatal(err)
			}
			checkReferences(t, string(text))
			again, err := e.Parse(text)
			if err != nil {
				t.Fatalf("%v:\n%s", err, text)
			}
			a, _ := again.Scenario("a")
			p, _ := again.Declared("zendesk")
			says := fmt.Sprintln(a.State.AccessToken, p.Config["pin"], p.Organizations["org_acme"].ClientSecret,
				again.Webhooks()[0].Secret, p.Description)
			if says != "hush-token 12hush hush-client hush-hook a literal ${TOKEN}\n" {
				t.Errorf("it reads as %s:\n%s", says, text)
			}
			if name != "changed" {
				return
			}
			made := again.Switches()[1]
			says = fmt.Sprintln(made.User, made.Scenario.State.AccessToken, made.Scenario.Description, p.Name)
			if says != "${bob} hush-token ${x} a $${name} of ${people}\n" {
				t.Errorf("the switch and the provider read as %s:\n%s", says, text)
			}
		})
	}
}

// An export says what a variable said, whatever it contains, and in whatever style its reference is written.
func FuzzExportOfVariables(f *testing.F) {
	for _, value := range []string{
		"", "a", "1", "null", "~", "true", "<<", " a", "a ", "\n", "\na", "a\n\n", "a: b", "# a", "- a", "[x", "}",
		"${V}", "$${", "'\"\\", "\t", "\x00\x7f", "\u0085\u2028\ufeff", "é😀", "2026-01-01", "|", "&a", "*a", "!t", "%",
		"@",
	} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		for _, style := range []string{
			"{description: ${V}}", "{description: 'x${V}'}", "{description: \"${V}\"}", "{description: !!str ${V}}",
			"\n    description: ${V}", "\n    description: '${V}'", "\n    description: |\n      ${V}\n",
			"\n    description: >-\n      x\n      ${V} y\n\n", "\n    description: &a ${V} # c",
		} {
			text := []byte("version: 1\nscenarios:\n  a: " + style + "\n  b: {}\n")
			set, err := scenarios.ParseWith("f", text, lookupIn("V="+value))
			if err != nil {
				continue // it is another type, or not UTF-8
			}
			e, err := set.Export(scenarios.Session{})
			if err != nil {
				t.Fatal(err)
			}
			exported, err := e.Text()
			if err != nil {
				t.Fatal(err)
			}
			again, err := scenarios.ParseWith("f", exported, nil)
			if err != nil {
				t.Fatalf("%q in %s: %v:\n%s", value, style, err, exported)
			}
			was, _ := set.Scenario("a")
			if is, _ := again.Scenario("a"); is.Description != was.Description {
				t.Errorf("%q in %s becomes %q:\n%s", was.Description, style, is.Description, exported)
			}
		}
	})
}

// checkReferences fails if an export of fileWithSecretVariables has other references than those of secrets.
func checkReferences(t *testing.T, text string) {
	t.Helper()
	for _, want := range []string{"${TOKEN}", "${PIN}", "${CLIENT}", "x${TOKEN}", "${HOOK:-whsec_by_default}",
		"seed: 7", "http://acme/", "subdomain: \"acme\"", "a literal $${TOKEN}", "7 and mask-token"} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is not in\n%s", want, text)
		}
	}
	if strings.Contains(text, "hush") || strings.Contains(text, "${SEED}") {
		t.Errorf("it contains a secret, or a reference to what is none:\n%s", text)
	}
}

// What only has the text of a secret stays as it is.
func TestExportOfWhatLooksLikeASecret(t *testing.T) {
	t.Parallel()
	set := parseWith(t, `version: 1
providers:
  a: {config_fields: {pin: {secret: true}}, config: {pin: "${PIN}"}}
scenarios:
  b: {description: "true"}
`, "PIN=true")
	e, err := set.Export(scenarios.Session{})
	if err != nil {
		t.Fatal(err)
	}
	text, err := e.Text()
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(text), "${PIN}"); n != 1 {
		t.Errorf("%d references:\n%s", n, text)
	}
}

// The text of a file is shown with its references, and without those of secrets.
func TestLinesHaveReferences(t *testing.T) {
	t.Parallel()
	shown := strings.Join(parseWith(t, fileWithSecretVariables, secretVariables()...).Lines(100), "\n")
	for _, want := range []string{
		"seed: ${SEED}", "config: {pin: …, subdomain: \"${DOMAIN}\"}", "secret: …", "a: {access_token: …, des",
	} {
		if !strings.Contains(shown, want) {
			t.Errorf("%s is not in\n%s", want, shown)
		}
	}
	if strings.Contains(shown, "hush") || strings.Contains(shown, "by_default") {
		t.Errorf("a secret is shown:\n%s", shown)
	}
}

// A mistake in a secret names its variable, not its value.
func TestMistakesDoNotShowSecretVariables(t *testing.T) {
	t.Parallel()
	const pin = `providers: {a: {config_fields: {pin: {secret: true, pattern: "^x$"}}, config: {pin: `
	for name, c := range map[string]struct{ file, value, want string }{
		"a number": {"scenarios: {a: {access_token: ${V}}}", "123456789",
			`2:31: access_token must be a string, not ${V}: write "${V}" in quotes`},
		"a short number": {"webhooks: [{url: http://a/, secret: ${V}}]", "1",
			`2:37: secret must be a string, not ${V}: write "${V}" in quotes`},
		"a truth value": {"providers: {a: {organizations: {o: {client_id: x, client_secret: ${V}}}}}", "true",
			`2:48: client_id has no effect unless the provider has credentials: organization
f:2:66: client_secret must be a string, not ${V}: write "${V}" in quotes
f:2:66: client_secret has no effect unless the provider has credentials: organization (the value comes from ${V})`},
		"a date":  {pin + "${V}}}}", "2026-01-01", `2:85: pin must be a string, not ${V}: write "${V}" in quotes`},
		"nothing": {pin + "${V}}}}", "", `2:85: pin must be a string, not nothing (the value comes from ${V})`},
		"no text": {"scenarios: {a: {access_token: ${V}}}", "hush\xff",
			`2:31: the environment variable V is not UTF-8: set it to a text`},
		"a bad text": {pin + `"${V}"}}}`, "a", `2:85: pin does not match its pattern ^x$ (the value comes from ${V})`},
		"a long text": {pin + `"${V}"}}}`, strings.Repeat("hush", 1000),
			`2:85: pin is 4000 bytes long; at most 1000 are allowed (the value comes from ${V})`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := scenarios.ParseWith("f", []byte("version: 1\n"+c.file), lookupIn("V="+c.value))
			if got := fmt.Sprint(err); got != "f:"+c.want {
				t.Errorf("got:\n%s\nwant:\nf:%s", got, c.want)
			}
		})
	}
}

// A variable that is a secret in one place can be misplaced in another, whose mistake must not show it either.
func TestMisplacedSecretVariables(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"in a URL":        "version: 1\nwebhooks: [{url: \"https://bot:${HOOK}@h/\"}]\n",
		"as a scenario":   "version: 1\nstart: ${HOOK}\n",
		"as a version":    "version: ${HOOK}\n",
		"as a merge":      "version: 1\nscenarios: {a: {<<: \"${HOOK}\"}}\n",
		"as a provider":   "version: 1\nconnections: [{provider: \"${HOOK} x\", user_id: u, scenario: active}]\n",
		"with quotes":     "version: 1\nstart: ${QUOTES}\n",
		"longer than all": "version: 1\nstart: ${LONG}\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := scenarios.ParseWith("a.yaml", []byte(text), lookupIn("HOOK=whsec_HOOKSECRET",
				"QUOTES=a\"HOOKSECRET\"", "LONG=HOOKSECRET"+strings.Repeat("x", 100)))
			if err == nil || strings.Contains(err.Error(), "HOOKSECRET") || !strings.Contains(err.Error(), "${") {
				t.Errorf("%v", err)
			}
		})
	}
}

// Many aliases of one node take no longer than the node itself.
func TestSharedNodesOfExtensions(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString("version: 1\nx-a: &a {")
	for i := range 9 {
		fmt.Fprintf(&text, "token%d: x, ", i)
	}
	text.WriteString("k: x}\nx-b: &b [" + strings.Repeat("*a, ", 100) + "]\n")
	text.WriteString("x-c: [" + strings.Repeat("*b, ", 900) + "]\n")
	set, err := scenarios.Parse("a.yaml", []byte(text.String()))
	if err != nil {
		t.Fatal(err)
	}
	if lines := strings.Join(set.Lines(5), "\n"); strings.Contains(lines, "token3: x") {
		t.Errorf("%.200s", lines)
	}
}
