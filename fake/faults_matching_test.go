package fake_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake"
	"example.com/pipesfake/scenarios"
)

// Random delays are spread over their range, and are the same with the same seed.
func TestDelaysAreSpread(t *testing.T) {
	t.Parallel()
	delays := func(seed int64) (all []time.Duration) {
		bubble(t, func(t *testing.T, w world) {
			w.Fault(fake.Fault{Delay: fake.Delay{Min: time.Second, Max: 11 * time.Second}})
			for range 1000 {
				all = append(all, w.rawToken().first)
			}
		}, fake.WithSeed(seed))
		return all
	}
	first := delays(1)
	tenths := make([]int, 10)
	for _, delay := range first {
		if delay < time.Second || delay >= 11*time.Second {
			t.Fatalf("a delay of %s", delay)
		}
		tenths[(delay-time.Second)/time.Second]++
	}
	for i, n := range tenths {
		if n < 60 || n > 140 {
			t.Errorf("%d of 1000 delays are in tenth %d: %v", n, i, tenths)
		}
	}
	if !slices.Equal(first, delays(1)) || slices.Equal(first, delays(2)) {
		t.Error("delays do not derive from the seed")
	}
}

func TestProbability(t *testing.T) {
	t.Parallel()
	struck := func(seed int64) (which []bool) {
		w := start(t, fake.WithSeed(seed))
		w.Fault(fake.Fault{Status: 500, Probability: 0.3})
		for range 300 {
			which = append(which, w.rawToken().status == 500)
		}
		return which
	}
	first := struck(1)
	n := 0
	for _, one := range first {
		if one {
			n++
		}
	}
	if n < 60 || n > 120 {
		t.Errorf("the fault applied to %d of 300 calls", n)
	}
	if !slices.Equal(first, struck(1)) || slices.Equal(first, struck(2)) {
		t.Error("the random choices do not derive from the seed")
	}
}

func TestRateLimits(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithTime(noon))
	w.Fault(fake.Fault{RateLimit: &fake.RateLimit{Requests: 3, Per: time.Minute}, Operation: "token"})
	ask := func(key, user string) string {
		a := w.as(key).do("POST", "/data-integrations/slack/token", `{"user_id": "`+user+`"}`)
		return fmt.Sprint(a.status, a.header.Get("Retry-After"))
	}
	for _, want := range []string{"200", "200", "200", "42920", "42920"} {
		expect(t, "the bucket", ask("sk_a", "alice"), want)
	}
	expect(t, "another key", ask("sk_b", "alice"), "200")
	expect(t, "another operation", w.as("sk_a").credential("slack", `{"user_id": "alice"}`).Active, true)
	w.Advance(19 * time.Second)
	expect(t, "a second before", ask("sk_a", "alice"), "4291")
	w.Advance(time.Second)
	expect(t, "a token", ask("sk_a", "bob"), "200")
	expect(t, "and no second one", ask("sk_a", "alice"), "42920")
	w.Advance(-time.Hour)
	expect(t, "the clock set back: at most a whole bucket to wait for", ask("sk_a", "alice"), "42920")
	w.Advance(time.Hour)
	w.Advance(time.Hour)
	expect(t, "no more than it holds", ask("sk_a", "a")+ask("sk_a", "a")+ask("sk_a", "a")+ask("sk_a", "a"),
		"20020020042920")

	w.Reset()
	w.Fault(fake.Fault{RateLimit: &fake.RateLimit{Requests: 1, Per: time.Hour, By: "user"}})
	expect(t, "by user", ask("sk_a", "alice")+ask("sk_b", "alice")+ask("sk_a", "bob"), "2004293600200")
}

// If several faults match a call, the last one applies. If it does not apply, the one before it does.
func TestOverlappingFaults(t *testing.T) {
	t.Parallel()
	w := withFile(t, `
version: 1
start: {steps: [{scenario: active, times: 1}, {fault: {status: 500}, times: 1}, {scenario: expired}]}
faults:
  - {status: 501, times: 1}
  - {status: 502, times: 1}
`)
	expect(t, "the file's", w.faultsInWords(), "fault_1 struck 0, fault_2 struck 0")
	w.addFault(`{"status": 503, "times": 1}`)
	w.addFault(`{"status": 504, "probability": 0.000001}`)
	w.addFault(`{"rate_limit": {"requests": 1000, "per": "1h"}}`)
	w.addFault(`{"status": 505, "provider": "github"}`)
	for _, want := range []string{
		"Service Unavailable", "Bad Gateway", "Not Implemented", "active", "Internal Server Error", "active",
	} {
		expect(t, "in turn", w.answers("alice", 1), want)
	}
	expect(t, "what is left", w.faultsInWords(), "fault_4 struck 0, fault_5 struck 0, fault_6 struck 0")
	w.Reset()
	expect(t, "a reset brings back the file's, and theirs alone", w.faultsInWords(),
		"fault_1 struck 0, fault_2 struck 0")
}

