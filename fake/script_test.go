package fake_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/pipesfake/fake"
)

const scripts = `
version: 1
scenarios:
  token_dies:
    steps:
      - {scenario: active, for: 10m}
      - {scenario: needs_reauthorization}
  flaky:
    steps:
      - {fault: {status: 503, retry_after: 0}, times: 2}
      - {scenario: active}
  twice: {steps: [{scenario: expired, times: 2}, {scenario: not_installed}]}
  loop: {steps: [{scenario: active, for: 1h}, {scenario: needs_reauthorization, for: 1h}], repeat: true}
  thrice: {steps: [{scenario: active, times: 1}, {scenario: not_installed, times: 1}], repeat: 3}
  down_for_good: {steps: [{scenario: missing_scopes, times: 1}, {fault: {status: 502}}]}
  nested:
    steps:
      - {scenario: thrice, times: 3}
      - {fault: {status: 500}, times: 1}
      - {scenario: token_dies, for: 30m}
      - {scenario: flaky}
`

// answers requests a user's token several times, and returns each status that is not 200, or else the response in
// short.
func (w world) answers(user string, times int) string {
	w.t.Helper()
	var all []string
	for range times {
		a := w.do("POST", "/data-integrations/slack/token", `{"user_id": "`+user+`"}`)
		if a.status != 200 {
			all = append(all, http.StatusText(a.status))
			continue
		}
		all = append(all, decode[Token](w.t, a, 200).says())
	}
	return strings.Join(all, ", ")
}

func TestScripts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		scenario string
		advance  time.Duration
		want     string
	}{
		"by time, before":         {"token_dies", 10*time.Minute - time.Nanosecond, "active, active"},
		"by time, at its instant": {"token_dies", 10 * time.Minute, "needs_reauthorization, needs_reauthorization"},
		"by calls":                {"twice", 0, "active, active, not_installed, not_installed"},
		"a fault, then a state":   {"flaky", time.Hour, "Service Unavailable, Service Unavailable, active, active"},
		"over and over":           {"loop", 1001 * time.Hour, "needs_reauthorization"},
		"over and over, again":    {"loop", 50000 * time.Hour, "active"},
		"three times": {
			"thrice", time.Hour,
			"active, not_installed, active, not_installed, active, not_installed, not_installed, not_installed",
		},
		"a fault that stays": {"down_for_good", 0, "missing channels:read, Bad Gateway, Bad Gateway"},
		"scripts in steps":   {"nested", 0, "active, not_installed, active, Internal Server Error, active"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := withFile(t, scripts, fake.WithTime(noon))
			w.Use(c.scenario)
			// Another connection counts its own calls.
			w.do("POST", "/data-integrations/github/token", `{"user_id": "alice"}`)
			w.Advance(c.advance)
			times := strings.Count(c.want, ",") + 1
			expect(t, "alice", w.answers("alice", times), c.want)
			expect(t, "bob, who counts for himself", w.answers("bob", times), c.want)
			w.Use(c.scenario)
			w.Advance(c.advance)
			expect(t, "begun anew", w.answers("alice", times), c.want)
		})
	}
}

func TestNestedScripts(t *testing.T) {
	t.Parallel()
	w := withFile(t, scripts, fake.WithTime(noon))
	w.Use("nested")
	expect(t, "thrice, three times", w.answers("alice", 3), "active, not_installed, active")
	expect(t, "a fault", w.answers("alice", 1), "Internal Server Error")
	w.Advance(10 * time.Minute)
	expect(t, "token_dies", w.answers("alice", 2), "needs_reauthorization, needs_reauthorization")
	w.Advance(20 * time.Minute)
	expect(t, "flaky", w.answers("alice", 3), "Service Unavailable, Service Unavailable, active")
}

