package fault_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"example.com/pipesfake/fake/internal/fault"
	"example.com/pipesfake/scenarios"
)

// matched returns the first match of a fault.
func matched(one scenarios.Fault) *fault.Match {
	return &fault.Match{Fault: one, By: "fault_1", Count: 1, Wait: one.Delay.Min}
}

func TestWhatAFaultMakesOfAResponse(t *testing.T) {
	t.Parallel()
	const body = `{"object":"access_token","scopes":["repo"]}` + "\n"
	limited := matched(scenarios.Fault{RateLimit: &scenarios.RateLimit{Requests: 1, Per: time.Minute}})
	limited.RetryAfter = 12
	for _, test := range []struct {
		name   string
		match  *fault.Match
		status int
		body   string
		header string // name: value of the one header to check
	}{
		{"a status", matched(scenarios.Fault{Status: 503}), 503,
			`{"code":"service_unavailable","message":"Service Unavailable (pipesfake: fault_1)."}` + "\n",
			"X-Pipesfake-Fault: status, fault_1"},
		{"a status that has no text", matched(scenarios.Fault{Status: 599}), 599,
			`{"code":"status_599","message":"Status 599 (pipesfake: fault_1)."}` + "\n", ""},
		{"404", matched(scenarios.Fault{Status: 404}), 404,
			`{"code":"entity_not_found","message":"Not Found (pipesfake: fault_1)."}` + "\n", ""},
		{"429 is documented, and so does not name the fault", matched(scenarios.Fault{Status: 429}), 429,
			`{"code":"rate_limit_exceeded","message":"Too many requests."}` + "\n", ""},
		{"a status of success", matched(scenarios.Fault{Status: 201}), 201, "{}\n", ""},
		{"204 has no body", matched(scenarios.Fault{Status: 204}), 204, "", "Content-Type: "},
		{"304 has no body", matched(scenarios.Fault{Status: 304}), 304, "", "Content-Type: "},
		{"a status with Retry-After", matched(scenarios.Fault{Status: 503, RetryAfter: new(0)}), 503,
			`{"code":"service_unavailable","message":"Service Unavailable (pipesfake: fault_1)."}` + "\n",
			"Retry-After: 0"},
		{"a body of JSON", matched(scenarios.Fault{Status: 500, Body: new(`{"own":1}`)}), 500, `{"own":1}`,
			"Content-Type: application/json"},
		{"a body that is not JSON", matched(scenarios.Fault{Status: 500, Body: new("<html>Oops</html>")}), 500,
			"<html>Oops</html>", "Content-Type: text/html; charset=utf-8"},
		{"a body is named in the header", matched(scenarios.Fault{Status: 500, Body: new("")}), 500, "",
			"X-Pipesfake-Fault: body, fault_1"},
		{"a rate limit", limited, 429, `{"code":"rate_limit_exceeded","message":"Too many requests."}` + "\n",
			"Retry-After: 12"},
		{"only a delay", matched(scenarios.Fault{Delay: scenarios.Delay{Min: 1}}), 200, body,
			"X-Pipesfake-Fault: delay, fault_1"},
		{"no response: hang", matched(scenarios.Fault{Hang: true}), 0, "", ""},
		{"no response: reset", matched(scenarios.Fault{Reset: true}), 0, "", ""},
		{"no response: empty", matched(scenarios.Fault{Empty: true}), 0, "", ""},
		{"truncate announces the whole body", matched(scenarios.Fault{Truncate: true}), 200, body[:len(body)/2],
			"Content-Length: 44"},
		{"malformed", matched(scenarios.Fault{Malformed: true}), 200,
			`{"object":"access_token","scopes":["repo"],`, ""},
		{"content_type", matched(scenarios.Fault{ContentType: "text/html"}), 200, body, "Content-Type: text/html"},
		{"drip announces the whole body", matched(scenarios.Fault{Drip: time.Second}), 200, body, "Content-Length: 44"},
		{"extra_fields", matched(scenarios.Fault{OffContract: scenarios.ExtraFields}), 200,
			`{"object":"access_token","pipesfake_extra":{"of":["a","newer","version",null]},"scopes":["repo"]}` + "\n",
			""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			header := http.Header{"Content-Type": {"application/json"}}
			status, got := test.match.Rewrite(header, 200, []byte(body))
			if status != test.status || string(got) != test.body {
				t.Errorf("status %d with %q, want %d with %q", status, got, test.status, test.body)
			}
			name, value, _ := strings.Cut(test.header, ": ")
			if header.Get(name) != value {
				t.Errorf("%s is %q, want %q", name, header.Get(name), value)
			}
		})
	}
}

