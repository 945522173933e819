package scenarios_test

import (
	"fmt"
	"strings"
	"testing"
)

// fileWithSecrets has secrets in every field that can contain one, in every style of YAML.
const fileWithSecrets = `version: 1 # of SECRET, which stands here
providers:
  zendesk:
    credentials: organization
    config_fields: {pin: {secret: true}, subdomain: {}, key: {secret: true}}
    config: {pin: SECRET1, subdomain: shown1}
    organizations:
      org_acme: {client_id: shown2, client_secret: "SECRET2 \" SECRET3", config: {key: 'SECRET4 ''SECRET5', subdomain: shown3}}
      org_ü: {client_id: "ü: shown4", client_secret: '''SECRET6', config: {subdomain: "shown5", pin: &pin !!str SECRET7}}
      org_b:
        client_id: shown6
        client_secret: |-
          SECRET8

            SECRET9
        config:
          pin: *pin
          key: >
            SECRET10
            SECRET11 # SECRET12
          subdomain: shown7
scenarios:
  a: {access_token: SECRET13, description: shown8}
  b: {steps: [{scenario: {access_token: "SECRET\u00314"}, for: 1m}, {scenario: a}]}
connections:
  - {provider: github, user_id: shown9, scenario: {access_token: SECRET15}}
switches:
  - {user_id: shown10, scenario: {access_token: SECRET16, expires_in: 1h}}
webhooks:
  - url: http://shown11
    secret: SECRET17 and
      SECRET18
    events: [pipes.connected_account.connected]
  - {secret: "SECRET19
      SECRET20", url: "http://shown12"}
`

// Each style of YAML ends a value in its own way. What is shown around the value must stay.
func TestLinesHideSecretsInEveryStyle(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ secret, want string }{
		"plain":                        {"secret", "…"},
		"plain, before a comment":      {"sec ret#1 #comment", "… #comment"},
		"plain, over two lines":        {"sec\n      ret", "…\n…"},
		"double quotes":                {`"secret"`, "…"},
		"an escaped double quote":      {`"se\x22cr\u0065t"`, "…"},
		"an escaped backslash":         {`"secret\x5c"`, "…"},
		"single quotes":                {"'secret'", "…"},
		"an escaped single quote":      {"'secr''et'", "…"},
		"an anchor":                    {"&token secret", "&token …"},
		"a tag":                        {"!!str secret", "!!str …"},
		"an anchor, a tag, and quotes": {`&token !!str "secret"`, "&token !!str …"},
		"a block of two lines":         {"|-\n      secret\n      secret", "|-\n…\n…"},
		"a folded block":               {">-\n      secret", ">-\n…"},
		"a block with a comment":       {">- # two\n      secret\n\n      secret", ">- # two\n…\n\n…"},
		"an unusual blank":             {"secret\u00a0secret", "…"},
		"double quotes on two lines":   {"\"sec ret \\\n      secret\"", "…\n…"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := "version: 1\nwebhooks:\n  - url: http://app\n    secret: " + c.secret + "\n  - url: http://other\n"
			want := "version: 1\nwebhooks:\n  - url: http://app\n    secret: " + c.want + "\n  - url: http://other"
			if got := strings.Join(parse(t, file).Lines(100), "\n"); got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
			dos := parse(t, strings.ReplaceAll(file, "\n", "\r\n"))
			if got := strings.ReplaceAll(strings.Join(dos.Lines(100), "\n"), "\r", ""); got != want {
				t.Errorf("with other line ends:\n%s", got)
			}
		})
	}
}

// The lines of a file are shown without its secrets, and everything else is shown.
func TestLinesHideSecrets(t *testing.T) {
	t.Parallel()
	set := parse(t, fileWithSecrets)
	lines := set.Lines(1000)
	listing := strings.Join(lines, "\n")
	want := strings.Count(fileWithSecrets, "\n")
	if len(lines) != want || lines[0] != "version: 1 # of SECRET, which stands here" {
		t.Errorf("%d lines, not %d", len(lines), want)
	}
	if rest := strings.Join(lines[1:], "\n"); strings.Contains(rest, "SECRET") {
		t.Errorf("a secret is shown: %s", rest)
	}
	for i := range 12 {
		if shown := fmt.Sprint("shown", i+1); !strings.Contains(listing, shown) {
			t.Errorf("%s is not shown: %s", shown, listing)
		}
	}
	line8 := `      org_acme: {client_id: shown2, client_secret: …, config: {key: …, subdomain: shown3}}`
	if got := lines[7]; got != line8 {
		t.Errorf("line 8 is %s", got)
	}
	for n := 1; n < want; n++ {
		if got := set.Lines(n); len(got) != n || strings.Contains(strings.Join(got[1:], "\n"), "SECRET") {
			t.Errorf("%d lines: %s", n, strings.Join(got, "\n"))
		}
	}
}

// The positions of secrets are right in a file that is read in chunks, too.
func TestLinesOfLargeFilesHideSecrets(t *testing.T) {
	t.Parallel()
	large := "version: 1\nconnections:\n" + strings.Repeat("  # "+strings.Repeat("a comment ", 20)+"\n", 1_000)
	for i := range 1500 {
		large += fmt.Sprintf("  - {provider: github, user_id: user_%d, scenario: {access_token: SECRET%d}}\n", i, i)
	}
	listing := strings.Join(parse(t, large).Lines(4_000), "\n")
	if strings.Contains(listing, "SECRET") || !strings.Contains(listing, "user_1499, scenario: {access_token: …}}") {
		t.Errorf("the last lines are %s", listing[len(listing)-500:])
	}
}
