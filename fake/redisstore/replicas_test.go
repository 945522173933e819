package redisstore

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"
)

const ttl = 2 * time.Second

// announce announces a replica as new, and returns the digest that is in force then.
func announce(t testing.TB, store *Store, id, file string) string {
	t.Helper()
	isAlive, current, err := store.Announce(t.Context(), id, "about "+id, file, ttl, true)
	if err != nil || !isAlive {
		t.Fatalf("announced %s: %v, %v", id, isAlive, err)
	}
	return current
}

// claim claims an environment, and returns its owner.
func claim(t testing.TB, store *Store, environment, id string) string {
	t.Helper()
	owner, about, isFull, err := store.Claim(t.Context(), environment, id, 100)
	want := ""
	if owner != "" {
		want = "about " + owner
	}
	if err != nil || isFull || about != want {
		t.Fatalf("claimed %s: %q, %q, %v, %v", environment, owner, about, isFull, err)
	}
	return owner
}

func wantOwner(t testing.TB, got, want string) {
	t.Helper()
	if got != want {
		t.Fatalf("the owner is %q, want %q", got, want)
	}
}

func TestAnnounce(t *testing.T) {
	onEach(t, func(t *testing.T, s *server) {
		store := mustOpen(t, "redis://"+s.address)
		announce(t, store, "a", "file")
		announce(t, store, "b", "file")
		wantReplicas(t, store, map[string]string{"a": "about a", "b": "about b"})
		isAlive, _, err := store.Announce(t.Context(), "a", "new", "file", ttl, false)
		if err != nil || !isAlive {
			t.Fatalf("%v, %v", isAlive, err)
		}
		wantReplicas(t, store, map[string]string{"a": "new", "b": "about b"})
		must(t, store.Leave(t.Context(), "b"))
		wantReplicas(t, store, map[string]string{"a": "new"})
		s.expire(t, "pipesfake", "a", ttl)
		wantReplicas(t, store, map[string]string{})
		for _, id := range []string{"a", "b", "never"} {
			isAlive, current, err := store.Announce(t.Context(), id, "late", "other", ttl, false)
			if err != nil || isAlive || current != "file" {
				t.Errorf("%s is renewed: %v, %s, %v", id, isAlive, current, err)
			}
		}
		wantReplicas(t, store, map[string]string{})
	})
}

func wantReplicas(t *testing.T, store *Store, want map[string]string) {
	t.Helper()
	got, err := store.Replicas(t.Context())
	if err != nil || !maps.Equal(got, want) {
		t.Fatalf("replicas %v, %v; want %v", got, err, want)
	}
}

// During a rolling change the newest file wins; a replica with the old one that starts again does not take over.
func TestFiles(t *testing.T) {
	onEach(t, func(t *testing.T, s *server) {
		store := mustOpen(t, "redis://"+s.address)
		for _, step := range []struct{ id, file, want string }{
			{"a1", "old", "old"}, {"b1", "old", "old"},
			{"a2", "new", "new"}, // rolled
			{"b2", "old", "new"}, // started again before it was rolled
		} {
			if got := announce(t, store, step.id, step.file); got != step.want {
				t.Fatalf("%s with %s: %s is in force, want %s", step.id, step.file, got, step.want)
			}
		}
		if _, current, err := store.Announce(t.Context(), "b1", "", "old", ttl, false); err != nil || current != "new" {
			t.Errorf("b1 learns of %s, %v", current, err)
		}
		wantOwner(t, claim(t, store, "main", "b2"), "") // its file is not in force
		wantOwner(t, claim(t, store, "main", "a2"), "a2")
		wantOwner(t, claim(t, store, "main", "b2"), "a2")

		isAlive, current, err := store.Announce(t.Context(), "a2", "about a2", "newest", ttl, false) // reloaded
		if err != nil || !isAlive || current != "newest" {
			t.Errorf("%v, %s, %v", isAlive, current, err)
		}
		must(t, store.Leave(t.Context(), "a2"))
		if got := announce(t, store, "c", "old"); got != "old" { // nobody has the newest any more
			t.Errorf("%s is in force", got)
		}
		if got := announce(t, store, "d", "new"); got != "old" {
			t.Errorf("%s is in force", got)
		}
	})
}

