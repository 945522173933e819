package replica

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/alicebob/miniredis/v2"
)

// What passing a call on costs, next to the call itself: compare the two.
func BenchmarkForward(b *testing.B) {
	answer := func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, strings.Repeat("x", 200))
	}
	owner := httptest.NewServer(http.HandlerFunc(answer))
	b.Cleanup(owner.Close)
	world := &world{b, miniredis.RunT(b)}
	world.add(owner.URL, "file").claimForTest(b)
	forwarder := NewForwarder(world.add("http://127.0.0.1:1", "file").Member)
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, _, err := forwarder.Place(w, r, "one"); err != nil {
			b.Error(err)
		}
	}))
	b.Cleanup(front.Close)
	for _, one := range []struct{ name, url string }{{"direct", owner.URL}, {"forwarded", front.URL}} {
		b.Run(one.name, func(b *testing.B) {
			for b.Loop() {
				response, err := http.Post(one.url, "application/json", strings.NewReader(`{"user_id": "user_1"}`))
				if err != nil {
					b.Fatal(err)
				}
				_, _ = io.Copy(io.Discard, response.Body)
				_ = response.Body.Close()
			}
		})
	}
}

func (s *server) claimForTest(b *testing.B) {
	if owner, err := s.Owner(b.Context(), "one"); err != nil || !owner.IsHere {
		b.Fatal(owner, err)
	}
}
