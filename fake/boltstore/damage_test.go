package boltstore

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"example.com/pipesfake/internal/storetest"
)

// content is all that a store returns.
type content map[string]map[string][]byte

func readAll(t *testing.T, store *Store) (content, error) {
	t.Helper()
	names, err := store.Environments(t.Context())
	if err != nil {
		return nil, err
	}
	all := content{}
	for _, name := range names {
		if all[name], err = store.Load(t.Context(), name); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (c content) equals(other content) bool {
	return maps.EqualFunc(c, other, func(a, b map[string][]byte) bool { return maps.EqualFunc(a, b, bytes.Equal) })
}

// fill saves several environments, in many changes, so that the file has free pages too.
func fill(t *testing.T, store *Store, random *rand.Rand) {
	t.Helper()
	for i := range 60 {
		put := map[string][]byte{"head": fmt.Append(nil, i)}
		for range random.IntN(60) {
			put[fmt.Sprintf("connection/%012d/000000", random.IntN(500))] = make([]byte, 300+random.IntN(700))
		}
		mustSave(t, store, fmt.Sprint("environment-", random.IntN(12)), put)
	}
	if err := store.Delete(t.Context(), "environment-3"); err != nil {
		t.Fatal(err)
	}
}

// Every damage is noticed, or changes nothing of what is read, also after further changes.
func TestDamage(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "good.db")
	store := mustOpen(t, path)
	fill(t, store, rand.New(rand.NewPCG(1, 2)))
	want, err := readAll(t, store)
	if err != nil {
		t.Fatal(err)
	}
	_ = store.Close()
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	noticed := 0
	for seed := range uint64(200) {
		random := rand.New(rand.NewPCG(seed, 3))
		text, how := storetest.Corrupt(bytes.Clone(good), random.IntN)
		bad := filepath.Join(folder, fmt.Sprint(seed, ".db"))
		if err := os.WriteFile(bad, text, 0o600); err != nil {
			t.Fatal(err)
		}
		if isNoticed(t, bad, want, fmt.Sprintf("%d: %s", seed, how)) {
			noticed++
		}
		_ = os.Remove(bad)
	}
	t.Logf("%d of 200 damages were noticed; the others changed nothing", noticed)
}

// isNoticed opens a damaged file. If it finds nothing wrong, it checks that everything is as it was.
func isNoticed(t *testing.T, path string, want content, how string) bool {
	t.Helper()
	store, err := Open(path)
	if store != nil {
		defer func() { _ = store.Close() }()
	}
	var damaged *DamagedError
	var text *TextError
	if errors.As(err, &text) {
		return true
	}
	if err == nil {
		var got content
		if got, err = readAll(t, store); err == nil {
			if !got.equals(want) {
				t.Fatalf("%s: half of it is read", how)
			}
			mustSave(t, store, "environment-1", map[string][]byte{"head": []byte("new")})
			got, err = readAll(t, store)
			if err != nil || string(got["environment-1"]["head"]) != "new" {
				t.Fatalf("%s: after a change: %v", how, err)
			}
			return false
		}
	}
	if !errors.As(err, &damaged) {
		t.Fatalf("%s: %v", how, err)
	}
	if where, err := store.SetAside(t.Context()); err != nil || where != path+".damaged" {
		t.Fatalf("%s: set aside as %s, %v", how, where, err)
	}
	_ = os.Remove(path + ".damaged")
	mustSave(t, store, "main", map[string][]byte{"head": nil})
	return true
}

// A file that is cut while it is used is noticed by what reads it, and by what writes it at the latest when it is
// opened again. The process goes on.
func TestCutWhileUsed(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("a mapped file cannot be cut on Windows")
	}
	path := filepath.Join(t.TempDir(), "state.db")
	store := mustOpen(t, path)
	fill(t, store, rand.New(rand.NewPCG(5, 6)))
	if err := os.Truncate(path, int64(2*os.Getpagesize())); err != nil {
		t.Fatal(err)
	}
	var damaged *DamagedError
	if _, err := readAll(t, store); !errors.As(err, &damaged) {
		t.Errorf("read: %v", err)
	}
	err := store.Save(t.Context(), "main", false, map[string][]byte{"head": nil}, nil)
	if !errors.As(err, &damaged) {
		t.Errorf("saved: %v", err)
	}
	if err := store.Save(t.Context(), "main", false, nil, nil); !errors.As(err, &damaged) {
		t.Errorf("saved after that: %v", err)
	}
	if where, err := store.SetAside(t.Context()); err != nil || where != path+".damaged" {
		t.Fatalf("%s, %v", where, err)
	}
	mustSave(t, store, "main", map[string][]byte{"head": nil})
}

// A value that was damaged is noticed also if a change replaced it before anything read it.
func TestDamageBeforeChange(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state.db")
	store := mustOpen(t, path)
	mustSave(t, store, "main", map[string][]byte{"head": []byte("a value to find"), "catalog": []byte("x")})
	_ = store.Close()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text = bytes.ReplaceAll(text, []byte("value to find"), []byte("vague to find"))
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	store = mustOpen(t, path)
	mustSave(t, store, "main", map[string][]byte{"head": []byte("another")})
	var damaged *DamagedError
	if _, err := store.Load(t.Context(), "main"); !errors.As(err, &damaged) {
		t.Errorf("%v", err)
	}
	if err := store.Save(t.Context(), "main", true, map[string][]byte{"head": []byte("whole")}, nil); err != nil {
		t.Fatal(err)
	}
	if parts, err := store.Load(t.Context(), "main"); err != nil || string(parts["head"]) != "whole" {
		t.Errorf("%q, %v: replacing everything does not mend it", parts, err)
	}
}
