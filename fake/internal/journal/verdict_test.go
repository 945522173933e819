package journal

import (
	"iter"
	"slices"
	"strconv"
	"testing"
	"time"

	"example.com/pipesfake/scenarios"
)

// tokenCalls are token calls of users, numbered from one.
func tokenCalls(users ...string) iter.Seq[*Entry] {
	return func(yield func(*Entry) bool) {
		for i, user := range users {
			e := Entry{
				RequestID: "req_" + strconv.Itoa(i+1), Operation: "token", Status: 200,
				Key:     scenarios.Key{Provider: "github", User: user},
				APITime: time.Date(2026, 1, 15, 12, 0, i, 0, time.UTC),
			}
			if !yield(&e) {
				return
			}
		}
	}
}

func ofUser(user string) Filter {
	return Filter{Operation: "token", Place: scenarios.Place{User: user}}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	many := []string{"user_1", "user_2", "user_3", "user_4", "user_5", "user_6", "user_6"}
	for name, c := range map[string]struct {
		filter Filter
		calls  iter.Seq[*Entry]
		want   []string
	}{
		"no calls":     {ofUser("alice"), tokenCalls(), nil},
		"only a match": {ofUser("alice"), tokenCalls("alice"), nil},
		"another user": {
			ofUser("alice"), tokenCalls("bob"), []string{`1 call with user_id "bob", you asked for "alice"`},
		},
		"a call of none": {
			ofUser("alice"), tokenCalls(""), []string{`1 call with user_id none, you asked for "alice"`},
		},
		"the best spelled first": {ofUser("alice"), tokenCalls("bob", "bob", "alicia"), []string{
			`1 call with user_id "alicia", you asked for "alice"`, `2 calls with user_id "bob", you asked for "alice"`,
		}},
		"the most frequent first, and at most five": {ofUser("user_0"), tokenCalls(many...), []string{
			`2 calls with user_id "user_6", you asked for "user_0"`,
			`1 call with user_id "user_1", you asked for "user_0"`,
			`1 call with user_id "user_2", you asked for "user_0"`,
			`1 call with user_id "user_3", you asked for "user_0"`,
			`1 call with user_id "user_4", you asked for "user_0"`,
		}},
		"two fields, if none differs in one": {
			Filter{Status: 503, Place: scenarios.Place{User: "alice"}}, tokenCalls("bob"),
			[]string{`1 call with user_id "bob" and status 200, you asked for "alice" and 503`},
		},
		"one field before two": {
			Filter{Status: 503, Place: scenarios.Place{User: "alice"}}, tokenCalls("bob", "alice"),
			[]string{`1 call with status 200, you asked for 503`},
		},
		"three fields are not near": {
			Filter{Operation: "credentials", Status: 503, Place: scenarios.Place{User: "alice"}},
			tokenCalls("bob"), nil,
		},
		"events": {
			Filter{Event: "token", Place: scenarios.Place{User: "alice"}}, tokenCalls("bob"),
			[]string{`1 event with user_id "bob", you asked for "alice"`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := c.filter.nearest(c.calls); !slices.Equal(got, c.want) {
				t.Errorf("what came near is %q, want %q", got, c.want)
			}
		})
	}
}

func TestExplain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		expected  Expected
		calls     iter.Seq[*Entry]
		n         int
		forgotten uint64
		want      Verdict
	}{
		"too few": {
			Expected{Filter: ofUser("alice")}, tokenCalls("bob"), 0, 0,
			Verdict{
				Why:        `Expected at least 1 call of token for user "alice"; there were 0.`,
				NearMisses: []string{`1 call with user_id "bob", you asked for "alice"`},
			},
		},
		"too few, but enough forgotten": {
			Expected{Filter: ofUser("alice"), AtLeast: times(2)}, tokenCalls("alice"), 1, 1,
			Verdict{Count: 1, Why: `Expected at least 2 calls of token for user "alice"; there was 1, but ` +
				`the journal has dropped 1 earlier request since it was last emptied ` +
				`(store more with --journal, or reset).`},
		},
		"too few, whatever was forgotten": {
			Expected{Filter: ofUser("alice"), AtLeast: times(3)}, tokenCalls("alice"), 1, 1,
			Verdict{Count: 1, Why: `Expected at least 3 calls of token for user "alice"; there was 1.`},
		},
		"too many": {
			Expected{Filter: ofUser("alice"), Count: times(1)}, tokenCalls("alice", "bob", "alice"), 2, 4,
			Verdict{Count: 2, Why: `Expected exactly 1 call of token for user "alice"; there were 2.`,
				NearMisses: []string{
					"req_3 at 2026-01-15T12:00:02.000Z was such a call",
					"req_1 at 2026-01-15T12:00:00.000Z was such a call",
				}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expectVerdict(t, c.expected.Explain(c.n, c.forgotten, c.calls), c.want)
		})
	}
}

// Of too many matches, a verdict lists the last five.
func TestLastMatches(t *testing.T) {
	t.Parallel()
	got := ofUser("a").lastMatches(tokenCalls("a", "a", "a", "b", "a", "a", "a"))
	if len(got) != 5 || got[0][:5] != "req_7" || got[4][:5] != "req_2" {
		t.Errorf("the last matches are %q", got)
	}
}

func TestVerifyOrder(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		order     []string // of users
		calls     iter.Seq[*Entry]
		forgotten uint64
		want      Verdict
	}{
		"in order": {[]string{"a", "b"}, tokenCalls("a", "b"), 0, Verdict{OK: true, Count: 2}},
		"in order, with others between": {
			[]string{"a", "b"}, tokenCalls("x", "a", "x", "b", "a"), 3, Verdict{OK: true, Count: 2},
		},
		"the same twice": {[]string{"a", "a"}, tokenCalls("a", "a"), 0, Verdict{OK: true, Count: 2}},
		"the other way around": {[]string{"a", "b"}, tokenCalls("b", "a"), 0, Verdict{
			Count: 1, NearMisses: []string{"1 such call came before: req_1"},
			Why: `order[1] was not matched: after order[0], which was req_2, there was no call of token for user "b".`,
		}},
		"the same only once": {[]string{"a", "a"}, tokenCalls("a"), 0, Verdict{
			Count: 1,
			Why: `order[1] was not matched: after order[0], which was req_1, ` +
				`there was no call of token for user "a".`,
		}},
		"not even the first": {[]string{"alice"}, tokenCalls("alicia"), 0, Verdict{
			NearMisses: []string{`1 call with user_id "alicia", you asked for "alice"`},
			Why:        `order[0] was not matched: there was no call of token for user "alice".`,
		}},
		"forgotten, perhaps": {[]string{"a"}, tokenCalls(), 2, Verdict{
			Why: `order[0] was not matched: there was no call of token for user "a", ` +
				`but the journal has dropped 2 earlier requests ` +
				`since it was last emptied (store more with --journal, or reset).`,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var filters []Filter
			for _, user := range c.order {
				filters = append(filters, ofUser(user))
			}
			expectVerdict(t, verifyOrder(filters, c.calls, c.forgotten), c.want)
		})
	}
}

func expectVerdict(t *testing.T, got, want Verdict) {
	t.Helper()
	same := got.OK == want.OK && got.Count == want.Count && got.Why == want.Why
	if !same || !slices.Equal(got.NearMisses, want.NearMisses) {
		t.Errorf("the verdict is\n%+v, want\n%+v", got, want)
	}
}
