package fake

import (
	"bufio"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// stateDisk is where the state file is. Beside it, FILE.lock says that a process uses it, and FILE.new is what is
// being written.
type stateDisk struct {
	path string // behind every link
	lock *os.File
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
	lock, err := os.OpenFile(path+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if isLocked := lockFile(lock); isLocked {
		_ = lock.Close()
		return nil, fmt.Errorf("%s is used by another pipesfake, which is still running: end that one, or name another file", path)
	}
	return &stateDisk{path, lock}, nil
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
	}
	return err
}
