package fake_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake"
)

// The journal has the status and the body that the client received, also if a fault changed them. It names the fault
// and the state of the connection.
func TestJournalRecordsWhatTheClientReceived(t *testing.T) {
	t.Parallel()
	const file = "version: 1\nstart: not_installed\nfaults:\n  - %s\n"
	for said, want := range map[string]string{
		"{status: 503}":                      "replaced with 503 by fault_1 of test.yaml:4:5",
		"{status: 200, body: {a: 1}}":        "replaced with 200 by fault_1 of test.yaml:4:5",
		"{status: 204}":                      "replaced with 204 by fault_1 of test.yaml:4:5",
		"{malformed: true}":                  "broken (malformed) by fault_1 of test.yaml:4:5",
		"{truncate: true}":                   "broken (truncate) by fault_1 of test.yaml:4:5",
		"{off_contract: missing_field}":      "broken (off_contract) by fault_1 of test.yaml:4:5",
		"{off_contract: extra_fields}":       "broken (off_contract) by fault_1 of test.yaml:4:5",
		"{content_type: text/html}":          "broken (content_type) by fault_1 of test.yaml:4:5",
		"{delay: 1ms}":                       "delayed by fault_1 of test.yaml:4:5",
		"{drip: 1ms}":                        "dripped by fault_1 of test.yaml:4:5",
		"{empty: true}":                      "closed without a response by fault_1 of test.yaml:4:5",
		"{reset: true}":                      "reset by fault_1 of test.yaml:4:5",
		"{status: 429, retry_after: 3}":      "replaced with 429 by fault_1 of test.yaml:4:5",
		"{status: 502, body: \"<p>no</p>\"}": "replaced with 502 by fault_1 of test.yaml:4:5",
	} {
		t.Run(said, func(t *testing.T) {
			t.Parallel()
			w := withFile(t, fmt.Sprintf(file, said), fake.WithTime(noon))
			got := w.raw("POST", "/data-integrations/github/token", `{"user_id": "alice"}`)
			one := decode[noted](t, w.control("GET", "requests/req_default_000001", ""), 200)
			status := 0
			if one.Status != nil {
				status = *one.Status
			}
			expect(t, "the status", status, got.status)
			expect(t, "the body", one.ResponseBody, got.body)
			expect(t, "why", one.Because, want+"; not_installed by start of test.yaml:2:8")
			if got.status != 0 {
				expect(t, "the header has the reason", got.header.Get("X-Pipesfake-Decision"),
					"not_installed by start of test.yaml:2:8")
				expect(t, "and which fault",
					strings.HasSuffix(got.header.Get("X-Pipesfake-Fault"), ", fault_1 of test.yaml:4:5"), true)
			}
		})
	}
}

// Every response about a connection has a header with its reason: the directive that decided, its line in the file,
// what it contains if it has no name, the step of a script, a refresh that failed.
func TestResponsesNameTheirReason(t *testing.T) {
	t.Parallel()
	w := withFile(t, `
version: 1
scenarios:
  short: {expires_in: 5m, refresh: fails}
  twice:
    steps:
      - {fault: {status: 503}, times: 1}
      - {scenario: short}
`, fake.WithTime(noon))
	token := func(user string) string {
		t.Helper()
		w.raw("POST", "/data-integrations/github/token", fmt.Sprintf(`{"user_id": %q}`, user))
		requests := w.Requests()
		return requests[len(requests)-1].Because
	}
	w.put(`{"scenario": "twice", "user_id": "bob"}`)
	since := ` since switch 1 of 2026-11-23T12:00:00.000Z, for user "bob"`
	expect(t, "a step that is a fault", token("bob"), "replaced with 503 by step 1 of twice of test.yaml:7:17; "+
		"short (test.yaml:4:3) in step 1 of 2 of twice (test.yaml:7:9), a fault (status),"+since)
	expect(t, "the next step", token("bob"), "short (test.yaml:4:3) in step 2 of 2 of twice (test.yaml:8:9)"+since)
	w.UseState(fake.State{ExpiresIn: time.Minute, Refresh: "fails", AccessToken: "gho_VERYSECRET"}, fake.User("carol"))
	inline := `{expires_in: 1m, refresh: fails, access_token: …} since switch 2 of ` +
		`2026-11-23T12:00:00.000Z, for user "carol"`
	expect(t, "a state without a name", token("carol"), inline)
	w.Advance(2 * time.Minute)
	expect(t, "a refresh that failed", token("carol"), inline+"; its refresh failed at 2026-11-23T12:01:00.000Z")
	w.tries(
		try{
			"a conflict", "POST " + accountPath("dave", "github"), `{"access_token": "gho_x"}`,
			409, "active by the usual start of test.yaml",
		},
		try{"invalid", "POST " + accountPath("dave", "github"), `{"state": "x"}`, 422, ""},
	)
	header := func(method, path, body string) string {
		return w.do(method, path, body).header.Get("X-Pipesfake-Decision")
	}
	dave := accountPath("dave", "github")
	expect(t, "the header of a conflict", header("POST", dave, `{"access_token": "gho_x"}`),
		"active by the usual start of test.yaml")
	expect(t, "the header of a step that is a fault", header("GET", accountPath("bob", "slack"), ""),
		"short (test.yaml:4:3) in step 1 of 2 of twice (test.yaml:7:9), a fault (status),"+since)
	expect(t, "no header of invalid input", header("POST", dave, `{"state": "x"}`), "")
}
