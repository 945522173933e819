package fake_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"example.com/pipesfake/fake"
)

// A number or a duration that is out of range is an error, and changes nothing.
func TestNumbersOutOfRangeInCalls(t *testing.T) {
	t.Parallel()
	const fault, scenario = "POST /_control/faults", "PUT /_control/scenario"
	for _, c := range []struct {
		name, call, body string
		says             map[string]string // by value; a part of the message
	}{
		{"retry_after", fault, `{"status": 503, "retry_after": VALUE}`, map[string]string{
			"1000000001":          "retry_after must be at most 1000000000 seconds, not 1000000001",
			"5000000000":          "at most 1000000000 seconds, not 5000000000",
			"9223372036854775808": "retry_after is too large", "-9223372036854775809": "retry_after is too small",
			"1.5": "must be a whole number",
		}},
		{"status", fault, `{"status": VALUE, "delay": "1s"}`, map[string]string{
			"0": "status is 0, not a status from 200 to 599", "4294967799": "status is 4294967799, not a status",
			"-1": "status is -1",
		}},
		{"times", fault, `{"hang": true, "times": VALUE}`, map[string]string{
			"0": "from 1 to 1000000000, not 0", "1000000001": "from 1 to 1000000000, not 1000000001",
		}},
		{"requests", fault, `{"rate_limit": {"requests": VALUE, "per": "1m"}}`, map[string]string{
			"0": "from 1 to 1000000000", "4294967297": "from 1 to 1000000000",
		}},
		{"per", fault, `{"rate_limit": {"requests": 1, "per": "VALUE"}}`, map[string]string{
			"2562048h": "is longer than a hundred years", "0.1ms": "per must be 1ms or longer",
			"-1s": "longer than zero",
		}},
		{"probability", fault, `{"hang": true, "probability": VALUE}`, map[string]string{
			"0": "more than 0 and at most 1", "1e-400": "more than 0", "1e400": "at most 1",
			"1.1": "at most 1",
		}},
		{"delay", fault, `{"delay": "VALUE"}`, map[string]string{
			"2562048h": "is longer than a hundred years", "0s": "longer than zero",
			"-2562048h": "is longer than a hundred years",
		}},
		{"drip", fault, `{"drip": "VALUE"}`, map[string]string{
			"3601s": "drip is longer than an hour", "2562047h47m16.854775807s": "drip is longer than an hour",
		}},
		{"expires_in", scenario, `{"scenario": {"expires_in": "VALUE"}}`, map[string]string{
			"2562048h":                 "is longer than a hundred years",
			"2562047h47m16.854775807s": "is more than a hundred years away", "0s": "must not be zero",
		}},
		{"for", scenario,
			`{"scenario": {"steps": [{"scenario": "expired", "for": "VALUE"}, {"scenario": "active"}]}}`,
			map[string]string{
				"2562048h": "is longer than a hundred years", "1us": "for must be 1ms or longer",
			}},
		{"ttl", scenario, `{"scenario": "expired", "ttl": "VALUE"}`, map[string]string{
			"2562048h":                 "is longer than a hundred years",
			"2562047h47m16.854775807s": "ttl is more than a hundred years", "0s": "ttl must be longer than zero",
		}},
		{"by", "POST /_control/clock/advance", `{"by": "VALUE"}`, map[string]string{
			"2562048h":                  "is longer than a hundred years",
			"2562047h47m16.854775807s":  "more than a hundred years from the start",
			"-2562047h47m16.854775808s": "more than a hundred years from the start",
			"876001h":                   "more than a hundred years from the start",
		}},
		{"count", "POST /_control/verify", `{"count": VALUE}`, map[string]string{
			"-1": "from 0 to 1000000000", "1000000001": "from 0 to 1000000000", "1.5": "whole number",
			"18446744073709551617": "from 0",
		}},
		{"at_most", "POST /_control/verify", `{"at_most": VALUE}`, map[string]string{
			"1000000001": "from 0 to 1000000000",
		}},
		{"status to verify", "POST /_control/verify", `{"status": VALUE}`, map[string]string{
			"0": "from 200 to 599", "1000": "from 200 to 599", "4294967496": "status must be a whole number",
		}},
		{"timeout", "GET /_control/wait?timeout=VALUE", "", map[string]string{
			"2562048h": "is longer than a hundred years", "601s": "at most 10m, not 10m1s", "0s": "longer than zero",
			"2562047h47m16.854775807s": "at most 10m",
		}},
		{"count to wait for", "GET /_control/wait?timeout=1ms&count=VALUE", "", map[string]string{
			"-1": "from 0 to 1000000000", "4294967297": "from 0 to 1000000000",
		}},
		{"requests to list", "GET /_control/requests?limit=VALUE", "", map[string]string{
			"0": "whole number from", "1000001": "whole number from",
		}},
		{"state to list", "GET /_control/state?limit=VALUE", "", map[string]string{
			"0": "from 1 to 1000", "1001": "from 1 to 1000",
		}},
		{"events to list", "GET /events?events=pipes.connected_account.connected&limit=VALUE", "", map[string]string{
			"0": "from 1 to 100", "101": "from 1 to 100", "4294967297": "from 1 to 100",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			state := func() string {
				return string(w.control("GET", "faults", "").body) + string(w.control("GET",
					"scenario?provider=github&user_id=a", "").body)
			}
			w.Freeze()
			before := state()
			for value, says := range c.says {
				call := strings.ReplaceAll(c.call, "VALUE", url.QueryEscape(value))
				method, path, _ := strings.Cut(call, " ")
				a := w.do(method, path, strings.ReplaceAll(c.body, "VALUE", value))
				if a.status != 400 && a.status != 422 || !strings.Contains(string(a.body), says) {
					t.Errorf("%s answers %d %s\nnot an error with %s", value, a.status, a.body, says)
				}
			}
			sameText(t, "what is in force", state(), before)
		})
	}
}

// The Go API refuses the same values as files and calls.
func TestNumbersOutOfRangeInGo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault fake.Fault
		says  string
	}{
		"retry_after": {fake.Fault{Status: 503, RetryAfter: new(1_000_000_001)},
			"retry_after must be at most 1000000000 seconds, not 1000000001"},
		"times": {fake.Fault{Hang: true, Times: 1_000_000_001}, "times must be a whole number from 1 to 1000000000"},
		"requests": {fake.Fault{RateLimit: &fake.RateLimit{Requests: 1_000_000_001, Per: 1e9}},
			"rate_limit.requests must be a whole number from 1 to 1000000000"},
		"per": {fake.Fault{RateLimit: &fake.RateLimit{Requests: 1, Per: 1}},
			"rate_limit.per must be 1ms or longer"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var r recorder
			server := fake.Start(&r)
			defer r.close()
			server.Fault(c.fault)
			if !strings.Contains(r.fatal, c.says) {
				t.Errorf("the test failed with %q", r.fatal)
			}
			expect(t, "faults", fmt.Sprint(worldOf(t, server).faultsInWords()), "")
		})
	}
}
