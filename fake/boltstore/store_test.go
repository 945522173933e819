package boltstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"example.com/pipesfake/internal/storetest"
)

// mustOpen opens a file that is closed at the end of the test.
func mustOpen(t testing.TB, path string) *Store {
	t.Helper()
	store, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return store
}

func mustSave(t testing.TB, store *Store, environment string, put map[string][]byte) {
	t.Helper()
	if err := store.Save(t.Context(), environment, false, put, nil); err != nil {
		t.Fatal(err)
	}
}

func TestEngine(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) (storetest.Store, func() storetest.Store) {
		path := filepath.Join(t.TempDir(), "state.db")
		store := mustOpen(t, path)
		return store, func() storetest.Store {
			if err := store.Close(); err != nil {
				t.Fatal(err)
			}
			store = mustOpen(t, path)
			return store
		}
	})
}

// The errors of Open name the file and what to do.
func TestOpenErrors(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := func(name string) string { return filepath.Join(folder, name) }
	write := func(name, text string) string {
		if err := os.WriteFile(path(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path(name)
	}
	mustOpen(t, path("used"))
	newer := path("newer")
	_ = mustOpen(t, newer).Close()
	rewriteRoot(t, newer, root{format: 9}.encode())
	for name, c := range map[string]struct{ path, want string }{
		"used": {path("used"), "is used by another pipesfake, which is still running: end that one, " +
			"or name another file"},
		"a folder":  {folder, "is a folder, not a file: name a file"},
		"no folder": {path("none/state.db"), "make the folder first"},
		"text": {write("text", `{"pipesfake_state":2}`),
			"is a text file, as pipesfake before format 3 wrote it: import it"},
		"empty": {write("empty", ""), "is damaged or no state file: it is empty"},
		"other": {write("other", "providers:\n"), "is damaged or no state file: invalid database"},
		"long": {write("long", strings.Repeat("providers:\n", 9999)),
			"is damaged or no state file: invalid database"},
		"newer": {newer,
			"has format 9; this pipesfake reads format 3: use a later release, or name another file"},
	} {
		store, err := Open(c.path)
		text := fmt.Sprint(err)
		if err == nil || !strings.Contains(text, c.want) || !strings.Contains(text, filepath.Dir(c.path)) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
		var damaged *DamagedError
		if errors.As(err, &damaged) != (store != nil) {
			t.Errorf("%s: a store comes with damage only; %v, %v", name, store, err)
		}
		if store != nil {
			_ = store.Close()
		}
	}
	var text *TextError
	if _, err := Open(path("text")); !errors.As(err, &text) || text.Path != path("text") {
		t.Errorf("%v is no TextError", err)
	}
	var later *NewerError
	if _, err := Open(newer); !errors.As(err, &later) || later.Format != 9 {
		t.Errorf("%v is no NewerError", err)
	}
}

// rewriteRoot replaces the root record of a file.
func rewriteRoot(t *testing.T, path string, record []byte) {
	t.Helper()
	database, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = database.Update(func(tx *bbolt.Tx) error { return tx.Bucket(rootBucket).Put(rootKey, record) })
	if err := errors.Join(err, database.Close()); err != nil {
		t.Fatal(err)
	}
}

// A bolt file of another program is no state file, and is not changed.
func TestForeignBoltFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "foreign.db")
	database, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = database.Update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucket([]byte("theirs"))
		return err
	})
	_ = database.Close()
	before, _ := os.ReadFile(path)
	store, err := Open(path)
	if err == nil || !strings.Contains(err.Error(), "it has not the buckets of a state file") {
		t.Fatalf("%v", err)
	}
	if err := store.Save(t.Context(), "main", false, nil, nil); err == nil {
		t.Error("saved in a foreign file")
	}
	if _, err := store.Environments(t.Context()); err == nil {
		t.Error("read a foreign file")
	}
	_ = store.Close()
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Error("the file was changed")
	}
}

func TestOpenLink(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("links and modes are others on Windows")
	}
	folder := t.TempDir()
	path, link := filepath.Join(folder, "state.db"), filepath.Join(folder, "link")
	if err := os.Symlink("state.db", link); err != nil {
		t.Fatal(err)
	}
	store := mustOpen(t, link)
	if store.Path() != path {
		t.Errorf("path %s, want %s", store.Path(), path)
	}
	info, err := os.Lstat(path)
	if err != nil || info.Mode() != 0o600 {
		t.Errorf("%v, %v, want mode 0600", info.Mode(), err)
	}
	if names, _ := filepath.Glob(filepath.Join(folder, ".*")); len(names) > 0 {
		t.Errorf("%s is left", names)
	}
	loop := filepath.Join(folder, "loop")
	_ = os.Symlink("loop", loop)
	if _, err := Open(loop); err == nil || !strings.Contains(err.Error(), "leads through too many symbolic links") {
		t.Errorf("%v", err)
	}
	pipe, err := Open("/dev/null")
	if err == nil || pipe != nil || !strings.Contains(err.Error(), "is a device or a socket, not a file") {
		t.Errorf("%v", err)
	}
}

