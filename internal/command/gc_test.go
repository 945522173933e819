package command

import "testing"

func TestGCPercent(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		live uint64
		want int
	}{
		"nothing was collected yet": {0, 540},
		"few connections":           {2 << 20, 540},
		"as much as the room":       {20 << 20, 140},
		"many connections":          {64 << 20, 71},
		"more than there is":        {1 << 62, 40},
	} {
		if got := gcPercent(one.live); got != one.want {
			t.Errorf("%s: %d, want %d", name, got, one.want)
		}
	}
}
