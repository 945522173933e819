package control

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/scenarios"
)

// told describes a response to verify or wait: how many calls there were, and why that is wrong.
func told(t *testing.T, answer any) string {
	t.Helper()
	switch answer := answer.(type) {
	case verified:
		return fmt.Sprint("ok ", answer.Count)
	case failed:
		return strings.Join(append([]string{answer.Message}, answer.NearMisses...), "\n")
	}
	t.Fatalf("%T is no verdict", answer)
	return ""
}

func TestPostVerify(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ body, want string }{
		"any call":           {`{}`, "ok 3"},
		"as many as said":    {`{"user_id": "alice", "count": 2}`, "ok 2"},
		"a range":            {`{"operation": "token", "at_least": 1, "at_most": 3}`, "ok 3"},
		"a status":           {`{"status": 200, "organization_id": null}`, "ok 3"},
		"without a response": {`{"status": null, "count": 0}`, "ok 0"},
		"too few": {
			`{"user_id": "alicia"}`, "Expected at least 1 call for user \"alicia\"; there were 0.\n" +
				"2 calls with user_id \"alice\", you asked for \"alicia\"\n" +
				"1 call with user_id \"bob\", you asked for \"alicia\"",
		},
		"an order": {`{"order": [{"user_id": "alice"}, {"user_id": "bob"}]}`, "ok 2"},
		"an order that was another": {
			`{"order": [{"user_id": "bob"}, {"user_id": "bob"}]}`,
			`order[1] was not matched: after order[0], which was req_bob, there was no call for user "bob".`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer, err := PostVerify(withCalls(t, "alice", "bob", "alice").withBody(c.body))
			if err != nil {
				t.Fatal(err)
			}
			if got := told(t, answer); !strings.HasPrefix(got, c.want) {
				t.Errorf("the answer is %s, want %s", got, c.want)
			}
		})
	}
}

func TestMistakesInVerify(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ body, want string }{
		"an unknown key": {`{"user": "alice"}`, "user: unknown key \"user\" (did you mean user_id?)"},
		"no number": {
			`{"count": "2"}`, `count: count must be a whole number from 0 to 1000000000, not "2": remove the quotes`,
		},
		"a negative number": {
			`{"at_least": -1}`, "at_least: at_least must be a whole number from 0 to 1000000000, not -1",
		},
		"count and a bound": {
			`{"count": 1, "at_most": 2}`,
			"count: count cannot be combined with at_least or at_most: leave it or them out",
		},
		"bounds in the wrong order": {`{"at_least": 3, "at_most": 2}`, "at_most: at_most 2 is less than at_least 3"},
		"a misspelled operation": {
			`{"operation": "tokn"}`, `operation: no operation is called "tokn" (did you mean token?): ` +
				"docs/pipes-api.md and GET /_control/openapi.json list all",
		},
		"an empty user":    {`{"user_id": ""}`, "user_id: user_id must not be empty: leave it out for any"},
		"a strange status": {`{"status": 99}`, "status: status must be a whole number from 200 to 599, not 99"},
		"no organization, but its own": {
			`{"connection_owner": "organization", "organization_id": null}`,
			"connection_owner: connection_owner organization means connections that have an organization and " +
				"no user: leave user_id out, and organization_id out or an id",
		},
		"an empty order": {
			`{"order": []}`,
			`order: order must name at least one call: an array of objects like {"operation": "token"}`,
		},
		"an order that is no list": {
			`{"order": {}}`,
			`order: order must name at least one call: an array of objects like {"operation": "token"}`,
		},
		"an order that is too long": {
			`{"order": [` + strings.Repeat("{}, ", maxOrder) + `{}]}`, "order: order has more than 2000 elements",
		},
		"something beside an order": {
			`{"order": [{}], "count": 1}`,
			"count: count has no effect together with order: write it in the items of order",
		},
		"a mistake in an order": {
			`{"order": [{}, {"operation": "tokn"}]}`,
			`order[1].operation: order[1]: no operation is called "tokn" (did you mean token?): ` +
				"docs/pipes-api.md and GET /_control/openapi.json list all",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := PostVerify(newCall(t, "version: 1\n").withBody(c.body))
			if got := mistakesIn(t, err); got != c.want {
				t.Errorf("the mistakes are\n%s, want\n%s", got, c.want)
			}
		})
	}
}

// The calls began long ago, so that a wait ends at once.
func TestGetWait(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		"":                        "ok 2",
		"user_id=alice&count=1":   "ok 1",
		"user_id=nobody&count=0":  "ok 0",
		"user_id=alice&count=2":   `Expected exactly 2 calls for user "alice" within 10s; there was 1.`,
		"status=none&timeout=5ms": "Expected at least 1 call without an answer within 5ms; there were 0.",
		"event=pipes.connected_account.connected": "Expected at least 1 event of pipes.connected_account.connected " +
			"within 10s; there were 0.",
		"webhook=pipes.connected_account.connected": "Expected at least 1 webhook of " +
			"pipes.connected_account.connected within 10s; there were 0. No webhook endpoint exists",
	} {
		t.Run(query, func(t *testing.T) {
			t.Parallel()
			answer, err := GetWait(withCalls(t, "alice", "bob").withQuery(t, query))
			if err != nil {
				t.Fatal(err)
			}
			if got := told(t, answer); !strings.HasPrefix(got, want) {
				t.Errorf("the answer is %s, want %s", got, want)
			}
		})
	}
}

