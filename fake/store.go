package fake

import "context"

// Store keeps environments over a restart of the process. Each environment is kept in parts, which have names and are
// opaque to the store. Its methods are called by several goroutines at once, but for each environment by one at a time.
//
// A store can have a method SetAside(context.Context) (where string, err error), too. It puts away all that is kept,
// which was damaged or belongs to another scenario file, and returns where that is; the store then goes on empty.
// Without it, such state is an error of Start and New. An error with a method Unreachable() bool that returns true says
// that the store could not be asked: nothing is put away then.
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
