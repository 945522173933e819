package redisstore

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"example.com/pipesfake/internal/storetest"
)

// server is a Redis of a test: miniredis, or the real redis-server.
type server struct {
	address string
	fake    *miniredis.Miniredis // nil for the real one
	client  *redis.Client
}

// expire lets the announcement of a replica end.
func (s *server) expire(t *testing.T, prefix, id string, ttl time.Duration) {
	t.Helper()
	left, err := s.client.PTTL(t.Context(), prefix+":replica:"+id).Result()
	if err != nil || left <= 0 || left > ttl {
		t.Fatalf("the announcement of %s ends in %v, %v; want at most %v", id, left, err, ttl)
	}
	if s.fake != nil {
		s.fake.FastForward(left + time.Millisecond)
	} else if err := s.client.PExpire(t.Context(), prefix+":replica:"+id, 0).Err(); err != nil {
		t.Fatal(err)
	}
}

func startFake(t testing.TB) *server {
	fake := miniredis.RunT(t)
	return client(t, &server{address: fake.Addr(), fake: fake})
}

func client(t testing.TB, s *server) *server {
	s.client = redis.NewClient(&redis.Options{Addr: s.address})
	t.Cleanup(func() { _ = s.client.Close() })
	return s
}

// startReal starts redis-server, if there is one.
func startReal(t testing.TB, flags ...string) *server {
	t.Helper()
	return client(t, &server{address: storetest.StartRedis(t, flags...)})
}

// onEach runs a test with miniredis, and with the real server if it is installed.
func onEach(t *testing.T, test func(t *testing.T, s *server)) {
	t.Helper()
	t.Parallel()
	t.Run("miniredis", func(t *testing.T) { test(t, startFake(t)) })
	t.Run("redis", func(t *testing.T) { test(t, startReal(t)) })
}

