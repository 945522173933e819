package fake_test

import (
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake"
)

// clock is the control plane's description of the time.
type clock struct {
	Now    time.Time
	Frozen bool
}

func (w world) clock(method, path, body string) clock {
	w.t.Helper()
	return decode[clock](w.t, w.control(method, path, body), 200)
}

func TestClockCalls(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithTime(noon))
	expect(t, "it stays at the time that was set", w.clock("GET", "clock", ""), clock{noon, true})
	expect(t, "advanced", w.clock("POST", "clock/advance", `{"by": "1h30m"}`), clock{noon.Add(90 * time.Minute), true})
	expect(t, "and back", w.clock("POST", "clock/advance", `{"by": "-30m"}`), clock{noon.Add(time.Hour), true})
	expect(t, "set", w.clock("PUT", "clock", `{"now": "2027-01-01T00:00:00+01:00"}`).Now.UTC().String(),
		"2026-12-31 23:00:00 +0000 UTC")
	expect(t, "dates follow", w.token("github", "alice").AccessToken.ExpiresAt.String(),
		"2027-01-01 00:00:00 +0000 UTC")
	expect(t, "running", w.clock("PUT", "clock", `{"frozen": false}`).Frozen, false)
	if now := w.Now(); now.Sub(noon) > 40*24*time.Hour || now.Sub(noon) < 38*24*time.Hour {
		t.Errorf("it runs on from %s", now)
	}
	expect(t, "set and frozen", w.clock("PUT", "clock", `{"now": "2026-11-23T12:00:00Z", "frozen": true}`),
		clock{noon, true})
	w.control("POST", "clock/advance", `{"by": "24h"}`)
	w.control("POST", "reset", "")
	expect(t, "a reset", w.clock("GET", "clock", ""), clock{noon, true})
	expect(t, "of another environment, which has its own",
		w.as("sk_env_other").clock("POST", "clock/advance", `{"by": "1h"}`).Now, noon.Add(time.Hour))
	expect(t, "not this one's", w.Now(), noon)
	w.SetTime(noon.Add(time.Minute))
	w.Unfreeze()
	w.Freeze()
	expect(t, "from Go", w.clock("GET", "clock", "").Frozen, true)
}

// In a bubble, real time passes only when every goroutine waits.
func TestClockRunsWithRealTime(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, server world) {
		began := server.Now()
		<-time.After(time.Minute)
		expect(t, "it runs", server.Now().Sub(began), time.Minute)
		server.Freeze()
		<-time.After(time.Hour)
		expect(t, "it is frozen", server.Now().Sub(began), time.Minute)
		server.Advance(time.Second)
		server.Unfreeze()
		<-time.After(time.Second)
		expect(t, "it runs on from there", server.Now().Sub(began), time.Minute+2*time.Second)
		server.Reset()
		expect(t, "after a reset it is real time", server.Now().Equal(time.Now()), true)
	})
}

func TestInvalidClockCalls(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		method, path, body string
		status             int
		says               string
	}{
		"nothing":             {"PUT", "clock", `{}`, 422, `{"frozen": true}`},
		"nulls":               {"PUT", "clock", `{"now": null, "frozen": null}`, 422, `{"frozen": true}`},
		"no date":             {"PUT", "clock", `{"now": "noon"}`, 422, "now is not a date"},
		"a date without time": {"PUT", "clock", `{"now": "2026-11-23"}`, 422, "now is not a date"},
		"a number":            {"PUT", "clock", `{"now": 1764000000}`, 422, "now must be a string"},
		"too far": {
			"PUT", "clock",
			`{"now": "3026-11-23T12:00:00Z", "frozen": false}`,
			422, "more than a hundred years",
		},
		"too far back":         {"PUT", "clock", `{"now": "1026-11-23T12:00:00Z"}`, 422, "more than a hundred years"},
		"half frozen":          {"PUT", "clock", `{"frozen": "yes"}`, 422, "frozen must be true or false"},
		"unknown":              {"PUT", "clock", `{"frozn": true}`, 422, "did you mean frozen?"},
		"no JSON":              {"PUT", "clock", `{now}`, 400, "not valid JSON"},
		"by nothing":           {"POST", "clock/advance", `{}`, 422, "by is missing"},
		"by garbage":           {"POST", "clock/advance", `{"by": "soon"}`, 422, `by "soon" is not a duration`},
		"by a number":          {"POST", "clock/advance", `{"by": 60}`, 422, `has no unit (write 60s`},
		"by days":              {"POST", "clock/advance", `{"by": "7d"}`, 422, "write hours"},
		"by 1 000 years":       {"POST", "clock/advance", `{"by": "8760000h"}`, 422, "longer than"},
		"by 200 years":         {"POST", "clock/advance", `{"by": "1752000h"}`, 422, "more than a hundred years"},
		"by 200 years back":    {"POST", "clock/advance", `{"by": "-1752000h"}`, 422, "more than a hundred years"},
		"another field":        {"POST", "clock/advance", `{"by": "1h", "to": "x"}`, 422, "unknown key"},
		"another parameter":    {"GET", "clock?now=1", ``, 422, "unknown query parameter"},
		"not a method of it":   {"DELETE", "clock", ``, 405, "GET"},
		"an empty body":        {"POST", "clock/advance", ``, 400, "empty"},
		"too large a number":   {"POST", "clock/advance", `{"by": "99999999999999999999h"}`, 422, "longer than"},
		"a date after its end": {"PUT", "clock", `{"now": "2026-02-30T00:00:00Z"}`, 422, "now is not a date"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t, fake.WithTime(noon))
			f := decode[failure](t, w.do(c.method, "/_control/"+c.path, c.body), c.status)
			if !strings.Contains(f.Message, c.says) {
				t.Errorf("the message %q does not say %q", f.Message, c.says)
			}
			expect(t, "nothing changed", w.clock("GET", "clock", ""), clock{noon, true})
		})
	}
}

