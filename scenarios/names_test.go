package scenarios

import (
	"strings"
	"testing"
)

// nameCase is a text with what is wrong with it, or "".
type nameCase struct{ text, want string }

func checkTexts(t *testing.T, check func(string) string, cases map[string]nameCase) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := check(c.text); got != c.want {
				t.Errorf("%q: %q, want %q", c.text, got, c.want)
			}
		})
	}
}

func TestCheckToken(t *testing.T) {
	t.Parallel()
	const isNoToken = "is not a token: at most 8192 printable characters without spaces"
	checkTexts(t, checkToken, map[string]nameCase{
		"letters":                   {"gho_x", ""},
		"8192 letters":              {strings.Repeat("a", 8192), ""},
		"a space":                   {"gho x", isNoToken},
		"a letter outside of ASCII": {"ü", isNoToken},
		"8193 letters":              {strings.Repeat("a", 8193), isNoToken},
	})
}

func TestCheckHeader(t *testing.T) {
	t.Parallel()
	checkTexts(t, checkHeader, map[string]nameCase{
		"a media type":              {"text/html; charset=utf-8", ""},
		"a line break":              {"a\nb", "is not a header's value"},
		"a letter outside of ASCII": {"ü", "is not a header's value"},
	})
}

func TestCheckState(t *testing.T) {
	t.Parallel()
	const states = "connected, needs_reauthorization, not_installed"
	checkTexts(t, checkState, map[string]nameCase{
		"a state": {"connected", ""},
		"a misspelled state": {"conected",
			`is "conected", not one of ` + states + ` (did you mean connected?)`},
		"the scenario active": {"active",
			`is "active", not one of ` + states + `: active is a scenario, which is written state: connected`},
		"the scenario expired": {"expired",
			`is "expired", not one of ` + states + `: expired is a scenario, which is written expires_in: -1h`},
		"the scenario missing_scopes": {"missing_scopes", `is "missing_scopes", not one of ` + states +
			`: missing_scopes is a scenario, which is written missing_scopes: [repo]`},
	})
}
