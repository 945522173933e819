package fault_test

import (
	"slices"
	"testing"
	"time"

	"example.com/pipesfake/fake/internal/fault"
	"example.com/pipesfake/scenarios"
)

// always returns a Draw that returns one number, whatever it is for.
func always(number float64) fault.Draw { return func(...string) float64 { return number } }

// active returns the faults of an environment that were added in an order.
func active(t *testing.T, added ...scenarios.Fault) *fault.Faults {
	t.Helper()
	faults := new(fault.Faults)
	for _, one := range added {
		if _, ok := faults.Add(one); !ok {
			t.Fatal("there is no room for a fault")
		}
	}
	return faults
}

func TestWhichCallsAFaultMatches(t *testing.T) {
	t.Parallel()
	github := scenarios.Key{Provider: "github", User: "user_1"}
	ofAcme := scenarios.Key{Provider: "github", User: "user_1", Organization: "org_acme"}
	ownedByAcme := scenarios.Key{Provider: "github", Organization: "org_acme"}
	for _, test := range []struct {
		name  string
		fault scenarios.Fault
		call  fault.Call
		want  bool
	}{
		{"a fault without an operation matches any call",
			scenarios.Fault{}, fault.Call{Operation: "list_events"}, true},
		{"a fault without an operation does not match webhooks",
			scenarios.Fault{}, fault.Call{Operation: scenarios.Webhooks}, false},
		{"a fault of webhooks matches webhooks",
			scenarios.Fault{Operation: scenarios.Webhooks}, fault.Call{Operation: scenarios.Webhooks}, true},
		{"a fault of an operation matches it",
			scenarios.Fault{Operation: "token"}, fault.Call{Operation: "token"}, true},
		{"a fault of an operation does not match another",
			scenarios.Fault{Operation: "token"}, fault.Call{Operation: "credentials"}, false},
		{"a fault of a provider matches it",
			scenarios.Fault{Place: scenarios.Place{Provider: "github"}}, fault.Call{Key: github}, true},
		{"a fault of a provider does not match another",
			scenarios.Fault{Place: scenarios.Place{Provider: "slack"}}, fault.Call{Key: github}, false},
		{"a fault of a provider does not match a call that names none",
			scenarios.Fault{Place: scenarios.Place{Provider: "slack"}}, fault.Call{}, false},
		{"a fault of a user matches the user",
			scenarios.Fault{Place: scenarios.Place{User: "user_1"}}, fault.Call{Key: github}, true},
		{"a fault of a user does not match another",
			scenarios.Fault{Place: scenarios.Place{User: "user_2"}}, fault.Call{Key: github}, false},
		{"a fault of an organization matches it",
			scenarios.Fault{Place: scenarios.Place{Organization: "org_acme"}}, fault.Call{Key: ofAcme}, true},
		{"a fault of an organization does not match a personal connection",
			scenarios.Fault{Place: scenarios.Place{Organization: "org_acme"}}, fault.Call{Key: github}, false},
		{"a fault without organizations matches a personal connection",
			scenarios.Fault{Place: scenarios.Place{NoOrganization: true}}, fault.Call{Key: github}, true},
		{"a fault without organizations does not match one of an organization",
			scenarios.Fault{Place: scenarios.Place{NoOrganization: true}}, fault.Call{Key: ofAcme}, false},
		{"a fault without organizations does not match a call that names no connection",
			scenarios.Fault{Place: scenarios.Place{NoOrganization: true}}, fault.Call{}, false},
		{"a fault of connections that organizations own matches one",
			scenarios.Fault{Place: scenarios.Place{Shared: true}}, fault.Call{Key: ownedByAcme}, true},
		{"a fault of connections that organizations own does not match one of a user",
			scenarios.Fault{Place: scenarios.Place{Shared: true}}, fault.Call{Key: ofAcme}, false},
		{"a fault of connections that organizations own does not match a call that names no connection",
			scenarios.Fault{Place: scenarios.Place{Shared: true}}, fault.Call{}, false},
		{"a fault makes a webhook late",
			scenarios.Fault{Late: true, Operation: scenarios.Webhooks},
			fault.Call{Operation: scenarios.Webhooks}, true},
		{"a fault does not make a webhook late that must keep its order",
			scenarios.Fault{Late: true, Operation: scenarios.Webhooks},
			fault.Call{Operation: scenarios.Webhooks, InOrder: true}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := active(t, test.fault).Match(test.call, always(0)) != nil; got != test.want {
				t.Errorf("it matches: %v, want %v", got, test.want)
			}
		})
	}
}

