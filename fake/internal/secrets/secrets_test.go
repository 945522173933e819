package secrets

import (
	"fmt"
	"strings"
	"testing"
)

func TestReplace(t *testing.T) {
	t.Parallel()
	long := "gho_" + strings.Repeat("0123456789", 30) // longer than error texts quote
	var s Set
	s.Add("s3cret-value", "short", "", `with "quotes"`, long, "prefix-0", "prefix-0-and-more")
	s.AddToken("token-of-somebody")
	isToken := func(text string) bool { return text == "token-of-somebody" }
	for name, c := range map[string]struct{ text, want string }{
		"nothing to hide":           {"a text without secrets", "a text without secrets"},
		"a secret":                  {"is s3cret-value", "is *"},
		"at the beginning":          {"s3cret-value, then text", "*, then text"},
		"twice":                     {"s3cret-values3cret-value", "**"},
		"inside a word":             {"xs3cret-valuey", "x*y"},
		"a part of a secret":        {"s3cret-valu", "s3cret-valu"},
		"a short secret is a word":  {"short", "short"},
		"quoted as in errors":       {fmt.Sprintf("%q", `with "quotes"`), `"*"`},
		"a long one":                {long, "*"},
		"the longest that fits":     {"prefix-0-and-more", "*"},
		"or the shorter one":        {"prefix-0-and-less", "*-and-less"},
		"a token":                   {"token-of-somebody!", "*!"},
		"a text shorter than any":   {"abc", "abc"},
		"a text that begins as one": {"s3cret-v", "s3cret-v"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := s.Replace(c.text, isToken, func(string) string { return "*" }); got != c.want {
				t.Errorf("%q becomes %q, not %q", c.text, got, c.want)
			}
		})
	}
}

func TestReplaceSeesTheSecret(t *testing.T) {
	t.Parallel()
	var s Set
	s.Add("s3cret-value")
	seen := ""
	s.Replace("a s3cret-value here", func(string) bool { return false }, func(secret string) string {
		seen = secret
		return ""
	})
	if seen != "s3cret-value" {
		t.Errorf("replace saw %q", seen)
	}
}

// Of too many secrets the oldest are forgotten: memory stays bounded.
func TestTheOldestSecretsAreForgotten(t *testing.T) {
	t.Parallel()
	var s Set
	for i := range 2*maxKnown + 10 {
		s.Add(fmt.Sprintf("secret-%08d", i))
	}
	hides := func(i int) bool {
		text := fmt.Sprintf("secret-%08d", i)
		return s.Replace(text, func(string) bool { return false }, func(string) string { return "*" }) == "*"
	}
	if hides(0) || !hides(maxKnown+1) || !hides(2*maxKnown+9) {
		t.Errorf("the first: %t, a middle one: %t, the last: %t", hides(0), hides(maxKnown+1), hides(2*maxKnown+9))
	}
	if n := len(s.known) + len(s.before); n > 2*maxKnown {
		t.Errorf("%d secrets are known", n)
	}
}
