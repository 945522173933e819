// Package store stores saved environments in a file, so that they survive a restart of the process.
//
// The file is text. Its first line is a header with a checksum, and every other line is the JSON of something saved.
// The file is replaced as a whole, so that a reader finds either the old one or the new one.
package store

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// File is a state file that only this process uses. Beside it, FILE.lock is locked while the process uses the file, and
// FILE.new is the file that is being written.
type File struct {
	path       string // with symbolic links resolved
	lock       *os.File
	syncFolder func(path string) error // replaced by tests

	taken error // set when another process took the file because its lock file was deleted
}

// Line is a line of the file with its checksum, which need not be computed again while the line does not change.
type Line struct {
	text []byte
	sum  [sha256.Size]byte
}

// NewLine returns a line of the file. The text must end with a newline and contain no other.
func NewLine(text []byte) Line { return Line{text, sha256.Sum256(text)} }

// IsZero reports whether the line was not made by NewLine.
func (l Line) IsZero() bool { return l.text == nil }

// format is the version of the format that is written and read.
const format = 2

// header is the first line.
type header struct {
	Format int    `json:"pipesfake_state"`
	SHA256 string `json:"sha256"` // of the checksums of the other lines
}

// DamagedError describes a file whose content cannot be used.
type DamagedError struct{ Reason string }

func (e *DamagedError) Error() string { return e.Reason }

// Open locks a state file for this process. The file need not exist.
func Open(path string) (*File, error) {
	path, err := resolveLinks(path)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is %s, not a file", path, describe(info.Mode()))
	}
	lock, isLocked, err := takeLock(path)
	if err != nil {
		return nil, err
	}
	if isLocked {
		return nil, fmt.Errorf("%s is used by another pipesfake, which is still running: end that one, "+
			"or name another file", path)
	}
	return &File{path: path, lock: lock, syncFolder: syncFolder}, nil
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

// KeepLock locks the file again if its lock file was deleted, since another process could lock the file until then.
// If one has, KeepLock returns an error, from then on and also after that process has ended: this process must not
// write the file any more.
func (f *File) KeepLock() error {
	if f.taken != nil {
		return f.taken
	}
	held, err := f.lock.Stat()
	if err != nil {
		return err
	}
	if there, err := os.Stat(f.path + ".lock"); err == nil && os.SameFile(held, there) {
		return nil
	}
	lock, isLocked, err := takeLock(f.path)
	if err != nil {
		return err
	}
	if isLocked {
		f.taken = fmt.Errorf("%s was taken by another pipesfake when its lock file was deleted: "+
			"this one does not write it any more", f.path)
		return f.taken
	}
	_ = f.lock.Close()
	f.lock = lock
	return nil
}

// IsMissing reports whether the file was deleted.
func (f *File) IsMissing() bool {
	_, err := os.Lstat(f.path)
	return errors.Is(err, fs.ErrNotExist)
}

func describe(mode fs.FileMode) string {
	switch {
	case mode.IsDir():
		return "a directory"
	case mode&fs.ModeNamedPipe != 0:
		return "a named pipe"
	}
	return "a device or a socket"
}

// resolveLinks returns the file that symbolic links lead to, whether or not it exists.
func resolveLinks(path string) (string, error) {
	for range 40 {
		target, err := os.Readlink(path)
		if err != nil {
			return path, nil // not a link
		}
		if !filepath.IsAbs(target) {
			target = filepath.Join(filepath.Dir(path), target)
		}
		path = target
	}
	return "", fmt.Errorf("%s leads through too many symbolic links", path)
}

// IsSameFile reports whether two paths lead to one file, or whether writing the state file would overwrite the other.
func IsSameFile(state, other string) bool {
	there, err := os.Stat(other)
	state, err2 := resolveLinks(state)
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

// Path returns the file's path with symbolic links resolved.
func (f *File) Path() string { return f.path }

// Close unlocks the file, so that other processes can use it.
func (f *File) Close() { _ = f.lock.Close() }

// Read returns the lines of the file. Its errors are fs.ErrNotExist, a *DamagedError, and those of the file system.
func (f *File) Read() (lines [][]byte, err error) {
	text, err := os.ReadFile(f.path)
	if err != nil {
		return nil, err
	}
	first, rest, _ := bytes.Cut(text, []byte("\n"))
	var head header
	if err := json.Unmarshal(first, &head); err != nil {
		return nil, &DamagedError{"its first line is not that of a state file: " + err.Error()}
	}
	if head.Format != format {
		return nil, &DamagedError{fmt.Sprintf("its format is %d; this pipesfake reads %d", head.Format, format)}
	}
	sums := sha256.New()
	for line := range bytes.Lines(rest) {
		sum := sha256.Sum256(line)
		sums.Write(sum[:])
		lines = append(lines, line)
	}
	if sum := fmt.Sprintf("%x", sums.Sum(nil)); sum != head.SHA256 {
		return nil, &DamagedError{"it is damaged: its content is not what was written"}
	}
	return lines, nil
}

// SetAside renames the file to a name that does not exist yet, and returns that name.
func (f *File) SetAside() (aside string, err error) {
	for i := 1; ; i++ {
		aside = fmt.Sprintf("%s.aside-%d", f.path, i)
		if _, err := os.Lstat(aside); errors.Is(err, fs.ErrNotExist) {
			return aside, os.Rename(f.path, aside)
		}
	}
}

// Replace writes the lines to a file beside the state file, and renames that to the state file. Only the owner of the
// file may read it, because it contains secrets. A file that a killed process left there is removed.
func (f *File) Replace(lines []Line) error {
	sums := sha256.New()
	for _, line := range lines {
		sums.Write(line.sum[:])
	}
	head, err := json.Marshal(header{format, fmt.Sprintf("%x", sums.Sum(nil))})
	if err != nil {
		return err
	}
	path := f.path + ".new"
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	made, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	writer := bufio.NewWriterSize(made, 64<<10)
	_, _ = writer.Write(append(head, '\n')) // Flush reports errors
	for _, line := range lines {
		_, _ = writer.Write(line.text)
	}
	err = errors.Join(writer.Flush(), made.Sync(), made.Close())
	if err == nil {
		err = os.Rename(path, f.path)
	}
	if err != nil {
		_ = os.Remove(path)
		return err
	}
	return f.syncFolder(filepath.Dir(f.path))
}
