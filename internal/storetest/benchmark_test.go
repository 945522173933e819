package storetest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"example.com/pipesfake/fake/boltstore"
	"example.com/pipesfake/fake/redisstore"
	"example.com/pipesfake/internal/storetest"
)

func BenchmarkBolt(b *testing.B) {
	benchmark(b, func(b *testing.B) (storetest.Store, error) {
		return boltstore.Open(filepath.Join(b.TempDir(), "state.db"))
	})
}

// BenchmarkRedis needs the address of an empty Redis in REDIS_URL. REDIS_WAIT is how many of its replicas acknowledge.
func BenchmarkRedis(b *testing.B) {
	address := os.Getenv("REDIS_URL")
	if address == "" {
		b.Skip("REDIS_URL is not set")
	}
	wait, _ := strconv.Atoi(os.Getenv("REDIS_WAIT"))
	benchmark(b, func(b *testing.B) (storetest.Store, error) {
		store, err := redisstore.Open(b.Context(), address, wait)
		if err == nil {
			_, err = store.SetAside(b.Context())
		}
		return store, err
	})
}

// benchmark measures a Save of three parts, with 3 and with 100 000 parts kept, a Load, and 64 Saves at once of
// different environments. It reports the median and the 99th percentile of a call.
func benchmark(b *testing.B, open func(b *testing.B) (storetest.Store, error)) {
	mustOpen := func(b *testing.B) storetest.Store {
		store, err := open(b)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = store.Close() })
		return store
	}
	for _, kept := range []int{3, 100_000} {
		b.Run(fmt.Sprintf("save/kept=%d", kept), func(b *testing.B) {
			store := mustOpen(b)
			fill(b, store, kept)
			var calls []time.Duration
			for i := 0; b.Loop(); i++ {
				calls = append(calls, timeSave(b, store, "main", i, kept))
			}
			report(b, calls)
		})
	}
	b.Run("load/kept=100000", func(b *testing.B) {
		store := mustOpen(b)
		fill(b, store, 100_000)
		for b.Loop() {
			if _, err := store.Load(b.Context(), "main"); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("save/concurrent=64", func(b *testing.B) {
		store := mustOpen(b)
		var lock sync.Mutex
		var calls []time.Duration
		for b.Loop() {
			var group sync.WaitGroup
			for i := range 64 {
				group.Go(func() {
					took := timeSave(b, store, fmt.Sprint("environment-", i), i, 1000)
					lock.Lock()
					calls = append(calls, took)
					lock.Unlock()
				})
			}
			group.Wait()
		}
		report(b, calls)
	})
}

func fill(b *testing.B, store storetest.Store, kept int) {
	b.Helper()
	put := map[string][]byte{}
	for i := range kept {
		put[partName(i)] = make([]byte, 600)
	}
	if err := store.Save(b.Context(), "main", true, put, nil); err != nil {
		b.Fatal(err)
	}
}

func partName(i int) string { return fmt.Sprintf("connection/%012d/000000", i) }

// timeSave saves three parts, two of them among those that are kept, and returns how long that takes.
func timeSave(b *testing.B, store storetest.Store, environment string, i, kept int) time.Duration {
	put := map[string][]byte{
		"head": make([]byte, 500), partName(i * 7919 % kept): make([]byte, 600), partName(i * 104_729 % kept): {1},
	}
	start := time.Now()
	if err := store.Save(b.Context(), environment, false, put, nil); err != nil {
		b.Error(err)
	}
	return time.Since(start)
}

func report(b *testing.B, calls []time.Duration) {
	slices.Sort(calls)
	for name, share := range map[string]float64{"p50-µs": 0.5, "p99-µs": 0.99} {
		at := calls[min(int(share*float64(len(calls))), len(calls)-1)]
		b.ReportMetric(float64(at.Microseconds()), name)
	}
}
