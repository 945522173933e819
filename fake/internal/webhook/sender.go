package webhook

import (
	"context"
	"net/http"
	"sync"

	"example.com/pipesfake/fake/internal/model"
)

// Sender delivers the events of one environment. It is safe for concurrent use.
type Sender struct {
	client      *http.Client
	environment *model.Environment
	onFault     func(provider, way string)               // is called for every fault that matches a delivery
	ready       func(context.Context, *model.Event) bool // or nil
	working     sync.WaitGroup

	mu      sync.Mutex
	ctx     context.Context // ends at a reset, with everything that is on its way
	cancel  context.CancelFunc
	queues  map[string]*queue // by endpoint
	done    []*Delivery       // delivered, the oldest first
	dead    []*Delivery       // dead or dropped, the oldest first
	last    uint64
	ended   uint64        // how many deliveries have ended
	waiting chan struct{} // closed when a delivery ends; nil means that nobody waits
	closed  bool
}

// begin starts without any deliveries.
func (c *Sender) begin() {
	c.ctx, c.cancel = context.WithCancel(context.Background())
	c.queues, c.done, c.dead, c.last = map[string]*queue{}, nil, nil, 0
}
