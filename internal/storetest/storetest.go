// Package storetest checks that an engine keeps what package fake saves. The tests of each engine call Run.
package storetest

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Store is what every engine offers.
type Store interface {
	Environments(ctx context.Context) ([]string, error)
	Load(ctx context.Context, environment string) (map[string][]byte, error)
	Save(ctx context.Context, environment string, replace bool, put map[string][]byte, remove []string) error
	Delete(ctx context.Context, environment string) error
	Close() error
}

// Run checks an engine. Each call of open returns a store that keeps nothing yet, and a function that closes it and
// opens it again.
func Run(t *testing.T, open func(t *testing.T) (Store, func() Store)) {
	t.Helper()
	for name, check := range map[string]func(*checker){
		"nothing kept": nothingKept, "parts": parts, "replace": replace, "delete": remove, "reopen": reopen,
		"any bytes": anyBytes, "names": names, "many parts": manyParts, "concurrent": concurrent,
		"ended context": ended,
	} {
		t.Run(name, func(t *testing.T) {
			store, again := open(t)
			check(&checker{t, store, again})
		})
	}
}

type checker struct {
	*testing.T
	store Store
	again func() Store
}

func (c *checker) save(environment string, replace bool, put map[string]string, remove ...string) {
	c.Helper()
	bytes := map[string][]byte{}
	for name, value := range put {
		bytes[name] = []byte(value)
	}
	if err := c.store.Save(c.Context(), environment, replace, bytes, remove); err != nil {
		c.Fatal(err)
	}
}

// want checks what Load returns of an environment.
func (c *checker) want(environment string, parts map[string]string) {
	c.Helper()
	got, err := c.store.Load(c.Context(), environment)
	if err != nil {
		c.Fatal(err)
	}
	if len(got) != len(parts) {
		c.Fatalf("%s has %d parts, want %d", environment, len(got), len(parts))
	}
	for name, value := range parts {
		if kept, is := got[name]; !is || string(kept) != value {
			c.Fatalf("%s of %s is %.80q, want %.80q", name, environment, kept, value)
		}
	}
}

func (c *checker) wantEnvironments(names ...string) {
	c.Helper()
	got, err := c.store.Environments(c.Context())
	if err != nil || !slices.Equal(got, names) {
		c.Fatalf("environments %q, %v; want %q", got, err, names)
	}
}

func nothingKept(c *checker) {
	c.wantEnvironments()
	c.want("main", nil)
	if err := c.store.Delete(c.Context(), "main"); err != nil {
		c.Fatal(err)
	}
	c.save("main", false, nil, "head")
	c.want("main", nil)
}

func parts(c *checker) {
	c.save("main", false, map[string]string{"head": "1", "event/000000000001": "a", "event/000000000002": "b"})
	c.save("other", false, map[string]string{"head": "other"})
	c.save("main", false, map[string]string{"head": "2"}, "event/000000000001", "event/000000000009")
	c.want("main", map[string]string{"head": "2", "event/000000000002": "b"})
	c.save("main", false, map[string]string{"head": "3"}, "head") // a part that is removed and put is put
	c.want("main", map[string]string{"head": "3", "event/000000000002": "b"})
	c.want("other", map[string]string{"head": "other"})
	c.wantEnvironments("main", "other")
}

func replace(c *checker) {
	c.save("main", false, map[string]string{"head": "1", "catalog": "a"})
	c.save("main", true, map[string]string{"head": "2", "event/000000000001": "x"}, "catalog")
	c.want("main", map[string]string{"head": "2", "event/000000000001": "x"})
	c.save("main", true, nil)
	c.want("main", nil)
	c.wantEnvironments("main")
}

func remove(c *checker) {
	c.save("main", false, map[string]string{"head": "1"})
	c.save("other", true, map[string]string{"head": "2"})
	if err := c.store.Delete(c.Context(), "main"); err != nil {
		c.Fatal(err)
	}
	c.wantEnvironments("other")
	c.want("main", nil)
	c.save("main", false, map[string]string{"catalog": "new"})
	c.want("main", map[string]string{"catalog": "new"})
}

func reopen(c *checker) {
	c.save("main", false, map[string]string{"head": "1", "catalog": "a"})
	c.store = c.again()
	c.save("main", false, map[string]string{"head": "2"})
	c.save("other", true, map[string]string{"head": "3"})
	c.store = c.again()
	c.wantEnvironments("main", "other")
	c.want("main", map[string]string{"head": "2", "catalog": "a"})
	c.want("other", map[string]string{"head": "3"})
}

func anyBytes(c *checker) {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	c.save("main", false, map[string]string{"head": string(all), "catalog": "", "large": strings.Repeat("x", 3<<20)})
	c.store = c.again()
	c.want("main", map[string]string{"head": string(all), "catalog": "", "large": strings.Repeat("x", 3<<20)})
}

func names(c *checker) {
	all := []string{"-", ".", "A.b_c-d~", "a", strings.Repeat("x", 70), "~"}
	for _, name := range all {
		c.save(name, true, map[string]string{"head": name})
	}
	c.wantEnvironments(all...)
	for _, name := range all {
		c.want(name, map[string]string{"head": name})
	}
}

func manyParts(c *checker) {
	want := map[string]string{}
	for i := range 30_000 {
		want[fmt.Sprintf("connection/%012d/000000", i)] = strings.Repeat("y", 300+i%700)
	}
	c.save("main", true, want)
	c.want("main", want)
	more := map[string]string{} // as many, without replacing
	for i := range 20_000 {
		name := fmt.Sprintf("connection/%012d/000000", i*2)
		more[name], want[name] = "new", "new"
	}
	var gone []string
	for i := range 5000 {
		name := fmt.Sprintf("connection/%012d/000000", i*2+1)
		gone = append(gone, name)
		delete(want, name)
	}
	c.save("main", false, more, gone...)
	c.want("main", want)
	c.save("main", false, nil, slices.Collect(maps.Keys(want))...)
	c.want("main", nil)
	c.save("main", true, map[string]string{"head": "1"})
	c.want("main", map[string]string{"head": "1"})
}

func concurrent(c *checker) {
	var group sync.WaitGroup
	for i := range 16 {
		group.Go(func() {
			name := fmt.Sprintf("environment-%02d", i)
			for n := range 20 {
				value := fmt.Appendf(nil, "%s %d", name, n)
				put := map[string][]byte{"head": value, fmt.Sprintf("event/%d", n): value}
				if err := c.store.Save(c.Context(), name, n == 0, put, nil); err != nil {
					c.Error(err)
				}
				if got, err := c.store.Load(c.Context(), name); err != nil || !bytes.Equal(got["head"], value) {
					c.Errorf("head of %s is %q, %v; want %q", name, got["head"], err, value)
				}
			}
		})
	}
	group.Wait()
	kept, err := c.store.Environments(c.Context())
	if err != nil || len(kept) != 16 {
		c.Fatalf("environments %q, %v", kept, err)
	}
}

func ended(c *checker) {
	ctx, cancel := context.WithCancel(c.Context())
	cancel()
	if err := c.store.Save(ctx, "main", false, map[string][]byte{"head": {}}, nil); err == nil {
		c.Fatal("saved with a context that has ended")
	}
	if _, err := c.store.Load(ctx, "main"); err == nil {
		c.Fatal("loaded with a context that has ended")
	}
	c.want("main", nil)
}