func TestClaim(t *testing.T) {
	onEach(t, func(t *testing.T, s *server) {
		store := mustOpen(t, "redis://"+s.address)
		wantOwner(t, claim(t, store, "main", "nobody"), "")
		announce(t, store, "a", "file")
		announce(t, store, "b", "file")
		wantOwner(t, claim(t, store, "main", "a"), "a")
		wantOwner(t, claim(t, store, "main", "a"), "a")
		wantOwner(t, claim(t, store, "main", "b"), "a")
		wantOwner(t, claim(t, store, "main", "nobody"), "a")
		if names, err := store.Environments(t.Context()); err != nil || !slices.Equal(names, []string{"main"}) {
			t.Errorf("%q, %v", names, err)
		}
		must(t, store.Release(t.Context(), "main", "b")) // is not the owner
		wantOwner(t, claim(t, store, "main", "b"), "a")
		must(t, store.Release(t.Context(), "main", "a"))
		wantOwners(t, store, map[string]string{})
		wantOwner(t, claim(t, store, "main", "b"), "b")
		wantOwner(t, claim(t, store, "other", "b"), "b")
		wantOwners(t, store, map[string]string{"main": "b", "other": "b"})

		s.expire(t, "pipesfake", "b", ttl)
		announce(t, store, "c", "file")
		wantOwners(t, store, map[string]string{})
		wantOwner(t, claim(t, store, "main", "b"), "")
		wantOwner(t, claim(t, store, "main", "c"), "c")
		must(t, store.Leave(t.Context(), "c"))
		announce(t, store, "d", "file")
		wantOwner(t, claim(t, store, "main", "d"), "d")
		wantOwner(t, claim(t, store, "other", "d"), "d")
	})
}

func wantOwners(t *testing.T, store *Store, want map[string]string) {
	t.Helper()
	got, err := store.Owners(t.Context())
	if err != nil || !maps.Equal(got, want) {
		t.Fatalf("owners %v, %v; want %v", got, err, want)
	}
}

func TestClaimFull(t *testing.T) {
	onEach(t, func(t *testing.T, s *server) {
		store := mustOpen(t, "redis://"+s.address)
		announce(t, store, "a", "file")
		for i, want := range []bool{false, false, true} {
			owner, _, isFull, err := store.Claim(t.Context(), fmt.Sprint(i), "a", 2)
			if err != nil || isFull != want || (owner == "") != want {
				t.Errorf("%d: %q, %v, %v", i, owner, isFull, err)
			}
		}
		must(t, store.Release(t.Context(), "1", "a"))
		if owner, _, isFull, err := store.Claim(t.Context(), "1", "a", 2); owner != "a" || isFull || err != nil {
			t.Errorf("one that is kept: %q, %v, %v", owner, isFull, err)
		}
		if owner, _, isFull, err := store.Claim(t.Context(), "9", "a", 0); owner != "a" || isFull || err != nil {
			t.Errorf("without a limit: %q, %v, %v", owner, isFull, err)
		}
	})
}

// Save and Delete change nothing of an environment that another replica owns, or that none does.
func TestOwn(t *testing.T) {
	onEach(t, func(t *testing.T, s *server) {
		a, b := mustOpen(t, "redis://"+s.address), mustOpen(t, "redis://"+s.address)
		a.Own("a")
		b.Own("b")
		announce(t, a, "a", "file")
		announce(t, b, "b", "file")
		wantNotOwner(t, a.Save(t.Context(), "main", false, nil, nil),
			"environment main is not owned by this replica any more: nothing was saved")
		must(t, a.Delete(t.Context(), "main")) // there is none
		wantOwner(t, claim(t, a, "main", "a"), "a")
		save(t, a, "main", "a")
		for _, replace := range []bool{false, true} {
			wantNotOwner(t, b.Save(t.Context(), "main", replace, map[string][]byte{"head": nil}, []string{"head"}),
				"environment main is owned by replica a: nothing was saved")
		}
		wantNotOwner(t, b.Delete(t.Context(), "main"), "environment main is owned by replica a: nothing was saved")
		wantHead(t, b, "main", "a")

		s.expire(t, "pipesfake", "a", ttl)
		announce(t, b, "b2", "file")
		b.Own("b2")
		wantOwner(t, claim(t, b, "main", "b2"), "b2")
		save(t, b, "main", "b")
		wantNotOwner(t, a.Save(t.Context(), "main", false, nil, nil),
			"environment main is owned by replica b2: nothing was saved")
		wantHead(t, a, "main", "b")
		must(t, b.Delete(t.Context(), "main"))
		must(t, b.Delete(t.Context(), "main"))
		wantOwners(t, b, map[string]string{})
	})
}

