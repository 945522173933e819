package fake

import (
	"bufio"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// stateDisk is where the state file is. Beside it, FILE.lock says that a process uses it, and FILE.new is what is
// being written.
type stateDisk struct {
	path string // behind every link
	lock *os.File
	sync func(folder string) error // syncFolder, but in tests

	taken error // that another process has it, since its lock file was deleted
}

// newStateDisk takes a state file for this process alone.
func newStateDisk(path string) (*stateDisk, error) {
	path, err := behindLinks(path)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is %s, not a file", path, kindOf(info.Mode()))
	}
	lock, isLocked, err := takeLock(path)
	if err != nil {
		return nil, err
	}
	if isLocked {
		return nil, fmt.Errorf("%s is used by another pipesfake, which is still running: end that one, or name "+
			"another file", path)
	}
	return &stateDisk{path: path, lock: lock, sync: syncFolder}, nil
}

// takeLock locks the lock file of a state file, unless another process has locked it.
func takeLock(path string) (lock *os.File, isLocked bool, err error) {
	lock, err = os.OpenFile(path+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, false, err
	}
	if isLocked = lockFile(lock); isLocked {
		_ = lock.Close()
		return nil, true, nil
	}
	return lock, false, nil
}

// keepLock locks the state file again when its lock file was deleted: until then another process can take it. The
// error is that one has. This process does not write the file any more then, also when the other one has ended.
func (d *stateDisk) keepLock() error {
	if d.taken != nil {
		return d.taken
	}
	held, err := d.lock.Stat()
	if err != nil {
		return err
	}
	if there, err := os.Stat(d.path + ".lock"); err == nil && os.SameFile(held, there) {
		return nil
	}
	lock, isLocked, err := takeLock(d.path)
	if err != nil {
		return err
	}
	if isLocked {
		d.taken = fmt.Errorf("%s was taken by another pipesfake when its lock file was deleted: this one does not write it "+
			"any more", d.path)
		return d.taken
	}
	_ = d.lock.Close()
	d.lock = lock
	return nil
}

// isMissing reports whether the state file was deleted.
func (d *stateDisk) isMissing() bool {
	_, err := os.Lstat(d.path)
	return errors.Is(err, fs.ErrNotExist)
}

func kindOf(mode fs.FileMode) string {
	switch {
	case mode.IsDir():
		return "a directory"
	case mode&fs.ModeNamedPipe != 0:
		return "a named pipe"
	}
	return "a device or a socket"
}

// behindLinks is the file that symbolic links lead to, whether or not there is one.
func behindLinks(path string) (string, error) {
	for range 40 {
		target, err := os.Readlink(path)
		if err != nil {
			return path, nil // it is none
		}
		if !filepath.IsAbs(target) {
			target = filepath.Join(filepath.Dir(path), target)
		}
		path = target
	}
	return "", fmt.Errorf("%s leads through too many symbolic links", path)
}

// isSameFile tells whether two paths lead to one file, or whether what is written beside one is the other.
func isSameFile(state, other string) bool {
	there, err := os.Stat(other)
	state, err2 := behindLinks(state)
	if errors.Join(err, err2) != nil {
		return false
	}
	for _, end := range []string{"", ".new", ".lock"} {
		if one, err := os.Stat(state + end); err == nil && os.SameFile(one, there) {
			return true
		}
	}
	return false
}

// release leaves the file to others, as the end of the process does.
func (d *stateDisk) release() { _ = d.lock.Close() }

// setAside renames the file to one that there is not.
func (d *stateDisk) setAside() (aside string, err error) {
	for i := 1; ; i++ {
		aside = fmt.Sprintf("%s.aside-%d", d.path, i)
		if _, err := os.Lstat(aside); errors.Is(err, fs.ErrNotExist) {
			return aside, os.Rename(d.path, aside)
		}
	}
}

// replace writes beside the file, and renames. Nobody else may read it: it holds secrets. What a kill left there
// before goes.
func (d *stateDisk) replace(lines []stateLine) error {
	sums := sha256.New()
	for _, line := range lines {
		sums.Write(line.sum[:])
	}
	header, err := textOf(stateHeader{stateFormat, fmt.Sprintf("%x", sums.Sum(nil))})
	if err != nil {
		return err
	}
	path := d.path + ".new"
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	made, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	writer := bufio.NewWriterSize(made, 64<<10)
	_, _ = writer.Write(header) // Flush tells
	for _, line := range lines {
		_, _ = writer.Write(line.text)
	}
	err = errors.Join(writer.Flush(), made.Sync(), made.Close())
	if err == nil {
		err = os.Rename(path, d.path)
	}
	if err != nil {
		_ = os.Remove(path)
		return err
	}
	return d.sync(filepath.Dir(d.path))
}

// syncFolder makes the names of the files in a folder durable: without it, a renamed file can have its old content
// after a power failure. Where a folder cannot be opened or synced, there is nothing to do.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return nil // it may be written without being read, and some systems open none
	}
	return errors.Join(unlessUnsupported(folder.Sync()), folder.Close())
}

// unlessUnsupported returns the error of a sync, unless it says that folders cannot be synced here.
func unlessUnsupported(err error) error {
	if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.EINVAL) || errors.Is(err, fs.ErrPermission) {
		return nil
	}
	return err
}
