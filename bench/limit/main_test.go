package main

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
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

func TestReadHeaders(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "headers")
	if err := os.WriteFile(file, []byte("X-A: b\r\nX-C: d e\r\n\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := readHeaders(file)
	want := []header{{"X-A", []string{"b"}}, {"X-C", []string{"d e"}}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := readHeaders(""); got != nil || err != nil {
		t.Errorf("no file: %v, %v", got, err)
	}
}
