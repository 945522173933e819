package fake_test

import (
	"fmt"
	"io"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"example.com/pipesfake/fake"
	"example.com/pipesfake/scenarios"

	"pgregory.net/rapid"
)

// callsThatChange lists calls after which a response may differ.
var callsThatChange = []string{
	`PUT /_control/scenario {"scenario": "active"}`,
	`PUT /_control/scenario {"scenario": "needs_reauthorization", "user_id": "ann", "ttl": "20m"}`,
	`PUT /_control/scenario {"scenario": "timed", "provider": "github"}`,
	`PUT /_control/scenario {"scenario": "dies"}`,
	`PUT /_control/scenario {"scenario": "stays", "user_id": "ann"}`,
	`PUT /_control/scenario {"scenario": {"access_token": "gho_given"}}`,
	`DELETE /_control/scenario`,
	`POST /_control/reset`,
	`POST /_control/clock/advance {"by": "1m"}`,
	`POST /_control/clock/advance {"by": "11m"}`,
	`POST /_control/clock/advance {"by": "54m"}`,
	`POST /_control/clock/advance {"by": "-8m"}`,
	`POST /_control/clock/advance {"by": "6h"}`,
	`PUT /_control/clock {"frozen": true}`,
	`time passes: 1m`,
	`time passes: 8m`,
	`time passes: 31m`,
	`POST /_control/faults {"status": 503, "provider": "github"}`,
	`DELETE /_control/faults`,
	`POST /_control/snapshots {"name": "kept"}`,
	`POST /_control/snapshots/kept/restore`,
	`POST /user_management/users/ann/connected_accounts/github {"access_token": "gho_imported", "scopes": ["repo"]}`,
	`PUT /user_management/users/ann/connected_accounts/github {"state": "needs_reauthorization"}`,
	`DELETE /user_management/users/ann/connected_accounts/github`,
	`PUT /data-integrations/github {"scopes": ["repo", "gist"]}`,
	`PUT /organizations/org_a/data_integration_configurations/github {"enabled": true, "scopes": ["repo"]}`,
	`POST /data-integrations/github/token {"user_id": "new"}`,
}

// A cached response equals the one that would be made now: the same request, made too long to be cached, has the same
// response, whatever happened before.
func TestCachedResponsesAreSentOnlyWhileValid(t *testing.T) {
	t.Parallel()
	set := parse(t, `version: 1
providers: {github: {credentials: custom, scopes: [repo, "user:email"]}}
scenarios:
  timed: {steps: [{scenario: active, for: 10m}, {scenario: not_installed, for: 5m}], repeat: true}
  dies: {expires_in: 30m, refresh: fails}
  stays: {expires_in: -1h}
`)
	for name, lines := range map[string][]string{
		"a refresh falls due": {
			`PUT /_control/scenario {"scenario": "active"}`,
			"time passes: 53m", "time passes: 2m",
		},
		"at the very instant": {
			`PUT /_control/scenario {"scenario": "active"}`,
			"time passes: 54m", "time passes: 1ns",
		},
		"a token dies": {`PUT /_control/scenario {"scenario": "dies"}`, "time passes: 31m"},
		"a switch ends": {
			`PUT /_control/scenario {"scenario": "needs_reauthorization", "ttl": "5m"}`,
			"time passes: 6m",
		},
		"a step ends": {`PUT /_control/scenario {"scenario": "timed"}`, "time passes: 11m"},
		"time was set back, and on": {
			`PUT /_control/scenario {"scenario": "dies"}`,
			`POST /_control/clock/advance {"by": "31m"}`,
			`POST /_control/clock/advance {"by": "-20m"}`,
			"time passes: 21m",
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			if wrong := staleResponses(set, lines); wrong != "" {
				t.Error(name, wrong)
			}
		})
	}
	rapid.Check(t, func(rt *rapid.T) {
		lines := rapid.SliceOfN(rapid.SampledFrom(callsThatChange), 1, 20).Draw(rt, "calls")
		wrong := ""
		synctest.Test(t, func(*testing.T) { wrong = staleResponses(set, lines) })
		if wrong != "" {
			rt.Fatal(wrong)
		}
	})
}

// staleResponses makes calls, and returns those after which a cached response differed from a new one.
func staleResponses(set *scenarios.Set, lines []string) string {
	server, err := fake.New(fake.WithScenarios(set))
	if err != nil {
		return err.Error()
	}
	defer server.Close()
	call := func(line string) (int, string) {
		if _, passes, is := strings.Cut(line, "time passes: "); is {
			lasts, _ := time.ParseDuration(passes)
			time.Sleep(lasts) // in the bubble
			return 200, ""
		}
		method, rest, _ := strings.Cut(line, " ")
		path, body, _ := strings.Cut(rest, " ")
		request := httptest.NewRequest(method, "http://127.0.0.1"+path, strings.NewReader(body))
		request.Header.Set("Authorization", "Bearer sk_test")
		answer := httptest.NewRecorder()
		server.ServeHTTP(answer, request)
		return answer.Code, fmt.Sprint(answer.Code, " ", answer.Header()["X-Pipesfake-Decision"], " ", answer.Body)
	}
	for _, line := range lines {
		if status, answer := call(line); status/100 != 2 && !slices.Contains([]int{404, 409, 503}, status) {
			return line + " answers " + answer
		}
		for _, owner := range []string{`"user_id": "ann"`, `"user_id": "bob", "organization_id": "org_a"`} {
			ask := `POST /data-integrations/github/token {` + owner + `}`
			_, again := call(ask)
			if _, anew := call(ask + strings.Repeat(" ", 250)); again != anew {
				return fmt.Sprintf("after %s\n%s answers\n%s and then\n%s", line, ask, again, anew)
			}
		}
	}
	return ""
}

// Only the call that changed something is reported to have changed it.
func TestCachedResponsesReportNoChange(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithTime(noon))
	w.token("github", "ann")
	w.Advance(time.Hour)
	for _, changed := range []string{"the token was refreshed", "", ""} {
		w.token("github", "ann")
		requests := w.Requests()
		expect(t, "changed", requests[len(requests)-1].Changed, changed)
	}
}

// slowBody is a body that arrives some time after the headers.
type slowBody struct {
	io.Reader
	after time.Duration
}

func (s *slowBody) Read(p []byte) (int, error) {
	time.Sleep(s.after) // in the bubble
	s.after = 0
	return s.Reader.Read(p)
}

// A cached response must be valid when it is sent, not only when the headers of the call arrived.
func TestCachedResponseThatExpiresWhileTheBodyArrives(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, w world) {
		w.UseState(fake.State{ExpiresIn: 10 * time.Second, Refresh: "fails"})
		w.token("github", "alice")
		request := httptest.NewRequest("POST", "http://127.0.0.1/data-integrations/github/token",
			&slowBody{strings.NewReader(`{"user_id":"alice"}`), 30 * time.Second})
		request.Header.Set("Authorization", "Bearer "+w.key)
		answer := httptest.NewRecorder()
		w.ServeHTTP(answer, request)
		expect(t, "half a minute later", strings.Contains(answer.Body.String(), "needs_reauthorization"), true)
	})
}
