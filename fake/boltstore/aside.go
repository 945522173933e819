package boltstore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// SetAside closes the file, renames it to FILE.damaged (or FILE.damaged-2 and so on: no file is overwritten), and goes
// on with a new file that keeps nothing. It returns the new name of the old file. If the file was removed or replaced
// meanwhile, where is empty, and the store goes on with what is at the path.
func (s *Store) SetAside(ctx context.Context) (where string, err error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	s.commits.Lock()
	defer s.commits.Unlock()
	s.use.Lock()
	defer s.use.Unlock()
	if errors.Is(s.failed, errClosed) {
		return "", errClosed
	}
	_ = s.stop() // what it could say is no news
	if there, statErr := os.Stat(s.path); statErr == nil && os.SameFile(there, s.found) {
		if where, err = rename(s.path); err != nil {
			s.failed = fmt.Errorf("setting %s aside: %w: rename or remove it yourself", s.path, err)
			return "", s.failed
		}
	}
	s.failed = s.start()
	return where, s.failed
}

// rename gives a file a name that does not exist yet.
func rename(path string) (where string, err error) {
	for i := 1; ; i++ {
		where = path + ".damaged"
		if i > 1 {
			where = fmt.Sprintf("%s-%d", where, i)
		}
		if _, err := os.Lstat(where); errors.Is(err, fs.ErrNotExist) {
			return where, os.Rename(path, where)
		} else if err != nil {
			return "", err
		}
	}
}
