package environment

import (
	"context"
	"time"

	"example.com/pipesfake/fake/internal/journal"
)

// Peers are the other servers that share a store, each of which has some of the environments in memory. See
// Saver.Adopt.
type Peers interface {
	Index
	// ClaimNew makes this server the owner of an environment that no server has used, and adopts it. It reports false
	// if the environment exists already.
	ClaimNew(ctx context.Context, name string) (isNew bool, err error)
	// IsAlive reports whether what this server holds cannot be another one's.
	IsAlive() bool
	// Environments lists the environments that others hold, and those that nobody holds, which are without a time.
	Environments(ctx context.Context) ([]Info, error)
	// Coverage returns what others have counted.
	Coverage(ctx context.Context) (journal.Coverage, error)
	// Replicas lists all servers that share the store, this one among them.
	Replicas(ctx context.Context) ([]Replica, error)
	// ResetCoverage makes others forget what they have counted.
	ResetCoverage(ctx context.Context) error
}

// Replica is one of the servers that share a store.
type Replica struct {
	ID           string
	URL          string // where the others reach it
	Version      string
	Started      time.Time
	IsHere       bool
	IsCurrent    bool     // it has the scenario file that is in force for all
	Environments []string // that it owns
}

// Info describes an environment for lists.
type Info struct {
	Name     string
	APIKey   string    // opens it
	LastUsed time.Time // real time
}
