package apikey

import (
	"strings"
	"testing"
)

func TestNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"a": true, "A-1_b.c": true, strings.Repeat("a", 64): true,
		"": false, strings.Repeat("a", 65): false, "-a": false, ".a": false, "a b": false, "ä": false,
	} {
		if IsName(name) != want {
			t.Errorf("%q: %v", name, !want)
		}
	}
}

func TestOf(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"default": "sk_fake_default", "checkout": "sk_env_checkout"} {
		if got := Of(name); got != want {
			t.Errorf("%s: %s, not %s", name, got, want)
		}
	}
}
