package scenarios

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// The table finds each of its connections, however many it has, and no others. The numbers are around the sizes at
// which it grows.
func TestConnectionTable(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 6, 7, blockSize - 1, blockSize, blockSize + 1, 3*blockSize + 7, maxRecent + 2} {
		t.Run(fmt.Sprintf("%d connections", n), func(t *testing.T) {
			t.Parallel()
			table := newConnectionTable()
			for i := range n {
				if present := table.add(numberedConnection(i)); present != nil {
					t.Fatalf("connection %d is there before it is added, as %+v", i, present)
				}
			}
			middle := numberedConnection(n / 2)
			if present := table.add(middle); n > 0 && (present == nil || present.Age != middle.Age) {
				t.Errorf("the second connection %d finds %+v", n/2, present)
			}
			want := make([]Connection, max(n, 1))
			for i := range want {
				want[i] = numberedConnection(i)
				if entry := table.find(want[i].Key); entry == nil || entry.Age != want[i].Age {
					t.Fatalf("connection %d: %+v", i, entry)
				}
			}
			if found := table.list(); !slices.Equal(found, want) || table.len() != len(want) {
				t.Errorf("%d connections: %.200v", table.len(), fmt.Sprint(found))
			}
			if rest := slices.Collect(table.after(len(want) - 1)); !slices.Equal(rest, want[len(want)-1:]) {
				t.Errorf("the last one is %v", rest)
			}
			for _, other := range []Key{{}, {Provider: "p0"}, {User: "user 0"}, numberedConnection(len(want)).Key} {
				if entry := table.find(other); entry != nil {
					t.Errorf("%v is %+v", other, entry)
				}
			}
		})
	}
}

// numberedConnection returns a connection that differs from those with other numbers.
func numberedConnection(i int) Connection {
	return Connection{
		Key: Key{Provider: fmt.Sprint("p", i%2), User: fmt.Sprint("user ", i), Organization: fmt.Sprint("org ", i/2)},
		Age: time.Duration(i), Position: Position{Line: int32(i), Column: 1},
	}
}

func TestNoConnections(t *testing.T) {
	t.Parallel()
	var none *connectionTable
	if entry := none.find(Key{Provider: "p", User: "u"}); entry != nil || none.len() != 0 {
		t.Errorf("%d connections, %v", none.len(), entry)
	}
	for one := range none.after(0) {
		t.Error(one)
	}
}

// A lookup makes no copy of the entry: every call looks its connection up.
func TestConnectionsAreFoundWithoutAllocations(t *testing.T) {
	table := newConnectionTable()
	for i := range 100 {
		table.add(numberedConnection(i))
	}
	key := numberedConnection(50).Key
	if n := testing.AllocsPerRun(100, func() { table.find(key) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