// What happened stays as it is when the clock goes back, whether a call saw the connection or not.
func TestSettingTheClockBackUndoesNothing(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithTime(noon))
	w.put(`{"scenario": {"steps": [{"scenario": "active", "for": "10m"}, ` +
		`{"scenario": "not_installed", "for": "50m"}, {"scenario": "missing_scopes"}]}, "provider": "slack"}`)
	w.put(`{"scenario": {"expires_in": "30m", "refresh": "fails"}, "provider": "github"}`)
	w.put(`{"scenario": "not_installed", "provider": "linear", "ttl": "5m"}`)
	for _, provider := range []string{"slack", "github", "linear"} {
		w.token(provider, "seen")
	}
	w.Advance(40 * time.Minute)
	before := w.eventsInWords()
	expect(t, "events", before, "connected seen, disconnected seen, reauthorization_needed seen")
	w.Advance(-39 * time.Minute)
	w.UseState(fake.State{ExpiresIn: 2 * time.Minute, Refresh: "fails"}, fake.User("newer"))
	for _, user := range []string{"seen", "unseen"} {
		expect(t, "a step, "+user, w.token("slack", user).says(), "not_installed")
		expect(t, "a failed refresh, "+user, w.token("github", user).says(), "needs_reauthorization")
		expect(t, "the end of a ttl, "+user, w.token("linear", user).says(), "active")
	}
	expect(t, "a word that is newer has its own time", w.token("github", "newer").says(), "active")
	expect(t, "no event is emitted twice", w.eventsInWords(), before)
	w.Advance(2 * time.Minute)
	expect(t, "which passes", w.token("github", "newer").says(), "needs_reauthorization")
	w.Advance(56 * time.Minute)
	expect(t, "the step ends where it would have", w.token("slack", "seen").says(), "not_installed")
	w.Advance(time.Minute)
	expect(t, "at its instant", w.token("slack", "seen").says(), "missing channels:read")
	expect(t, "also of those unseen", w.token("slack", "unseen2").says(), "missing channels:read")
}

// A week in the life of a token: expiry and refresh, a refresh that fails, a new authorization.
func aWeek(t testing.TB, w world) {
	t.Helper()
	const day = 24 * time.Hour
	tokens := map[string]bool{}
	live := func() {
		k := w.token("github", "alice")
		expect(t, "active", k.says(), "active")
		if left := k.AccessToken.ExpiresAt.Sub(w.Now()); left < 6*time.Minute || left > time.Hour {
			t.Errorf("the token has %s left", left)
		}
		tokens[k.AccessToken.AccessToken] = true
	}
	for range 5 * 24 {
		live()
		w.Advance(time.Hour)
	}
	expect(t, "a new token each hour", len(tokens), 5*24)
	w.UseState(fake.State{ExpiresIn: 8 * time.Hour, Refresh: "fails"})
	expect(t, "for eight hours", w.token("github", "alice").says(), "active")
	w.Advance(day)
	expect(t, "then the refresh has failed", w.token("github", "alice").says(), "needs_reauthorization")
	w.Advance(day)
	w.Use("active")
	live()
	expect(t, "events", w.eventsInWords(), "reauthorization_needed alice, connected alice")
	events := w.happened("").Data
	failed, err := time.Parse(time.RFC3339, events[0].CreatedAt)
	if err != nil {
		t.Fatal(err)
	}
	again, err := time.Parse(time.RFC3339, events[1].CreatedAt)
	expect(t, "each at its own instant", again.Sub(failed), 2*day-8*time.Hour)
	expect(t, "a date", err, error(nil))
}

func TestTokensOverAWeek(t *testing.T) {
	t.Parallel()
	aWeek(t, start(t, fake.WithTime(noon)))
	bubble(t, func(t *testing.T, w world) { aWeek(t, w) })
}

func BenchmarkTokensOverAWeek(b *testing.B) {
	w := start(b, fake.WithTime(noon))
	for b.Loop() {
		aWeek(b, w)
		w.Reset()
	}
}
