package state

import (
	"slices"
	"strconv"
	"testing"
)

// chain returns an index in which connections have the hash of one key, as if their keys had it, too.
func chain(connections ...*Connection) keyIndex {
	x := newKeyIndex()
	hash := x.hash(githubOf("searched", ""))
	for _, r := range slices.Backward(connections) {
		r.sameHash, x.byHash[hash] = x.byHash[hash], r
		x.count++
	}
	return x
}

// usersOf returns the users of the connections that have the hash of the searched key, the first one first.
func (x *keyIndex) usersOf() (users []string) {
	for r := x.byHash[x.hash(githubOf("searched", ""))]; r != nil; r = r.sameHash {
		users = append(users, r.User)
	}
	return users
}

// Keys of one hash are found, added and removed without the others being lost.
func TestKeysOfOneHash(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		users   []string // of the connections of one hash
		found   bool
		removed []string // the users without the searched one
	}{
		{"none", nil, false, nil},
		{"it alone", []string{"searched"}, true, nil},
		{"another one alone", []string{"other"}, false, nil},
		{"it comes first", []string{"searched", "other"}, true, []string{"other"}},
		{"it comes last", []string{"other", "searched"}, true, []string{"other"}},
		{"it comes first of three", []string{"searched", "other", "third"}, true, []string{"other", "third"}},
		{"it is in the middle", []string{"other", "searched", "third"}, true, []string{"other", "third"}},
		{"it comes last of three", []string{"other", "third", "searched"}, true, []string{"other", "third"}},
		{"two others", []string{"other", "third"}, false, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var searched *Connection
			var connections []*Connection
			for _, user := range test.users {
				r := &Connection{Identity: Identity{Key: githubOf(user, "")}}
				connections = append(connections, r)
				if user == "searched" {
					searched = r
				}
			}
			x := chain(connections...)
			if found := x.find(githubOf("searched", "")); found != searched || (found != nil) != test.found {
				t.Fatalf("found %v, want %v", found, searched)
			}
			if searched == nil {
				searched = &Connection{Identity: Identity{Key: githubOf("searched", "")}}
				x.add(searched)
				want := append([]string{"searched"}, test.users...)
				if users := x.usersOf(); !slices.Equal(users, want) || x.count != len(want) {
					t.Errorf("after it was added, there are %d: %q, want %q", x.count, users, want)
				}
				test.removed = test.users
			}
			x.remove(searched)
			if users := x.usersOf(); !slices.Equal(users, test.removed) || x.count != len(test.removed) {
				t.Errorf("after it was removed, there are %d: %q, want %q", x.count, users, test.removed)
			}
			if found := x.find(githubOf("searched", "")); found != nil {
				t.Errorf("found %v after it was removed", found)
			}
			if len(test.removed) == 0 && len(x.byHash) > 0 {
				t.Error("the hash is still there")
			}
			x.add(searched)
			if x.find(githubOf("searched", "")) != searched {
				t.Error("it is not found after it was added again")
			}
		})
	}
}

// In whatever order connections are added and removed, those that are there are found.
func TestKeyIndexInEveryOrder(t *testing.T) {
	t.Parallel()
	const count = 4
	for _, added := range permutations(count) {
		for _, removed := range permutations(count) {
			x := newKeyIndex()
			connections := make([]*Connection, count)
			for i := range connections {
				connections[i] = &Connection{Identity: Identity{Key: githubOf(strconv.Itoa(i/2), strconv.Itoa(i%2))}}
			}
			check := func(want func(i int) bool, left int) {
				for i, r := range connections {
					if found := x.find(r.Key); (found == r) != want(i) || !want(i) && found != nil {
						t.Fatalf("added as %v, removed as %v: %d is found as %v", added, removed, i, found)
					}
				}
				if x.count != left {
					t.Fatalf("added as %v, removed as %v: the count is %d, want %d", added, removed, x.count, left)
				}
			}
			for n, i := range added {
				x.add(connections[i])
				check(func(i int) bool { return slices.Contains(added[:n+1], i) }, n+1)
			}
			for n, i := range removed {
				x.remove(connections[i])
				check(func(i int) bool { return !slices.Contains(removed[:n+1], i) }, count-n-1)
			}
			if len(x.byHash) > 0 {
				t.Fatalf("added as %v, removed as %v: %d hashes are left", added, removed, len(x.byHash))
			}
		}
	}
}

// permutations returns all orders of the numbers below n.
func permutations(n int) [][]int {
	if n == 0 {
		return [][]int{nil}
	}
	var all [][]int
	for _, shorter := range permutations(n - 1) {
		for at := range n {
			all = append(all, slices.Insert(slices.Clone(shorter), at, n-1))
		}
	}
	return all
}
