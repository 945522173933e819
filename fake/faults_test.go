package fake_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"example.com/pipesfake/fake"
	"example.com/pipesfake/internal/contract"
)

// activeFault is a fault as the control plane describes it.
type activeFault struct {
	ID        string
	Status    int
	Struck    int
	Times     int
	DefinedAt *string `json:"defined_at"`
}

// addFault adds a fault over HTTP.
func (w world) addFault(body string) activeFault {
	w.t.Helper()
	return decode[activeFault](w.t, w.do("POST", "/_control/faults", body), 201)
}

// faultsInWords lists the active faults, and how often each was applied.
func (w world) faultsInWords() string {
	w.t.Helper()
	var all []string
	for _, one := range decode[struct{ Faults []activeFault }](w.t, w.control("GET", "faults", ""), 200).Faults {
		all = append(all, fmt.Sprintf("%s struck %d", one.ID, one.Struck))
	}
	return strings.Join(all, ", ")
}

// Faults do the same over TCP as over connections in memory.
func TestFaultsOverTCP(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault fake.Fault
		is    error
	}{
		"reset":     {fake.Fault{Reset: true}, syscall.ECONNRESET},
		"empty":     {fake.Fault{Empty: true}, io.EOF},
		"truncated": {fake.Fault{Truncate: true}, io.ErrUnexpectedEOF},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			w.Fault(c.fault)
			for range 2 {
				if got := w.rawToken(); !errors.Is(got.err, c.is) {
					t.Errorf("the client sees %v, not %v", got.err, c.is)
				}
			}
		})
	}
}

// A waiting call ends when its client leaves, and when the server closes.
func TestWaitingFaultsEndWhenTheClientLeaves(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]fake.Fault{
		"a hang": {Hang: true}, "a delay": {Delay: fake.Delay{Min: time.Hour}}, "a drip": {Drip: time.Hour},
		"a delay before a reset": {Delay: fake.Delay{Min: time.Hour}, Reset: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			w.Fault(f)
			ctx, leave := context.WithCancel(context.Background())
			waiting := make(chan error)
			ask := func(ctx context.Context) {
				request, err := http.NewRequestWithContext(ctx, "POST",
					w.URL()+"/data-integrations/github/token", strings.NewReader(`{"user_id": "alice"}`))
				if err == nil {
					request.Header.Set("Authorization", "Bearer sk_test")
					var response *http.Response
					if response, err = w.Server.Client().Do(request); err == nil {
						_, err = io.ReadAll(response.Body)
						_ = response.Body.Close()
					}
				}
				waiting <- err
			}
			go ask(ctx)
			waitUntil(t, "the fault applied to the call", func() bool {
				return w.faultsInWords() == "fault_1 struck 1"
			})
			leave()
			if err := <-waiting; !errors.Is(err, context.Canceled) {
				t.Errorf("the client sees %v", err)
			}
			go ask(context.Background())
			waitUntil(t, "the fault applied to both calls", func() bool {
				return w.faultsInWords() == "fault_1 struck 2"
			})
			w.Close()
			if err := <-waiting; err == nil {
				t.Error("a closed server answers")
			}
		})
	}
}

// Drain ends calls that would keep a server from shutting down. Later ones end at once.
func TestDrainEndsWaitingCalls(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ method, path, says string }{
		"a hang":       {"POST", "/data-integrations/github/token", "the connection closed without an answer (EOF)"},
		"a wait":       {"GET", "/_control/wait?user_id=nobody&timeout=1m", "The server left."},
		"an open page": {"GET", "/_control/events", ": pipesfake"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bubble(t, func(t *testing.T, w world) {
				w.Fault(fake.Fault{Hang: true})
				ended := make(chan observed, 1)
				ask := func() { ended <- w.raw(c.method, c.path, `{"user_id": "alice"}`) }
				go ask()
				synctest.Wait()
				expect(t, "it has ended by itself", len(ended), 0)
				w.Leave()
				for _, when := range []string{"a call before", "a call after"} {
					got := <-ended
					if says := got.sees(observed{}) + got.body; !strings.Contains(says, c.says) {
						t.Errorf("%s sees %s", when, says)
					}
					expect(t, when+" waited", got.whole, 0)
					if when == "a call before" {
						go ask()
					}
				}
			})
		})
	}
}

