//go:build !unix || aix || solaris

package fake

import "os"

// lockFile locks nothing: syscall has no flock here.
func lockFile(*os.File) (isLocked bool) { return false }
