package main

import (
	"slices"
	"testing"
)

// A ratio is that of one round: the machine was as fast for both servers.
func TestRatios(t *testing.T) {
	t.Parallel()
	r := results{
		{{perSecond: 100}, {perSecond: 50}, {perSecond: 200}},
		{{perSecond: 50}, {perSecond: 50}, {perSecond: 180}},
	}
	if got, want := r.ratios(1, 0, perSecond), []float64{0.5, 1, 0.9}; !slices.Equal(got, want) {
		t.Errorf("ratios %v, want %v", got, want)
	}
	if got := r.of(1, perSecond); got != 50 {
		t.Errorf("median %v, want 50", got)
	}
}

func TestTurn(t *testing.T) {
	t.Parallel()
	for number, want := range [][]int{{0, 1, 2}, {2, 1, 0}, {0, 1, 2}} {
		if got := turn(number, 3); !slices.Equal(got, want) {
			t.Errorf("round %d: %v, want %v", number, got, want)
		}
	}
}

func TestInTurn(t *testing.T) {
	t.Parallel()
	var order []int
	r, err := (&bench{rounds: 2}).inTurn(2, true, func(number, server int) (round, error) {
		order = append(order, 10*number+server)
		return round{requests: 10*number + server}, nil
	})
	if want := []int{-10, -9, 1, 0, 10, 11}; !slices.Equal(order, want) || err != nil {
		t.Errorf("measured %v, want %v (%v)", order, want, err)
	}
	if got := len(r[0]); got != 2 || r[1][0].requests != 1 {
		t.Errorf("%d rounds, the first of which was %d: the one that warms up must not count", got, r[1][0].requests)
	}
}

func TestThousands(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{
		0: "0", 999: "999", 1_000: "1 000", 100_000: "100 000", 1_234_567: "1 234 567",
	} {
		if got := thousands(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}