// A call whose answer got lost can reach Redis late. It must not undo what its replica did since: the replica has the
// environment in memory, and nobody else may own it.
func TestLateCalls(t *testing.T) {
	onEach(t, func(t *testing.T, s *server) {
		store := mustOpen(t, "redis://"+s.address)
		store.Own("a")
		announce(t, store, "a", "file")
		wantOwner(t, claim(t, store, "main", "a"), "a")
		save(t, store, "main", "1")
		late := store.change("main")
		wantOwner(t, claim(t, store, "main", "a"), "a")

		_, err := store.run(t.Context(), store.client, releaseScript, late...)
		must(t, err)
		must(t, store.apply(t.Context(), deleteScript, "main", late))
		wantOwners(t, store, map[string]string{"main": "a"})
		wantHead(t, store, "main", "1")
		args := append(late, flag(true), "", 0, 1, "head", []byte("late"))
		must(t, store.apply(t.Context(), saveScript, "main", args))
		wantHead(t, store, "main", "1")

		save(t, store, "main", "2")
		wantHead(t, store, "main", "2")
		must(t, store.Release(t.Context(), "main", "a"))
		wantOwners(t, store, map[string]string{})
	})
}

func wantNotOwner(t *testing.T, err error, text string) {
	t.Helper()
	var notOwner interface{ NotOwner() bool }
	if !errors.As(err, &notOwner) || !notOwner.NotOwner() || err.Error() != text || isUnreachable(err) {
		t.Fatalf("%v, want %s", err, text)
	}
}

// However many claim at once, there is one owner.
func TestConcurrentClaims(t *testing.T) {
	onEach(t, func(t *testing.T, s *server) {
		store := mustOpen(t, "redis://"+s.address)
		owners := make([]string, 16)
		var group sync.WaitGroup
		for i := range owners {
			group.Go(func() {
				id := fmt.Sprint("replica-", i)
				_, _, err := store.Announce(t.Context(), id, "", "file", time.Minute, true)
				owner, _, _, err2 := store.Claim(t.Context(), "main", id, 1)
				if err := errors.Join(err, err2); err != nil {
					t.Error(err)
				}
				owners[i] = owner
			})
		}
		group.Wait()
		if all := slices.Compact(slices.Sorted(slices.Values(owners))); len(all) != 1 || all[0] == "" {
			t.Errorf("owners %q", all)
		}
	})
}

func TestSecret(t *testing.T) {
	onEach(t, func(t *testing.T, s *server) {
		store := mustOpen(t, "redis://"+s.address)
		for _, made := range []string{"first", "second"} {
			if secret, err := store.Secret(t.Context(), made); err != nil || secret != "first" {
				t.Errorf("%s, %v", secret, err)
			}
		}
	})
}

func TestNote(t *testing.T) {
	onEach(t, func(t *testing.T, s *server) {
		store := mustOpen(t, "redis://"+s.address)
		want := func(key string, names ...string) {
			t.Helper()
			if got, err := store.Noted(t.Context(), key); err != nil || !slices.Equal(got, names) {
				t.Errorf("%s: %q, %v; want %q", key, got, err, names)
			}
		}
		want("tag")
		for _, note := range [][2]string{{"tag", "b"}, {"tag", "a"}, {"tag", "a"}, {"hash\x00:", "a"}} {
			must(t, store.Note(t.Context(), note[0], note[1]))
		}
		want("tag", "a", "b")
		want("hash\x00:", "a")
		must(t, store.Forget(t.Context(), "a"))
		want("tag", "b")
		want("hash\x00:")
		must(t, store.Forget(t.Context(), "never"))
	})
}
