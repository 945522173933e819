package fake_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"example.com/pipesfake/fake"
	"example.com/pipesfake/scenarios"

	"go.uber.org/goleak"
)

// observed describes what a client sees of one call.
type observed struct {
	status       int
	header       http.Header
	body         string
	first, whole time.Duration // until the header, and until the end of the body
	err          error
}

// raw makes a call without checking the contract, which a broken response does not keep.
func (w world) raw(method, path, body string) (o observed) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, w.URL()+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+w.key)
	began := time.Now()
	response, err := w.Client().Do(request)
	if o.first, o.err = time.Since(began), err; err != nil {
		return o
	}
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	return observed{response.StatusCode, response.Header, string(read), o.first, time.Since(began), err}
}

func (w world) rawToken() observed {
	return w.raw("POST", "/data-integrations/github/token", `{"user_id": "alice"}`)
}

// sees describes in words how the response differs from the plain one.
func (o observed) sees(plain observed) string {
	var network interface{ Timeout() bool }
	switch {
	case errors.Is(o.err, context.DeadlineExceeded) || errors.As(o.err, &network) && network.Timeout():
		return "no answer, until its own timeout"
	case errors.Is(o.err, syscall.ECONNRESET):
		return "connection reset (ECONNRESET)"
	case errors.Is(o.err, io.ErrUnexpectedEOF):
		return fmt.Sprintf("%d, half of the body, then an unexpected end", o.status)
	case errors.Is(o.err, io.EOF):
		return "the connection closed without an answer (EOF)"
	case o.err != nil:
		return o.err.Error()
	}
	var what []string
	retry := o.header.Get("Retry-After")
	var said failure
	kind := o.header.Get("Content-Type")
	switch {
	case o.status != 200 && json.Unmarshal([]byte(o.body), &said) == nil && said.Code != "":
		what = append(what, fmt.Sprintf("%d %s", o.status, said.Code))
	case o.status != 200 || !strings.HasPrefix(kind, "application/json"):
		what = append(what, strings.TrimSpace(fmt.Sprintf("%d %s", o.status, strings.TrimSpace(kind))))
	case !json.Valid([]byte(o.body)):
		what = append(what, "200, a body that is not JSON")
	case o.body == plain.body:
		what = append(what, "the answer")
	default:
		what = append(what, "200, "+difference(o.body, plain.body))
	}
	if retry != "" {
		what = append(what, "Retry-After: "+retry)
	}
	if o.first > 0 {
		what = append(what, "after "+scenarios.FormatDuration(o.first.Round(100*time.Millisecond)))
	} else if o.whole > 0 {
		what = append(what, "a piece at a time, for "+scenarios.FormatDuration(o.whole))
	}
	return strings.Join(what, ", ")
}

// difference describes which members of a response changed, and how.
func difference(got, plain string) string {
	var now, before map[string]any
	if json.Unmarshal([]byte(got), &now) != nil || json.Unmarshal([]byte(plain), &before) != nil {
		return got
	}
	var tell func(path string, now, before map[string]any) []string
	tell = func(path string, now, before map[string]any) (found []string) {
		for name, value := range before {
			other, there := now[name]
			inner, isObject := value.(map[string]any)
			otherInner, still := other.(map[string]any)
			switch {
			case !there:
				found = append(found, "without "+path+name)
			case isObject && still:
				found = append(found, tell(path+name+".", otherInner, inner)...)
			case fmt.Sprint(other) != fmt.Sprint(value):
				found = append(found,
					fmt.Sprintf("%s%s %v", path, name, map[bool]any{true: "null", false: other}[other == nil]))
			}
		}
		for name := range now {
			if _, there := before[name]; !there {
				found = append(found, "with "+path+name)
			}
		}
		slices.Sort(found)
		return found
	}
	return strings.Join(tell("", now, before), ", ")
}

// faultRow is a row of the table in docs/scripts-time-faults.md.
type faultRow struct{ yaml, control, sees string }

func faultRows(t *testing.T) (rows []faultRow) {
	t.Helper()
	text, err := os.ReadFile("../docs/scripts-time-faults.md")
	if err != nil {
		t.Fatal(err)
	}
	row := regexp.MustCompile("(?m)^\\| `(\\{.*\\})` \\| `POST /_control/faults (\\{.*\\})` \\| (.*) \\|$")
	for _, match := range row.FindAllStringSubmatch(string(text), -1) {
		rows = append(rows, faultRow{match[1], match[2], match[3]})
	}
	return rows
}

