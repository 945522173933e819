package listing

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"example.com/pipesfake/fake/internal/pipes"
)

type item uint64

func (i item) ListNumber() uint64 { return uint64(i) }
func (i item) ListID() string     { return fmt.Sprint("id_", uint64(i)) }

// items returns items of some numbers, and the numbers of these and of others that were removed.
func items(removed []uint64, numbers ...uint64) (list []item, known *Numbers) {
	known = &Numbers{}
	for _, n := range numbers {
		list = append(list, item(n))
		known.Add(item(n))
	}
	for _, n := range removed {
		known.Add(item(n))
		known.Remove(item(n).ListID())
	}
	return list, known
}

func TestCut(t *testing.T) {
	t.Parallel()
	list, known := items([]uint64{3, 9}, 1, 2, 4, 5, 6)
	for name, c := range map[string]struct {
		page Page
		keep func(item) bool
		want string // the items, then the cursors
	}{
		"the newest first": {Page{Limit: 2, Order: pipes.Descending}, nil, "6 5 before= after=id_5"},
		"the next page": {
			Page{Limit: 2, Order: pipes.Descending, After: "id_5"}, nil,
			"4 2 before=id_4 after=id_2",
		},
		"the last page": {
			Page{Limit: 2, Order: pipes.Descending, After: "id_2"}, nil,
			"1 before=id_1 after=",
		},
		"back": {
			Page{Limit: 2, Order: pipes.Descending, Before: "id_2"}, nil,
			"5 4 before=id_5 after=id_4",
		},
		"the oldest first": {Page{Limit: 3, Order: pipes.Ascending}, nil, "1 2 4 before= after=id_4"},
		"the oldest first, next": {
			Page{Limit: 3, Order: pipes.Ascending, After: "id_4"}, nil,
			"5 6 before=id_5 after=",
		},
		"after a removed item": {
			Page{Limit: 1, Order: pipes.Ascending, After: "id_3"}, nil,
			"4 before=id_4 after=id_4",
		},
		"before a removed item": {
			Page{Limit: 9, Order: pipes.Descending, Before: "id_3"}, nil,
			"6 5 4 before= after=id_4",
		},
		"after the newest, removed": {
			Page{Limit: 1, Order: pipes.Descending, After: "id_9"}, nil,
			"6 before= after=id_6",
		},
		"normal is descending": {Page{Limit: 2, Order: pipes.Normal}, nil, "6 5 before=id_5 after="},
		"normal turns cursors round": {
			Page{Limit: 2, Order: pipes.Normal, Before: "id_5"}, nil,
			"4 2 before=id_2 after=id_4",
		},
		"only even ones": {Page{Limit: 2, Order: pipes.Ascending}, func(i item) bool { return i%2 == 0 },
			"2 4 before= after=id_4"},
		"none of them": {Page{Limit: 2, Order: pipes.Ascending}, func(item) bool { return false }, "before= after="},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			keep := c.keep
			if keep == nil {
				keep = func(item) bool { return true }
			}
			page, err := Cut(list, c.page, keep, known.Find)
			if err != nil {
				t.Fatal(err)
			}
			items := strings.Trim(fmt.Sprint(page.Items), "[]")
			got := strings.TrimSpace(items + " before=" + page.Before + " after=" + page.After)
			if got != c.want {
				t.Errorf("%s, not %s", got, c.want)
			}
		})
	}
}

func TestCutRefusesForeignCursors(t *testing.T) {
	t.Parallel()
	list, known := items(nil, 1, 2)
	for field, page := range map[string]Page{"after": {After: "x", Limit: 1}, "before": {Before: "x", Limit: 1}} {
		_, err := Cut(list, page, func(item) bool { return true }, known.Find)
		if err == nil || !strings.Contains(fmt.Sprintf("%+v", err), field+" is not the id") {
			t.Errorf("%s: %v", field, err)
		}
	}
}

// A page costs as much as the page, not as the list.
func TestCutReadsNoMoreThanThePage(t *testing.T) {
	t.Parallel()
	var numbers []uint64
	for n := range uint64(100_000) {
		numbers = append(numbers, n+1)
	}
	list, known := items(nil, numbers...)
	read := 0
	keep := func(item) bool { read++; return true }
	if _, err := Cut(list, Page{After: "id_50000", Limit: 100, Order: pipes.Descending}, keep, known.Find); err != nil {
		t.Fatal(err)
	}
	if read > 102 {
		t.Errorf("it read %d items for a page of 100", read)
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	list, known := items([]uint64{2}, 1, 3)
	text, err := json.Marshal(known)
	if err != nil || string(text) != `{"id_1":1,"id_2":2,"id_3":3}` {
		t.Fatalf("%s (%v)", text, err)
	}
	var again Numbers
	if err := json.Unmarshal(text, &again); err != nil {
		t.Fatal(err)
	}
	Rebuild(&again, list)
	if len(again.removed) != 1 || again.removed[0] != "id_2" {
		t.Errorf("removed: %v", again.removed)
	}
	for n := range uint64(maxRemoved + 5) {
		again.Add(item(n + 10))
		again.Remove(item(n + 10).ListID())
	}
	if _, remembered := again.Find("id_2"); remembered || again.Len() != maxRemoved+2 {
		t.Errorf("%d ids are remembered, the first one: %t", again.Len(), remembered)
	}
	if clone := known.Clone(); clone.Len() != 3 {
		t.Errorf("a clone of %d ids", clone.Len())
	}
	known.Undo(item(3))
	if _, remembered := known.Find("id_3"); remembered {
		t.Error("an item that was never there has a number")
	}
}

func TestRemove(t *testing.T) {
	t.Parallel()
	list, _ := items(nil, 1, 3, 5)
	if got := fmt.Sprint(Remove(list, item(3))); got != "[1 5]" {
		t.Errorf("without 3: %s", got)
	}
	list, _ = items(nil, 1, 3, 5)
	if got := fmt.Sprint(Remove(list, item(4))); got != "[1 3 5]" {
		t.Errorf("without one that is not there: %s", got)
	}
}
