package environment

import (
	"context"

	"example.com/pipesfake/fake/internal/journal"
)

// Peers are the other servers that share a store, each of which has some of the environments in memory. See Saver.Adopt.
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
	// ResetCoverage makes others forget what they have counted.
	ResetCoverage(ctx context.Context) error
}