// A call is not carried out if a fault replaces its response. It is carried out if a fault changes the response.
func TestFaultsThatReplaceAResponseChangeNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault fake.Fault
		done  bool
	}{
		"a status":    {fake.Fault{Status: 503}, false},
		"a reset":     {fake.Fault{Reset: true}, false},
		"an empty":    {fake.Fault{Empty: true}, false},
		"a limit":     {fake.Fault{RateLimit: &fake.RateLimit{Requests: 1, Per: time.Hour}}, false},
		"truncated":   {fake.Fault{Truncate: true}, true},
		"malformed":   {fake.Fault{Malformed: true}, true},
		"a delay":     {fake.Fault{Delay: fake.Delay{Min: time.Millisecond}}, true},
		"a drip":      {fake.Fault{Drip: time.Millisecond}, true},
		"a type":      {fake.Fault{ContentType: "text/plain"}, true},
		"off, fields": {fake.Fault{OffContract: "missing_field"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			remove := w.Fault(c.fault)
			if c.fault.RateLimit != nil {
				w.rawToken()
			}
			w.raw("DELETE", accountPath("alice", "github"), "")
			remove()
			w.Client().CloseIdleConnections() // the client may not know yet that the server closed its connection
			expect(t, "done", w.token("github", "alice").says(),
				map[bool]string{true: "not_installed", false: "active"}[c.done])
		})
	}
}

// Each application of the fault breaks the contract at another place of the response.
func TestOffContractResponsesBreakTheContract(t *testing.T) {
	t.Parallel()
	known, err := contracts()
	if err != nil {
		t.Fatal(err)
	}
	described := known[0]
	for name, call := range map[string]string{
		"a token":       `POST /data-integrations/github/token {"user_id": "alice"}`,
		"no token":      `POST /data-integrations/github/token {"user_id": "nobody"}`,
		"a credential":  `POST /data-integrations/github/credentials {"user_id": "alice"}`,
		"an account":    "GET " + accountPath("alice", "github"),
		"providers":     "GET /user_management/users/alice/data_providers",
		"integrations":  "GET /data-integrations",
		"an error":      "GET /data-integrations/nowhere",
		"events":        "GET /events",
		"configuration": "GET /organizations/acme/data_integration_configurations",
	} {
		for _, kind := range []string{"missing_field", "wrong_null", "unknown_enum"} {
			t.Run(name+", "+kind, func(t *testing.T) {
				t.Parallel()
				w := withFile(t, "version: 1\nproviders: {github: {credentials: custom}}\n")
				w.Use("not_installed", fake.User("nobody"))
				w.token("github", "alice")
				w.Use("needs_reauthorization")
				w.Use("active", fake.User("alice"))
				w.Use("not_installed", fake.User("nobody"))
				words := strings.SplitN(call, " ", 3)
				w.Fault(fake.Fault{OffContract: kind})
				seen := map[string]bool{}
				for range 60 {
					got := w.raw(words[0], words[1], strings.Join(words[2:], ""))
					if seen[got.body] {
						break // once round
					}
					seen[got.body] = true
					request := httptest.NewRequest(words[0], words[1], nil)
					if name == "an error" && kind == "unknown_enum" {
						continue // has none
					}
					if err := described.Check(request, got.status, http.Header{}, []byte(got.body)); err == nil {
						t.Errorf("this is as described: %.3000s", got.body)
						return
					}
				}
			})
		}
	}
}

func TestControlCallsForFaults(t *testing.T) {
	t.Parallel()
	w := withFile(t, "version: 1\nfaults:\n  - {hang: true, operation: list_events, user_id: zoe}\n")
	expect(t, "the file's",
		decode[struct{ Faults []activeFault }](t, w.control("GET", "faults", ""), 200).Faults[0].DefinedAt != nil,
		true)
	made := w.addFault(`{"status": 503, "retry_after": 0, "body": {"a": [1]}, ` +
		`"times": 2, "delay": {"max": "1ms"}, "organization_id": null, "probability": 1}`)
	expect(t, "the new one", fmt.Sprint(made), "{fault_2 503 0 2 <nil>}")
	w.tries(
		try{"in its own words", "GET /_control/faults", "", 200, `"body": "{\"a\":[1]}"`},
		try{"take one away", "DELETE /_control/faults/fault_1", "", 200, `"lifted": 1`},
		try{"once", "DELETE /_control/faults/fault_1", "", 404, "entity_not_found"},
		try{"none of these", "DELETE /_control/faults/fault_%2f", "", 404, "entity_not_found"},
		try{"the rest", "DELETE /_control/faults", "", 200, `"lifted": 1`},
		try{"nothing", "DELETE /_control/faults", "", 200, `"lifted": 0`},
		try{"none", "GET /_control/faults", "", 200, `"faults": []`},
	)
	for range 1000 {
		w.addFault(`{"hang": true, "user_id": "zoe"}`)
	}
	w.tries(try{"no end of them", "POST /_control/faults", `{"hang": true}`, 409, "too_many_faults"})
}

