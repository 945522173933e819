//go:build unix && !aix && !solaris

package fake

import (
	"errors"
	"os"
	"syscall"
)

// lockFile locks a file until it is closed, be it by a kill, and tells whether somebody else has locked it. Where a
// file system knows no locks, nobody has.
func lockFile(f *os.File) (isLocked bool) {
	return errors.Is(syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB), syscall.EWOULDBLOCK)
}
