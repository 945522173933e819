package environment

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/scenarios"
)

// Config says how a registry makes environments.
type Config struct {
	Scenarios   *scenarios.Set
	Clock       func() *clock.Clock // makes the clock of an environment
	Max         int                 // how many environments there can be
	Idle        time.Duration       // how long one can be unused before it is dropped; zero means forever
	JournalSize int                 // how many requests each journal stores
	Secret      string              // makes consent addresses unguessable; empty: they derive from the seed
	LinkLocal   bool                // webhooks may be sent to link-local addresses

	// Peers are the other servers that have some of the environments, or nil.
	Peers Peers

	// Adjust applies the server's options to a text that is tried. Nil leaves it as it is.
	Adjust func(*scenarios.Set) (*scenarios.Set, error)
}

// isShared reports whether other servers have some of the environments.
func (c *Config) isShared() bool { return c.Peers != nil }

// Registry holds the environments of a server by name. It is safe for concurrent use.
type Registry struct {
	config Config
	lookup *lookup
	client *http.Client // sends webhooks

	// mayDeliver waits until an event may be delivered, and reports false if it may not any more. Nil: it may at once.
	mayDeliver func(ctx context.Context, e *Environment, event *model.Event) bool
	closing    sync.WaitGroup // the webhooks of dropped environments

	opened atomic.Pointer[Environment] // the one that was opened last, or nil

	mu     sync.RWMutex
	began  time.Time // in real time
	set    *scenarios.Set
	byName map[string]*Environment
	starts map[string]Start // of the environments of tests, by name
	past   journal.Coverage // counted before resets, and by dropped environments

	pastRevision atomic.Uint64 // counts the changes of past

	keepsDropped bool           // for takeDropped, which a saver calls
	dropped      []*Environment // since they were taken last
	cleaned      time.Time      // when idle environments were dropped last, in real time
}
