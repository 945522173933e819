package fake_test

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// Whatever the body is, the response keeps the contract (the world checks it) and is not a 5xx.
func FuzzTokenBody(f *testing.F) {
	for _, seed := range []string{
		`{"user_id": "a"}`, `{"user_id": "a", "organization_id": null}`, `{"user_id": 1`, `[]`,
		`{"user_id": "\ud800"}`, `{"a":{"a":[{}]},"user_id":"\u0000"}`,
	} {
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
			t.Fatalf("a body that is not JSON was accepted: %q", body)
		}
	})
}

// Whatever the body and the query of any operation are, the response keeps the contract and is not a 5xx.
func FuzzEveryBody(f *testing.F) {
	calls := slices.Sorted(maps.Keys(operations()))
	seeds := []string{
		`{"user_id": "alice", "secret": "12345", "connection_intent": "add"}`,
		`{"user_id": "alice", "client_id": "a", "client_secret": "b", "config": {"a": "b"}}`,
		`{"access_token": "t", "refresh_token": "r", "expires_at": "2030-01-01T00:00:00Z", ` +
			`"scopes": ["a"], "state": "connected", "user_id": "u"}`,
		`{"provider": "github", "ownership": "organization", "enabled": true, ` + custom + `}`,
		`{"provider": "x", ` + custom + `, ` + definition + `}`,
		`{"provider": "k", "auth_methods": ["api_key"], "api_key": {"secret": "12345", "user_id": "u"}}`,
		`{"enabled": true, "scopes": null, "config": {}}`,
		`{"endpoint_url": "http://app", "events": ["user.created"], "status": "enabled"}`,
		`{"user_id": "a", "return_to": "http://a", "config": []}`,
	}
	for i := range calls {
		for _, seed := range seeds {
			f.Add(i, seed, "organization_id=acme&limit=1&order=asc&after=x")
		}
	}
	w := withFile(f, "version: 1\nstart: not_installed\nproviders: {github: {}}\n")
	f.Fuzz(func(t *testing.T, call int, body, query string) {
		w := w.in(t)
		method, path, _ := strings.Cut(calls[uint(call)%uint(len(calls))], " ")
		if !parsable(w.URL()+path+"?"+query) ||
			strings.ContainsFunc(query, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
			return
		}
		if a := w.do(method, path+"?"+query, body); a.status >= 500 {
			t.Fatalf("%s %s?%s %s: %d %s", method, path, query, body, a.status, a.body)
		}
	})
}

func FuzzSwitchBody(f *testing.F) {
	for _, seed := range []string{
		`{"scenario": "expired"}`,
		`{"scenario": {"expires_in": "5m"}, "ttl": "1h"}`,
		`{"scenario": {"scopes": [1]}, "organization_id": null}`,
		`{"scenario": []}`,
		`{"ttl": "1h"}`,
		`{"scenario": {"steps": [{"fault": {"status": 503}, "times": 1}, ` +
			`{"scenario": {"steps": [{"scenario": "active", "for": "1ms"}], "repeat": 2}}]}}`,
	} {
		f.Add(seed)
	}
	w := start(f)
	f.Fuzz(func(t *testing.T, body string) {
		w := w.in(t)
		w.Reset()
		a := w.do("PUT", "/_control/scenario", body)
		switch a.status {
		case 200:
			if strings.Contains(body, "fault") {
				return // whose calls may take their time, or break
			}
			asked := w.do("POST", "/data-integrations/github/token", `{"user_id": "alice"}`)
			if asked.status != 200 && asked.status != 422 {
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
		if strings.ContainsFunc(path+key, func(r rune) bool { return r <= ' ' || r >= 0x7f }) ||
			!strings.HasPrefix(path, "/") || strings.Contains(path, "#") {
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

func FuzzFaultBody(f *testing.F) {
	for _, seed := range []string{
		`{"status": 503, "retry_after": 0, "body": {"a": [null]}}`,
		`{"rate_limit": {"requests": 1, "per": "1ms", "by": "user"}, "delay": {"max": "1ns"}}`,
		`{"drip": "1ns", "organization_id": null}`, `{"off_contract": "wrong_null", "times": 1}`,
		`{"truncate": true, "probability": 0.5}`, `{"hang": false, "user_id": 5}`,
	} {
		f.Add(seed)
	}
	w := start(f)
	f.Fuzz(func(t *testing.T, body string) {
		w := w.in(t)
		w.Reset()
		switch a := w.do("POST", "/_control/faults", body); a.status {
		case 201:
			if strings.Contains(body, "delay") || strings.Contains(body, "drip") || strings.Contains(body, "hang") {
				return // it may take its time
			}
			if got := w.rawToken(); got.err == nil && (got.status < 200 || got.status > 599) {
				t.Fatalf("after %s: %d %s", body, got.status, got.body)
			}
		case 400, 422:
			expect(t, "faults that were refused", w.faultsInWords(), "")
		default:
			t.Fatalf("%d %s", a.status, a.body)
		}
	})
}

func FuzzClockBody(f *testing.F) {
	for _, seed := range []string{
		`{"by": "1h"}`, `{"by": "-2562047h47m16.854775808s"}`, `{"now": "9999-12-31T23:59:59Z"}`,
		`{"now": "0001-01-01T00:00:00Z", "frozen": false}`, `{"frozen": true}`,
	} {
		f.Add(seed)
	}
	w := start(f)
	f.Fuzz(func(t *testing.T, body string) {
		w := w.in(t)
		for _, call := range []string{"PUT /_control/clock", "POST /_control/clock/advance"} {
			w.Reset()
			method, path, _ := strings.Cut(call, " ")
			if a := w.do(method, path, body); a.status != 200 && a.status != 400 && a.status != 422 {
				t.Fatalf("%s: %d %s", call, a.status, a.body)
			}
			w.token("github", "alice")
		}
	})
}
