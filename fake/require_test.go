package fake_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"example.com/pipesfake/fake"
)

// A failed test logs the last requests, and RequireCalled names the calls that came near.
func TestFailedTestsLogTheirRequests(t *testing.T) {
	t.Parallel()
	var r recorder
	server := fake.Start(&r)
	w := worldOf(t, server)
	for range 12 {
		w.token("github", "user_bob")
	}
	server.RequireCalled(&r, fake.Called{Operation: "token", Count: new(12)}, fake.User("user_bob"))
	expect(t, "called", r.fatal, "")
	server.RequireCalled(&r, fake.Called{Operation: "token"}, fake.User("user_bobby"))
	expect(t, "not called", r.fatal, "pipesfake: Expected at least 1 call of token for user "+
		"\"user_bobby\"; there were 0.\n\t12 calls with user_id \"user_bob\", you asked for \"user_bobby\"")
	server.RequireCalled(&r, fake.Called{Operation: "tokens"})
	expect(t, "no operation", r.fatal, `pipesfake: no operation is called "tokens" (did you mean token?): `+
		"docs/pipes-api.md and GET /_control/openapi.json list all")
	r.close()
	if !strings.HasPrefix(r.logged,
		"pipesfake: the last 10 of 12 requests in environment default:\nreq_default_000003 POST") {
		t.Errorf("the log says %s", r.logged)
	}
	for name, c := range map[string]struct {
		called fake.Called
		places []fake.Place
		says   string
	}{
		"two numbers":       {fake.Called{Count: new(1), AtLeast: new(1)}, nil, "count cannot be combined"},
		"a negative number": {fake.Called{AtMost: new(-1)}, nil, "at_most must not be negative"},
		"crossed numbers":   {fake.Called{AtLeast: new(3), AtMost: new(2)}, nil, "at_most 2 is less than at_least 3"},
		"no status":         {fake.Called{Status: 1}, nil, "status must be a whole number from 200 to 599"},
		"two owners": {
			fake.Called{},
			[]fake.Place{fake.User("a"), fake.OrganizationOwned()},
			"leave user_id out",
		},
		"no event": {fake.Called{Event: "connected"}, nil, "no event is called"},
	} {
		r.fatal = ""
		server.RequireCalled(&r, c.called, c.places...)
		if err := server.WaitFor(context.Background(), c.called, c.places...); !strings.Contains(r.fatal,
			c.says) || r.fatal != fmt.Sprintf("pipesfake: %v", err) {
			t.Errorf("%s: %q and %v, not %s", name, r.fatal, err, c.says)
		}
	}
}

// RequireOrder names the call that is missing, and calls that came too early.
func TestRequireOrder(t *testing.T) {
	t.Parallel()
	var r recorder
	server := fake.Start(&r)
	t.Cleanup(r.close)
	w := worldOf(t, server)
	w.token("github", "alice")
	w.token("github", "bob")
	alice, bob := fake.Called{Operation: "token", Places: []fake.Place{fake.User("alice")}}, fake.Called{
		Places: []fake.Place{fake.User("bob")},
	}
	server.RequireOrder(&r, alice, bob)
	expect(t, "in order", r.fatal, "")
	server.RequireOrder(&r, bob, alice)
	expect(t, "out of it", r.fatal, `pipesfake: calls[1] was not matched: after calls[0], `+
		`which was req_default_000002, there was no call of token for user "alice".`+
		"\n\t1 such call came before: req_default_000001")
	server.RequireOrder(&r)
	expect(t, "of none", r.fatal, "pipesfake: an order names at least one call")
	server.RequireOrder(&r, bob, fake.Called{Operation: "tokens"})
	expect(t, "of an unknown", strings.HasPrefix(r.fatal, `pipesfake: calls[1]: no operation is called "tokens"`), true)
	server.RequireOrder(&r, bob, fake.Called{Count: new(1)})
	expect(t, "of numbers", r.fatal, "pipesfake: calls[1]: an order is of calls, "+
		"each of which came or not: leave Event, Webhook, Count, AtLeast and AtMost out")
}

// If a test got no requests at all, the usual reason is the key of another environment.
func TestFailedTestWithTheWrongKey(t *testing.T) {
	t.Parallel()
	shared := fake.Start(t)
	worldOf(t, shared).token("github", "alice") // of an earlier test, which is no hint
	var r recorder
	server := fake.Start(&r, fake.WithServer(shared))
	w := worldOf(t, server).as("sk_test")
	name := strings.TrimPrefix(server.APIKey(), "sk_env_")
	hint := "environment default got 1 such call, and " + name + ", where this looks, no call at all: " +
		"use one API key for both (" + server.APIKey() + " is the key of " + name + ")"
	w.token("github", "alice")
	server.RequireCalled(&r, fake.Called{Operation: "token"}, fake.User("alice"))
	if !strings.HasSuffix(r.fatal, "there were 0.\n\t"+hint) {
		t.Errorf("it says %q", r.fatal)
	}
	w = w.as(server.APIKey())
	w.tries(
		try{"verify", "POST /_control/verify", `{"user_id": "alice"}`, 409, hint},
		try{"order", "POST /_control/verify", `{"order": [{"user_id": "alice"}]}`, 409, hint},
		try{"wait", "GET /_control/wait?timeout=1ms&user_id=alice", "", 409, hint},
		try{"nobody else did", "POST /_control/verify", `{"user_id": "bob"}`, 409, `"near_misses": []`},
		try{"it is fine", "POST /_control/verify", `{"user_id": "alice", "count": 0}`, 200, ""},
	)
	server.Environment("checkout").APIKey()
	w.as(server.Environment("checkout").APIKey()).token("github", "carol")
	r.close()
	for _, line := range []string{
		"pipesfake: nothing was asked in environment test-unnamed; default got 1 request; checkout got 1 request",
		"pipesfake: the last 1 of 1 request in environment checkout:\nreq_checkout_000001 POST " +
			"/data-integrations/github/token (token for carol)",
	} {
		if !strings.Contains(r.logged, line) {
			t.Errorf("the log lacks %q: %s", line, r.logged)
		}
	}
}
