package boltstore

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
)

// tally is a count of named values and the sum of their digests. It is updated from the values that a change replaces
// and those it brings, and compared with all values when they are read. A value that was damaged, lost, added or
// returned to an older content makes the sum differ, also if the damage came before a change.
type tally struct{ count, high, low uint64 }

// tallySize is the length of an encoded tally.
const tallySize = 24

// digest returns 16 bytes of the SHA-256 of a name with its value.
func digest(name, value []byte) (high, low uint64) {
	text := make([]byte, 0, 8+len(name)+len(value))
	text = binary.BigEndian.AppendUint64(text, uint64(len(name)))
	text = append(append(text, name...), value...)
	sum := sha256.Sum256(text)
	return binary.BigEndian.Uint64(sum[:8]), binary.BigEndian.Uint64(sum[8:16])
}

// add counts a value.
func (t *tally) add(name, value []byte) {
	high, low := digest(name, value)
	var carry uint64
	t.low, carry = bits.Add64(t.low, low, 0)
	t.high, _ = bits.Add64(t.high, high, carry)
	t.count++
}

// remove takes a value out again. A nil value was not counted.
func (t *tally) remove(name, value []byte) {
	if value == nil {
		return
	}
	high, low := digest(name, value)
	var borrow uint64
	t.low, borrow = bits.Sub64(t.low, low, 0)
	t.high, _ = bits.Sub64(t.high, high, borrow)
	t.count--
}

func (t tally) encode() []byte {
	text := binary.BigEndian.AppendUint64(make([]byte, 0, tallySize), t.count)
	text = binary.BigEndian.AppendUint64(text, t.high)
	return binary.BigEndian.AppendUint64(text, t.low)
}

// decodeTally reads what encode wrote.
func decodeTally(text []byte) (t tally, isGood bool) {
	if len(text) != tallySize {
		return tally{}, false
	}
	return tally{
		binary.BigEndian.Uint64(text), binary.BigEndian.Uint64(text[8:]), binary.BigEndian.Uint64(text[16:]),
	}, true
}

// root is the record that says which format the file has and which environments it keeps. It ends with a digest of
// itself, in this format and in all later ones, so that a newer format is told from damage.
type root struct {
	format       uint32
	environments tally // of their names and records
}

const rootDigestSize = 16

func (r root) encode() []byte {
	text := binary.BigEndian.AppendUint32(nil, r.format)
	text = append(text, r.environments.encode()...)
	sum := sha256.Sum256(text)
	return append(text, sum[:rootDigestSize]...)
}

// decodeRoot reads what encode wrote. Of a newer format it reads the number alone.
func decodeRoot(text []byte) (r root, isGood bool) {
	end := len(text) - rootDigestSize
	if end < 4 {
		return root{}, false
	}
	sum := sha256.Sum256(text[:end])
	if !bytes.Equal(sum[:rootDigestSize], text[end:]) {
		return root{}, false
	}
	r.format = binary.BigEndian.Uint32(text)
	if r.format > format {
		return r, true
	}
	r.environments, isGood = decodeTally(text[4:end])
	return r, isGood
}
