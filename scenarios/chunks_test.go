package scenarios

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/scenarios/internal/yamltree"
)

// A large file means the same in chunks as in one piece: it has the same connections, secrets and problems. The items
// of each case are between many simple ones.
func TestChunksMeanTheSame(t *testing.T) {
	t.Parallel()
	type items struct {
		text     string
		isWhole  bool // the file must be read in one piece
		problems int
	}
	for name, c := range map[string]items{
		"no others": {"", false, 0},
		"block style": {
			"  - provider: p\n    user_id: \"u\" # comment\n\n    # comment\n    scenario: active\n", false, 0,
		},
		"all keys": {
			"  - {provider: p, user_id: u, organization_id: 'o', scenario: s, age: 1h}\n", false, 0,
		},
		"shared": {
			"  - {provider: p, connection_owner: organization, organization_id: o, scenario: s}\n", false, 0,
		},
		"inline": {
			"  - {provider: p, user_id: u, scenario: {expires_in: 5m, scopes: [a, b]}}\n", false, 0,
		},
		"line breaks": {
			"  - {provider: p, user_id: u, scenario: s}\r\n  - provider: p\r\n    user_id: v\r\n    scenario: s\r\n",
			false, 0,
		},
		"secrets": {
			"  - {provider: p, user_id: u, scenario: {access_token: secret}}\n", false, 0,
		},
		"anchors": {
			"  - &a {provider: p, user_id: u, scenario: active}\n  - {<<: *a, user_id: v}\n", false, 0,
		},
		"a variable": {
			"  - {provider: p, user_id: \"${U:-u}\", scenario: ${S:-s}}\n", false, 0,
		},
		"a block scalar": {
			"  - provider: p\n    scenario: s\n    user_id: |-\n      - {a: b}\n", false, 0,
		},
		"two words": {"  - {provider: p, user_id: u v, scenario: s}\n", false, 0},
		"a value on the following line": {
			"  - provider: p\n    user_id:\n      u\n    scenario: s\n", false, 0,
		},
		"an unknown key": {"  - {provider: p, user: u, scenario: s}\n", false, 2},
		"a key twice": {
			"  - {provider: p, user_id: u, user_id: v, scenario: s}\n", false, 1,
		},
		"missing keys": {"  - {}\n  - provider: p\n", false, 5},
		"other kinds": {
			"  - {provider: true, user_id: 5, scenario: null, age: 5}\n", false, 4,
		},
		"no mappings": {"  - text\n  - [a]\n  -  \n", false, 3},
		"an unknown scenario": {
			"  - {provider: p, user_id: u, scenario: activ}\n", false, 1,
		},
		"a connection twice": {
			"  - {provider: provider_7, user_id: user_000007, scenario: s}\n", false, 1,
		},
		"no such variable": {"  - {provider: p, user_id: ${U}, scenario: s}\n", true, 1},
		"quotes over lines": {
			"  - {provider: p, scenario: active, user_id: \"\n  - {provider: p, user_id: u, scenario: s}\n    \"}\n",
			true, 0,
		},
		"an open quote": {"  - {provider: p, user_id: \"u, scenario: s}\n", true, 1},
		"an open brace": {"  - {provider: p, user_id: u, scenario: s\n", true, 1},
		"an alias without an anchor": {
			"  - {provider: p, user_id: *u, scenario: s}\n", true, 1,
		},
		"an unusual line break": {
			"  - {provider: p, user_id: u, scenario: s} # \u2028\n", true, 1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := "version: 1\nscenarios: {s: {}}\nconnections:\n" + simpleItems(0, 2000) + c.text +
				simpleItems(2000, 4000) + "switches: [{scenario: s}]\n"
			var inChunks *decoder
			if inChunks = decodeInChunks("f", text, noVariables()); (inChunks == nil) != c.isWhole {
				t.Fatalf("in one piece: %v, want %v", inChunks == nil, c.isWhole)
			}
			whole := newFileDecoder("f")
			if document := yamltree.Parse(&whole.Reader, text, noVariables()); document != nil {
				whole.file(document.Fields(0))
			}
			if problems := whole.fileProblems(); len(problems) < c.problems || len(problems) > 0 && c.problems == 0 {
				t.Errorf("want %d problems:\n%s", c.problems, problems)
			}
			if inChunks != nil {
				compareDecoders(t, inChunks, whole)
			}
		})
	}
}

// simpleItems returns connections of users with these numbers.
func simpleItems(from, to int) string {
	var text strings.Builder
	for i := from; i < to; i++ {
		fmt.Fprintf(&text, "  - {provider: provider_%d, user_id: user_%06d, scenario: active} # comment\n", i%9, i)
	}
	return text.String()
}

func noVariables() *yamltree.Variables {
	return yamltree.NewVariables(func(string) (string, bool) { return "", false })
}

func compareDecoders(t *testing.T, got, want *decoder) {
	t.Helper()
	if got, want := fmt.Sprint(got.fileProblems()), fmt.Sprint(want.fileProblems()); got != want {
		t.Errorf("the problems are\n%s\nnot\n%s", got, want)
	}
	connections := slices.Collect(got.set.ConnectionsAfter(0))
	if want := slices.Collect(want.set.ConnectionsAfter(0)); !reflect.DeepEqual(connections, want) {
		t.Errorf("there are %d connections, want %d", len(connections), len(want))
	}
	secret := func(n *fields.Node) string { return fmt.Sprintf("%d:%d %q %q", n.Line, n.Column, n.Text, n.Written) }
	var secrets, wanted []string
	for _, n := range got.Secrets {
		secrets = append(secrets, secret(n))
	}
	for _, n := range want.Secrets {
		wanted = append(wanted, secret(n))
	}
	if !slices.Equal(secrets, wanted) {
		t.Errorf("the secrets are %q, not %q", secrets, wanted)
	}
}
