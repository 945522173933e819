// Package engine opens the store that --state names: a file, or Redis. Only the command's main package imports it, so
// that no program that embeds the fake contains a database.
package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"example.com/pipesfake/fake"
	"example.com/pipesfake/fake/boltstore"
	"example.com/pipesfake/fake/redisstore"
	"example.com/pipesfake/internal/oldstate"
)

// OpenDatabase opens Redis or Valkey at an address such as redis://host:6379/0. With wait, a save ends when so many
// replicas of it have it.
func OpenDatabase(ctx context.Context, address string, wait int) (fake.Store, error) {
	store, err := redisstore.Open(ctx, address, wait)
	if err != nil {
		return nil, err
	}
	return store, nil
}

// OpenFile opens a file. One that an older version wrote is imported, and kept beside as FILE.bak. One that is damaged
// can be opened: the store then returns what is wrong with it, and can set it aside.
func OpenFile(ctx context.Context, text string) (fake.Store, error) {
	store, err := openFile(text)
	if old := new(boltstore.TextError); errors.As(err, &old) {
		if err := importOld(ctx, old.Path); err != nil {
			return nil, err
		}
		store, err = openFile(text)
	}
	return store, err
}

// openFile opens a file. That it is damaged is no error here, but that it is a text is one: it is probably named by
// mistake, and must not be set aside.
func openFile(path string) (fake.Store, error) {
	store, err := boltstore.Open(path)
	if store != nil && errors.As(err, new(*boltstore.DamagedError)) {
		if isText(path) {
			_ = store.Close()
			return nil, fmt.Errorf("%s is a text, not a state file: name another file, or move it away", path)
		}
		return store, nil
	}
	if err != nil {
		return nil, err
	}
	return store, nil
}

// isText reports whether a file begins with text.
func isText(path string) bool {
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	text := make([]byte, 512)
	n, _ := io.ReadFull(file, text)
	return n > 0 && !bytes.ContainsRune(text[:n], 0)
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
	_ = os.Remove(path + ".lock") // of the older version
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