// The newest fault that does not spare a call matches it. A fault with times ends by itself.
func TestWhichOfSeveralFaultsMatches(t *testing.T) {
	t.Parallel()
	never := scenarios.Fault{Probability: 0.1}
	for _, test := range []struct {
		name  string
		added []scenarios.Fault
		want  []string // the ids of the faults that match calls in turn
	}{
		{"none is active", nil, []string{""}},
		{"the newest", []scenarios.Fault{{Status: 500}, {Status: 503}}, []string{"fault_2", "fault_2"}},
		{"the older one, once the newest has ended", []scenarios.Fault{{Status: 500}, {Status: 503, Times: 2}},
			[]string{"fault_2", "fault_2", "fault_1"}},
		{"the older one, if chance spares the call", []scenarios.Fault{{Status: 500}, never}, []string{"fault_1"}},
		{"none, once all have ended", []scenarios.Fault{{Status: 500, Times: 1}, {Status: 503, Times: 1}},
			[]string{"fault_2", "fault_1", ""}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			faults := active(t, test.added...)
			var got []string
			for range test.want {
				id := ""
				if match := faults.Match(fault.Call{}, always(0.5)); match != nil {
					id = match.By
				}
				got = append(got, id)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("matched %q, want %q", got, test.want)
			}
		})
	}
}

func TestProbabilityIsDrawn(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name        string
		probability float64
		drawn       float64
		want        bool
	}{
		{"no probability means always", 0, 0.999, true},
		{"one means always", 1, 0.999, true},
		{"a draw below it matches", 0.5, 0.49, true},
		{"a draw equal to it does not match", 0.5, 0.5, false},
		{"a draw above it does not match", 0.5, 0.51, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			one := fault.Active{Fault: scenarios.Fault{Probability: test.probability}}
			if got := one.Try(fault.Call{}, always(test.drawn)) != nil; got != test.want {
				t.Errorf("it matches: %v, want %v", got, test.want)
			}
			if one.Tries != 1 || (one.Matches == 1) != test.want {
				t.Errorf("counted %d tries and %d matches", one.Tries, one.Matches)
			}
		})
	}
}

// Each try has draws of its own, also if the fault spared the call before.
func TestDrawsAreNamedByFaultPurposeAndTry(t *testing.T) {
	t.Parallel()
	var drawn [][]string
	draw := func(names ...string) float64 {
		drawn = append(drawn, names)
		return 0.9
	}
	delay := scenarios.Delay{Min: time.Second, Max: 2 * time.Second}
	spared := fault.Active{ID: "fault_7", Fault: scenarios.Fault{Delay: delay, Probability: 0.5}}
	spared.Try(fault.Call{}, draw)
	spared.Probability = 0.95
	spared.Try(fault.Call{}, draw)
	want := [][]string{
		{"fault", "fault_7", "probability", "1"},
		{"fault", "fault_7", "probability", "2"},
		{"fault", "fault_7", "delay", "2"},
	}
	if !slices.EqualFunc(drawn, want, slices.Equal) {
		t.Errorf("drew for %q, want %q", drawn, want)
	}
}

func TestDelayIsWithinItsRange(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		delay scenarios.Delay
		drawn float64
		want  time.Duration
	}{
		{"no delay", scenarios.Delay{}, 0.5, 0},
		{"a fixed delay", scenarios.Delay{Min: time.Second}, 0.5, time.Second},
		{"the lowest draw is min", scenarios.Delay{Min: time.Second, Max: 3 * time.Second}, 0, time.Second},
		{"a draw in the middle", scenarios.Delay{Min: time.Second, Max: 3 * time.Second}, 0.5, 2 * time.Second},
		{"only max", scenarios.Delay{Max: 4 * time.Second}, 0.25, time.Second},
		{"min and max are equal", scenarios.Delay{Min: time.Second, Max: time.Second}, 0.9, time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			one := fault.Active{Fault: scenarios.Fault{Delay: test.delay}}
			if got := one.Try(fault.Call{}, always(test.drawn)).Wait; got != test.want {
				t.Errorf("it waits %v, want %v", got, test.want)
			}
		})
	}
}

