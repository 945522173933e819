//go:build !unix || aix || solaris

package store

import "os"

// lockFile does nothing: package syscall has no flock here.
func lockFile(*os.File) (isLocked bool) { return false }
