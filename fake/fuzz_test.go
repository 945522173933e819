package fake_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"
)

// Whatever comes in, the answer keeps the contract (every answer of a world is checked) and is no 5xx.
func FuzzTokenBody(f *testing.F) {
	for _, seed := range []string{`{"user_id": "a"}`, `{"user_id": "a", "organization_id": null}`, `{"user_id": 1`, `[]`, `{"user_id": "\ud800"}`, `{"a":{"a":[{}]},"user_id":"\u0000"}`} {
		f.Add(seed)
	}
	w := start(f)
	f.Fuzz(func(t *testing.T, body string) {
		w := w.in(t)
		a := w.do("POST", "/data-integrations/github/token", body)
		if a.status != 200 && a.status != 400 {
			t.Fatalf("%d %s", a.status, a.body)
		}
		if a.status == 200 && !(json.Valid([]byte(body)) && utf8.ValidString(body)) {
			t.Fatalf("a body that is not JSON was taken: %q", body)
		}
	})
}

func FuzzSwitchBody(f *testing.F) {
	for _, seed := range []string{`{"scenario": "expired"}`, `{"scenario": {"expires_in": "5m"}, "ttl": "1h"}`, `{"scenario": {"scopes": [1]}, "organization_id": null}`, `{"scenario": []}`, `{"ttl": "1h"}`} {
		f.Add(seed)
	}
	w := start(f)
	f.Fuzz(func(t *testing.T, body string) {
		w := w.in(t)
		w.Reset()
		a := w.do("PUT", "/_control/scenario", body)
		switch a.status {
		case 200:
			if asked := w.do("POST", "/data-integrations/github/token", `{"user_id": "alice"}`); asked.status != 200 && asked.status != 422 {
				t.Fatalf("after %s: %d %s", body, asked.status, asked.body)
			}
		case 400, 422:
			if state := w.control("GET", "state", ""); !strings.Contains(string(state.body), `"switches": []`) {
				t.Fatalf("a refused switch is in force: %s", body)
			}
		default:
			t.Fatalf("%d %s", a.status, a.body)
		}
	})
}

func FuzzPathsAndKeys(f *testing.F) {
	f.Add("/data-integrations/github/token", "sk_test")
	f.Add("/data-integrations/%2F/token", "sk_env_a")
	f.Add("//_control/../health?environment=%00", "Bearer")
	w := start(f)
	f.Fuzz(func(t *testing.T, path, key string) {
		if strings.ContainsFunc(path+key, func(r rune) bool { return r <= ' ' || r >= 0x7f }) || !strings.HasPrefix(path, "/") || strings.Contains(path, "#") {
			return
		}
		w := w.in(t)
		if !parsable(w.URL() + path) {
			return
		}
		if a := w.as(key).do("POST", path, `{"user_id": "a"}`); a.status >= 500 && a.status != 501 {
			t.Fatalf("%d %s", a.status, a.body)
		}
	})
}

func parsable(target string) bool {
	_, err := url.Parse(target)
	return err == nil
}
