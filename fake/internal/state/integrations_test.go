package state

import (
	"fmt"
	"testing"
)

func TestSimilarProvidersAreCachedUpToALimit(t *testing.T) {
	t.Parallel()
	s := begin(t, "providers: {provider-x: }\n")
	for range 2 {
		for i := range 2 * maxSimilar {
			want := ""
			if i < 10 {
				want = "provider-x"
			}
			if got := s.SimilarProvider(fmt.Sprint("provider-", i)); got != want {
				t.Errorf("provider-%d is like %q, not %q", i, got, want)
			}
		}
	}
	if len(s.similar) != maxSimilar {
		t.Errorf("%d slugs are cached, not %d", len(s.similar), maxSimilar)
	}
}
