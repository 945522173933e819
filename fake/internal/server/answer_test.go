package server

import (
	"errors"
	"strings"
	"testing"

	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// A fault that replaces the response keeps the call from its handler. Whatever happens, the connection that a call
// names is computed at most once.
func TestHandlersAndFaults(t *testing.T) {
	t.Parallel()
	alice := scenarios.Key{Provider: "github", User: "alice"}
	bob := scenarios.Key{Provider: "github", User: "bob"}
	missing := &pipes.Error{Code: pipes.EntityNotFound}
	invalid := &pipes.Error{Code: pipes.InvalidRequest}
	for name, one := range map[string]struct {
		fault     string
		isControl bool
		key       scenarios.Key // of the handler's reply
		err       error
		isHandled bool
		subjects  int // how often the connection is computed
		want      scenarios.Key
		hasFault  bool
		decided   bool // the reply says what decided about the connection
	}{
		"no fault":                     {isHandled: true, subjects: 1, want: alice},
		"the handler knows better":     {key: bob, isHandled: true, want: bob},
		"a control call":               {isControl: true, isHandled: true},
		"a control call under a fault": {isControl: true, fault: "{status: 503}", isHandled: true},
		"a fault replaces the response": {
			fault: "{status: 503}", subjects: 1, want: alice, hasFault: true, decided: true,
		},
		"a fault comes after the call": {
			fault: "{delay: 1ms}", isHandled: true, subjects: 1, want: alice, hasFault: true, decided: true,
		},
		"a fault about somebody else": {
			fault: "{status: 503, user_id: bob}", isHandled: true, subjects: 1, want: alice,
		},
		"a fault about another call": {
			fault: "{status: 503, operation: list_events}", isHandled: true, subjects: 1, want: alice,
		},
		"a failure has a reason":        {err: missing, isHandled: true, subjects: 1, want: alice, decided: true},
		"invalid input needs no reason": {err: invalid, isHandled: true, subjects: 1, want: alice},
		"a defect has a reason": {
			err: errors.New("x"), isHandled: true, subjects: 1, want: alice, decided: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, Config{Scenarios: setOf(t, "version: 1\nfaults: ["+one.fault+"]\n")})
			isHandled, subjects := false, 0
			route := call.Route{
				Operation: "token", Control: one.isControl,
				SubjectOf: func(*call.Call) (scenarios.Key, string) { subjects++; return alice, "" },
				Handle: func(*call.Call) (call.Reply, error) {
					isHandled = true
					return call.Reply{Key: one.key}, one.err
				},
			}
			c := call.Call{
				Environment: open(t, s, "default"), Request: newRequest("POST", "/"), Bodies: new(body.Parser),
			}
			reply, err := handle(&route, &c)
			if isHandled != one.isHandled || subjects != one.subjects {
				t.Errorf("it is handled: %v; the connection was computed %d times", isHandled, subjects)
			}
			if reply.Key != one.want || (reply.Fault != nil) != one.hasFault || !errors.Is(err, one.err) {
				t.Errorf("got %+v, %v, %v", reply.Key, reply.Fault, err)
			}
			if (reply.Decision != nil) != one.decided {
				t.Errorf("the decision is %+v", reply.Decision)
			}
		})
	}
}

func TestAddressesThatAreRefused(t *testing.T) {
	t.Parallel()
	type vars = map[string]string
	for name, one := range map[string]struct {
		query  string
		vars   vars
		method string
		field  string // the field that is wrong
	}{
		"a query":                          {query: "a=b&c=%20"},
		"a percent sign":                   {query: "a=100%", field: "query"},
		"a semicolon":                      {query: "a=b;c=d", field: "query"},
		"a percent sign that is passed on": {query: "a=100%", method: call.AnyMethod},
		"a query before a user":            {query: "a=%", vars: vars{"user_id": "\x00"}, field: "query"},
		"a user":                           {vars: vars{"user_id": "user_1"}},
		"a user with a control character":  {vars: vars{"user_id": "a\x00"}, field: "user_id"},
		"an empty organization":            {vars: vars{"organization_id": ""}, field: "organization_id"},
		"an organization that is too long": {
			vars: vars{"organization_id": strings.Repeat("a", 10_000)}, field: "organization_id",
		},
		"other variables are left to handlers": {vars: vars{"slug": "a\x00"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRequest("GET", "/")
			r.URL.RawQuery = one.query
			found := match{vars: one.vars}
			found.readVars()
			err := readAddress(&call.Call{Request: r}, &call.Route{Method: one.method}, found)
			got := ""
			if err != nil {
				got = call.AsError(err).Errors[0].Field
			}
			if got != one.field {
				t.Errorf("%q is wrong, want %q: %v", got, one.field, err)
			}
		})
	}
}

func TestEscapedPathsAreDecodedOnce(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"a": "a", "a%2Fb": "a/b", "a%252Fb": "a%2Fb", "%C3%A9": "é", "a+b": "a+b",
	} {
		vars := map[string]string{"slug": value}
		if err := unescape(vars); err != nil || vars["slug"] != want {
			t.Errorf("%s: got %q, %v", value, vars["slug"], err)
		}
	}
	if err := unescape(map[string]string{"slug": "%zz"}); codeOf(err) != pipes.EntityNotFound {
		t.Errorf("got %v", err)
	}
}
