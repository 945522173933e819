package fault_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake/internal/fault"
	"example.com/pipesfake/scenarios"
)

// limitByUser lets each user make one call an hour.
func limitByUser() *fault.Active {
	return &fault.Active{Fault: scenarios.Fault{RateLimit: &scenarios.RateLimit{Requests: 1, Per: time.Hour,
		By: scenarios.ByUser}}}
}

func callOf(user string, at time.Time) fault.Call {
	return fault.Call{Key: scenarios.Key{User: user}, Now: at}
}

var noon = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

// A rate limit by user remembers a bounded number of users: beyond it, the one whose last call is the oldest counts as
// one that never called.
func TestRateLimitRemembersABoundedNumberOfUsers(t *testing.T) {
	t.Parallel()
	limit := limitByUser()
	for i := range fault.MaxBuckets + 1 {
		if limit.Try(callOf("user_"+strconv.Itoa(i), noon), nil) != nil {
			t.Fatalf("the first call of user_%d is limited", i)
		}
	}
	for _, test := range []struct {
		name, user string
		limited    bool
	}{
		{"the second oldest is remembered", "user_1", true},
		{"the newest is remembered", "user_" + strconv.Itoa(fault.MaxBuckets), true},
		{"the oldest is forgotten", "user_0", false},
	} {
		if got := limit.Try(callOf(test.user, noon), nil) != nil; got != test.limited {
			t.Errorf("%s: limited is %v, want %v", test.name, got, test.limited)
		}
	}
}

// Users whose limit has run out are forgotten while others call, so that an idle limit takes no memory.
func TestRateLimitForgetsUsersWithoutAnyCallsInTheWindow(t *testing.T) {
	t.Parallel()
	limit := limitByUser()
	for i := range 1000 {
		limit.Try(callOf("user_"+strconv.Itoa(i), noon), nil)
	}
	limit.Try(callOf("user_new", noon.Add(2*time.Hour)), nil)
	saved, err := json.Marshal(limit.Buckets)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(saved), "user_1") || !strings.Contains(string(saved), "user_new") {
		t.Errorf("the limit remembers %d bytes: %.100s", len(saved), saved)
	}
}

// A key is as long as a header may be; what is remembered of it is not.
func TestRateLimitRemembersLittleOfLongKeys(t *testing.T) {
	t.Parallel()
	limit := limitByUser()
	limit.RateLimit.By = scenarios.ByKey
	key := "Bearer sk_test_" + strings.Repeat("a", 500_000)
	for _, call := range []fault.Call{{APIKey: key, Now: noon}, {APIKey: key + "b", Now: noon}} {
		if limit.Try(call, nil) != nil {
			t.Error("the first call of a key is limited")
		}
	}
	if limit.Try(fault.Call{APIKey: key, Now: noon}, nil) == nil {
		t.Error("the second call of a key is not limited")
	}
	if saved, err := json.Marshal(limit.Buckets); err != nil || len(saved) > 1000 {
		t.Errorf("two keys take %d bytes (%v)", len(saved), err)
	}
}

// A saved limit goes on, and drops the oldest first.
func TestRateLimitIsSaved(t *testing.T) {
	t.Parallel()
	limit := limitByUser()
	for i, user := range []string{"user_a", "user_b"} {
		limit.Try(callOf(user, noon.Add(time.Duration(i)*time.Minute)), nil)
	}
	saved, err := json.Marshal(limit)
	if err != nil {
		t.Fatal(err)
	}
	restored := new(fault.Active)
	if err := json.Unmarshal(saved, restored); err != nil {
		t.Fatal(err)
	}
	if restored.Clone().Try(callOf("user_b", noon.Add(30*time.Minute)), nil) == nil {
		t.Error("user_b is not limited after the restore")
	}
	if restored.Try(callOf("user_a", noon.Add(61*time.Minute)), nil) != nil {
		t.Error("user_a is limited after an hour")
	}
	if limit.Try(callOf("user_a", noon.Add(30*time.Minute)), nil) == nil {
		t.Error("what a restored copy does changes the saved one")
	}
}

// The cost of a call does not depend on how many users there are.
func BenchmarkRateLimitByUser(b *testing.B) {
	for _, users := range []int{1_000, 10_000, 20_000, 1_000_000} {
		b.Run(strconv.Itoa(users), func(b *testing.B) {
			limit := limitByUser()
			for i := 0; b.Loop(); i++ {
				limit.Try(callOf("user_"+strconv.Itoa(i%users), noon), nil)
			}
		})
	}
}
