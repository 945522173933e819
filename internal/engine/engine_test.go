package engine

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/pipesfake/fake"
)

// A file of format 2 is imported once, and kept beside.
func TestOldFilesAreImported(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state")
	none, line := "{}\n", `{"Environment":"default","Saved":{"Words":3}}`+"\n"
	first, second := sha256.Sum256([]byte(none)), sha256.Sum256([]byte(line))
	sum := sha256.Sum256(append(first[:], second[:]...))
	text := fmt.Appendf(nil, `{"pipesfake_state":2,"sha256":"%x"}`+"\n%s%s", sum, none, line)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		store, err := OpenFile(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		parts, err := store.Load(t.Context(), "default")
		if err != nil || string(parts["head"]) != `{"Words":3}` {
			t.Errorf("it has %q (%v)", parts, err)
		}
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	}
	if kept, err := os.ReadFile(path + ".bak"); err != nil || string(kept) != string(text) {
		t.Errorf("the old file is %q (%v)", kept, err)
	}
	left, _ := filepath.Glob(path + "*")
	if len(left) != 2 {
		t.Errorf("there is %q", left)
	}
}

func TestUnusableStores(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	old := filepath.Join(folder, "old")
	if err := os.WriteFile(old, []byte(`{"pipesfake_state":2,"sha256":"0"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	text := filepath.Join(folder, "other.yaml")
	if err := os.WriteFile(text, []byte("version: 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	file := func(path string) func() (fake.Store, error) {
		return func() (fake.Store, error) { return OpenFile(t.Context(), path) }
	}
	database := func(address string) func() (fake.Store, error) {
		return func() (fake.Store, error) { return OpenDatabase(t.Context(), address, 0) }
	}
	for name, c := range map[string]struct {
		open func() (fake.Store, error)
		want string
	}{
		"a folder":         {file(folder), "is a "},
		"a text":           {file(text), "is a text, not a state file"},
		"a damaged old":    {file(old), "its content is not what was written: move it away"},
		"another database": {database("mysql://host/0"), "the scheme of the address"},
		"no host":          {database("redis:///0"), "host"},
		"one slash":        {database("redis:/host/0"), "redis://"},
		"nobody":           {database("redis://user:secret@127.0.0.1:1/0"), "127.0.0.1:1"},
	} {
		_, err := c.open()
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v, not %q", name, err, c.want)
		}
	}
}

// What is damaged is set aside by the server, which begins anew.
func TestDamagedFilesAreSetAside(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state")
	if err := os.WriteFile(path, []byte("something else\x00"), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		store, err := OpenFile(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		server, err := fake.New(fake.WithStore(store))
		if err != nil {
			t.Fatal(err)
		}
		server.Close()
	}
	if aside, err := os.ReadFile(path + ".damaged"); err != nil || string(aside) != "something else\x00" {
		t.Errorf("it was set aside as %q (%v)", aside, err)
	}
}
