package scenarios

import (
	"strings"
	"testing"
)

func TestCheckNames(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		check       func(string) string
		text, wants string
	}{
		"an id": {CheckID, "user_01 ü", ""},
		"no id": {CheckID, "", "must not be empty"},
		"a long id": {CheckID, strings.Repeat("x", 256),
			"is 256 bytes long; at most 255 are allowed"},
		"an id that is not UTF-8": {CheckID, "\xff", "is not UTF-8"},
		"an id of two lines":      {CheckID, "a\nb", "has a control character in it"},
		"a slug":                  {CheckSlug, "my-crm_2.0", ""},
		"no slug": {CheckSlug, "",
			`"" is not a slug: 1 to 100 letters, digits, dashes, dots or underscores`},
		"a slug with a slash": {CheckSlug, "a/b",
			`"a/b" is not a slug: 1 to 100 letters, digits, dashes, dots or underscores`},
		"a token": {checkToken, "gho_x", ""},
		"a token with a blank": {checkToken, "gho x",
			"is not a token: at most 8192 printable characters without spaces"},
		"a header":                 {checkHeader, "text/html; charset=utf-8", ""},
		"a header with a new line": {checkHeader, "a\nb", "is not a header's value"},
		"a state":                  {checkState, "connected", ""},
		"a scenario in place of state": {checkState, "expired",
			`is "expired", not one of connected, needs_reauthorization, not_installed: expired is a ` +
				`scenario, which is written expires_in: -1h`},
	} {
		if got := c.check(c.text); got != c.wants {
			t.Errorf("%s: %q, want %q", name, got, c.wants)
		}
	}
	for name, good := range map[string]bool{"a": true, "_a.b-c": true, "": false, "-a": false, ".a": false,
		"a/b":                   false,
		strings.Repeat("x", 64): true, strings.Repeat("x", 65): false} {
		if IsName(name) != good {
			t.Errorf("IsName(%q) is %v", name, !good)
		}
	}
	for url, good := range map[string]bool{"http://app:3000/x": true, "https://example.com": true, "ftp://x": false,
		"http://": false, "http://u:p@x": false, "http://a b": false, "/x": false, "http://x/" + strings.Repeat("y",
			maxURL): false} {
		if IsWebURL(url) != good {
			t.Errorf("IsWebURL(%q) is %v", url, !good)
		}
	}
}
