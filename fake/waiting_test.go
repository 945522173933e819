package fake_test

import (
	"testing"
	"time"
)

// waitUntil waits in real time until a condition holds. It checks again and again, because nothing signals the change.
// It fails after two minutes, which is far more than a busy machine needs.
func waitUntil(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for began := time.Now(); !holds(); {
		if time.Since(began) > 2*time.Minute {
			t.Fatalf("this is not so after two minutes: %s", what)
		}
	}
}
