package boltstore

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"
)

// image is a good file, to be damaged.
type image struct {
	text []byte
	meta meta
}

func (m *image) page(id uint64) []byte { return m.text[id*m.meta.pageSize:][:m.meta.pageSize] }

// root returns the page with the three buckets of the file: environments, parts and pipesfake.
func (m *image) root() []byte { return m.page(m.meta.root) }

func (m *image) free() []byte { return m.page(m.meta.freelist) }

// element returns an element of a page.
func element(page []byte, i int) []byte { return page[pageHeaderSize+i*elementSize:] }

// bucket returns the value of a bucket of the root page.
func (m *image) bucket(i int) []byte { return leafValue(element(m.root(), i)) }

// sum makes the checksum of a header good again.
func (m *image) sum(page uint64) {
	text := m.page(page)[pageHeaderSize:]
	sum := fnv.New64a()
	_, _ = sum.Write(text[:56])
	order.PutUint64(text[56:], sum.Sum64())
}

// Each way in which pages do not fit together is noticed before bolt uses the file.
func TestCheckPages(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state.db")
	store := mustOpen(t, path)
	fill(t, store, rand.New(rand.NewPCG(1, 2)))
	_ = store.Close()
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	newest, err := readMetas(bytes.NewReader(good))
	if err != nil {
		t.Fatal(err)
	}
	if err := checkPages(bytes.NewReader(good), int64(len(good))); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		damage func(m *image)
		want   string
	}{
		"magic":       {func(m *image) { m.text[pageHeaderSize]++ }, "its header is not that of a state file"},
		"second":      {func(m *image) { clear(m.page(1)) }, "its header is not that of a state file"},
		"two sizes":   {func(m *image) { order.PutUint32(m.page(1)[24:], 1024); m.sum(1) }, "its two headers differ"},
		"short":       {func(m *image) { m.text = m.text[:50] }, "it is shorter than the header of a state file"},
		"one page":    {func(m *image) { m.text = m.text[:m.meta.pageSize] }, "it is shorter than the header"},
		"cut":         {func(m *image) { m.text = m.text[:m.meta.end*m.meta.pageSize-1] }, "it is shorter than it was"},
		"free kind":   {func(m *image) { m.free()[8] = leafPage }, "is no list of free pages"},
		"free number": {func(m *image) { m.free()[0]++ }, "has a wrong header"},
		"free count": {func(m *image) {
			order.PutUint16(m.free()[10:], 0xFFFF)
			order.PutUint64(m.free()[16:], 1<<40)
		}, "its list of free pages is too long"},
		"free and used": {func(m *image) { order.PutUint64(m.free()[16:], m.meta.root) }, "is used twice"},
		"free beyond":   {func(m *image) { order.PutUint64(m.free()[16:], 1<<40) }, "is used twice"},
		"lost page":     {func(m *image) { m.free()[10]-- }, "is neither in use nor free"},
		"number":        {func(m *image) { m.root()[0]++ }, "has a wrong header"},
		"overflow":      {func(m *image) { order.PutUint32(m.root()[12:], 1<<20) }, "has a wrong header"},
		"overlap":       {func(m *image) { order.PutUint32(m.free()[12:], 1) }, "is used twice"},
		"kind":          {func(m *image) { m.root()[8] = 7 }, "is of no known kind"},
		"count":         {func(m *image) { order.PutUint16(m.root()[10:], 0xFFFF) }, "has a wrong number of elements"},
		"place":         {func(m *image) { order.PutUint32(element(m.root(), 0)[4:], 1<<20) }, "beyond its end"},
		"order": {func(m *image) {
			first := element(m.root(), 0)
			first[order.Uint32(first[4:])] = 'z'
		}, "has keys in a wrong order"},
		"no header":  {func(m *image) { order.PutUint32(element(m.root(), 2)[12:], 3) }, "a bucket without a header"},
		"no page":    {func(m *image) { order.PutUint64(m.bucket(1), 1<<40) }, "it names a page 1099511627776"},
		"inner kind": {func(m *image) { m.bucket(2)[bucketHeaderSize+8] = branchPage }, "a bucket without a page"},
		"inner count": {func(m *image) { order.PutUint16(m.bucket(2)[bucketHeaderSize+10:], 99) },
			"has a bucket that has a wrong number of elements"},
		"inner bucket": {func(m *image) { m.bucket(2)[bucketHeaderSize+pageHeaderSize] = bucketElement },
			"has a bucket in a bucket without pages"},
	} {
		m := &image{bytes.Clone(good), newest}
		c.damage(m)
		err := checkPages(bytes.NewReader(m.text), int64(len(m.text)))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

// Records that are wrong are noticed by the calls that read them.
func TestRecords(t *testing.T) {
	t.Parallel()
	root5 := root{format: format}.encode()
	for name, c := range map[string]struct {
		bucket, key  []byte
		value        []byte // nil removes the record
		want         string
		isSaveRefuse bool
	}{
		"root":              {rootBucket, rootKey, []byte("x"), "its root record is not what was saved", true},
		"no root":           {rootBucket, rootKey, nil, "its root record is not what was saved", true},
		"old root":          {rootBucket, rootKey, root5, "its list of environments is not what was saved", false},
		"environment":       {environmentBucket, []byte("main"), []byte("x"), "is not what was saved", true},
		"no environment":    {environmentBucket, []byte("main"), nil, "is not what was saved", false},
		"lost environment":  {environmentBucket, []byte("other"), nil, "list of environments is not what", false},
		"another's content": {environmentBucket, []byte("main"), tally{1, 2, 3}.encode(), "is not what was", false},
	} {
		path := filepath.Join(t.TempDir(), "state.db")
		store := mustOpen(t, path)
		mustSave(t, store, "main", map[string][]byte{"head": []byte("1")})
		mustSave(t, store, "other", map[string][]byte{"head": []byte("1")})
		err := store.database.Update(func(tx *bbolt.Tx) error {
			if c.value == nil {
				return tx.Bucket(c.bucket).Delete(c.key)
			}
			return tx.Bucket(c.bucket).Put(c.key, c.value)
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := readAll(t, store); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
		if bytes.Equal(c.bucket, environmentBucket) {
			if parts, err := store.Load(t.Context(), string(c.key)); err == nil && string(c.key) != "other" {
				t.Errorf("%s: loaded %q", name, parts)
			}
		}
		err = store.Save(t.Context(), "main", false, map[string][]byte{"head": nil}, nil)
		if (err != nil) != c.isSaveRefuse {
			t.Errorf("%s: saved: %v", name, err)
		}
		_ = store.Close()
		if store, err = Open(path); err == nil || !strings.Contains(err.Error(), "is not what was saved") {
			t.Errorf("%s: opened again: %v", name, err)
		}
		_ = store.Close()
	}
}

// A file that cannot be renamed stays as it is.
func TestSetAsideFails(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), strings.Repeat("x", 250)) // with .damaged it is too long
	if err := os.WriteFile(path, []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	store, err := Open(path)
	if err == nil {
		t.Fatal("a damaged file was opened")
	}
	where, err := store.SetAside(t.Context())
	if err == nil || where != "" || !strings.Contains(err.Error(), "rename or remove it yourself") {
		t.Errorf("%s, %v", where, err)
	}
	if _, err := store.Load(t.Context(), "main"); err == nil {
		t.Error("loaded")
	}
	_ = store.Close()
	if text, err := os.ReadFile(path); err != nil || string(text) != "damaged" {
		t.Errorf("%q, %v", text, err)
	}
	_, err = Open(filepath.Join(t.TempDir(), strings.Repeat("x", 250)))
	if err == nil || !strings.HasPrefix(err.Error(), fmt.Sprintf("creating %s", os.TempDir())) {
		t.Errorf("%v", err)
	}
}
