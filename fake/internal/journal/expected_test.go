package journal

import (
	"math"
	"slices"
	"testing"
	"time"
)

func times(n int) *int { return &n }

func TestHolds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		expected  Expected
		n         int
		forgotten uint64
		want      bool
	}{
		"one, by default":                          {Expected{}, 1, 0, true},
		"none, by default":                         {Expected{}, 0, 0, false},
		"one, whatever was forgotten":              {Expected{}, 1, math.MaxInt32, true},
		"exactly two":                              {Expected{Count: times(2)}, 2, 0, true},
		"three, exactly two expected":              {Expected{Count: times(2)}, 3, 0, false},
		"exactly two, but one forgotten":           {Expected{Count: times(2)}, 2, 1, false},
		"none, exactly none expected":              {Expected{Count: times(0)}, 0, 0, true},
		"none, but one forgotten":                  {Expected{Count: times(0)}, 0, 1, false},
		"none, at most two":                        {Expected{AtMost: times(2)}, 0, 0, true},
		"three, at most two":                       {Expected{AtMost: times(2)}, 3, 0, false},
		"one, at most two, and one forgotten":      {Expected{AtMost: times(2)}, 1, 1, true},
		"one, at most two, and two forgotten":      {Expected{AtMost: times(2)}, 1, 2, false},
		"two, at least three":                      {Expected{AtLeast: times(3)}, 2, 5, false},
		"four, at least three":                     {Expected{AtLeast: times(3)}, 4, 5, true},
		"two, at least two and at most two":        {Expected{AtLeast: times(2), AtMost: times(2)}, 2, 0, true},
		"one, at least two and at most three":      {Expected{AtLeast: times(2), AtMost: times(3)}, 1, 0, false},
		"none, at least none (which always holds)": {Expected{AtLeast: times(0)}, 0, 9, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := c.expected.Holds(c.n, c.forgotten); got != c.want {
				t.Errorf("%s holds with %d: %v", c.expected, c.n, got)
			}
		})
	}
}

func TestExpectedString(t *testing.T) {
	t.Parallel()
	for want, x := range map[string]Expected{
		"at least 1 call":                          {},
		"exactly 1 event of connected":             {Filter: Filter{Event: "connected"}, Count: times(1)},
		"exactly 0 calls":                          {Count: times(0)},
		"at least 2 and at most 4 calls within 5s": {AtLeast: times(2), AtMost: times(4), Within: 5 * time.Second},
		"at most 1 webhook of connected within 10s": {
			Filter: Filter{Webhook: "connected"}, AtMost: times(1), Within: 10 * time.Second,
		},
	} {
		if got := x.String(); got != want {
			t.Errorf("the expectation is described as %q, want %q", got, want)
		}
	}
}

func TestExpectedCheck(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		expected Expected
		want     []string
	}{
		"nothing":    {Expected{}, nil},
		"two bounds": {Expected{AtLeast: times(1), AtMost: times(2)}, nil},
		"a negative number": {
			Expected{AtMost: times(-1)}, []string{"at_most: at_most must not be negative"},
		},
		"count beside a bound": {
			Expected{Count: times(1), AtLeast: times(1)},
			[]string{"count: count cannot be combined with at_least or at_most: leave it or them out"},
		},
		"bounds in the wrong order": {
			Expected{AtLeast: times(3), AtMost: times(2)}, []string{"at_most: at_most 2 is less than at_least 3"},
		},
		"a mistake in the filter": {Expected{Filter: Filter{Status: 1}}, []string{"status: " + StatusRule}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := messages(c.expected.Check()); !slices.Equal(got, c.want) {
				t.Errorf("the problems are %q, want %q", got, c.want)
			}
		})
	}
}
