package environment

import "context"

// Store keeps environments over a restart of the process. An environment is kept in parts, each of which has a name and
// is opaque to the store. A store is used by several goroutines at once, but for each environment by one at a time.
type Store interface {
	// Environments lists the names of the environments that are kept.
	Environments(ctx context.Context) ([]string, error)
	// Load returns the parts of an environment by name. There are none if it is not kept.
	Load(ctx context.Context, environment string) (parts map[string][]byte, err error)
	// Save puts and removes parts of an environment, all of that or nothing. With replace, all that it had before is
	// removed first. It returns when that is durable.
	Save(ctx context.Context, environment string, replace bool, put map[string][]byte, remove []string) error
	// Delete removes an environment. It is no error if it is not kept.
	Delete(ctx context.Context, environment string) error
	// Close ends the use of the store.
	Close() error
}

// aside is a store that can put away what cannot be used, and go on empty.
type aside interface {
	SetAside(ctx context.Context) (where string, err error)
}

// wholeServer is the name under which a store keeps what belongs to no environment. No environment has it.
const wholeServer = "~server"
