package environment

import (
	"fmt"
	"strings"
	"testing"

	"example.com/pipesfake/fake/internal/mint"
)

func TestLookup(t *testing.T) {
	t.Parallel()
	l := newLookup()
	mints := map[string]mint.Mint{}
	for _, name := range []string{"a", "b", "c"} {
		mints[name] = mint.New(1, name)
		l.setTag(name, mints[name].Tag())
	}
	own := func(name string) string { return mints[name].Token("github", "alice", "", 0, 0) }
	page, _ := mints["b"].Authorization("a secret", "github", "alice", "", 1)
	l.addToken("a", "imported")
	l.addToken("c", "imported")
	for name, c := range map[string]struct{ text, want string }{
		"a token":          {own("a"), "a"},
		"an API key":       {mints["c"].APIKey("linear", "alice", "", 0, 0), "c"},
		"a consent page":   {page, "b"},
		"a connect code":   {mints["b"].ConnectCode(page), "b"},
		"an imported one":  {"imported", "a c"},
		"a stranger's":     {"gho_fake_000000000000000000000000", ""},
		"another seed's":   {mint.New(2, "a").Token("github", "alice", "", 0, 0), ""},
		"no token":         {"", ""},
		"a longer text":    {own("a") + "1", ""},
		"a text as its id": {strings.Repeat("x", 24), ""},
	} {
		if got := strings.Join(l.candidates(c.text), " "); got != c.want {
			t.Errorf("%s (%s): got %q, want %q", name, c.text, got, c.want)
		}
	}
	l.drop("a")
	l.setTag("b", mint.New(2, "b").Tag())
	reseeded := mint.New(2, "b").Token("github", "x", "", 0, 0)
	for text, want := range map[string]string{own("a"): "", own("b"): "", reseeded: "b"} {
		if got := strings.Join(l.candidates(text), " "); got != want {
			t.Errorf("after a drop and a new seed, %s: got %q, want %q", text, got, want)
		}
	}
}

// TestLookupOfOneTag has two environments of the same tag, as can happen by chance.
func TestLookupOfOneTag(t *testing.T) {
	t.Parallel()
	l := newLookup()
	tag := mint.New(1, "a").Tag()
	l.setTag("b", tag)
	l.setTag("a", tag)
	token := mint.New(1, "a").Token("github", "alice", "", 0, 0)
	if got := strings.Join(l.candidates(token), " "); got != "a b" {
		t.Errorf("got %q", got)
	}
	l.drop("b")
	if got := strings.Join(l.candidates(token), " "); got != "a" {
		t.Errorf("after a drop: got %q", got)
	}
}

func TestLookupIsBounded(t *testing.T) {
	t.Parallel()
	l := newLookup()
	for i := range maxForeignTokens + 10 {
		l.addToken("a", fmt.Sprint("imported ", i))
	}
	if len(l.tokens) != maxForeignTokens {
		t.Errorf("%d tokens are indexed", len(l.tokens))
	}
}
