package server

import (
	"fmt"
	"testing"
)

func TestUndeclaredProvidersAreLoggedOnce(t *testing.T) {
	t.Parallel()
	var u undeclaredProviders
	logged := 0
	for range 3 {
		for i := range 2 * maxUndeclared {
			if u.isNew(fmt.Sprint("githu", i)) {
				logged++
			}
		}
	}
	if logged != maxUndeclared || len(u.logged) != maxUndeclared {
		t.Errorf("%d were logged, and %d are stored, not %d", logged, len(u.logged), maxUndeclared)
	}
}