func mustOpen(t testing.TB, address string) *Store {
	t.Helper()
	store, err := Open(t.Context(), storetest.Patiently(address), 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return store
}

func TestEngine(t *testing.T) {
	onEach(t, func(t *testing.T, s *server) {
		var n int
		storetest.Run(t, func(t *testing.T) (storetest.Store, func() storetest.Store) {
			n++
			address := fmt.Sprintf("redis://%s/1?prefix=test%d", s.address, n)
			return mustOpen(t, address), func() storetest.Store { return mustOpen(t, address) }
		})
	})
}

// Every key begins with the prefix, so that deployments do not touch each other.
func TestPrefix(t *testing.T) {
	onEach(t, func(t *testing.T, s *server) {
		one, other := mustOpen(t, "valkey://"+s.address+"?prefix=one"), mustOpen(t, "redis://"+s.address)
		save(t, one, "main", "1")
		must(t, one.Note(t.Context(), "tag", "main"))
		announce(t, one, "a", "file")
		if names, err := other.Environments(t.Context()); err != nil || len(names) != 0 {
			t.Errorf("%q, %v", names, err)
		}
		keys, err := s.client.Keys(t.Context(), "*").Result()
		must(t, err)
		for _, key := range keys {
			if !strings.HasPrefix(key, "one:") && key != "pipesfake:format" {
				t.Errorf("key %s", key)
			}
		}
	})
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func save(t testing.TB, store *Store, environment, head string) {
	t.Helper()
	must(t, store.Save(t.Context(), environment, false, map[string][]byte{"head": []byte(head)}, nil))
}

func wantHead(t testing.TB, store *Store, environment, head string) {
	t.Helper()
	parts, err := store.Load(t.Context(), environment)
	if err != nil || string(parts["head"]) != head {
		t.Fatalf("head of %s is %q, %v; want %q", environment, parts["head"], err, head)
	}
}

func TestSetAside(t *testing.T) {
	onEach(t, func(t *testing.T, s *server) {
		store := mustOpen(t, "redis://"+s.address)
		if where, err := store.SetAside(t.Context()); err != nil || where != "" {
			t.Errorf("%s, %v", where, err)
		}
		seen := map[string]bool{}
		for range 3 { // within one second too
			save(t, store, "main", "1")
			must(t, store.Note(t.Context(), "tag", "main"))
			where, err := store.SetAside(t.Context())
			if err != nil || !strings.HasPrefix(where, "pipesfake:aside:2") || seen[where] {
				t.Fatalf("%s, %v", where, err)
			}
			seen[where] = true
			if head := s.client.HGet(t.Context(), where+":env:main", "head").Val(); head != "1" {
				t.Errorf("the head is %q", head)
			}
			if names, err := store.Environments(t.Context()); err != nil || len(names) != 0 {
				t.Errorf("%q, %v", names, err)
			}
			if names, err := store.Noted(t.Context(), "tag"); err != nil || len(names) != 0 {
				t.Errorf("noted %q, %v", names, err)
			}
		}
	})
}

// A change that was given up and reaches Redis late does not replace a newer one.
func TestLateChange(t *testing.T) {
	onEach(t, func(t *testing.T, s *server) {
		store := mustOpen(t, "redis://"+s.address)
		args := append(store.change("main"), "0", "", 0, 1, "head", "old")
		save(t, store, "main", "new")
		for range 2 {
			must(t, store.apply(t.Context(), saveScript, "main", args))
			wantHead(t, store, "main", "new")
		}
		must(t, store.Delete(t.Context(), "main"))
		must(t, store.apply(t.Context(), saveScript, "main", args))
		if parts, err := store.Load(t.Context(), "main"); err != nil || len(parts) != 0 {
			t.Errorf("%q, %v", parts, err)
		}
		save(t, mustOpen(t, "redis://"+s.address), "main", "next process")
		wantHead(t, store, "main", "next process")
	})
}

// What was staged for a large change does not stay, also if the change is not made.
func TestStage(t *testing.T) {
	onEach(t, func(t *testing.T, s *server) {
		store := mustOpen(t, "redis://"+s.address)
		store.Own("a")
		large := map[string][]byte{"head": make([]byte, maxCommandBytes+1)}
		var notOwner interface{ NotOwner() bool }
		if err := store.Save(t.Context(), "main", true, large, nil); !errors.As(err, &notOwner) {
			t.Fatalf("%v", err)
		}
		keys := s.client.Keys(t.Context(), "pipesfake:stage:*").Val()
		if len(keys) != 1 || s.client.PTTL(t.Context(), keys[0]).Val() <= 0 {
			t.Errorf("staged %q", keys)
		}
		must(t, s.client.Del(t.Context(), keys...).Err())
		announce(t, store, "a", "file")
		claim(t, store, "main", "a")
		must(t, store.Save(t.Context(), "main", true, large, nil))
		must(t, store.Save(t.Context(), "main", false, large, nil))
		if keys := s.client.Keys(t.Context(), "pipesfake:stage:*").Val(); len(keys) != 0 {
			t.Errorf("staged %q", keys)
		}
		if left := s.client.PTTL(t.Context(), "pipesfake:env:main").Val(); left >= 0 {
			t.Errorf("the environment ends in %v", left)
		}
		args := append(store.change("main"), "1", "pipesfake:stage:lost", 3, 0)
		err := store.apply(t.Context(), saveScript, "main", args)
		if !isUnreachable(err) || !strings.Contains(err.Error(), "lost what was about to be saved") {
			t.Errorf("%v", err)
		}
	})
}

// A large change counts as made when it is pending, whatever comes next.
func TestPending(t *testing.T) {
	onEach(t, func(t *testing.T, s *server) {
		store := mustOpen(t, "redis://"+s.address)
		put := map[string][]byte{"head": []byte("2"), "large": make([]byte, maxCommandBytes), "empty": nil}
		leavePending := func() { // as a process does that is killed then
			t.Helper()
			must(t, store.Save(t.Context(), "main", true, map[string][]byte{"head": []byte("1"), "old": nil}, nil))
			args := append(store.change("main"), "0", "staged", 4, 0)
			must(t, store.stage(t.Context(), "staged", stagedParts(false, put, []string{"old", "head"})))
			pending, err := store.result(t.Context(), store.client, saveScript, "main", args)
			if err != nil || pending != "staged" || s.client.PTTL(t.Context(), "staged").Val() >= 0 {
				t.Fatalf("%q, %v", pending, err)
			}
		}
		want := func(head string, count int) {
			t.Helper()
			wantHead(t, store, "main", head)
			if parts, err := store.Load(t.Context(), "main"); err != nil || len(parts) != count {
				t.Fatalf("%d parts, %v; want %d", len(parts), err, count)
			}
			if n := s.client.Exists(t.Context(), "staged").Val(); n != 0 {
				t.Fatal("what was staged is left")
			}
		}
		leavePending()
		want("2", 3)
		leavePending()
		save(t, store, "main", "3")
		want("3", 3)
		leavePending()
		must(t, store.Save(t.Context(), "main", true, map[string][]byte{"head": []byte("4")}, nil))
		want("4", 1)
		leavePending()
		must(t, store.Delete(t.Context(), "main"))
		want("", 0)
		leavePending()
		where, err := store.SetAside(t.Context())
		if kept := s.client.HGet(t.Context(), where+":env:main", "head").Val(); err != nil || kept != "2" {
			t.Errorf("%q, %v", kept, err)
		}
		want("", 0)
	})
}

// Calls that come while Redis starts again find the new one, and scripts are loaded again.
func TestRestart(t *testing.T) {
	t.Parallel()
	s := startFake(t)
	store := mustOpen(t, "redis://"+s.address)
	save(t, store, "main", "1")
	s.fake.Close()
	if err := store.Save(t.Context(), "main", false, nil, nil); !isUnreachable(err) {
		t.Errorf("%v", err)
	}
	must(t, s.fake.Restart())
	must(t, s.client.ScriptFlush(t.Context()).Err())
	save(t, store, "main", "2")
	wantHead(t, store, "main", "2")
}

func TestWait(t *testing.T) {
	t.Parallel()
	s := startReal(t)
	store, err := Open(t.Context(), storetest.Patiently("redis://"+s.address), 1)
	must(t, err)
	defer func() { _ = store.Close() }()
	err = store.Save(t.Context(), "main", false, map[string][]byte{"head": []byte("1")}, nil)
	if err == nil || !strings.Contains(err.Error(), "but only 0 of 1 replicas of it acknowledged that within 1s") {
		t.Errorf("%v", err)
	}
	_, port, _ := net.SplitHostPort(s.address)
	startReal(t, "--replicaof", "127.0.0.1 "+port)
	for { // until the replica has connected
		if err = store.Save(t.Context(), "main", false, map[string][]byte{"head": []byte("1")}, nil); err == nil {
			break
		}
		if t.Context().Err() != nil {
			t.Fatal(err)
		}
	}
	must(t, store.Delete(t.Context(), "main"))
}

func TestEndedContext(t *testing.T) {
	t.Parallel()
	store := mustOpen(t, "redis://"+startFake(t).address)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := store.Environments(ctx); !errors.Is(err, context.Canceled) || isUnreachable(err) {
		t.Errorf("%v", err)
	}
}

func TestConcurrentOpen(t *testing.T) {
	onEach(t, func(t *testing.T, s *server) {
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				store, err := Open(t.Context(), storetest.Patiently("redis://"+s.address), 0)
				if err != nil {
					t.Error(err)
					return
				}
				_ = store.Close()
			})
		}
		group.Wait()
	})
}

func TestWarnings(t *testing.T) {
	t.Parallel()
	if warnings := mustOpen(t, "redis://"+startFake(t).address).Warnings(t.Context()); len(warnings) != 0 {
		t.Errorf("%q", warnings)
	}
	safe := startReal(t, "--appendonly", "yes", "--maxmemory", "100mb")
	if warnings := mustOpen(t, "redis://"+safe.address).Warnings(t.Context()); len(warnings) != 0 {
		t.Errorf("%q", warnings)
	}
	unsafe := startReal(t, "--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru")
	warnings := mustOpen(t, "redis://"+unsafe.address).Warnings(t.Context())
	if len(warnings) != 2 || !strings.Contains(warnings[0], "set maxmemory-policy noeviction") ||
		!strings.Contains(warnings[1], "set appendonly yes") {
		t.Errorf("%q", warnings)
	}
	waiting, err := Open(t.Context(), storetest.Patiently("redis://"+safe.address), 2)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = waiting.Close() }()
	warnings = waiting.Warnings(t.Context())
	if len(warnings) != 1 || !strings.Contains(warnings[0], "has 0 of the 2 replicas") {
		t.Errorf("%q", warnings)
	}
}