// Each match breaks the contract at another place, and starts again after the last one.
func TestOffContractGoesFromPlaceToPlace(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, kind, body string
		want             []string // of matches in turn
	}{
		{"missing_field, outer objects first", scenarios.MissingField, `{"b":{"c":1},"a":2}`,
			[]string{`{"b":{"c":1}}`, `{"a":2}`, `{"a":2,"b":{}}`, `{"b":{"c":1}}`}},
		{"missing_field in a list", scenarios.MissingField, `[{"a":1},{"b":2}]`,
			[]string{`[{},{"b":2}]`, `[{"a":1},{}]`}},
		{"unknown_enum at enums only", scenarios.UnknownEnum,
			`{"object":"list","id":"1","data":[{"state":"connected"}]}`,
			[]string{
				`{"data":[{"state":"connected"}],"id":"1","object":"pipesfake_unknown"}`,
				`{"data":[{"state":"pipesfake_unknown"}],"id":"1","object":"list"}`,
			}},
		{"unknown_enum leaves an enum alone that is no text", scenarios.UnknownEnum, `{"state":null}`,
			[]string{`{"state":null}`}},
		{"wrong_null at members that must not be null", scenarios.WrongNull, `{"id":"1","user_id":"2","config":null}`,
			[]string{`{"config":null,"id":null,"user_id":"2"}`, `{"config":null,"id":null,"user_id":"2"}`}},
		{"wrong_null: scopes of a token must not be null", scenarios.WrongNull, `{"scopes":[]}`,
			[]string{`{"scopes":null}`}},
		{"wrong_null: scopes of a provider may be null", scenarios.WrongNull, `{"object":"data_provider","scopes":[]}`,
			[]string{`{"object":null,"scopes":[]}`, `{"object":null,"scopes":[]}`}},
		{"numbers stay as they are", scenarios.MissingField, `{"a":1,"b":12345678901234567890}`,
			[]string{`{"b":12345678901234567890}`}},
		{"a body that is no JSON stays as it is", scenarios.MissingField, `<html>`, []string{`<html>`}},
		{"a body without members stays as it is", scenarios.MissingField, `[1, 2]`, []string{`[1, 2]`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			match := matched(scenarios.Fault{OffContract: test.kind})
			for i, want := range test.want {
				match.Count = i + 1
				_, got := match.Rewrite(http.Header{}, 200, []byte(test.body))
				if strings.TrimSuffix(string(got), "\n") != want {
					t.Errorf("match %d: %s, want %s", i+1, got, want)
				}
			}
		})
	}
}

func TestMalformedIsNotJSON(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", "\n", "{}", "{}\n", `{"a":1}` + "\n", "[1,2]", "null"} {
		_, got := matched(scenarios.Fault{Malformed: true}).Rewrite(http.Header{}, 200, []byte(body))
		if json.Valid(got) || len(got) == 0 {
			t.Errorf("%q becomes %q", body, got)
		}
	}
}

func TestSentenceSaysWhatHappened(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		fault  scenarios.Fault
		where  string
		status int
		want   string
	}{
		{"status", scenarios.Fault{Status: 503}, "", 503, "replaced with 503 by fault_1"},
		{"rate limit", scenarios.Fault{RateLimit: &scenarios.RateLimit{}}, "", 429, "replaced with 429 by fault_1"},
		{"hang", scenarios.Fault{Hang: true}, "", 0, "left without a response by fault_1"},
		{"reset", scenarios.Fault{Reset: true}, "", 0, "reset by fault_1"},
		{"empty", scenarios.Fault{Empty: true}, "", 0, "closed without a response by fault_1"},
		{"delay", scenarios.Fault{Delay: scenarios.Delay{Min: 1}}, "", 200, "delayed by fault_1"},
		{"drip", scenarios.Fault{Drip: 1}, "", 200, "dripped by fault_1"},
		{"any other way", scenarios.Fault{Truncate: true}, "", 200, "broken (truncate) by fault_1"},
		{"of a file", scenarios.Fault{Truncate: true}, "a.yaml:4:5", 200, "broken (truncate) by fault_1 of a.yaml:4:5"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			match := matched(test.fault)
			match.Where = test.where
			if got := match.Sentence(test.status); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

// send breaks a response, and reports how long that took, and whether the connection was to be closed.
func send(match *fault.Match, leaving <-chan struct{}, r *http.Request) (w *httptest.ResponseRecorder,
	took time.Duration, isClosed bool) {
	w = httptest.NewRecorder()
	began := time.Now()
	defer func() {
		took = time.Since(began)
		err, _ := recover().(error)
		isClosed = errors.Is(err, http.ErrAbortHandler)
	}()
	match.Break(w, r, leaving, 200, []byte("0123456789"))
	return w, 0, false
}

func TestHowABrokenResponseIsSent(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name     string
		fault    scenarios.Fault
		body     string
		took     time.Duration
		isClosed bool
	}{
		{"a status is sent at once", scenarios.Fault{Status: 503}, "0123456789", 0, false},
		{"a delay comes first", scenarios.Fault{Status: 503, Delay: scenarios.Delay{Min: time.Second}}, "0123456789",
			time.Second, false},
		{"drip takes its time", scenarios.Fault{Drip: 5 * time.Second}, "0123456789", 5 * time.Second, false},
		{"truncate closes the connection", scenarios.Fault{Truncate: true}, "0123456789", 0, true},
		{"empty closes the connection", scenarios.Fault{Empty: true}, "", 0, true},
		{"a connection that cannot be reset is closed", scenarios.Fault{Reset: true}, "", 0, true},
		{"a hanging response ends when the client leaves", scenarios.Fault{Hang: true}, "", time.Minute, true},
		{"a delay ends when the client leaves", scenarios.Fault{Delay: scenarios.Delay{Min: time.Hour}}, "",
			time.Minute, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client, leave := context.WithTimeout(t.Context(), time.Minute)
				defer leave()
				r := httptest.NewRequestWithContext(client, "GET", "/", nil)
				w, took, isClosed := send(matched(test.fault), nil, r)
				if w.Body.String() != test.body || took != test.took || isClosed != test.isClosed {
					t.Errorf("sent %q after %v, closed %v; want %q after %v, closed %v",
						w.Body, took, isClosed, test.body, test.took, test.isClosed)
				}
			})
		})
	}
}

func TestHangingResponseEndsWhenTheServerLeaves(t *testing.T) {
	t.Parallel()
	leaving := make(chan struct{})
	close(leaving)
	hang := matched(scenarios.Fault{Hang: true})
	if _, _, isClosed := send(hang, leaving, httptest.NewRequest("GET", "/", nil)); !isClosed {
		t.Error("the connection is not closed")
	}
}
