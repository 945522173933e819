package mint

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"testing"
)

// Saved ids and tokens derive from the hash, so it must stay that of hash/fnv.
func TestHashIsThatOfFNV(t *testing.T) {
	t.Parallel()
	for _, n := range []uint64{0, 1, 100, 255, 256, 257, 1 << 20, 1<<56 + 3, math.MaxUint64} {
		want := fnv.New64a()
		want.Write([]byte("before"))
		want.Write(binary.LittleEndian.AppendUint64(nil, n))
		before := newHash()
		for _, b := range []byte("before") {
			before = before.withByte(b)
		}
		if got := before.withNumber(n); uint64(got) != want.Sum64() {
			t.Errorf("with %d it is %d, want %d", n, got, want.Sum64())
		}
	}
}
