package command

import "testing"

func TestGCPercent(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		live uint64
		want int
	}{
		"nothing was collected yet": {0, 500},
		"few connections":           {2 << 20, 500},
		"as much as the room":       {16 << 20, 200},
		"many connections":          {160 << 20, 110},
		"more than there is":        {1 << 62, 100},
	} {
		if got := gcPercent(one.live); got != one.want {
			t.Errorf("%s: %d, want %d", name, got, one.want)
		}
	}
}