// During a fault the state is that of the step before. If the first step is a fault, it is that of the next step.
func TestStateDuringAFaultStep(t *testing.T) {
	t.Parallel()
	w := withFile(t, `
version: 1
scenarios:
  first: {steps: [{fault: {status: 503}, times: 1}, {scenario: needs_reauthorization}]}
  between: {steps: [{scenario: missing_scopes, times: 1}, {fault: {status: 503}, times: 1}, {scenario: not_installed}]}
`, fake.WithTime(noon))
	w.Use("first")
	expect(t, "of the next", w.account("alice", "slack").State, "needs_reauthorization")
	w.Use("between")
	w.answers("alice", 1)
	expect(t, "of the one before", strings.Join(w.account("alice", "slack").Scopes, " "), "chat:write")
	expect(t, "the fault", w.answers("alice", 2), "Service Unavailable, not_installed")
	w.put(`{"scenario": {"steps": [{"scenario": "active", "times": 1}, {"fault": {"status": 503}}]}}`)
	w.answers("alice", 1)
	w.Advance(2 * time.Hour)
	expect(t, "a call that is not carried out", w.answers("alice", 1), "Service Unavailable")
	expect(t, "refreshes nothing", w.account("alice", "slack").UpdatedAt, "2026-11-23T12:00:00.000Z")
}

// Only calls for the token or the credentials of a connection count.
func TestCallsThatCountForAStep(t *testing.T) {
	t.Parallel()
	w := withFile(t, scripts)
	w.Use("twice")
	w.tries(
		try{"an account", "GET " + accountPath("alice", "slack"), "", 200, ""},
		try{"a page", "POST /data-integrations/slack/authorize", `{"user_id": "alice"}`, 200, ""},
		try{"a call that is none", "POST /data-integrations/slack/token", `{"user": "alice"}`, 400, ""},
		try{
			"another organization", "POST /data-integrations/slack/token",
			`{"user_id": "alice", "organization_id": "acme"}`,
			200, "active",
		},
		try{"why", "GET /_control/scenario?provider=slack&user_id=alice", "", 200, `"calls": 0`},
		try{"credentials", "POST /data-integrations/slack/credentials", `{"user_id": "alice"}`, 200, `"active":true`},
		try{"after one", "GET /_control/scenario?provider=slack&user_id=alice", "", 200, `"calls": 1`},
		try{"the token", "POST /data-integrations/slack/token", `{"user_id": "alice"}`, 200, `"active":true`},
		try{"now it is over", "POST /data-integrations/slack/token", `{"user_id": "alice"}`, 200, "not_installed"},
		try{
			"in words",
			"GET /_control/scenario?provider=slack&user_id=alice", "",
			200, `not_installed in step 2 of 2 of twice (test.yaml:`,
		},
		try{"what can be switched to", "GET /_control/scenarios", "", 200, `"retry_after": 0`},
	)
}

// Steps emit events at their own instants, even without calls, but only for connections that were seen.
func TestStepsEmitEvents(t *testing.T) {
	t.Parallel()
	w := withFile(t, scripts, fake.WithTime(noon))
	w.token("slack", "alice")
	w.Use("loop")
	w.Advance(5*time.Hour + 30*time.Minute)
	w.Advance(-5 * time.Hour)
	w.Advance(5 * time.Hour)
	var told []string
	for _, one := range w.happened("").Data {
		told = append(told, one.Event[len("pipes.connected_account."):]+" "+one.CreatedAt[11:16])
	}
	expect(t, "events", strings.Join(told, ", "), "reauthorization_needed 13:00, connected 14:00, "+
		"reauthorization_needed 15:00, connected 16:00, reauthorization_needed 17:00")
	w.Use("twice", fake.User("alice"))
	w.answers("alice", 2)
	expect(t, "by a call", strings.HasSuffix(w.eventsInWords(), "connected alice, disconnected alice"), true)
}

// While a newer switch decides, the time of a script goes on, but calls do not count.
func TestScriptUnderASwitchWithATTL(t *testing.T) {
	t.Parallel()
	w := withFile(t, scripts, fake.WithTime(noon))
	w.Use("twice", fake.User("calls"))
	w.Use("token_dies", fake.User("time"))
	w.answers("calls", 1)
	w.put(`{"scenario": "missing_scopes", "ttl": "15m"}`)
	expect(t, "the newer one", w.answers("calls", 5)+w.answers("time", 1)[:7],
		strings.Repeat("missing channels:read, ", 4)+"missing channels:readmissing")
	w.Advance(15 * time.Minute)
	expect(t, "calls", w.answers("calls", 2), "active, not_installed")
	expect(t, "time", w.answers("time", 1), "needs_reauthorization")
}

