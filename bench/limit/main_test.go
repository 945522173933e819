package main

import (
	"net/http/httptest"
	"strings"
	"testing"
)

func TestUserOf(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ method, path, body, want string }{
		"a body":       {"POST", "/data-integrations/github/token", `{"user_id":"user_1"}`, "user_1"},
		"a bad body":   {"POST", "/data-integrations/github/token", `{"user_id":`, ""},
		"a path":       {"GET", "/user_management/users/user_1/data_providers", "", "user_1"},
		"no user":      {"GET", "/user_management/users/", "", ""},
		"another path": {"GET", "/data-integrations", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := userOf(httptest.NewRequest(c.method, c.path, strings.NewReader(c.body))); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}
