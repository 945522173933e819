package mint

import (
	"strconv"
	"testing"
)

// Tokens have had the digits of gofakeit since the first version, and must keep them.
func TestDigitsAreThoseOfDigitN(t *testing.T) {
	t.Parallel()
	m := New(7, "default")
	for i := range 1_000 {
		name := strconv.Itoa(i)
		const length = uniqueLength - tagLength
		want := m.tag + m.faker(name).DigitN(length)
		if got := m.withTag("", m.source(name)); got != want {
			t.Fatalf("the token of %s is %s, want %s", name, got, want)
		}
	}
}