// A token belongs to its step. A refresh within the step makes a new token.
func TestTokensBelongToTheirStep(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithTime(noon))
	w.put(`{"scenario": {"steps": [{"scenario": {"expires_in": "20m"}, "for": "30m"}, ` +
		`{"scenario": {"expires_in": "40m", "refresh": "fails"}}]}}`)
	first := w.token("slack", "alice").AccessToken
	expect(t, "from the start", first.ExpiresAt.Equal(noon.Add(20*time.Minute)), true)
	w.Advance(19 * time.Minute)
	second := w.token("slack", "alice").AccessToken
	expect(t, "refreshed",
		second.ExpiresAt.Equal(noon.Add(39*time.Minute)) && second.AccessToken != first.AccessToken, true)
	w.Advance(20 * time.Minute)
	third := w.token("slack", "alice").AccessToken
	expect(t, "the next step, from its own instant", third.ExpiresAt.Equal(noon.Add(70*time.Minute)), true)
	w.Advance(31 * time.Minute)
	expect(t, "its refresh fails", w.token("slack", "alice").says(), "needs_reauthorization")
	expect(t, "events", w.eventsInWords(), "reauthorization_needed alice")
}

// Under concurrent calls, a step lasts exactly as many calls as it says. The calls of other users do not count.
func TestTimesAreExactUnderLoad(t *testing.T) {
	t.Parallel()
	w := withFile(t, `
version: 1
start:
  steps:
    - {scenario: active, times: 100}
    - {fault: {status: 503}, times: 100}
    - {scenario: not_installed, times: 100}
    - {scenario: needs_reauthorization}
`)
	w.Fault(fake.Fault{Status: 500, Times: 100}, fake.User("faulted"))
	const callers, calls = 20, 500 / underRace
	count := func(user string, body string) int64 {
		var n atomic.Int64
		var all sync.WaitGroup
		for range callers {
			all.Go(func() {
				for range calls {
					request := httptest.NewRequest("POST", "http://127.0.0.1/data-integrations/slack/token",
						strings.NewReader(`{"user_id": "`+user+`"}`))
					request.Header.Set("Authorization", "Bearer sk_test")
					answer := httptest.NewRecorder()
					if w.ServeHTTP(answer, request); strings.Contains(answer.Body.String(), body) {
						n.Add(1)
					}
				}
			})
		}
		all.Wait()
		return n.Load()
	}
	expect(t, "the first hundred", count("alice", `"active":true`), 100)
	expect(t, "bob's fault", count("bob", `service_unavailable`), 100)
	expect(t, "carol's third step", count("carol", `not_installed`), 100)
	expect(t, "what is left", count("dave", `needs_reauthorization`), callers*calls-300)
	expect(t, "a fault over them", count("faulted", `internal_server_error`), 100)
}

// A loop of milliseconds over a hundred years takes little time.
func TestShortLoopsOverLongTimes(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithTime(noon))
	w.put(`{"scenario": {"steps": [{"scenario": "active", "for": "1ms"}, ` +
		`{"scenario": "expired", "for": "1ms"}], "repeat": true}}`)
	w.token("slack", "alice")
	w.Advance(99 * 365 * 24 * time.Hour)
	expect(t, "seen", w.token("slack", "alice").says(), "active")
	expect(t, "unseen", w.token("slack", "bob").says(), "active")
}

// In a jump over very many steps, the first steps emit events at their own instants, and the others at the end of the
// jump.
func TestClockJumpOverVeryManySteps(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithTime(noon))
	w.put(`{"scenario": {"steps": [{"scenario": "active", "for": "1ms"}, ` +
		`{"scenario": "not_installed", "for": "1ms"}], "repeat": true}}`)
	w.token("slack", "alice")
	w.Advance(24*time.Hour + time.Millisecond)
	events := w.Events()
	last := len(events) - 1
	expect(t, "the state", w.token("slack", "alice").says(), "not_installed")
	expect(t, "the last", events[last].Time, noon.Add(24*time.Hour+time.Millisecond))
	if before := events[last-1].Time.Sub(noon); before < 99*time.Second || before > 101*time.Second {
		t.Errorf("the last at its own instant came after %s", before)
	}
}
