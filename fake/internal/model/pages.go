package model

import (
	"cmp"
	"maps"
	"slices"
	"sort"

	"example.com/pipesfake/fake/internal/pipes"
)

// Page says which part of a list is asked for. Before and After are ids of objects of the list.
type Page struct {
	Before, After string
	Limit         int    // 1 to 100
	Order         string // pipes.Descending, Ascending or Normal
}

// Listed is one page, with the ids that the pages before and after it are asked for by; empty: none there.
type Listed[T any] struct {
	Items         []T
	Before, After string
}

// numbered is what a list holds: objects that are numbered in the order of their creation.
type numbered interface {
	number() uint64
	id() string
}

// list is a list in the order of creation. It remembers the numbers of what was removed, so that a client
// that deletes a page finds the next one by the id that it has.
type list[T numbered] struct {
	items   []T // by rising number
	numbers map[string]uint64
	removed []string // ids that have numbers still, the one removed first before the others
}

func (l *list[T]) add(made T) {
	if l.numbers == nil {
		l.numbers = map[string]uint64{}
	}
	l.items = append(l.items, made)
	l.numbers[made.id()] = made.number()
}

func (l *list[T]) remove(old T) {
	if i := from(l.items, old.number()); i < len(l.items) && l.items[i].number() == old.number() {
		l.items = slices.Delete(l.items, i, i+1)
		l.removed = append(l.removed, old.id())
		l.forgetRemoved()
	}
}

// undoAdd removes the newest item as if it had never been there.
func (l *list[T]) undoAdd(made T) {
	l.items = l.items[:len(l.items)-1]
	delete(l.numbers, made.id())
}

// recall takes the numbers that were saved, those of removed items included.
func (l *list[T]) recall(numbers map[string]uint64) {
	kept := map[string]bool{}
	for _, one := range l.items {
		kept[one.id()] = true
	}
	l.numbers, l.removed = maps.Clone(numbers), nil
	for id := range numbers {
		if !kept[id] {
			l.removed = append(l.removed, id)
		}
	}
	slices.SortFunc(l.removed, func(a, b string) int { return cmp.Compare(numbers[a], numbers[b]) })
	l.forgetRemoved()
}

func (l *list[T]) forgetRemoved() {
	for len(l.removed) > maxRemoved {
		delete(l.numbers, l.removed[0])
		l.removed = l.removed[1:]
	}
}

// page cuts a page out of the list, of the items to keep.
func (l *list[T]) page(p Page, keep func(T) bool) (Listed[T], error) {
	return cut(l.items, p, keep, func(id string) (uint64, bool) { n, ok := l.numbers[id]; return n, ok })
}

// from is the index of the first item of at least a number.
func from[T numbered](items []T, number uint64) int {
	return sort.Search(len(items), func(i int) bool { return items[i].number() >= number })
}

// cut finds the page in logarithmic time, and reads no more than the page where everything is kept.
// Normal is descending with the cursors' meaning turned (source: spec).
func cut[T numbered](items []T, p Page, keep func(T) bool, find func(id string) (uint64, bool)) (Listed[T], error) {
	if p.Order == pipes.Normal {
		p.Order, p.Before, p.After = pipes.Descending, p.After, p.Before
		page, err := cut(items, p, keep, find)
		page.Before, page.After = page.After, page.Before
		return page, err
	}
	start, up := len(items)-1, p.Order == pipes.Ascending
	if cursor := p.After + p.Before; cursor != "" {
		number, known := find(cursor)
		if !known {
			field := "after"
			if p.Before != "" {
				field = "before"
			}
			return Listed[T]{}, pipes.Invalid(pipes.FieldError{Field: field, Code: "invalid", Message: field + " is not the id of an object of this list"})
		}
		up = up == (p.Before == "")
		if start = from(items, number) - 1; up {
			start = from(items, number+1)
		}
	} else if up {
		start = 0
	}
	found, more := walk(items, start, up, p.Limit, keep)
	_, behind := walk(items, beside(start, up), !up, 0, keep)
	page := Listed[T]{Items: found}
	if p.Before != "" {
		slices.Reverse(page.Items)
		more, behind = behind, more
	}
	if behind && len(found) > 0 {
		page.Before = page.Items[0].id()
	}
	if more && len(found) > 0 {
		page.After = page.Items[len(page.Items)-1].id()
	}
	return page, nil
}

// beside is the index on the other side of where a walk starts.
func beside(start int, up bool) int {
	if up {
		return start - 1
	}
	return start + 1
}

// walk gathers up to limit items from an index on, and tells whether there are more.
func walk[T any](items []T, start int, up bool, limit int, keep func(T) bool) (found []T, more bool) {
	step := 1
	if !up {
		step = -1
	}
	found = []T{}
	for i := start; i >= 0 && i < len(items); i += step {
		if !keep(items[i]) {
			continue
		}
		if len(found) == limit {
			return found, true
		}
		found = append(found, items[i])
	}
	return found, false
}
