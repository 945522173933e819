package mint

import "math"

// fnv1a is the hash of that name, as hash/fnv has it. It is a number, so that the hash of what all names of an
// environment begin with is made once.
type fnv1a uint64

func newHash() fnv1a { return 14695981039346656037 }

// The prime of the hash, and its powers modulo 2^64. To add seven zero bytes is to multiply by the seventh.
const (
	prime  = 1099511628211
	prime2 = prime * prime % (1 << 64)
	prime4 = prime2 * prime2 % (1 << 64)
	prime7 = prime4 * prime2 % (1 << 64) * prime % (1 << 64)
)

func (h fnv1a) withByte(b byte) fnv1a { return (h ^ fnv1a(b)) * prime }

// withNumber returns the hash with a number added, the lowest byte first.
func (h fnv1a) withNumber(n uint64) fnv1a {
	if n <= math.MaxUint8 { // the length of a name: each token takes five
		return h.withByte(byte(n)) * prime7
	}
	for range 8 {
		h = h.withByte(byte(n))
		n >>= 8
	}
	return h
}

// withName returns the hash with the length and the bytes of a name added.
func (h fnv1a) withName(name string) fnv1a {
	h = h.withNumber(uint64(len(name)))
	for i := range len(name) {
		h = h.withByte(name[i])
	}
	return h
}