func TestSetAside(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state.db")
	store := mustOpen(t, path)
	for i, want := range []string{path + ".damaged", path + ".damaged-2", path + ".damaged-3"} {
		mustSave(t, store, fmt.Sprint("environment-", i), map[string][]byte{"head": {byte(i)}})
		where, err := store.SetAside(t.Context())
		if err != nil || where != want {
			t.Fatalf("%s, %v; want %s", where, err, want)
		}
		if names, err := store.Environments(t.Context()); err != nil || len(names) != 0 {
			t.Fatalf("%q, %v", names, err)
		}
		if _, err := Open(path); err == nil {
			t.Error("the new file is not locked")
		}
		aside := mustOpen(t, where)
		names, err := aside.Environments(t.Context())
		if err != nil || len(names) != 1 || names[0] != fmt.Sprint("environment-", i) {
			t.Errorf("aside is %q, %v", names, err)
		}
	}
	_ = store.Close()
	if _, err := store.SetAside(t.Context()); !errors.Is(err, errClosed) {
		t.Errorf("%v", err)
	}
}

// Of two processes that find a damaged file, the second does not take the new file of the first away.
func TestSetAsideTwice(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state.db")
	if err := os.WriteFile(path, []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	first, err := Open(path)
	second, err2 := Open(path)
	if err == nil || err2 == nil {
		t.Fatal("a damaged file was opened")
	}
	defer func() { _ = first.Close() }()
	defer func() { _ = second.Close() }()
	if where, err := first.SetAside(t.Context()); err != nil || where != path+".damaged" {
		t.Fatalf("%s, %v", where, err)
	}
	mustSave(t, first, "main", map[string][]byte{"head": nil})
	where, err := second.SetAside(t.Context())
	if err == nil || where != "" || !strings.Contains(err.Error(), "is used by another pipesfake") {
		t.Errorf("%s, %v", where, err)
	}
	mustSave(t, first, "main", map[string][]byte{"head": nil})
}

// A file that is removed under a running server takes no changes that would be lost.
func TestRemovedFile(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("an open file cannot be removed on Windows")
	}
	path := filepath.Join(t.TempDir(), "state.db")
	store := mustOpen(t, path)
	mustSave(t, store, "main", map[string][]byte{"head": nil})
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	err := store.Save(t.Context(), "main", false, nil, nil)
	if err == nil || !strings.Contains(err.Error(), "was removed or replaced while it was used, so nothing is saved") {
		t.Errorf("%v", err)
	}
	if where, err := store.SetAside(t.Context()); err != nil || where != "" {
		t.Errorf("%s, %v", where, err)
	}
	mustSave(t, store, "main", map[string][]byte{"head": nil})
}

// A change for which there is no room fails alone, and the store takes the next ones.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	store, err := open(filepath.Join(t.TempDir(), "state.db"), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	mustSave(t, store, "main", map[string][]byte{"head": []byte("1")})
	err = store.Save(t.Context(), "main", true, map[string][]byte{"head": make([]byte, 4<<20)}, nil)
	if err == nil || !strings.Contains(err.Error(), "state.db cannot be written, so the change is not saved: ") {
		t.Fatalf("%v", err)
	}
	parts, err := store.Load(t.Context(), "main")
	if err != nil || string(parts["head"]) != "1" {
		t.Fatalf("%q, %v", parts, err)
	}
	mustSave(t, store, "main", map[string][]byte{"head": []byte("2")})

	large := &change{environment: []byte("large"), put: map[string][]byte{"head": make([]byte, 4<<20)}}
	small := &change{environment: []byte("small"), put: map[string][]byte{"head": nil}}
	store.write([]*change{large, small}) // as if both calls had come together
	if large.err == nil || small.err != nil {
		t.Errorf("%v, %v", large.err, small.err)
	}
}

func TestClosed(t *testing.T) {
	t.Parallel()
	store := mustOpen(t, filepath.Join(t.TempDir(), "state.db"))
	for range 2 {
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.Save(context.Background(), "main", false, nil, nil); !errors.Is(err, errClosed) {
		t.Errorf("%v", err)
	}
	if _, err := store.Load(context.Background(), "main"); !errors.Is(err, errClosed) {
		t.Errorf("%v", err)
	}
}