// A fault can name an operation: each name matches exactly one of the calls.
func TestFaultsByOperation(t *testing.T) {
	t.Parallel()
	w := start(t)
	named := map[string]string{}
	others := []string{"consent", "provider", "relay", "webhook"} // not calls of the API; they have their own tests
	for _, operation := range scenarios.Operations() {
		if slices.Contains(others, operation) {
			continue
		}
		remove := w.Fault(fake.Fault{Status: 599, Operation: operation})
		for call := range operations() {
			method, path, _ := strings.Cut(call, " ")
			if w.raw(method, path, "{}").status != 599 {
				continue
			}
			if other := named[call]; other != "" {
				t.Errorf("%s and %s mean %s", operation, other, call)
			}
			named[call] = operation
		}
		remove()
	}
	expect(t, "calls that have a name", len(named), len(operations()))
	expect(t, "names", len(scenarios.Operations()), len(operations())+len(others))
	expect(t, "such as", named["POST /data-integrations/github/token"]+" "+
		named["GET /user_management/users/alice/data_providers"], "token list_data_providers")
	w.Fault(fake.Fault{Hang: true})
	w.tries(
		try{"control calls", "GET /_control/state", "", 200, ""},
		try{"health", "GET /health", "", 200, ""},
		try{"a path that is none", "GET /nowhere", "", 501, ""},
		try{"no method of it", "PATCH /data-integrations", "", 405, ""},
	)
	expect(t, "no key", w.as("").do("GET", "/events", "").status, 401)
	w.as("sk_env_other").tries(try{"another environment", "GET /events", "", 200, ""})
}

func TestFaultsByPlace(t *testing.T) {
	t.Parallel()
	calls := map[string]string{
		"token of alice": `POST /data-integrations/github/token {"user_id": "alice"}`,
		"token of alice in acme": `POST /data-integrations/github/token ` +
			`{"user_id": "alice", "organization_id": "acme"}`,
		"token of acme": `POST /data-integrations/github/token ` +
			`{"user_id": "alice", "organization_id": "acme", "connection_owner": "organization"}`,
		"account of bob":          `GET /user_management/users/bob/connected_accounts/slack`,
		"account of bob in acme":  `GET /user_management/users/bob/connected_accounts/slack?organization_id=acme`,
		"account of acme":         `GET /organizations/acme/connected_accounts/slack`,
		"providers of alice":      `GET /user_management/users/alice/data_providers`,
		"integrations of nobody":  `GET /data-integrations`,
		"a new one of slack":      `POST /data-integrations {"provider": "slack"}`,
		"configurations of acme":  `GET /organizations/acme/data_integration_configurations`,
		"unreadable, with github": `POST /data-integrations/github/token {`,
	}
	for name, c := range map[string]struct {
		fault string
		want  []string
	}{
		"a provider": {
			`"provider": "github"`,
			[]string{"token of alice", "token of alice in acme", "token of acme", "unreadable, with github"},
		},
		"another": {
			`"provider": "slack"`,
			[]string{"account of bob", "account of bob in acme", "account of acme", "a new one of slack"},
		},
		"a user": {
			`"user_id": "alice"`,
			[]string{"token of alice", "token of alice in acme", "providers of alice"},
		},
		"an organization": {
			`"organization_id": "acme"`,
			[]string{
				"token of alice in acme", "token of acme", "account of bob in acme", "account of acme",
				"configurations of acme",
			},
		},
		"none": {`"organization_id": null`, []string{"token of alice", "account of bob", "providers of alice"}},
		"one that owns": {
			`"connection_owner": "organization"`,
			[]string{"token of acme", "account of acme", "configurations of acme"},
		},
		"exactly one": {
			`"provider": "github", "user_id": "alice", "organization_id": null`,
			[]string{"token of alice"},
		},
		"everybody": {
			`"probability": 1`,
			[]string{
				"token of alice", "token of alice in acme", "token of acme", "account of bob",
				"account of bob in acme", "account of acme", "providers of alice", "integrations of nobody",
				"a new one of slack", "configurations of acme", "unreadable, with github",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			w.addFault(`{"status": 599, ` + c.fault + `}`)
			var struck []string
			for call, line := range calls {
				words := strings.SplitN(line, " ", 3)
				if w.raw(words[0], words[1], strings.Join(words[2:], "")).status == 599 {
					struck = append(struck, call)
				}
			}
			slices.Sort(struck)
			slices.Sort(c.want)
			expect(t, "matching calls", strings.Join(struck, "; "), strings.Join(c.want, "; "))
		})
	}
}
