package webhook

import (
	"slices"
	"testing"
	"time"

	"example.com/pipesfake/fake/internal/fault"
	"example.com/pipesfake/scenarios"
)

func TestWhatAFaultDoesToADelivery(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	usual := []time.Duration{0, 100 * ms, 500 * ms, 2000 * ms}
	for name, one := range map[string]struct {
		matched *fault.Match
		waits   []time.Duration
		isTwice bool
		secret  string
	}{
		"no fault":        {nil, usual, false, "s"},
		"a bad signature": {&fault.Match{Fault: scenarios.Fault{BadSignature: true}}, usual, false, "s_which_is_wrong"},
		"a duplicate":     {&fault.Match{Fault: scenarios.Fault{Duplicate: true}}, usual, true, "s"},
		"a late one":      {&fault.Match{Fault: scenarios.Fault{Late: true}}, usual, false, "s"},
		"a delay, before each attempt": {
			&fault.Match{Wait: 50 * ms}, []time.Duration{50 * ms, 150 * ms, 550 * ms, 2050 * ms}, false, "s",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := planOf(one.matched)
			secret := got.secretToSign("s")
			if !slices.Equal(got.waits, one.waits) || got.isTwice != one.isTwice || secret != one.secret {
				t.Errorf("got %+v, signed with %s", got, secret)
			}
			if (got.fault == "") != (one.matched == nil) {
				t.Errorf("attempts name the fault %q", got.fault)
			}
		})
	}
}

// The SDKs read the parts of the signature by their position, and compute it in the same way.
func TestTheSignature(t *testing.T) {
	t.Parallel()
	at := time.UnixMilli(1_700_000_000_123)
	got := Signature("secret", at, []byte(`{"id":"event_1"}`))
	const want = "t=1700000000123, v1=475b2399ce0d4a7a17e08e3e0d47f071443df65a78ac9165ab2b611183d42354"
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for name, other := range map[string]string{
		"another secret": Signature("other", at, []byte(`{"id":"event_1"}`)),
		"another time":   Signature("secret", at.Add(time.Millisecond), []byte(`{"id":"event_1"}`)),
		"another body":   Signature("secret", at, []byte(`{"id":"event_2"}`)),
	} {
		if other[len("t=1700000000123, "):] == got[len("t=1700000000123, "):] {
			t.Errorf("%s has the same signature", name)
		}
	}
}

func TestHowMuchAnEndpointReceives(t *testing.T) {
	t.Parallel()
	start := time.Unix(1_000, 0)
	for name, one := range map[string]struct {
		count, pending int
		after          time.Duration // since the minute began
		want           bool
	}{
		"the first":                 {0, 0, 0, true},
		"the last of a minute":      {maxPerMinute - 1, 0, time.Minute, true},
		"one too many in a minute":  {maxPerMinute, 0, time.Minute, false},
		"the first of the next":     {maxPerMinute, 0, time.Minute + 1, true},
		"the last that waits":       {0, maxPending - 1, 0, true},
		"one too many that wait":    {0, maxPending, 0, false},
		"too many, the next minute": {0, maxPending, time.Hour, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := queue{minute: start, count: one.count, list: make([]*Delivery, one.pending)}
			if got := q.admits(start.Add(one.after)); got != one.want {
				t.Errorf("got %v, want %v", got, one.want)
			}
		})
	}
}

func TestALateDeliveryLetsTheNextGoFirst(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		before, after []uint64
		want          bool
	}{
		"alone":        {[]uint64{1}, []uint64{1}, false},
		"of two":       {[]uint64{1, 2}, []uint64{2, 1}, true},
		"and no other": {[]uint64{1, 2, 3}, []uint64{2, 1, 3}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var q queue
			for _, number := range one.before {
				q.list = append(q.list, &Delivery{Number: number})
			}
			got := q.letNextGoFirst()
			var after []uint64
			for i, d := range q.list {
				after = append(after, d.Number)
				if isSwapped := one.want && i < 2; d.inOrder != isSwapped {
					t.Errorf("%d can be late: %v", d.Number, !d.inOrder)
				}
			}
			if got != one.want || !slices.Equal(after, one.after) {
				t.Errorf("got %v, %v", got, after)
			}
		})
	}
}

func TestTheLastDeliveriesAreRemembered(t *testing.T) {
	t.Parallel()
	var list []*Delivery
	for number := range uint64(10 * maxFinished) {
		list = remember(list, &Delivery{Number: number})
		if least := min(int(number)+1, maxFinished); len(list) < least || len(list) > 2*maxFinished {
			t.Fatalf("after %d there are %d", number+1, len(list))
		}
		if last := list[len(list)-1].Number; last != number {
			t.Fatalf("the last of %d is %d", number, last)
		}
	}
}
