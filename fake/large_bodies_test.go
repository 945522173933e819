package fake_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"strings"
	"testing"
)

// The error for a body full of mistakes lists the first ones, and does not take long.
func TestBodiesFullOfMistakes(t *testing.T) {
	t.Parallel()
	w := start(t)
	var keys strings.Builder
	for i := range 60_000 {
		fmt.Fprintf(&keys, `"k%d": 1, `, i)
	}
	full := func(before, each, after string) string {
		return before + strings.Repeat(each, (1<<20-1000)/len(each)) + after
	}
	for name, c := range map[string]struct {
		call, body string
		status     int
		says       string
	}{
		"a long key": {"PUT /_control/scenario", full(`{"scenario": {"`, "k", `": 1}}`), 422, `unknown key`},
		"a long word": {
			"PUT /_control/scenario",
			full(`{"scenario": {"refresh": "`, "k", `"}}`),
			422, `not one of works, fails`,
		},
		"many keys": {
			"PUT /_control/scenario",
			`{"scenario": {` + keys.String() + `"a": 1}}`,
			422, `unknown key`,
		},
		"keys of a fault": {"POST /_control/faults", `{` + keys.String() + `"a": 1}`, 422, `unknown key`},
		"many steps": {
			"PUT /_control/scenario",
			full(`{"scenario": {"steps": [`, `{"scenario": "active", "for": "1m"}, `,
				`{"scenario": "active"}]}}`),
			422, "at most 1000 are allowed",
		},
		"wrong steps": {
			"PUT /_control/scenario",
			full(`{"scenario": {"steps": [`, `1, `, `{"scenario": "active"}]}}`),
			422, "at most 1000 are allowed",
		},
		"wrong scopes": {
			"PUT /_control/scenario",
			full(`{"scenario": {"scopes": [`, `1, `, `"a"]}}`),
			422, "must be a string",
		},
		"an order": {
			"POST /_control/verify", full(`{"order": [`, `{}, `, `{}]}`),
			422, "order has more than 2000 elements",
		},
		"a wrong order": {
			"POST /_control/verify",
			`{"order": [` + strings.Repeat(`{"operatio": 1}, `, 1000) + `{}]}`,
			422, "order[19].operatio",
		},
		"scopes of a token": {
			"POST " + accountPath("alice", "github"),
			full(`{"access_token": "t", "scopes": [`, `"a", `, `"b"]}`),
			422, "scopes has more than 2000 elements",
		},
		"a config": {
			"PUT /data-integrations/crm/client-credentials",
			`{"user_id": "a", "client_id": "c", "client_secret": "s", "config": {` + keys.String() + `"a": 1}}`,
			400, "config.k19 must be a string",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			method, path, _ := strings.Cut(c.call, " ")
			a := w.in(t).do(method, path, c.body)
			f := decode[failure](t, a, c.status)
			if !strings.Contains(f.Message, c.says) || len(f.Errors) > 20 || len(a.body) > 20_000 {
				t.Errorf("%d errors in %d bytes: %.500s", len(f.Errors), len(a.body), f.Message)
			}
		})
	}
	w.put(`{"scenario": {"steps": [` + strings.Repeat(`{"scenario": "active", "for": "1m"}, `, 999) +
		`{"scenario": "active"}]}}`)
}

// A script with the maximum number of steps can be exported and loaded.
func TestExportOfTheLongestScript(t *testing.T) {
	t.Parallel()
	w := withFile(t, "version: 1\nscenarios:\n  long:\n    repeat: true\n    steps: ["+
		strings.Repeat("{scenario: active, times: 2}, ", 999)+"{scenario: expired, times: 1}]\nstart: long\n")
	w.token("github", "alice")
	again := withFile(t, string(w.Export()))
	expect(t, "it goes on", again.token("github", "alice").says(), "active")
}

// Some HTTP clients pack what they send. Packed bodies are read; other encodings are refused by name, because "invalid
// JSON" sends people looking in the wrong place.
func TestPackedBodies(t *testing.T) {
	t.Parallel()
	w := start(t)
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	_, _ = writer.Write([]byte(`{"user_id": "alice"}`))
	_ = writer.Close()
	for encoding, want := range map[string]int{"gzip": 200, "br": 415} {
		request := fmt.Sprintf("POST /data-integrations/github/token HTTP/1.1\r\nHost: localhost\r\n"+
			"Authorization: Bearer %s\r\nContent-Encoding: %s\r\nContent-Length: %d\r\n\r\n%s",
			w.key, encoding, packed.Len(), packed.String())
		if status, _, body := w.rawCall(t, request); status != want {
			t.Errorf("%s: it answers %d %s", encoding, status, body)
		}
	}
	all, _ := w.noted("?limit=1000")
	expect(t, "the journal has both", len(all), 2)
}
