// Package engine opens the store that --state names: a file, or Redis. Only the command's main package imports it, so
// that no program that embeds the fake contains a database.
package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"example.com/pipesfake/fake"
	"example.com/pipesfake/fake/boltstore"
	"example.com/pipesfake/fake/redisstore"
	"example.com/pipesfake/internal/oldstate"
)

// IsAddress reports whether a text is the address of a database, not the path of a file.
func IsAddress(text string) bool { return strings.Contains(text, "://") }

// Open opens a store: Redis or Valkey at an address such as redis://host:6379/0, otherwise a file. A file that an
// older version wrote is imported, and kept beside as FILE.bak. With wait, a save ends when so many replicas of Redis
// have it.
//
// A file that is damaged can be opened: the store then returns what is wrong with it, and can set it aside.
func Open(ctx context.Context, text string, wait int) (fake.Store, error) {
	if IsAddress(text) {
		store, err := redisstore.Open(ctx, text, wait)
		if err != nil {
			return nil, err
		}
		return store, nil
	}
	if wait > 0 {
		return nil, fmt.Errorf("--state-wait is for Redis, and %s is a file: leave it out", text)
	}
	store, err := openFile(text)
	if old := new(boltstore.TextError); errors.As(err, &old) {
		if err := importOld(ctx, old.Path); err != nil {
			return nil, err
		}
		store, err = openFile(text)
	}
	return store, err
}

// openFile opens a file. That it is damaged is no error here.
func openFile(path string) (fake.Store, error) {
	store, err := boltstore.Open(path)
	if store != nil && errors.As(err, new(*boltstore.DamagedError)) {
		return store, nil
	}
	if err != nil {
		return nil, err
	}
	return store, nil
}

// importOld puts a new file in the place of one of an older version, which it renames.
func importOld(ctx context.Context, path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	environments, err := oldstate.Read(text)
	if err != nil {
		return fmt.Errorf("%s is not a state file, or it is damaged: %w: move it away, or name another file", path, err)
	}
	made := path + ".new"
	if err := os.Remove(made); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := fill(ctx, made, environments); err != nil {
		return err
	}
	if err := os.Rename(path, nameFor(path)); err != nil {
		return err
	}
	return os.Rename(made, path)
}

// fill saves environments in a new file.
func fill(ctx context.Context, path string, environments map[string]map[string][]byte) error {
	store, err := boltstore.Open(path)
	if err != nil {
		return err
	}
	for name, parts := range environments {
		err = errors.Join(err, store.Save(ctx, name, true, parts, nil))
	}
	return errors.Join(err, store.Close())
}

// nameFor returns a name for the copy of a file: none that exists.
func nameFor(path string) string {
	name := path + ".bak"
	for i := 2; ; i++ {
		if _, err := os.Lstat(name); errors.Is(err, fs.ErrNotExist) {
			return name
		}
		name = fmt.Sprintf("%s.bak-%d", path, i)
	}
}
