package server

import (
	"cmp"
	"errors"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/fault"
	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

func TestWhichRequestsAreRecorded(t *testing.T) {
	t.Parallel()
	for _, one := range []struct {
		request string
		want    int
	}{
		{"GET /events", 1},
		{"DELETE /events", 1},
		{"GET /nothing", 1},
		{"GET /v1/events", 1},
		{"POST /data-integrations/github/token", 1},
		{"GET /_provider/github/user", 1},
		{"GET /_provider", 0},
		{"GET /health", 0},
		{"GET /_control/state", 0},
		{"GET /_control/nothing", 0},
		{"DELETE /_control/state", 0},
		{"GET /_ui/", 0},
		{"GET /_ui/nothing", 0},
	} {
		s := newServer(t, Config{})
		method, path, _ := strings.Cut(one.request, " ")
		serveOne(s, newRequest(method, "http://localhost"+path))
		all := func(*journal.Entry) bool { return true }
		if list, _ := open(t, s, "default").Journal.Last(0, 10, all); len(list) != one.want {
			t.Errorf("%s: %d requests are recorded, want %d", one.request, len(list), one.want)
		}
	}
}

func TestWhatIsRecordedOfARequest(t *testing.T) {
	t.Parallel()
	alice := scenarios.Key{Provider: "github", User: "alice"}
	refused := &pipes.Error{Code: pipes.EntityNotFound, Message: "There is none."}
	down := &fault.Match{Fault: scenarios.Fault{Status: 503}, By: "fault_1"}
	slow := &fault.Match{Fault: scenarios.Fault{Delay: scenarios.Delay{Min: time.Second}}, By: "fault_2"}
	created := call.Route{Operation: "create_webhook_endpoint", Method: "POST"}
	onProvider := call.Route{Operation: "provider", EnvironmentOf: func(*call.Call) (string, string) { return "", "" }}
	decided := &model.Decision{Scenario: &scenarios.Scenario{Name: "active"}}
	refreshed := &model.Decision{Scenario: decided.Scenario, Changed: "token refreshed"}
	for name, one := range map[string]struct {
		method string
		route  call.Route
		vars   map[string]string
		reply  call.Reply
		err    error
		want   journal.Entry // the fields that the cases are about
	}{
		"the key of the reply": {reply: call.Reply{Key: alice}, want: journal.Entry{Key: alice}},
		"the key of the path, if there is no reply": {
			vars: map[string]string{"slug": "github", "user_id": "alice"}, err: refused,
			want: journal.Entry{Key: alice, Error: refused.Error(), Code: "entity_not_found"},
		},
		"no key that cannot be one": {vars: map[string]string{"slug": "git hub", "user_id": "alice"},
			want: journal.Entry{Key: scenarios.Key{User: "alice"}}},
		"the state that was answered": {reply: call.Reply{Answer: journal.Active},
			want: journal.Entry{Answer: journal.Active}},
		"no state of a failure": {reply: call.Reply{Answer: journal.Active}, err: refused,
			want: journal.Entry{Error: refused.Error(), Code: "entity_not_found"}},
		"a defect": {err: errors.New("broken"), want: journal.Entry{Error: "broken", Code: "internal_error"}},
		"what the reply changed": {method: "POST", route: created, reply: call.Reply{Changed: "consent: approve"},
			want: journal.Entry{Changed: "consent: approve"}},
		"what the decision changed": {method: "POST", route: created, reply: call.Reply{Decision: refreshed},
			want: journal.Entry{Changed: "token refreshed"}},
		"a write without a state": {method: "POST", route: created,
			want: journal.Entry{Changed: "create webhook endpoint"}},
		"a read changes nothing":   {method: "GET", route: created},
		"a HEAD changes nothing":   {method: "HEAD", route: created},
		"a decided write says so":  {method: "POST", route: created, reply: call.Reply{Decision: decided}},
		"a provider's call: never": {method: "POST", route: onProvider},
		"a failed write": {method: "POST", route: created, err: refused,
			want: journal.Entry{Error: refused.Error(), Code: "entity_not_found"}},
		"a fault": {method: "POST", route: created, reply: call.Reply{Fault: down},
			want: journal.Entry{
				Fault: down.String(), FaultText: down.Sentence(200), FaultKind: "status", Altered: true,
			}},
		"a delay alters nothing": {reply: call.Reply{Fault: slow},
			want: journal.Entry{Fault: slow.String(), FaultText: slow.Sentence(200), FaultKind: "delay"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := &request{
				ResponseWriter: httptest.NewRecorder(), request: newRequest(cmp.Or(one.method, "GET"), "/x"),
				route: &one.route, vars: one.vars, status: 200,
			}
			got := entryOf(x, &one.reply, one.err, nil, time.Time{})
			// Only these fields: the others do not depend on the case, and cannot be compared.
			shown := journal.Entry{
				Key: got.Key, Error: got.Error, Code: got.Code, Answer: got.Answer, Changed: got.Changed,
				Fault: got.Fault, FaultText: got.FaultText, FaultKind: got.FaultKind, Altered: got.Altered,
			}
			if !reflect.DeepEqual(shown, one.want) {
				t.Errorf("got  %+v\nwant %+v", shown, one.want)
			}
		})
	}
}

func TestEveryEntryHasTheRequestAndTheResponse(t *testing.T) {
	t.Parallel()
	x := &request{
		ResponseWriter: httptest.NewRecorder(), request: newRequest("PUT", "http://app/x?y=z", "Accept", "a"),
		route: &call.Route{}, status: 200, requestID: "req_1", body: []byte("sent"), began: time.Unix(1, 0),
	}
	x.Header().Set("Content-Type", "b")
	got := entryOf(x, &call.Reply{}, nil, []byte("answered"), time.Unix(2, 0))
	for name, one := range map[string]struct{ got, want string }{
		"the id":                      {got.RequestID, "req_1"},
		"the method":                  {got.Method, "PUT"},
		"the host":                    {got.Host, "app"},
		"the headers":                 {got.Header.Get("Accept"), "a"},
		"the body":                    {string(got.Request), "sent"},
		"the headers of the response": {got.ResponseHeader.Get("Content-Type"), "b"},
		"the body of the response":    {string(got.Response), "answered"},
	} {
		if one.got != one.want {
			t.Errorf("%s: got %q, want %q", name, one.got, one.want)
		}
	}
	if got.Status != 200 || !got.Began.Equal(time.Unix(1, 0)) || !got.APITime.Equal(time.Unix(2, 0)) {
		t.Errorf("got %d at %s, %s", got.Status, got.Began, got.APITime)
	}
}

// A request that was written into a connection has its target as the client wrote it.
func TestTheRecordedPathIsWhatTheClientWrote(t *testing.T) {
	t.Parallel()
	r := newRequest("GET", "/a%2fb?c=%20")
	r.RequestURI = "/a%2fb?c=%20"
	if got := target(r); got != "/a%2fb?c=%20" {
		t.Errorf("got %q", got)
	}
	r.RequestURI = ""
	if got := target(r); got != "/a%2fb?c=%20" {
		t.Errorf("without a connection: got %q", got)
	}
}
