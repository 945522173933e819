package names

import (
	"strings"
	"testing"

	"example.com/pipesfake/internal/fields"
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

func TestCheckID(t *testing.T) {
	t.Parallel()
	checkTexts(t, CheckID, map[string]nameCase{
		"any characters":    {"user_01 ü/?#", ""},
		"255 bytes":         {strings.Repeat("x", 255), ""},
		"empty":             {"", "must not be empty"},
		"256 bytes":         {strings.Repeat("x", 256), "is 256 bytes long; at most 255 are allowed"},
		"not UTF-8":         {"\xff", "is not UTF-8"},
		"a line break":      {"a\nb", "has a control character in it"},
		"a control from C1": {"a\u0085", "has a control character in it"},
	})
}

func TestCheckSlug(t *testing.T) {
	t.Parallel()
	const isNoSlug = " is not a slug: 1 to 100 letters, digits, dashes, dots or underscores"
	checkTexts(t, CheckSlug, map[string]nameCase{
		"letters, a dash, a digit and a dot": {"my-crm_2.0", ""},
		"100 letters":                        {strings.Repeat("a", 100), ""},
		"empty":                              {"", `""` + isNoSlug},
		"a slash":                            {"a/b", `"a/b"` + isNoSlug},
		"a letter outside of ASCII":          {"ü", `"ü"` + isNoSlug},
		"101 letters": {strings.Repeat("a", 101),
			`"` + strings.Repeat("a", 60) + `…"` + isNoSlug},
	})
}

func TestCheckScopeList(t *testing.T) {
	t.Parallel()
	const isNoScope = ", which is not a scope: 1 to 500 printable characters without spaces"
	for name, c := range map[string]struct {
		scopes []string
		want   string
	}{
		"none":           {nil, ""},
		"several":        {[]string{"repo", "user:email"}, ""},
		"500 letters":    {[]string{strings.Repeat("a", 500)}, ""},
		"an empty one":   {[]string{""}, `has ""` + isNoScope},
		"one of words":   {[]string{"a b"}, `has "a b"` + isNoScope},
		"501 letters":    {[]string{strings.Repeat("a", 501)}, `has "` + strings.Repeat("a", 60) + `…"` + isNoScope},
		"the same twice": {[]string{"a", "b", "a"}, `names "a" twice`},
		"1001 scopes":    {make([]string, 1001), "names 1001 scopes; at most 1000 are allowed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := CheckScopeList(c.scopes); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestIsName(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		want bool
	}{
		"a letter":                  {"a", true},
		"an underscore at first":    {"_a.b-c", true},
		"64 letters":                {strings.Repeat("x", 64), true},
		"empty":                     {"", false},
		"a dash at first":           {"-a", false},
		"a dot at first":            {".a", false},
		"a slash":                   {"a/b", false},
		"65 letters":                {strings.Repeat("x", 65), false},
		"a letter outside of ASCII": {"ü", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := IsName(c.text); got != c.want {
				t.Errorf("IsName(%q) is %v", c.text, got)
			}
		})
	}
}

func TestIsWebURL(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		want bool
	}{
		"http with a port and a path": {"http://app:3000/x", true},
		"https":                       {"https://example.com", true},
		"another scheme":              {"ftp://x", false},
		"no host":                     {"http://", false},
		"only a port":                 {"http://:3000", false},
		"credentials":                 {"http://u:p@x", false},
		"a space":                     {"http://a b", false},
		"a path":                      {"/x", false},
		"too long":                    {"http://x/" + strings.Repeat("y", maxURL), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := IsWebURL(c.text); got != c.want {
				t.Errorf("IsWebURL(%q) is %v", fields.Abridge(c.text), got)
			}
		})
	}
}
