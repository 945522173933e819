package boltstore

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"example.com/pipesfake/internal/access"
)

// lockTimeout is how long Open waits for another process to close the file.
const lockTimeout = time.Second

// Open opens a file, or creates it, and locks it for this process. It resolves symbolic links. Only the owner of a file
// that Open creates may read it.
//
// If the file is damaged or something else than a state file, the error is a *DamagedError, and the store is returned
// as well: only its SetAside and Close can be used. Other errors come without a store: a *TextError for a file that
// begins with "{", a *NewerError for one of a later release, and errors that name the file and what to do if another
// process uses it, or if it is a folder or cannot be read or written.
func Open(path string) (*Store, error) { return open(path, 0) }

// open opens a file that grows up to maxSize bytes, unless that is 0.
func open(path string, maxSize int) (*Store, error) {
	path, err := access.ResolveLinks(path)
	if err != nil {
		return nil, err
	}
	s := &Store{path: path, maxSize: maxSize}
	err = s.start()
	var damaged *DamagedError
	if err != nil && !errors.As(err, &damaged) {
		s.stop()
		return nil, err
	}
	s.failed = err
	return s, err
}

// start opens the file. With a *DamagedError, the store has a database if bolt could open it.
func (s *Store) start() error {
	info, err := os.Stat(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = create(s.path); errors.Is(err, fs.ErrNotExist) {
			err = fmt.Errorf("creating %s: %w: make the folder first", s.path, fs.ErrNotExist)
		} else if err != nil {
			err = fmt.Errorf("creating %s: %w", s.path, err)
		} else {
			info, err = os.Stat(s.path)
		}
	}
	if err != nil {
		return access.ToWrite(err, s.path)
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is %s, not a file: name a file", s.path, describe(info.Mode()))
	}
	s.found = info
	if info.Size() == 0 {
		return &DamagedError{s.path, "it is empty"}
	}
	if isText, err := beginsLikeText(s.path); err != nil {
		return access.ToWrite(err, s.path)
	} else if isText {
		return &TextError{s.path}
	}
	if err := guard(s.path, s.checkPages); err != nil {
		return err
	}
	return guard(s.path, func() error {
		if err := s.openBolt(s.path); err != nil {
			return err
		}
		return s.checkRoot()
	})
}

// checkPages checks the file before bolt uses it, while no other process can write it.
func (s *Store) checkPages() error {
	var file *os.File
	options := s.options(&file)
	options.ReadOnly = true // the lock is shared, and bolt does not read the free pages
	database, err := bbolt.Open(s.path, 0, options)
	if err == nil {
		defer func() { _ = database.Close() }()
		info, statErr := file.Stat()
		if statErr != nil {
			return statErr
		}
		if err = checkPages(file, info.Size()); err == nil {
			return nil
		}
	}
	return s.explain(err)
}

// openBolt opens the file for reading and writing.
func (s *Store) openBolt(path string) error {
	database, err := bbolt.Open(path, 0o600, s.options(&s.file))
	if err != nil {
		s.file = nil // bolt has closed it
		return s.explain(err)
	}
	s.database = database
	return nil
}

// options are bolt's. The file that bolt opens is stored in file.
func (s *Store) options(file **os.File) *bbolt.Options {
	return &bbolt.Options{
		Timeout: lockTimeout, FreelistType: bbolt.FreelistMapType, NoStatistics: true, MaxSize: s.maxSize,
		OpenFile: func(name string, flag int, mode os.FileMode) (*os.File, error) {
			opened, err := os.OpenFile(name, flag&^os.O_CREATE, mode)
			*file = opened
			return opened, err
		},
	}
}

// explain says what an error of opening the file means. What is no error of the file system is damage.
func (s *Store) explain(err error) error {
	var ofFile *fs.PathError
	var ofSystem *os.SyscallError
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return fmt.Errorf("%s is used by another pipesfake, which is still running: end that one, "+
			"or name another file", s.path)
	case errors.As(err, &ofFile), errors.As(err, &ofSystem):
		return access.ToWrite(err, s.path)
	}
	return &DamagedError{s.path, err.Error()}
}

// create makes a file that keeps nothing yet, unless there is one. It appears complete, so that a file that is empty is
// known to be damaged.
func create(path string) error {
	folder := filepath.Dir(path)
	made, err := os.CreateTemp(folder, "."+filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(made.Name()) }()
	if err := made.Close(); err != nil {
		return err
	}
	database, err := bbolt.Open(made.Name(), 0o600, &bbolt.Options{NoStatistics: true})
	if err != nil {
		return err
	}
	if err := errors.Join(database.Update(createBuckets), database.Close()); err != nil {
		return err
	}
	err = os.Link(made.Name(), path) // fails if another process was faster
	if err != nil && !errors.Is(err, fs.ErrExist) {
		err = os.Rename(made.Name(), path) // a file system without links
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	syncFolder(folder)
	return nil
}

// syncFolder makes the name of a new file durable, where a folder can be synced.
func syncFolder(path string) {
	if folder, err := os.Open(path); err == nil {
		_ = folder.Sync()
		_ = folder.Close()
	}
}

func beginsLikeText(path string) (bool, error) {
	file, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer func() { _ = file.Close() }()
	first := make([]byte, 1)
	n, _ := file.Read(first)
	return n == 1 && first[0] == '{', nil
}

func describe(mode fs.FileMode) string {
	switch {
	case mode.IsDir():
		return "a folder"
	case mode&fs.ModeNamedPipe != 0:
		return "a named pipe"
	}
	return "a device or a socket"
}