// A wait ends with the call that it waits for, with its context, or with the server or the environment.
func TestWait(t *testing.T) {
	t.Parallel()
	closed := make(chan struct{})
	close(closed)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	twoCalls := journal.Expected{AtLeast: new(2)}
	for name, c := range map[string]struct {
		change func(c *Call) context.Context
		want   string
		isGone bool
	}{
		"a call comes": {func(c *Call) context.Context {
			go addTokenCall(*c, "alice")
			return t.Context()
		}, "ok 2", false},
		"the client leaves": {
			func(*Call) context.Context { return ended }, "Expected at least 2 calls; there was 1.", false,
		},
		"the server ends": {func(c *Call) context.Context {
			c.Draining = closed
			return t.Context()
		}, "The server left. Expected at least 2 calls; there was 1.", false},
		"the environment is deleted": {func(c *Call) context.Context {
			c.Registry.Drop(c.Environment.Name())
			return t.Context()
		}, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			call := withCalls(t, "alice")
			verdict, isGone := call.Wait(c.change(&call), twoCalls)
			if isGone != c.isGone {
				t.Errorf("the environment is gone: %v", isGone)
			}
			if got := told(t, verdictView(verdict)); !isGone && got != c.want {
				t.Errorf("the answer is %s, want %s", got, c.want)
			}
		})
	}
}

func TestWhyNotDelivered(t *testing.T) {
	t.Parallel()
	const event = "connected"
	enabled := &model.Endpoint{Enabled: true, Events: []string{event}}
	disabled := &model.Endpoint{Events: []string{event}}
	ofOthers := &model.Endpoint{Enabled: true, Events: []string{"disconnected"}}
	for name, c := range map[string]struct {
		endpoints   []*model.Endpoint
		undelivered int
		want        string
	}{
		"no endpoint":             {nil, 0, " No webhook endpoint exists"},
		"a disabled one":          {[]*model.Endpoint{disabled}, 3, " No webhook endpoint receives connected"},
		"one of other events":     {[]*model.Endpoint{ofOthers}, 0, " No webhook endpoint receives connected"},
		"some are on their way":   {[]*model.Endpoint{ofOthers, enabled}, 2, " 2 such webhooks not delivered yet"},
		"nothing was left behind": {[]*model.Endpoint{enabled}, 0, ""},
	} {
		got := whyNotDelivered(c.endpoints, event, c.undelivered)
		if !strings.HasPrefix(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// If an environment got no call at all, the verdict names another one that did.
func TestVerifyNamesOtherEnvironments(t *testing.T) {
	t.Parallel()
	c := withCalls(t)
	other, err := c.Registry.Open("other", noon())
	if err != nil {
		t.Fatal(err)
	}
	other.Journal.Add(&journal.Entry{Operation: "token", Key: scenarios.Key{User: "alice"}})
	want := "environment other got 1 such call, and " + c.Environment.Name() + ", where this looks, no call at all: "
	for _, verdict := range []journal.Verdict{
		c.Verify(journal.Expected{}), c.VerifyOrder([]journal.Filter{{Operation: "token"}}),
	} {
		if len(verdict.NearMisses) != 1 || !strings.HasPrefix(verdict.NearMisses[0], want) {
			t.Errorf("the near misses are %q", verdict.NearMisses)
		}
	}
	addTokenCall(c, "bob")
	ofAlice := journal.Filter{Place: scenarios.Place{User: "alice"}}
	if misses := c.Verify(journal.Expected{Filter: ofAlice}).NearMisses; len(misses) != 1 {
		t.Errorf("an environment with calls: the near misses are %q", misses)
	}
}

// Calls that an SDK tried again are not what the application asked for: a verdict says how each of them ended.
func TestVerifySaysHowCallsEnded(t *testing.T) {
	t.Parallel()
	c := withCalls(t, "alice")
	c.Environment.Journal.Add(&journal.Entry{
		RequestID: "req_2", Operation: "token", Key: scenarios.Key{User: "alice"},
		Status: 503, Fault: "status: fault_1",
	})
	c.Environment.Journal.Add(&journal.Entry{
		RequestID: "req_3", Operation: "token", Key: scenarios.Key{User: "alice"}, Fault: "reset: fault_2",
	})
	none := 0
	ofAlice := journal.Filter{Place: scenarios.Place{User: "alice"}}
	misses := strings.Join(c.Verify(journal.Expected{Filter: ofAlice, Count: &none}).NearMisses, "\n")
	for _, want := range []string{
		"was such a call, not answered because of reset: fault_2",
		"was such a call, answered 503 because of status: fault_1",
		"req_alice at 2026-01-15T12:00:00.000Z was such a call\n",
	} {
		if !strings.Contains(misses+"\n", want) {
			t.Errorf("%q lacks %q", misses, want)
		}
	}
}
