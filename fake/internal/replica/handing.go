package replica

import (
	"context"
	"sync"
	"sync/atomic"
)

// handing knows the environments that are being handed over.
type handing struct {
	count  atomic.Int32 // of byName, so that calls take no lock
	mu     sync.Mutex
	byName map[string]chan struct{} // closed when the environment has been handed over
}

// begin notes that an environment is being handed over, until the function that it returns is called.
func (h *handing) begin(name string) (end func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	done := make(chan struct{})
	if h.byName == nil {
		h.byName = map[string]chan struct{}{}
	}
	h.byName[name] = done
	h.count.Add(1)
	return func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		if h.byName[name] == done {
			delete(h.byName, name)
		}
		h.count.Add(-1)
		close(done)
	}
}

// wait waits until an environment is not being handed over.
func (h *handing) wait(ctx context.Context, name string) {
	if h.count.Load() == 0 {
		return
	}
	h.mu.Lock()
	done := h.byName[name]
	h.mu.Unlock()
	if done == nil {
		return
	}
	select {
	case <-done:
	case <-ctx.Done():
	}
}
