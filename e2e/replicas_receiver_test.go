package e2e

import (
	"encoding/json"
	"net"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"
)

// receiver is where webhooks go. It notes the events of each environment in the order in which each came first.
type receiver struct {
	url string

	mu    sync.Mutex
	first map[string][]string // ids of events, by environment
	again int
}

func startReceiver(t *testing.T) *receiver {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &receiver{url: "http://" + listener.Addr().String(), first: map[string][]string{}}
	server := &http.Server{Handler: r}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	return r
}

func (r *receiver) ServeHTTP(_ http.ResponseWriter, request *http.Request) {
	var event struct{ ID string }
	if json.NewDecoder(request.Body).Decode(&event) != nil {
		return
	}
	environment := request.Header.Get("X-Pipesfake-Environment")
	r.mu.Lock()
	defer r.mu.Unlock()
	if slices.Contains(r.first[environment], event.ID) {
		r.again++
		return
	}
	r.first[environment] = append(r.first[environment], event.ID)
}

// check waits until all events of the watchers have arrived, and checks that each came first in their order.
func (r *receiver) check(t *testing.T, watchers []*eventWatcher) {
	t.Helper()
	count := func(w *eventWatcher) int {
		r.mu.Lock()
		defer r.mu.Unlock()
		return len(r.first[w.environment])
	}
	total := 0
	for _, w := range watchers {
		for end := time.Now().Add(15 * time.Second); count(w) < len(w.seen) && time.Now().Before(end); {
			time.Sleep(10 * time.Millisecond)
		}
		r.mu.Lock()
		got := slices.Clone(r.first[w.environment])
		r.mu.Unlock()
		total += len(got)
		for i := range max(len(got), len(w.seen)) {
			if i >= len(got) || i >= len(w.seen) || got[i] != w.seen[i] {
				t.Errorf("%s: webhooks for %d of %d events arrived; number %d came first as %s, the event is %s",
					w.environment, len(got), len(w.seen), i, at(got, i), at(w.seen, i))
				break
			}
		}
	}
	t.Logf("%d webhooks came first in the order of their events, %d of them came again", total, r.again)
}

func at(list []string, i int) string {
	if i >= len(list) {
		return "nothing"
	}
	return list[i]
}
