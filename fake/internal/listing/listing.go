// Package listing cuts pages out of lists of numbered items, as the list calls of the API do.
package listing

import (
	"slices"
	"sort"

	"example.com/pipesfake/fake/internal/pipes"
)

// Page says which part of a list a call asks for. Before and After are IDs of items of the list.
type Page struct {
	Before, After string
	Limit         int    // 1 to 100
	Order         string // pipes.Descending, Ascending or Normal
}

// Result is one page, with the IDs that the pages before and after it are asked for by. They are empty where there is
// no such page.
type Result[T any] struct {
	Items         []T
	Before, After string
}

// Item is what lists hold. Items are numbered in the order of their creation.
type Item interface {
	ListNumber() uint64
	ListID() string
}

// Index returns the index of the first item that has at least a number.
func Index[T Item](items []T, number uint64) int {
	return sort.Search(len(items), func(i int) bool { return items[i].ListNumber() >= number })
}

// Remove returns the items without one of them.
func Remove[T Item](items []T, old T) []T {
	i := Index(items, old.ListNumber())
	if i < len(items) && items[i].ListNumber() == old.ListNumber() {
		return slices.Delete(items, i, i+1)
	}
	return items
}

// Cut returns a page of the items, which are ordered by number, of those to keep. It finds the page in logarithmic
// time, and reads no more than the page where everything is kept. Its error is about a cursor that find does not
// know.
//
// The order Normal is Descending with the meaning of the cursors turned around (source: spec).
func Cut[T Item](items []T, p Page, keep func(T) bool, find func(id string) (uint64, bool)) (Result[T], error) {
	if p.Order == pipes.Normal {
		p.Order, p.Before, p.After = pipes.Descending, p.After, p.Before
		page, err := Cut(items, p, keep, find)
		page.Before, page.After = page.After, page.Before
		return page, err
	}
	start, up, err := begin(items, p, find)
	if err != nil {
		return Result[T]{}, err
	}
	found, more := Walk(items, start, up, p.Limit, keep)
	_, behind := Walk(items, beside(start, up), !up, 0, keep)
	page := Result[T]{Items: found}
	if p.Before != "" {
		slices.Reverse(page.Items)
		more, behind = behind, more
	}
	if behind && len(found) > 0 {
		page.Before = page.Items[0].ListID()
	}
	if more && len(found) > 0 {
		page.After = page.Items[len(page.Items)-1].ListID()
	}
	return page, nil
}

// begin returns the index at which a page begins, and whether it goes up from there.
func begin[T Item](items []T, p Page, find func(id string) (uint64, bool)) (start int, up bool, err error) {
	up = p.Order == pipes.Ascending
	cursor := p.After + p.Before
	switch {
	case cursor == "" && up:
		return 0, up, nil
	case cursor == "":
		return len(items) - 1, up, nil
	}
	number, known := find(cursor)
	if !known {
		field := "after"
		if p.Before != "" {
			field = "before"
		}
		return 0, up, pipes.Invalid(pipes.FieldError{
			Field: field, Code: "invalid", Message: field + " is not the id of an object of this list",
		})
	}
	if up = up == (p.Before == ""); up {
		return Index(items, number+1), up, nil
	}
	return Index(items, number) - 1, up, nil
}

// beside returns the index on the other side of where a walk starts.
func beside(start int, up bool) int {
	if up {
		return start - 1
	}
	return start + 1
}

// Walk returns up to limit items to keep, from an index on upwards or downwards, and reports whether there are more.
func Walk[T any](items []T, start int, up bool, limit int, keep func(T) bool) (found []T, more bool) {
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
