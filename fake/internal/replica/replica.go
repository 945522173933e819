// Package replica makes several servers that share a store serve as one. Each environment is served by one of them at a
// time, its owner, who holds it in memory. A Member is this server among them: it announces itself in the store every
// half a second, claims environments for which calls come, and gives up what it holds as soon as it cannot be sure any
// more that its announcement lasts. Owner says who serves an environment, and Forwarder passes calls on to others.
package replica

import (
	"context"
	"time"
)

// Store is a store that several servers use at once. Package redisstore documents the methods.
type Store interface {
	Environments(ctx context.Context) ([]string, error)
	Announce(ctx context.Context, id, about, file string, ttl time.Duration, first bool) (
		isAlive bool, current string, err error)
	Leave(ctx context.Context, id string) error
	Claim(ctx context.Context, environment, id string, max int) (owner, about string, isFull bool, err error)
	Release(ctx context.Context, environment, id string) error
	Replicas(ctx context.Context) (map[string]string, error)
	Owners(ctx context.Context) (map[string]string, error)
	Secret(ctx context.Context, made string) (string, error)
	Own(id string)
}

// Host holds the environments of this server.
type Host interface {
	// Adopt loads an environment that this server has become the owner of, or makes it if it is new. The environment is
	// in memory afterwards, unless isOwner reports false then: Held lists what is there before isOwner changes.
	Adopt(ctx context.Context, name string, isOwner func() bool) error
	// Holds reports whether an environment is in memory.
	Holds(name string) bool
	// Held lists the environments that are in memory.
	Held() []string
	// Settle waits a moment for the calls in progress in an environment.
	Settle(ctx context.Context, name string)
	// Save saves what changed in an environment.
	Save(ctx context.Context, name string) error
	// Abandon forgets an environment, without removing it from the store.
	Abandon(name string)
}

// About is what a replica announces of itself.
type About struct {
	URL     string    `json:"url"` // where other replicas reach it
	Version string    `json:"version"`
	File    string    `json:"file"` // the digest of its scenario file
	Started time.Time `json:"started"`
}

// The times of announcements.
const (
	lifetime    = 2 * time.Second        // that an announcement lasts
	margin      = 200 * time.Millisecond // by which this server counts it as shorter
	interval    = 500 * time.Millisecond // between announcements
	storeTime   = time.Second            // that an announcement may take
	orphanEvery = 2                      // announcements between searches for environments without an owner
	maxOrphans  = 50                     // that are claimed in one search
	handsOver   = 16                     // environments that are handed over at once
)