func TestInvalidFaults(t *testing.T) {
	t.Parallel()
	w := withFile(t, "version: 1\nstrict: true\nproviders: {github: {}}\n")
	for name, c := range map[string]struct {
		body   string
		status int
		fields string
		says   string
	}{
		"nothing":          {`{}`, 422, "", "needs a way to break"},
		"two ways":         {`{"status": 503, "hang": true}`, 422, "hang", "a second kind of fault besides status"},
		"a status":         {`{"status": 99}`, 422, "status", "not a status from 200 to 599"},
		"a status in text": {`{"status": "503"}`, 422, "status", "whole number"},
		"a limit": {
			`{"rate_limit": {"requests": 0, "per": "x"}}`,
			422, "rate_limit.requests rate_limit.per", "not a duration",
		},
		"off what":         {`{"off_contract": "nul"}`, 422, "off_contract", "is \"nul\", not one of"},
		"an operation":     {`{"hang": true, "operation": "tokens"}`, 422, "operation", "did you mean token?"},
		"a provider":       {`{"hang": true, "provider": "gitub"}`, 422, "provider", "did you mean github?"},
		"negative times":   {`{"hang": true, "times": -1}`, 422, "times", "from 1 to"},
		"a probability":    {`{"hang": true, "probability": 2}`, 422, "probability", "at most 1"},
		"a negative delay": {`{"delay": "-1s"}`, 422, "delay", "longer than zero"},
		"a long delay":     {`{"delay": "2h"}`, 422, "delay", "hang: true"},
		"unknown":          {`{"hangs": true}`, 422, "hangs", "did you mean hang?"},
		"all at once": {
			`{"foo": 1, "status": 42, "operation": "tokens", "times": 0}`,
			422, "foo status operation times", "did you mean token?",
		},
		"no way, and more": {`{"probability": 2}`, 422, "probability", "needs a way to break"},
		"off, and more": {
			`{"off_contract": "unknown", "probability": 2, "operation": "tokn"}`,
			422, "off_contract operation probability", "did you mean token?",
		},
		"beside a status": {`{"status": "503", "retry_after": 1, "body": "x"}`, 422, "status", "whole number"},
		"half a limit": {
			`{"rate_limit": {"per": "1m"}, "times": -1}`,
			422, "rate_limit times", "needs requests and per",
		},
		"of webhooks":    {`{"duplicate": true, "operation": 5}`, 422, "operation", "must be a string"},
		"a user of none": {`{"hang": true, "user_id": null}`, 422, "user_id", "user_id must be a string"},
		"a list":         {`[]`, 400, "", "an object is wanted"},
		"no JSON":        {`{hang}`, 400, "", "not valid JSON"},
		"empty":          {``, 400, "", "empty"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := w.in(t)
			f := decode[failure](t, w.do("POST", "/_control/faults", c.body), c.status)
			var fields []string
			for _, e := range f.Errors {
				fields = append(fields, e.Field)
			}
			if got := strings.Join(fields, " "); !strings.Contains(f.Message, c.says) || c.fields != got {
				t.Errorf("%q in the fields %s", f.Message, got)
			}
			expect(t, "nothing changed", w.faultsInWords(), "")
		})
	}
}

// contract.Transport must still check responses that a fault only delays, or whose status it sets.
func TestDelayedResponsesAreChecked(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.Fault(fake.Fault{Status: 503, Times: 1})
	w.tries(try{"an error", "GET /events", "", 503, `{"code":"service_unavailable"`})
	known, err := contract.Pipes()
	if err != nil {
		t.Fatal(err)
	}
	request := httptest.NewRequest("GET", "/events", nil)
	if known.Check(request, 503, http.Header{}, []byte(`{"code":"a","message":"b"}`)) == nil {
		t.Error("a 503 without a fault is not described")
	}
}
