//go:build unix && !aix && !solaris

package store

import (
	"errors"
	"os"
	"syscall"
)

// lockFile locks a file until it is closed, also by a kill, and reports whether another process has locked it. File
// systems without locks never report that.
func lockFile(f *os.File) (isLocked bool) {
	return errors.Is(syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB), syscall.EWOULDBLOCK)
}