// Every fault of the table in the docs does what the table says: in a file, over the control plane, and as the step of
// a script. The tests run in bubbles, so that delays take no time.
func TestEveryFaultOfTheDocs(t *testing.T) {
	t.Parallel()
	rows := faultRows(t)
	ways := map[string]bool{}
	for _, row := range rows {
		for way := range strings.SplitSeq(regexp.MustCompile(`[{},: ]+`).ReplaceAllString(row.yaml, " "), " ") {
			ways[way] = true
		}
		for name, file := range map[string]string{
			"file":    "version: 1\nfaults: [" + row.yaml + "]",
			"control": "version: 1",
			"step":    "version: 1\nstart: {steps: [{scenario: active, times: 1}, {fault: " + row.yaml + "}]}",
		} {
			t.Run(row.yaml+" by "+name, func(t *testing.T) {
				t.Parallel()
				set := parse(t, file)
				bubble(t, func(t *testing.T, w world) { checkRow(t, w, name, row) }, fake.WithScenarios(set),
					fake.WithTime(noon))
			})
		}
	}
	for _, way := range []string{
		"status", "body", "retry_after", "rate_limit", "delay", "min", "hang", "reset", "empty", "truncate",
		"malformed", "content_type", "drip", "unknown_enum", "extra_fields", "missing_field", "wrong_null",
	} {
		if !ways[way] {
			t.Errorf("the table lacks %s", way)
		}
	}
}

func checkRow(t *testing.T, w world, by string, row faultRow) {
	plainServer, err := fake.New(fake.WithTime(noon))
	if err != nil {
		t.Fatal(err)
	}
	defer plainServer.Close()
	plain := worldOf(t, plainServer).rawToken()
	switch by {
	case "control":
		expect(t, "laid", w.do("POST", "/_control/faults", row.control).status, 201)
	case "step":
		w.rawToken()
	}
	got, before := w.rawToken(), 0
	for ; got.sees(plain) == "the answer" && before < 100; before++ {
		got = w.rawToken()
	}
	sees := got.sees(plain)
	if before > 0 {
		sees = fmt.Sprintf("the answer %d times, then %s", before, sees)
	}
	if strings.Contains(row.sees, " to ") { // a range
		shortest, longest := got.first, got.first
		for range 200 {
			one := w.rawToken().first
			shortest, longest = min(shortest, one), max(longest, one)
		}
		rounded := func(d time.Duration) string { return scenarios.FormatDuration(d.Round(100 * time.Millisecond)) }
		sees = fmt.Sprintf("the answer, after %s to %s", rounded(shortest), rounded(longest))
	}
	expect(t, "the client sees", sees, row.sees)
}

// Faults leave no goroutine and no connection behind while the server runs. The test is not parallel, so that it does
// not count the goroutines of other tests.
func TestFaultsLeakNothing(t *testing.T) {
	server, err := fake.New()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	var open atomic.Int64
	mounted := httptest.NewUnstartedServer(server)
	mounted.Config.ErrorLog = log.New(io.Discard, "", 0)
	mounted.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			open.Add(1)
		case http.StateClosed, http.StateHijacked:
			open.Add(-1)
		}
	}
	mounted.Start()
	defer mounted.Close()
	ignored := goleak.IgnoreCurrent()
	for _, f := range []fake.Fault{
		{Status: 503},
		{RateLimit: &fake.RateLimit{Requests: 1, Per: time.Hour}},
		{Delay: fake.Delay{Min: time.Hour}},
		{Delay: fake.Delay{Max: time.Millisecond}},
		{Hang: true},
		{Reset: true},
		{Empty: true},
		{Truncate: true},
		{Malformed: true},
		{ContentType: "text/html"},
		{Drip: time.Hour},
		{Drip: time.Millisecond},
		{OffContract: "missing_field"},
	} {
		remove := server.Fault(f)
		client := &http.Client{Transport: &http.Transport{}, Timeout: 20 * time.Millisecond}
		for range 5 {
			request, err := http.NewRequest("POST", mounted.URL+"/data-integrations/github/token",
				strings.NewReader(`{"user_id": "alice"}`))
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Authorization", "Bearer sk_test")
			if response, err := client.Do(request); err == nil {
				_, _ = io.Copy(io.Discard, response.Body)
				_ = response.Body.Close()
			}
		}
		client.CloseIdleConnections()
		remove()
		if err := goleak.Find(ignored); err != nil { // which tries for a while
			t.Errorf("after %s: %v", f.Way(), err)
		}
		expect(t, "connections after "+f.Way(), open.Load(), 0)
	}
}