// A rate limit is a bucket: it lets a burst through, then calls at even distances, and says how long to wait.
func TestRateLimitSaysWhenToTryAgain(t *testing.T) {
	t.Parallel()
	perMinute := scenarios.RateLimit{Requests: 2, Per: time.Minute}
	byUser := perMinute
	byUser.By = scenarios.ByUser
	ofKey := func(key string, after time.Duration) fault.Call { return fault.Call{APIKey: key, Now: noon.Add(after)} }
	for _, test := range []struct {
		name  string
		limit scenarios.RateLimit
		calls []fault.Call
		want  []int // Retry-After, or zero for a call that comes through
	}{
		{"as many calls as the limit come through at once", perMinute,
			[]fault.Call{ofKey("a", 0), ofKey("a", 0), ofKey("a", 0)}, []int{0, 0, 30}},
		{"a refused call costs nothing", perMinute,
			[]fault.Call{ofKey("a", 0), ofKey("a", 0), ofKey("a", 10*time.Second), ofKey("a", 30*time.Second)},
			[]int{0, 0, 20, 0}},
		{"parts of a second are rounded up", perMinute,
			[]fault.Call{ofKey("a", 0), ofKey("a", 0), ofKey("a", 29500*time.Millisecond)}, []int{0, 0, 1}},
		{"keys are counted apart", perMinute,
			[]fault.Call{ofKey("a", 0), ofKey("a", 0), ofKey("b", 0), ofKey("a", 0)}, []int{0, 0, 0, 30}},
		{"users are counted apart", byUser,
			[]fault.Call{callOf("a", noon), callOf("a", noon), callOf("b", noon), callOf("a", noon)},
			[]int{0, 0, 0, 30}},
		{"a clock that was set back does not make the limit last longer", perMinute,
			[]fault.Call{ofKey("a", time.Hour), ofKey("a", time.Hour), ofKey("a", 0), ofKey("a", 30*time.Second)},
			[]int{0, 0, 30, 0}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			one := fault.Active{Fault: scenarios.Fault{RateLimit: &test.limit}}
			var got []int
			for _, c := range test.calls {
				retryAfter := 0
				if match := one.Try(c, nil); match != nil {
					retryAfter = match.RetryAfter
				}
				got = append(got, retryAfter)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("Retry-After %v, want %v", got, test.want)
			}
		})
	}
}

func TestFaultsAreAddedAndRemoved(t *testing.T) {
	t.Parallel()
	faults := active(t, scenarios.Fault{Status: 500}, scenarios.Fault{Status: 503})
	copied := faults.Clone()
	switch {
	case faults.None():
		t.Error("two faults were added, and none is active")
	case !faults.Remove("fault_1", 0):
		t.Error("fault_1 cannot be removed")
	case faults.Remove("fault_1", 0):
		t.Error("fault_1 is removed twice")
	}
	if added, _ := faults.Add(scenarios.Fault{}); added.ID != "fault_3" {
		t.Errorf("the next fault is %s: ids are used once", added.ID)
	}
	if all := faults.All(); len(all) != 2 || all[0].ID != "fault_2" {
		t.Errorf("the active faults are %v, want the oldest first", all)
	}
	if n := faults.RemoveAll(); n != 2 || !faults.None() {
		t.Errorf("removed %d faults, want 2", n)
	}
	if copied.None() || len(copied.All()) != 2 {
		t.Error("removing faults changes their copy")
	}
}

func TestFaultsAreBounded(t *testing.T) {
	t.Parallel()
	faults := active(t, make([]scenarios.Fault, fault.Max)...)
	if _, ok := faults.Add(scenarios.Fault{}); ok {
		t.Errorf("there are more than %d faults", fault.Max)
	}
	faults.Remove("fault_1", 0)
	if _, ok := faults.Add(scenarios.Fault{}); !ok {
		t.Error("there is no room after a fault was removed")
	}
}
